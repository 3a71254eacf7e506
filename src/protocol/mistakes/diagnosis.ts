/** Why a step failed, for the developer of the client. It never changes the answer. */
export interface Diagnosis {
  /** A stable name, such as `hex_text`: what tests and scripts compare. */
  readonly code: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** The right way in code. `snippets.ts` has it in more languages. */
  readonly snippet?: string;
  /** Exact: a computation on the values proves it. Possible: it would explain them, and `why` says what was tried. */
  readonly confidence: 'exact' | 'possible';
  /** Nothing was refused: what was sent had no effect, or less than it seems to. */
  readonly severity?: 'warning';
  /** What it is about, such as scopes, for the header. */
  readonly names?: readonly string[];
}

/** Names, without what could break a header or a parameter of it. */
const quoted = (names: readonly string[]): string => `"${names.map((name) => name.replaceAll(/[^\w:./*-]/g, '?')).join(' ')}"`;

/** The value of the header `x-mock-diagnosis`. */
export function diagnosisHeader({ code, confidence, severity, names }: Diagnosis, see: string): string {
  const more = [severity && `severity=${severity}`, names && `names=${quoted(names)}`].filter(Boolean);
  return [code, `confidence=${confidence}`, ...more, `see=${see}`].join('; ');
}
