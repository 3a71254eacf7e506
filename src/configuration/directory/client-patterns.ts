import { runInThisContext } from 'node:vm';

/** Texts that a regular expression of a client is asked about. */
export interface PatternQuestion {
  readonly pattern: string;
  readonly texts: readonly string[];
}

/** What every pattern of one body may take together. A useful one takes some microseconds, asking this way 0.2 ms. */
const longestMilliseconds = 250;

const ask = (questions: readonly PatternQuestion[], milliseconds: number): boolean[][] | undefined => {
  const code = `${JSON.stringify(questions)}.map(({ pattern, texts }) => {
    const expression = new RegExp(pattern, 'u');
    return texts.map((text) => expression.test(text));
  })`;
  try {
    return runInThisContext(code, { timeout: Math.ceil(milliseconds) }) as boolean[][];
  } catch {
    // No pattern, or one that goes back and forth for ever: V8 ends it where a script has a time limit.
    return undefined;
  }
};

/**
 * Whether each text fits its pattern. No pattern of a client can hold up the server: undefined is one that gives no
 * answer in time, or is none (docs/fidelity.md, management 6.4).
 */
export function judgePatterns(questions: readonly PatternQuestion[]): (boolean[] | undefined)[] {
  if (questions.length === 0) return [];
  const answers = ask(questions, longestMilliseconds);
  if (answers || questions.length === 1) return answers ?? [undefined];
  return questions.map((question) => ask([question], longestMilliseconds / questions.length)?.[0]);
}
