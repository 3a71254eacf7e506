// The part of docs/verify.md that lists the rows of tools/fidelity that the command does not cover.

export const source = 'the facts of the command and tools/fidelity';

/** @param coverage the coverage in the command's report if every fact is asked; @param shown the same in words */
export const coverageText = ({ inferredNotAsked }, shown) =>
  [
    `With \`--write\`, and if no fact is skipped, the command covers ${shown}. It does not cover these inferred rows:`,
    '',
    ...inferredNotAsked.map(({ section, fact }) => `- ${section}: ${fact}`),
  ].join('\n');
