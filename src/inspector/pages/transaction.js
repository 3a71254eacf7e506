/** One transaction: what was received, recorded, computed and decided. */
import { comparison, hex, transformation } from './bytes.js';
import { api, asTime, copyButton, fromNow, h, inEnvironment, keyed, projector, root, select, snippets } from './dom.js';
import { channels, isTelling, ruleInWords, states } from './explain.js';
import { leftOut } from './expression.js';
import { tokenView } from './token.js';

const endOf = (url) => `/${url.split('?')[0].split('/').at(-1)}`;

/** The application's name, or else the first request. */
export const nameOf = ({ app, steps: [{ request } = {}] }) =>
  app?.name ?? (request ? `${request.method} ${endOf(request.url)}` : 'unknown');

/** The outcome in one line. */
export const outcomeOf = ({ state, diagnosis, error, steps }) => {
  const [, word] = states[state];
  return state === 'failed' ? (diagnosis?.title ?? error ?? word) : steps.at(-1)?.kind === 'userinfo' ? 'Tokens issued and used' : word;
};

/** Where it ended; the box below says why. */
const titleOf = (transaction) => {
  const { state, diagnosis, steps } = transaction;
  const url = steps.findLast(({ request }) => request)?.request.url;
  return state === 'failed' && diagnosis && url ? `Refused at ${endOf(url)}` : outcomeOf(transaction);
};

const quote = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
/** Header values are Latin-1: one byte a character, which a UTF-8 terminal would encode as two. */
const quoteBytes = (text) =>
  /^[ -~]*$/.test(text)
    ? quote(text)
    : `$'${text.replace(/[\\']/g, '\\$&').replace(/[^ -~]/g, (character) => `\\x${hex(character.charCodeAt(0))}`)}'`;
/** Headers that curl sets itself. */
const made = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

/** A curl command that sends exactly this request again. */
function asCurl({ method, url, headers, body }, { via: [via], envId }) {
  const { protocol, host, pathname } = new URL(via?.replace(`/${envId}`, '') ?? new URL('..', root));
  // The path prefix that a proxy removed.
  const prefix = host === headers.host ? pathname.replace(/\/$/, '') : '';
  const address = quote(`${protocol}//${headers.host}${prefix}${url}`);
  // curl does not trust the mock's certificate authority.
  const lines = [`curl -i -g --path-as-is ${protocol === 'https:' ? '-k ' : ''}${method === 'GET' ? '' : `-X ${method} `}${address}`];
  // curl would drop the fragment.
  if (url.includes('#')) lines.push(`--request-target ${quote(url)}`);
  for (const [name, values] of Object.entries(headers))
    if (!made.has(name))
      for (const value of [values].flat()) lines.push(`-H ${quoteBytes(value === '' ? `${name};` : `${name}: ${value}`)}`);
  if (body !== undefined) {
    if (headers['content-type'] === undefined) lines.push(`-H 'content-type:'`);
    lines.push(`--data-raw ${quote(body)}`);
  }
  return lines.join(' \\\n  ');
}

/** The request in full: the journal has what a truncated transaction lacks. */
async function wholeRequest({ truncated, id, envId }, { request, response }) {
  if (!truncated) return request;
  const { requests } = await api.get(`${envId && inEnvironment(envId, '')}requests?transaction=${id}`);
  return requests.find((each) => each.id === response?.headers['correlation-id']) ?? request;
}

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const raw = ({ request, response }) => {
  const lines = (headers) =>
    Object.entries(headers)
      .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`))
      .join('\n');
  return h(
    'details.raw',
    h('summary', 'Raw HTTP'),
    h(
      'pre',
      { tabIndex: 0 },
      `${request.method} ${request.url} HTTP/1.1\n${lines(request.headers)}${request.body ? `\n\n${request.body}` : ''}`,
    ),
    response &&
      h(
        'pre',
        { tabIndex: 0 },
        `HTTP/1.1 ${response.status}\n${lines(response.headers)}${response.body ? `\n\n${pretty(response.body)}` : ''}`,
      ),
  );
};

const verdicts = {
  wait: ['!', 'Warning', 'wait'],
  null: ['–', 'undecided', 'mute'],
  true: ['✓', 'held', 'good'],
  false: ['✗', 'refused', 'bad'],
};
const mark = (ok) => {
  const [sign, word, tone] = verdicts[ok];
  return [h(`b.${tone}`, { ariaHidden: 'true' }, sign), h('span.hidden', word)];
};

const pill = ({ rule, ok }) =>
  h(`li.pill.${ok ? 'good' : 'bad'}`, ok ? '✓ ' : '✗ ', ruleInWords(rule), !ok && h('span.hidden', ' (refused)'));

const checkRow = ({ rule, ok, expected, got, spec }) =>
  h(
    'li',
    h('span', mark(ok)),
    h('span', ruleInWords(rule), h('code.rule', rule)),
    h('span', expected !== undefined && ['expected ', h('code', expected), h('br')], got !== undefined && ['got ', h('code', got)]),
    h('small', spec),
  );

const checksOf = (checks) =>
  checks.length > 0 && [
    h('ul.pills', checks.filter(({ rule, ok }) => !ok || isTelling(rule)).map(pill)),
    h('details.checks', h('summary', checks.length === 1 ? 'The check' : `All ${checks.length} checks`), h('ul', checks.map(checkRow))),
  ];

/** What a step shows besides its checks. */
const pictures = {
  'pkce.recorded': ({ data }) =>
    h(
      'p.recorded',
      h('span.chip', data.method),
      h('code.value', data.challenge),
      h('small.muted', `${data.challenge.length} characters; kept until the code is redeemed`),
    ),
  code: ({ data, at, open }, { envId }) => [
    h('p.recorded', h('code.value', data.code), data.expiresAt && h('small.muted', `valid once, until ${asTime(data.expiresAt)}`)),
    open && life(envId, at, data.expiresAt),
  ],
  claim: leftOut,
  'pkce.compare': (_step, { pkce }) =>
    pkce.verifier && [
      pkce.verifier === '(hidden)'
        ? h('p.muted', 'The verifier is not shown: PINGONE_MOCK_HIDE_SECRETS is set.')
        : transformation(pkce.verifier, pkce.method),
      comparison(
        ['recorded at /authorize', pkce.challenge ?? ''],
        [pkce.method === 'plain' ? 'sent at /token' : 'computed at /token', pkce.computed ?? ''],
      ),
    ],
};

/** The time until a code expires, by the environment's clock, which a test may have moved or frozen. */
function life(environmentId, from, until) {
  const bar = h('progress', { max: until - from, value: until - from, 'aria-label': 'Time until the code expires' });
  const left = h('small.muted');
  let before;
  const tick = async () => {
    if (!document.hidden) {
      const now = Date.parse((await api.get(inEnvironment(environmentId, 'clock')).catch(() => ({}))).now);
      if (!bar.isConnected || !now) return;
      bar.value = Math.max(0, until - now);
      left.textContent = now === before ? `${fromNow(until, now)}: the clock is frozen` : `expires ${fromNow(until, now)}`;
      bar.setAttribute('aria-valuetext', left.textContent);
      before = now;
      if (now >= until) return bar.dispatchEvent(new Event('expired', { bubbles: true }));
    }
    setTimeout(tick, 1000);
  };
  void tick();
  return h('p.recorded', bar, left);
}

const stepItem = (transaction, step) => {
  const verdict = step.kind === 'claim' ? 'wait' : step.ok;
  return h(
    `li.step.${verdict}`,
    h(
      'div.step-head',
      h('h3', step.title),
      mark(verdict),
      h('small.when', `+${Math.round(step.at - Date.parse(transaction.startedAt))} ms`),
    ),
    channels[step.kind] && step.request && h('p.channel', channels[step.kind]),
    checksOf(step.checks),
    pictures[step.kind]?.(step, transaction),
    step.request &&
      h(
        'div.wire',
        h('code.line', `${step.request.method} ${step.request.url.split('?')[0]}`),
        step.response && h('span.chip', step.response.status),
        !projector && copyButton('Copy as curl', async () => asCurl(await wholeRequest(transaction, step), transaction)),
        raw(step),
      ),
  );
};

const languageKey = 'pingone-mock language';

/** Why it was refused, how to fix it, and code that does it right, in the reader's language. */
export function whyBox({ title, why, fix, code, snippet, confidence, severity }, failedCheck) {
  const box = h(
    'section.why',
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
          'div.snippet',
          h(
            'div.snippet-head',
            h('span', 'The right way'),
            choice,
            copyButton('Copy', () => code.textContent),
          ),
          code,
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
function decidingSource(check) {
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

/** The tokens that a transaction issued, by kind. Tokens that were cut are left out. */
export const tokensOf = ({ steps }) => {
  const body = steps.findLast(({ kind, response }) => kind === 'token' && response?.status === 200)?.response.body;
  try {
    const { id_token, access_token } = JSON.parse(body ?? '{}');
    return { 'ID token': id_token, 'Access token': access_token };
  } catch {
    return {};
  }
};

const comparisons = { undefined: ['?', 'not compared', 'mute'], true: ['=', 'equals', 'good'], false: ['≠', 'differs from', 'bad'] };

const hero = (transaction) => {
  const { id, state, user, startedAt, pkce, app, via, steps } = transaction;
  const [sign, , tone] = states[state];
  const missing = { failed: 'not seen', succeeded: 'none was sent' }[state] ?? 'not seen yet';
  const [between, inWords, match] = comparisons[pkce.match];
  return h(
    `header.hero.${tone}`,
    h('div.hero-line', h('span.sign', { ariaHidden: 'true' }, sign), h('h2', titleOf(transaction))),
    h(
      'p.muted',
      h('bdi', nameOf(transaction)),
      user && h('bdi', user),
      h('span', asTime(Date.parse(startedAt))),
      h('code', { title: id }, id.slice(0, 8)),
      app && h('span.chip', `PKCE ${app.pkceEnforcement}`),
      via.length > 1 && h('span.chip', `by ${via.length} origins`),
      !projector && copyButton('Copy link', String(new URL(`tx/${id}`, root))),
    ),
    (steps[0]?.kind === 'authorize' || pkce.verifier) &&
      h(
        'div.duel',
        h(
          'div.side',
          h('h3', 'The challenge'),
          h('p.muted', 'shown at /authorize, through the browser'),
          h('code.value', pkce.challenge ?? 'none was recorded'),
        ),
        h(`div.sign-between.${match}`, state === 'succeeded' && !pkce.verifier ? '–' : between, h('span.hidden', inWords)),
        h(
          'div.side',
          h('h3', 'The verifier'),
          h('p.muted', 'sent to /token, straight to the server'),
          h('code.value', pkce.verifier ?? missing),
          pkce.computed && pkce.method === 'S256' && h('p.muted.arrow', '↓ SHA-256, base64url'),
          pkce.computed && pkce.method === 'S256' && h('code.value', pkce.computed),
        ),
      ),
  );
};

const decidingCheck = ({ steps }) => {
  const checks = steps.flatMap((step) => step.checks);
  return steps.findLast(({ ok }) => ok === false)?.checks.find(({ ok }) => !ok) ?? checks.findLast(({ rule }) => /verifier/.test(rule));
};

/** Draws a transaction, or updates the drawing. */
export function drawTransaction(place, transaction) {
  const { id, diagnosis, steps, truncated, state } = transaction;
  const check = decidingCheck(transaction);
  const tokens = Object.entries(tokensOf(transaction)).filter(([, token]) => token);
  // Each part with its data: only parts that changed are redrawn.
  const parts = [
    ['hero', { ...transaction, steps: steps.map(({ kind, request }) => ({ kind, url: request?.url })) }, () => hero(transaction)],
    diagnosis && ['why', { diagnosis, spec: check?.spec }, () => whyBox(diagnosis, check)],
    ['steps', { id }, () => h('ol.timeline', { 'aria-label': 'What happened, step by step' })],
    truncated && ['cut', {}, () => h('p.muted', 'Long values are cut here; the journal has them in full.')],
    check && ['source', { check }, () => decidingSource(check)],
    tokens.length > 0 && [
      'tokens',
      tokens,
      () =>
        h(
          'section.tokens',
          h('h2', 'Tokens'),
          tokens.map(([kind, token]) => tokenView(kind, token, steps.at(-1).at)),
        ),
    ],
  ]
    .filter(Boolean)
    .map(([key, value, draw]) => ({ key: `${id} ${key}`, value, draw }));
  keyed(
    place,
    parts,
    ({ key }) => key,
    ({ draw }) => draw(),
  );
  keyed(
    place.querySelector('.timeline'),
    steps.map((step) => ({ ...step, open: step.kind === 'code' && state === 'code_issued' })),
    ({ n }) => n,
    (step) => stepItem(transaction, step),
  );
}
