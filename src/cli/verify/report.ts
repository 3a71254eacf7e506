import type { Evidence } from '../../protocol/rules/index.js';
import { type Coverage, coverageOf, showCoverage } from './coverage.js';

/** What a tenant answered to one fact. */
export interface Finding {
  readonly name: string;
  /** The section of docs/fidelity.md, and how the row there begins. */
  readonly row: { readonly section: string; readonly begins: string };
  readonly evidence: Evidence;
  readonly fact: string;
  readonly result: 'same' | 'different' | 'not asked';
  readonly expected: string;
  /** What was observed; if it was not asked, why. */
  readonly got: string;
}

/** What `--report` writes, and the issue form asks for. It contains nothing of the tenant's. */
export interface Report {
  readonly tool: 'pingone-mock verify';
  readonly version: string;
  readonly writes: boolean;
  readonly counts: { readonly same: number; readonly different: number; readonly notAsked: number };
  readonly coverage: Coverage;
  readonly findings: readonly Finding[];
}

export function makeReport(findings: readonly Finding[], { version, writes }: Pick<Report, 'version' | 'writes'>): Report {
  const count = (result: Finding['result']) => findings.filter((each) => each.result === result).length;
  const counts = { same: count('same'), different: count('different'), notAsked: count('not asked') };
  const asked = findings.filter(({ result }) => result !== 'not asked');
  return { tool: 'pingone-mock verify', version, writes, counts, coverage: coverageOf(asked), findings };
}

const marks = { same: '✓', different: '✗', 'not asked': '–' } as const;

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

/** The table: a line for each fact, and below it what was expected and what was received. Facts that are as expected have one line. */
export function showTable({ findings, counts, coverage }: Report): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const rows = findings.map(({ name, row, evidence, fact, result, expected, got }) => {
    const line = `${marks[result]} ${name.padEnd(width)}  ${fact} (${row.section}, ${evidence})`;
    if (result === 'same') return `${line}\n    as expected  ${cut(got)}`;
    if (result === 'not asked') return `${line}\n    not asked    ${cut(got)}`;
    return `${line}\n    expected     ${cut(expected)}\n    got          ${cut(got)}`;
  });
  const result = `${counts.same} as expected, ${counts.different} different, ${counts.notAsked} not asked`;
  return `${rows.join('\n')}\n\n${result}\nasked about ${showCoverage(coverage)}\n`;
}
