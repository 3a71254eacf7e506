/** The report of a checkup, as the page shows it. */
import { h, scroll, table } from './dom.js';

const isInapplicable = ({ verdict }) => verdict === 'does not apply';
const rankOf = (finding) => (finding.ok ? (isInapplicable(finding) ? 3 : 4) : { accepted: 0, crashed: 1, refused: 2 }[finding.verdict]);

/** The worst first. */
export const sortedFindings = (findings) => [...findings].sort((one, other) => rankOf(one) - rankOf(other));

const markOf = (finding) => (isInapplicable(finding) ? '–' : finding.ok ? '✓' : '✗');
const toneOf = (finding) => (isInapplicable(finding) ? 'mute' : finding.ok ? 'good' : 'bad');

const verdict = (finding) =>
  h(
    `span.${toneOf(finding)}`,
    `${markOf(finding)} ${!finding.ok && finding.verdict === 'refused' ? 'refused, and should go on' : finding.verdict}`,
  );

export function scoreLine(findings) {
  const wrong = findings.filter(({ ok }) => !ok).length;
  const applicable = findings.filter((finding) => !isInapplicable(finding)).length;
  return h(
    'p.checkup-score',
    h(`strong.${wrong ? 'bad' : 'good'}`, `${applicable - wrong}/${applicable}`),
    ` as expected, ${wrong} not, ${findings.length - applicable} not applicable`,
  );
}

const seen = ({ method, path, parameters, status, changed }) =>
  h(
    'li',
    h('code', `${method} ${path}`),
    parameters.length > 0 && ` with ${parameters.join(', ')}`,
    `: ${status ?? 'no answer'}`,
    changed && `, ${changed}`,
  );

const faultyItem = (finding) => {
  const { id, title, must, spec, gain, remark, fix, requests = [], transaction } = finding;
  return h(
    'li.checkup-wrong',
    h('h4', title),
    h('p', verdict(finding), remark && `: ${remark}`),
    h('p', `The application must: ${must} (${spec})`),
    h('p', `Otherwise: ${gain}`),
    fix && [
      h('p', 'How to fix it with ', h('a', { href: fix.docs, rel: 'noreferrer' }, fix.library), ':'),
      h('pre', { tabIndex: 0 }, fix.line),
    ],
    requests.length > 0 &&
      h(
        'details',
        h('summary', { 'aria-label': `What the mock saw of ${id}` }, 'What the mock saw'),
        h('ul.checkup-seen', requests.map(seen)),
      ),
    transaction && h('p', h('a', { href: new URL(transaction).pathname }, `The transaction of ${id}`)),
  );
};

export const fixList = (wrong) =>
  wrong.length > 0 && [h('h3', 'What to fix, the worst first'), h('ol.checkup-list', wrong.map(faultyItem))];

/** Every case in a table, which scrolls where the window is narrow. */
export const findingRows = (findings) => [
  h('h3', 'All cases'),
  scroll(
    'All cases',
    table(
      ['Verdict', 'Case', 'Group', 'Specification'],
      findings.map((finding) => [
        verdict(finding),
        [finding.title, finding.remark && h('small.muted', ` ${finding.remark}`)],
        finding.group,
        finding.spec,
      ]),
    ),
  ),
];

const files = { html: 'HTML', junit: 'JUnit', json: 'JSON', badge: 'Badge' };

/** Links to the report as files. */
export const downloads = (urlOf) =>
  h(
    'p.row',
    h('span.muted', 'Download:'),
    Object.entries(files).map(([format, label]) =>
      h('a.quiet', { href: urlOf(format), download: '', 'aria-label': `Download as ${label}` }, label),
    ),
  );
