// The part of docs/verify.md that says which rows of tools/fidelity the command asks about.

export const source = 'the facts of the command and tools/fidelity';

/** `coverage` and `shown`: what the command's own report says if every fact is asked. */
export const coverageText = ({ inferredNotAsked }, shown) =>
  [
    `With \`--write\`, and if every fact can be asked, the command asks about ${shown}. It does not ask about these inferred rows:`,
    '',
    ...inferredNotAsked.map(({ section, fact }) => `- ${section}: ${fact}`),
  ].join('\n');
