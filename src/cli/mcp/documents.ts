import { fidelity, documents as texts } from '../../embedded-docs.js';

/** What an agent may read: a document of the project, or a section of what the mock knows of PingOne. */
export interface Document {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: 'text/markdown';
  text(): string;
}

/** A fact about PingOne, as one row of docs/fidelity.md. */
export interface FidelityRow {
  readonly section: string;
  readonly fact: string;
  readonly evidence: string;
  readonly notDone?: string;
}

export const fidelityRows: readonly FidelityRow[] = fidelity.flatMap(({ id, title, rows }) =>
  rows.map((row) => ({ section: `${id} ${title}`, ...row })),
);

const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? '';

const rowText = ({ fact, evidence, notDone }: Omit<FidelityRow, 'section'>): string =>
  `- ${fact} (${evidence}${notDone === undefined ? '' : `; not done: ${notDone}`})`;

export const documents: readonly Document[] = [
  ...Object.entries(texts).map(([name, text]) => ({
    uri: `pingone-mock://docs/${name}`,
    name,
    description: titleOf(text),
    mimeType: 'text/markdown' as const,
    text: () => text,
  })),
  ...fidelity.map(({ id, title, rows }) => ({
    uri: `pingone-mock://fidelity/${encodeURIComponent(id)}`,
    name: `fidelity ${id}`,
    description: `What the mock knows about PingOne: ${title}`,
    mimeType: 'text/markdown' as const,
    text: () => `# ${id} ${title}\n\n${rows.map(rowText).join('\n')}\n`,
  })),
];
