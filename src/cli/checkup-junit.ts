import type { Finding, Report } from '../checkup/types.js';

/** A text in XML; characters that XML forbids are left out (XML 1.0 §2.2). */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

function testCase({ id, group, title, verdict, ok, must, spec, gain, remark, transaction }: Finding): string {
  const head = `    <testcase classname="checkup.${escaped(group.replaceAll(' ', '-'))}" name="${escaped(`${id}: ${title}`)}"`;
  if (verdict === 'does not apply') return `${head}>\n      <skipped message="${escaped(remark ?? verdict)}"/>\n    </testcase>`;
  if (ok) return `${head}/>`;
  const lines = [remark, `The application must: ${must} (${spec})`, `Otherwise: ${gain}`, transaction].filter((line) => line !== undefined);
  return `${head}>\n      <failure message="${escaped(verdict)}">${escaped(lines.join('\n'))}</failure>\n    </testcase>`;
}

/** The report as JUnit's XML, which CI systems read: a suite for the application, a test case for each case. */
export function junitOf({ start, findings }: Report): string {
  const count = (holds: (finding: Finding) => boolean) => findings.filter(holds).length;
  const counts = `tests="${findings.length}" failures="${count(({ ok }) => !ok)}" skipped="${count(({ verdict }) => verdict === 'does not apply')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="pingone-mock checkup of ${escaped(start)}" ${counts}>`,
    ...findings.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
