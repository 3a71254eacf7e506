import { membersOf } from '../../lib/unknown.js';
import { ExpressionError } from '../../pingone/expressions/error.js';
import { Budget } from '../../pingone/expressions/limits.js';
import { matchAt, parsePattern } from '../../pingone/expressions/pattern.js';

/** Strings to test against a client-supplied regular expression. */
export interface PatternQuestion {
  readonly pattern: string;
  readonly texts: readonly string[];
}

type Answer = boolean[] | undefined;

/** The steps of our own matcher for all patterns of a body, a millisecond or two. A useful pattern takes a few hundred. */
const mostSteps = 20_000;

/**
 * The processor time for the patterns that take more steps, or are of a kind that our matcher cannot read: twice this, for all
 * of a body. A useful one takes microseconds, the separate context 0.2 ms.
 */
const longestMilliseconds = 6;

/** JavaScript's engine only reads the pattern here: matching is what has no bound. */
function isValid(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const isInsidePair = (text: string, at: number): boolean => at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;

function occursIn(text: string, matches: (from: number) => boolean): boolean {
  for (let from = 0; from <= text.length; from += 1) if (!isInsidePair(text, from) && matches(from)) return true;
  return false;
}

/** The answer of our own matcher, undefined if it cannot read the pattern or needs more steps. */
function match({ pattern, texts }: PatternQuestion, steps: number): Answer {
  const budget = new Budget(steps);
  try {
    const parsed = parsePattern(pattern, budget);
    return texts.map((text) => occursIn(text, (from) => matchAt(parsed, text, from, budget) !== undefined));
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** How often a script is restarted after a busy machine gave it less time than it is allowed. */
const mostAttempts = 20;

const isTimeout = (error: unknown): boolean => membersOf(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

function ask(questions: readonly PatternQuestion[], milliseconds: number): boolean[][] | undefined {
  const code = `${JSON.stringify(questions)}.map(({ pattern, texts }) => {
    const expression = new RegExp(pattern, 'u');
    return texts.map((text) => expression.test(text));
  })`;
  const began = process.cpuUsage();
  let left = milliseconds;
  for (let attempt = 0; attempt < mostAttempts && left > 0; attempt += 1)
    try {
      return process.getBuiltinModule('node:vm').runInThisContext(code, { timeout: Math.ceil(left) }) as boolean[][];
    } catch (error) {
      // Too large, or catastrophic backtracking, which V8 ends because the script has a time limit.
      if (!isTimeout(error)) return undefined;
      const { user, system } = process.cpuUsage(began);
      left = milliseconds - (user + system) / 1000;
    }
  return undefined;
}

/** The answers of JavaScript's engine, undefined for those that take too long. */
function askAll(questions: readonly PatternQuestion[]): Answer[] {
  if (questions.length === 0) return [];
  const answers = ask(questions, longestMilliseconds);
  if (answers || questions.length === 1) return answers ?? [undefined];
  // A script gets at least a millisecond: with too many questions, the last ones get no answer.
  return questions.map((question, at) =>
    at < longestMilliseconds ? ask([question], longestMilliseconds / questions.length)?.[0] : undefined,
  );
}

/**
 * Whether each text matches its pattern; undefined for a pattern that is invalid or too slow, so that clients cannot hang
 * the server (docs/fidelity.md, management 6.4). All questions together take about 20 ms at most.
 */
export function judgePatterns(questions: readonly PatternQuestion[]): Answer[] {
  const valid = questions.filter(({ pattern }) => isValid(pattern));
  const matched = new Map(valid.map((question) => [question, match(question, mostSteps / questions.length)]));
  const left = valid.filter((question) => matched.get(question) === undefined);
  for (const [at, answer] of askAll(left).entries()) matched.set(left[at] as PatternQuestion, answer);
  return questions.map((question) => matched.get(question));
}
