import type { Outcome } from './types.js';

/** What distinguishes a sign-on that succeeded from one that failed. */
export interface Success {
  /** What shows it, for the report. */
  readonly shownBy: readonly string[];
  holds(outcome: Outcome): boolean;
}

/** Until the ordinary sign-ons are over. */
export const nothingLearned: Success = { shownBy: [], holds: () => false };

/** A failure that was made on purpose, to compare sign-ons with. */
export interface Failed {
  /** Where people get with it: "the page after a callback without code and state". */
  readonly what: string;
  readonly outcome: Outcome;
}

/** What all ordinary sign-ons have in common and no failure has: status, path, title, cookies, names. */
export function marksOf(honest: readonly Outcome[], failures: readonly Failed[]): string[] {
  const [first, ...others] = honest;
  return [...(first?.features ?? [])].filter(
    (feature) => others.every(({ features }) => features.has(feature)) && failures.every(({ outcome }) => !outcome.features.has(feature)),
  );
}

/** Success that was worked out. */
export const byMarks = (marks: readonly string[]): Success => ({
  shownBy: marks,
  holds: ({ features }) => marks.every((mark) => features.has(mark)),
});

const isShown = ({ trail }: Outcome): boolean => trail.failure === undefined && (trail.visits.at(-1)?.status ?? 500) < 400;

/** Success that was given: what begins with a slash is the path of the address, whole; anything else is a text of the page. */
export function byGiven(given: string): Success {
  const isPath = given.startsWith('/');
  return {
    shownBy: [`${isPath ? 'path' : 'text'} ${JSON.stringify(given)}`],
    holds(outcome) {
      const { end, visits } = outcome.trail;
      const paths = [end.pathname, `${end.pathname}${end.search}`, `${end.pathname}${end.search}${end.hash}`];
      return isShown(outcome) && (isPath ? paths.includes(given) : (visits.at(-1)?.text ?? '').includes(given));
    },
  };
}
