/** What the server decided, beside each step of the playground: the checks of its transaction, and the diagnosis. */
import { api, fill, h, inEnvironment, root } from './dom.js';
import { ruleInWords } from './explain.js';
import { listen } from './stream.js';

/** The playground's step that a step of a transaction belongs to; the others belong where the one before them does. */
const places = {
  authorize: 'authorize',
  'pkce.recorded': 'authorize',
  login: 'callback',
  consent: 'callback',
  code: 'callback',
  redirect: 'callback',
  userinfo: 'userinfo',
  revoke: 'revoke',
  logout: 'signoff',
};
const placeOf = ({ kind, title }) => (kind === 'token' ? (/refresh_token/.test(title) ? 'refresh' : 'token') : places[kind]);
/** Places that a transaction reaches several times: the last time counts. */
const repeated = new Set(['token', 'refresh', 'revoke']);

/** The steps of a transaction by place; the first ones belong to the place that sent the request. */
export function stepsByPlace({ steps }, asking) {
  const found = {};
  let place = asking;
  for (const step of steps) {
    const next = placeOf(step);
    if (next && (next !== place || step.kind === 'token')) {
      if (repeated.has(next)) found[next] = [];
      place = next;
    }
    found[place] = [...(found[place] ?? []), step];
  }
  return found;
}

const warningPlaces = { nothing_revoked: 'revoke', nonce_missing: 'authorize', scopes_left_out: 'authorize' };
const signs = { true: ['✓', 'held', 'good'], false: ['✗', 'refused', 'bad'], null: ['–', 'undecided', 'mute'] };
const mark = (ok) => {
  const [sign, word, tone] = signs[ok];
  return [h(`b.${tone}`, { ariaHidden: 'true' }, sign), h('span.hidden', `${word}: `)];
};

const checkLine = ({ rule, ok, expected, got, spec }) =>
  h(
    'li',
    mark(ok),
    h(
      'span',
      ruleInWords(rule),
      !ok && expected !== undefined && [h('br'), 'expected ', h('code', expected)],
      !ok && got !== undefined && [h('br'), 'got ', h('code', got)],
      spec && h('small.muted', ` ${spec}`),
    ),
  );

const stepLine = ({ title, ok, checks }) =>
  h(
    'li',
    h('p', mark(ok), h('b', title)),
    checks.length > 0 &&
      h(
        'details',
        { open: ok === false },
        h('summary', checks.length === 1 ? '1 check' : `${checks.length} checks`),
        h('ul.play-checks', [...checks].sort((one, other) => Number(one.ok) - Number(other.ok)).map(checkLine)),
      ),
  );

const nothing = 'Nothing was sent yet.';

/** What the server recorded of one place. */
export function drawReasons(place, name, transaction) {
  const steps = transaction ? stepsByPlace(transaction, name)[name] : undefined;
  if (!steps) return fill(place, h('h3', 'What the server decided'), h('p.muted', place.said ?? nothing));
  const { id, diagnosis, state, warnings = [] } = transaction;
  const failed = steps.findLast(({ ok }) => ok === false);
  const isLast = failed && transaction.steps.findLast(({ ok }) => ok === false) === failed;
  const shown = [
    ...(isLast && state === 'failed' && diagnosis ? [diagnosis] : []),
    ...warnings.filter(({ code }) => (warningPlaces[code] ?? 'token') === name),
  ];
  const why = h('div.play-why');
  const check = failed?.checks.find(({ ok }) => !ok);
  // Most visits do without it.
  if (shown.length > 0)
    void import('./why.js').then(({ whyBox }) =>
      fill(
        why,
        shown.map((each) => whyBox(each, check)),
      ),
    );
  fill(
    place,
    h('h3', 'What the server decided'),
    why,
    h('ol.play-steps', steps.map(stepLine)),
    h('p', h('a', { href: new URL(`tx/${id}`, root) }, 'The whole transaction')),
  );
}

/** The id of the transaction of a request: by its correlation id, or the newest to an endpoint with a `state` or of a client. */
export async function transactionOf(environmentId, { correlation, endpoint, state, client }) {
  if (correlation !== undefined) {
    const { transactions } = await api.get(
      inEnvironment(environmentId, `transactions?${new URLSearchParams({ correlationId: correlation })}`),
    );
    return transactions[0]?.id;
  }
  const { requests } = await api.get(inEnvironment(environmentId, `requests?endpoint=${endpoint}&limit=50`));
  return requests.findLast(({ query, form }) => {
    const sent = { ...query, ...form };
    return state ? sent.state === state : sent.client_id === client;
  })?.transactionId;
}

/** Follows the server's transactions: `onChange` is called for each that is new or has changed. Returns them by id. */
export async function follow(onChange) {
  const seen = new Map();
  const take = (transaction) => {
    seen.set(transaction.id, transaction);
    // The page shows one sign-on: anything older than these does not belong to it.
    if (seen.size > 100) seen.delete(seen.keys().next().value);
    onChange();
  };
  const load = async () => {
    const { transactions, lastEventId } = await api.get('transactions?limit=30');
    for (const transaction of transactions.reverse()) take(transaction);
    return lastEventId;
  };
  await listen({ load, onTransaction: take, onForgotten: () => seen.clear(), onState: () => {} });
  return seen;
}
