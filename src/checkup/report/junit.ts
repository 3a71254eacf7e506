import type { Finding, Report } from '../types.js';
import { countsOf, unfinished, verdictOf } from './summary.js';

/** A text in XML; characters that XML forbids are left out (XML 1.0 §2.2). */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const secondsOf = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

function testCase(finding: Finding): string {
  const { id, group, title, verdict, ok, milliseconds, must, spec, gain, remark, fix, transaction } = finding;
  const head = `    <testcase classname="checkup.${escaped(group.replaceAll(' ', '-'))}" name="${escaped(`${id}: ${title}`)}" time="${secondsOf(milliseconds)}"`;
  if (verdict === 'does not apply') return `${head}>\n      <skipped message="${escaped(remark ?? verdict)}"/>\n    </testcase>`;
  if (ok) return `${head}/>`;
  const lines = [
    remark,
    `The application must: ${must} (${spec})`,
    `Otherwise: ${gain}`,
    fix && `How to fix it with ${fix.library}: ${fix.line} (${fix.docs})`,
    transaction,
  ].filter((line) => line !== undefined);
  return `${head}>\n      <failure type="${verdict}" message="${escaped(verdictOf(finding))}">${escaped(lines.join('\n'))}</failure>\n    </testcase>`;
}

/** A test case for the cases that were not run: a report without them must not look like a success. */
const unfinishedCase = (stop: string): string =>
  `    <testcase classname="checkup" name="every case is run" time="0.000">\n      <error type="stopped" message="${escaped(stop)}"/>\n    </testcase>`;

/** The report as JUnit's XML, which CI systems read: a suite for the application, a test case for each case. */
export function junitOf(report: Report): string {
  const { start, at, findings } = report;
  const stop = unfinished(report);
  const { wrong, inapplicable } = countsOf(findings);
  const time = secondsOf(findings.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  const [tests, errors] = stop === undefined ? [findings.length, 0] : [findings.length + 1, 1];
  const counts = `tests="${tests}" failures="${wrong}" errors="${errors}" time="${time}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="pingone-mock checkup of ${escaped(start)}" ${counts} skipped="${inapplicable}" timestamp="${at.replace(/(\.\d+)?Z$/, '')}" hostname="localhost">`,
    ...findings.map(testCase),
    ...(stop === undefined ? [] : [unfinishedCase(stop)]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
