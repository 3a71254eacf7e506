import { type Html, html, toMarkup } from '../../lib/html.js';
import { type Finding, groups, type Report, type SeenRequest } from '../types.js';
import { style } from './html-style.js';
import { countsOf, markOf, scoreOf, unfinished, verdictOf, worstFirst } from './summary.js';

const toneOf = ({ ok, verdict }: Finding): string => (verdict === 'does not apply' ? 'mute' : ok ? 'good' : 'bad');

const seen = ({ method, path, parameters, status, changed }: SeenRequest): Html =>
  html`<li><code>${method} ${path}</code>${parameters.length > 0 && ` with ${parameters.join(', ')}`}: ${status ?? 'no answer'}${changed !== undefined && `, ${changed}`}</li>`;

function wrong(finding: Finding): Html {
  const { id, title, spec, must, gain, remark, fix, requests = [], transaction } = finding;
  return html`<article id="${id}">
<h3><span class="bad">✗</span> ${title}</h3>
<p><strong class="bad">${verdictOf(finding)}</strong>${remark !== undefined && `: ${remark}`}</p>
<p>The application must: ${must} (${spec})</p>
<p>Otherwise: ${gain}</p>
${fix && html`<p>How to fix it with <a href="${fix.docs}">${fix.library}</a>:</p><code class="fix">${fix.line}</code>`}
${requests.length > 0 && html`<p>What the mock saw:</p><ul class="seen">${requests.map(seen)}</ul>`}
${transaction !== undefined && html`<p><a href="${transaction}">The transaction of ${id}</a>, while the mock runs</p>`}
</article>
`;
}

const row = (finding: Finding): Html =>
  html`<tr><th scope="row">${finding.title}${finding.remark !== undefined && html`<br><span class="mute">${finding.remark}</span>`}</th><td><span class="${toneOf(finding)}">${markOf(finding)} ${finding.verdict}</span></td><td>${finding.spec}</td></tr>
`;

function groupTable(group: string, findings: readonly Finding[]): Html | undefined {
  const own = findings.filter((finding) => finding.group === group);
  if (own.length === 0) return undefined;
  return html`<table><caption>${group} (${scoreOf(own)})</caption><thead><tr><th scope="col">Case</th><th scope="col">Verdict</th><th scope="col">Specification</th></tr></thead><tbody>
${own.map(row)}</tbody></table>
`;
}

const fact = (name: string, value: string | Html): Html => html`<dt>${name}</dt><dd>${value}</dd>`;

/** Everything that the report says before its findings. */
function facts({ start, clientId, user, at, success, libraries }: Report): Html {
  const recognised = libraries.map(({ name, docs, by }, place) => html`${place > 0 && ', '}<a href="${docs}">${name}</a> (${by})`);
  return html`<dl>${fact('Application', html`<code>${clientId}</code>`)}${fact('Start address', html`<code>${start}</code>`)}${fact('Signed on as', user)}${fact('Time', at)}${fact('Taken as success', success.join(', '))}${libraries.length > 0 && fact('Recognised', html`${recognised}`)}</dl>`;
}

/** The report as one page that needs nothing else: no script, no picture, no font, and nothing is loaded. */
export function htmlOf(report: Report): string {
  const { start, findings } = report;
  const { right, wrong: wrongs, inapplicable } = countsOf(findings);
  const stop = unfinished(report);
  const bad = worstFirst(findings).filter(({ ok }) => !ok);
  // The style is a text of our own: `html` would escape its quotes.
  const [head = '', tail = ''] = toMarkup(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>Checkup of ${start}: ${scoreOf(findings)}</title>
<style></style>
</head>
<body>
<main>
<h1>Checkup of ${start}</h1>
<p class="score"><strong class="${wrongs === 0 && stop === undefined ? 'good' : 'bad'}">${scoreOf(findings)}</strong> <span>${right} as expected, ${wrongs} not, ${inapplicable} not applicable</span></p>
${stop !== undefined && html`<p class="bad">${stop}</p>`}
${facts(report)}
${
  bad.length > 0 &&
  html`<h2>What to fix, the worst first</h2>
${bad.map(wrong)}`
}
<h2>All cases</h2>
${groups.map((group) => groupTable(group, findings))}
</main>
</body>
</html>
`).split('<style></style>');
  return `${head}<style>${style}</style>${tail}`;
}
