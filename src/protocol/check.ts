/** One rule that was applied: what it expected, what it got, and where it stands. */
export interface Check {
  readonly rule: string;
  readonly ok: boolean;
  readonly expected?: string | undefined;
  readonly got?: string | undefined;
  /** The section that demands it, as "RFC 7636 §4.6". */
  readonly spec?: string | undefined;
  /** What the rule was applied with, where its name does not say it: the method of a challenge. */
  readonly using?: string | undefined;
}

/** The check that decided: the first that did not hold, or undefined where all did. */
export const failed = (checks: readonly Check[]): Check | undefined => checks.find((check) => !check.ok);
