/** Why a request was refused, and the line of the server that decided. */
import { api, copyButton, h, select, snippets } from './dom.js';

const languageKey = 'pingone-mock language';

/**
 * Why it was refused, how to fix it, and code that does it right, in the reader's language. The code is folded unless `open`: the
 * reason comes first.
 */
export function whyBox({ title, why, fix, code, snippet, confidence, severity }, failedCheck, open = false) {
  const box = h(
    `section.why${severity ? '.warned' : ''}`,
    { 'aria-label': severity ? 'Warning' : 'Why it was refused' },
    h('h3', h('span', { ariaHidden: 'true' }, severity ? '! ' : '✗ '), title),
    h('dl', h('div', h('dt', 'Why'), h('dd', why)), h('div', h('dt', 'Fix'), h('dd', fix))),
    h(
      'p.meta',
      h('code.chip', code),
      h('span.chip', confidence === 'exact' ? 'proven by the values' : 'possible'),
      failedCheck?.spec && h('span.chip', failedCheck.spec),
    ),
  );
  if (snippet)
    snippets().then((texts) => {
      const code = h('pre', { tabIndex: 0 });
      const choice = select(
        {
          'aria-label': 'Language',
          onchange: () => {
            localStorage.setItem(languageKey, choice.value);
            code.textContent = texts[choice.value];
          },
        },
        Object.keys(texts).map((name) => [name]),
        localStorage.getItem(languageKey),
      );
      code.textContent = texts[choice.value];
      box.append(
        h(
          'details.right-way',
          { open },
          h('summary', 'Code that does it right'),
          h(
            'div.snippet',
            h(
              'div.snippet-head',
              choice,
              copyButton('Copy', () => code.textContent),
            ),
            code,
          ),
        ),
      );
    });
  return box;
}

/** A line of TypeScript with comments, strings and keywords highlighted. */
const coloured = (line) =>
  /^\s*(\*|\/[/*])/.test(line)
    ? h('em', line)
    : line
        .split(/('[^']*'|`[^`]*`|\b(?:export|const|return|if|function|undefined|true|false)\b)/)
        .map((part, at) => (at % 2 === 0 ? part : h(/^\w/.test(part) ? 'b' : 'q', part)));

/** The server's source of the check that decided, with the deciding line marked. */
export function decidingSource(check) {
  const place = h('details.source', { open: !check.ok }, h('summary', 'The server code that decided'));
  const asked = Object.entries(check).filter(([name]) => /rule|spec|expected/.test(name));
  const query = new URLSearchParams(asked.map(([name, value]) => [name, value.slice(0, 99)]));
  const show = ({ file, first, lines, at: decided }) =>
    place.append(
      h('p.muted', h('code', file), ` of this server. Line ${first + decided} `, check.ok ? 'accepted it.' : 'refused it.'),
      h(
        'pre.code',
        { tabIndex: 0, 'aria-label': `Source of ${file}` },
        lines.map((line, at) =>
          h(
            `span.line${at === decided ? '.decided' : ''}`,
            h('i', { ariaHidden: 'true' }, first + at),
            at === decided && h('span.hidden', 'The line that decided: '),
            coloured(line),
          ),
        ),
      ),
    );
  api
    .get(`check-source?${query}`)
    .then(show)
    .catch(() => place.remove());
  return place;
}
