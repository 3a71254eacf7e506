import type { Finding, Report } from '../types.js';
import { countsOf, markOf, unfinished, verdictOf, worstFirst } from './summary.js';

/** What applications name a page or a cookie reaches a terminal, which would obey control characters: they are shown as \u001b. */
const printable = (line: string): string =>
  line.replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);

const describe = (finding: Finding): string[] => {
  const { title, spec, must, gain, remark, fix, requests = [], transaction } = finding;
  return [
    '',
    `✗ ${title}`,
    `  ${verdictOf(finding)}${remark === undefined ? '' : `: ${remark}`}`,
    `  the application must: ${must} (${spec})`,
    `  otherwise: ${gain}`,
    ...(fix ? [`  how to fix it with ${fix.library}: ${fix.line}`, `    ${fix.docs}`] : []),
    ...requests.map(
      ({ method, path, parameters, status, changed }) =>
        `  the mock saw: ${method} ${path}${parameters.length > 0 ? ` (${parameters.join(', ')})` : ''} → ${status ?? 'no answer'}${changed === undefined ? '' : `, ${changed}`}`,
    ),
    ...(transaction === undefined ? [] : [`  what the mock saw: ${transaction}`]),
  ];
};

/** The report for a terminal, with the worst first. */
export function textOf(report: Report): string {
  const { findings, success, user, libraries } = report;
  const stop = unfinished(report);
  const { right, wrong, inapplicable } = countsOf(findings);
  const sorted = worstFirst(findings);
  return [
    `signed on as ${user}; taken as success: ${success.join(', ')}`,
    ...libraries.map(({ name, by }) => `recognised: ${name} (${by})`),
    '',
    ...sorted.map((finding) => `${markOf(finding)} ${finding.id.padEnd(28)} ${finding.verdict.padEnd(15)} ${finding.title}`),
    ...sorted.filter(({ ok }) => !ok).flatMap(describe),
    '',
    ...(stop === undefined ? [] : stop.split('\n')),
    `${right} as expected, ${wrong} not, ${inapplicable} not applicable`,
    '',
  ]
    .map(printable)
    .join('\n');
}
