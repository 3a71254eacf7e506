/** The live page: what happens on this server, as it happens. */
import { announce, api, asTime, button, fill, h, keyed, keys, parameters, projector, root, solid, source } from './dom.js';
import { states } from './explain.js';
import { listen } from './stream.js';
import { drawTransaction, nameOf, outcomeOf } from './transaction.js';
import { confirmReset, tryIt } from './try.js';

const most = 300;
const transactions = new Map();
const pinnedIn = (path) => /\/tx\/([^/]+)$/.exec(path)?.[1];
let pinned = pinnedIn(location.pathname);
let shown;
let held = [];
let pausing = false;

const list = h('ul.list', { 'aria-label': 'Transactions, newest first' });
const detail = h('section.detail', { 'aria-label': 'The chosen transaction', onexpired: () => load() });
const newer = h('button.newer', { type: 'button', hidden: true, onclick: () => pause(false) });
const search = h('input', {
  type: 'search',
  placeholder: 'Filter: app, user, error',
  'aria-label': 'Filter by application, user or error',
  oninput: () => draw(),
  value: parameters.get('q') ?? '',
});
const appChoice = h('select', { 'aria-label': 'Application', onchange: () => draw() });
const onlyFailed = h('input', { type: 'checkbox', id: 'only-failed', onchange: () => draw() });
const connection = h('span.connection', '○ connecting…');
const pauseButton = button('Pause', () => pause(!pausing), { ariaPressed: 'false' });

const wantedApp = () => parameters.get('app') ?? appChoice.value;
const sortKey = ({ startedAt }) => Date.parse(startedAt);

const visible = () => {
  const [text, app] = [search.value.trim().toLowerCase(), wantedApp()];
  // Newest first; of those that began at once, the one that was heard of last.
  return [...transactions.values()]
    .reverse()
    .filter((each) => (!app || each.app?.id === app || each.app?.name === app) && (!onlyFailed.checked || each.state === 'failed'))
    .filter(
      (each) =>
        !text ||
        [nameOf(each), each.user, each.error, each.diagnosis?.code, each.diagnosis?.title, each.id, each.state]
          .join(' ')
          .toLowerCase()
          .includes(text),
    )
    .sort((one, other) => sortKey(other) - sortKey(one))
    .slice(0, most);
};

const item = ({ id, current, outcome, state, name, user, at }) => {
  const [sign, word, tone] = states[state];
  return h(
    'li',
    h(
      `button.item.${tone}`,
      { type: 'button', 'aria-current': current && 'true', onclick: () => pin(id) },
      h('span.sign', { ariaHidden: 'true' }, sign),
      h('span.hidden', `${word}: `),
      h('span.what', outcome),
      h('span.by', h('bdi', name), user && [' · ', h('bdi', user)], ' · ', at),
    ),
  );
};

function draw() {
  const apps = new Map([...transactions.values()].filter(({ app }) => app).map(({ app }) => [app.id, app.name]));
  keyed(
    appChoice,
    [['', 'All applications'], ...apps],
    ([id]) => id,
    ([value, name]) => h('option', { value }, name),
  );
  const all = visible();
  // Who reads in a transaction keeps it, whatever comes.
  if (pinned === undefined && shown && detail.contains(document.activeElement)) pinned = shown;
  shown = pinned ?? all[0]?.id;
  keyed(
    list,
    all.map((each) => ({
      id: each.id,
      current: each.id === shown,
      outcome: outcomeOf(each),
      state: each.state,
      name: nameOf(each),
      user: each.user,
      at: asTime(sortKey(each)),
    })),
    ({ id }) => id,
    item,
  );
  const transaction = transactions.get(shown);
  if (transaction) {
    if (detail.dataset.empty) fill(detail);
    delete detail.dataset.empty;
    drawTransaction(detail, transaction);
    document.title = `${states[transaction.state][0]} ${nameOf(transaction)} – pingone-mock`;
  } else if (!detail.dataset.empty) {
    detail.dataset.empty = 'yes';
    fill(detail, pinned ? gone() : empty());
  }
}

const gone = () =>
  h(
    'div.empty',
    h('h2', 'This transaction is not remembered any more'),
    h('p', 'A restart, a reset or 500 newer ones made the mock forget it.'),
    solid('Show the newest', () => pin(undefined)),
  );

const empty = () => {
  const example = new URL('..', root);
  return h(
    'div.empty',
    h('h2', 'Waiting for the first /authorize request'),
    h(
      'p',
      'Point your application at this server (',
      h('a', { href: String(root) }, 'Setup'),
      ' has the settings), and everything that the server sees, computes and decides appears here at once.',
    ),
    h('p.muted', 'Server: ', h('code', example.origin)),
    !projector && solid('Try it with the built-in client', tryIt),
  );
};

function pin(id) {
  pinned = id;
  history.replaceState(null, '', new URL(id === undefined ? `live${location.search}` : `tx/${id}${location.search}`, root));
  draw();
}

const tell = (each) => announce(`${transactions.size} transactions. Newest: ${nameOf(each)}: ${outcomeOf(each)}`);

function take(transaction) {
  if (pausing) {
    held.push(transaction);
    const count = new Set(held.map(({ id }) => id)).size;
    newer.hidden = false;
    newer.textContent = `${count} changed while paused: show`;
    return;
  }
  transactions.set(transaction.id, transaction);
  // A page may stay open for days.
  if (transactions.size > 2 * most) transactions.delete(transactions.keys().next().value);
  draw();
  tell(transaction);
}

function pause(on) {
  pausing = on;
  pauseButton.textContent = on ? 'Go on' : 'Pause';
  pauseButton.ariaPressed = String(on);
  newer.hidden = true;
  const waiting = held;
  held = [];
  for (const each of waiting) take(each);
  announce(on ? 'Paused' : 'Live');
}

/** Whoever it was that cleared or reset: what the server does not know any more is not shown. */
function forget(environmentId) {
  held = held.filter(({ envId }) => envId !== environmentId);
  newer.hidden = held.length === 0;
  for (const { id, envId } of transactions.values()) if (envId === environmentId) transactions.delete(id);
  draw();
}

async function clear() {
  await api.send('DELETE', 'transactions');
  pin(undefined);
  announce('Cleared');
}

function move(by) {
  const all = visible();
  const at = all.findIndex(({ id }) => id === shown);
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  if (!next) return;
  pin(next.id);
  // By key the reader moves; only then may the focus.
  list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  announce(`${nameOf(next)}: ${outcomeOf(next)}`);
}

async function load() {
  const answer = await api.get('transactions?limit=200');
  transactions.clear();
  for (const each of answer.transactions.reverse()) transactions.set(each.id, each);
  if (pinned && !transactions.has(pinned)) {
    const one = await api.get(`transactions/${encodeURIComponent(pinned)}`).catch(() => undefined);
    if (one) transactions.set(one.id, one);
  }
  draw();
  return answer.lastEventId;
}

const connections = { live: ['● live', 'good'], reconnecting: ['○ reconnecting…', 'bad'], hidden: ['○ resting while hidden', 'mute'] };
function setConnection(state) {
  const [text, tone] = connections[state];
  connection.textContent = text;
  connection.className = `connection ${tone}`;
}

export async function live(main, tools) {
  main.append(h('h1.hidden', 'Live: what the server sees and decides'));
  if (!projector) {
    tools.append(connection, pauseButton, button('Clear', clear), button('Reset', confirmReset));
    main.append(
      h(
        'section.side-list',
        { 'aria-label': 'All transactions' },
        h('div.filters', search, appChoice, h('label.check', { htmlFor: 'only-failed' }, onlyFailed, ' ✗ only refused')),
        newer,
        list,
        h('p.muted.keys-hint', h('kbd', 'j'), ' ', h('kbd', 'k'), ' move · ', h('kbd', '/'), ' filter · ', h('kbd', '?'), ' all keys'),
      ),
    );
    keys([
      ['j', 'next (older) transaction', () => move(1)],
      ['k', 'previous (newer) transaction', () => move(-1)],
      ['/', 'filter', () => search.focus()],
      ['p', 'pause, and go on', () => pause(!pausing)],
      ['c', 'clear the list', clear],
      ['Esc', 'follow the newest again', () => pin(undefined)],
    ]);
  } else main.append(connection);
  main.append(detail);
  // What the first refusal needs as well is here before it comes.
  void source();
  const after = await load();
  listen({ after, onTransaction: take, onForgotten: forget, onState: setConnection, onResume: load });
}
