/** Why a step failed, for the developer of the client. It never changes the answer. */
export interface Diagnosis {
  /** A stable name, as `hex_text`: what tests and scripts compare. */
  readonly code: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** The right way in code. `snippets.ts` has it in more languages. */
  readonly snippet?: string;
  /** Exact: a computation on the values proves it. Possible: it would explain them, and `why` says what was tried. */
  readonly confidence: 'exact' | 'possible';
}

/** The value of the header `x-mock-diagnosis`. */
export const diagnosisHeader = ({ code, confidence }: Diagnosis, see: string): string => `${code}; confidence=${confidence}; see=${see}`;
