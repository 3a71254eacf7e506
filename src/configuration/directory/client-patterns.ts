import { runInThisContext } from 'node:vm';

/** Strings to test against a client-supplied regular expression. */
export interface PatternQuestion {
  readonly pattern: string;
  readonly texts: readonly string[];
}

/** The time limit for all patterns of a body. A useful one takes microseconds, the separate context 0.2 ms. */
const longestMilliseconds = 250;

const ask = (questions: readonly PatternQuestion[], milliseconds: number): boolean[][] | undefined => {
  const code = `${JSON.stringify(questions)}.map(({ pattern, texts }) => {
    const expression = new RegExp(pattern, 'u');
    return texts.map((text) => expression.test(text));
  })`;
  try {
    return runInThisContext(code, { timeout: Math.ceil(milliseconds) }) as boolean[][];
  } catch {
    // Invalid, or catastrophic backtracking, which V8 ends because the script has a time limit.
    return undefined;
  }
};

/**
 * Whether each text matches its pattern; undefined for a pattern that is invalid or too slow, so that clients cannot hang
 * the server (docs/fidelity.md, management 6.4).
 */
export function judgePatterns(questions: readonly PatternQuestion[]): (boolean[] | undefined)[] {
  if (questions.length === 0) return [];
  const answers = ask(questions, longestMilliseconds);
  if (answers || questions.length === 1) return answers ?? [undefined];
  return questions.map((question) => ask([question], longestMilliseconds / questions.length)?.[0]);
}
