import type { Diagnosis } from '../protocol/mistakes/index.js';

const width = 76;

/** Wraps a text at its spaces. */
function wrapped(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => indent + line).join('\n');
}

/** A diagnosis as text for a terminal. */
export const diagnosisText = ({ code, title, why, fix, snippet, confidence }: Diagnosis, shownSnippet = snippet): string =>
  [
    `✗ ${title}`,
    wrapped(why, '  '),
    '',
    wrapped(`Fix: ${fix}`, '  '),
    ...(shownSnippet === undefined ? [] : ['', shownSnippet.replaceAll(/^/gm, '    ')]),
    '',
    `  (${code}, ${confidence})`,
    '',
  ].join('\n');
