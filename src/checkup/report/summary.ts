import type { Finding, Report } from '../types.js';

/** How many cases an application met rightly and wrongly, and how many do not apply to it. */
export interface Counts {
  readonly right: number;
  readonly wrong: number;
  readonly inapplicable: number;
}

const isInapplicable = ({ verdict }: Finding): boolean => verdict === 'does not apply';

export function countsOf(findings: readonly Finding[]): Counts {
  const inapplicable = findings.filter(isInapplicable).length;
  const wrong = findings.filter(({ ok }) => !ok).length;
  return { right: findings.length - wrong - inapplicable, wrong, inapplicable };
}

/** `54/54`: the cases that were met rightly, of those that apply. */
export function scoreOf(findings: readonly Finding[]): string {
  const { right, wrong } = countsOf(findings);
  return `${right}/${right + wrong}`;
}

/** Why a report lacks cases: "stopped after 3 cases: …". Undefined if it lacks none. */
export function unfinished({ findings, problem }: Pick<Report, 'findings' | 'problem'>): string | undefined {
  if (!problem) return undefined;
  const { message, fix } = problem;
  const after = findings.length === 1 ? 'one case' : `${findings.length} cases`;
  return `stopped after ${after}: ${message}${fix === undefined ? '' : `; ${fix}`}`;
}

/** What is accepted and must not be, then what breaks, then what is refused and must not be, what does not apply, the rest. */
const rankOf = (finding: Finding): number => {
  if (finding.ok) return isInapplicable(finding) ? 3 : 4;
  return { accepted: 0, crashed: 1, refused: 2, 'does not apply': 3 }[finding.verdict];
};

/** The findings with the worst first; among equals, in the order of the cases. */
export const worstFirst = (findings: readonly Finding[]): Finding[] => [...findings].sort((one, other) => rankOf(one) - rankOf(other));

/** The sign before a finding. The verdict beside it says the same in words. */
export const markOf = (finding: Finding): string => (isInapplicable(finding) ? '–' : finding.ok ? '✓' : '✗');

/** The verdict of a wrong finding, with what should have happened. */
export const verdictOf = ({ ok, verdict, expects }: Finding): string =>
  !ok && verdict === 'refused' && expects === 'accepted' ? 'refused, and should go on' : verdict;
