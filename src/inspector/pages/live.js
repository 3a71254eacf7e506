/** The live page: transactions as they happen. */
import {
  announce,
  api,
  asTime,
  button,
  fill,
  h,
  keyed,
  keys,
  parameters,
  projector,
  projectorLink,
  root,
  show,
  snippets,
  solid,
} from './dom.js';
import { stateOf } from './explain.js';
import { foldedRows } from './folding.js';
import { searchBox } from './search-box.js';
import { listen } from './stream.js';
import { nameOf, outcomeOf } from './transaction.js';
import { drawTransaction } from './transaction-view.js';
import { confirmReset, tryIt } from './try.js';

const most = 300;
const transactions = new Map();
const pinnedIn = (path) => /\/tx\/([^/]+)$/.exec(path)?.[1];
let pinned = pinnedIn(location.pathname);
let shown;
/** Changes that came while paused; undefined: the transaction was deleted. */
const held = new Map();
let pausing = false;
let scheduled = false;
let restUntil = 0;
let drawing = false;
let reload;
let wanted = parameters.get('app') ?? '';

const list = h('ul.list', { 'aria-label': 'Transactions, newest first' });
const detail = h('section.detail', {
  'aria-label': 'The chosen transaction',
  onexpired: () => reload?.(),
  // Focus in a transaction pins it, unless a redraw restored that focus.
  onfocusin: () => {
    if (!drawing) pinned ??= shown;
  },
});
const nothing = h('p.muted', { hidden: true }, 'No transaction matches the search.');
const newer = h('button.newer', {
  type: 'button',
  hidden: true,
  onclick: () => {
    pause(false);
    // This button is hidden now.
    pauseButton.focus();
  },
});
/** Loads what the page lacks, and draws. */
const search = searchBox({
  onfound: () => draw(),
  load: async (query) => {
    for (const each of (await api.get(`transactions?limit=${most}&search=${query}`)).transactions.reverse())
      if (!transactions.has(each.id) && !held.has(each.id)) remember(each);
  },
  has: (id) => transactions.has(id) || held.has(id),
});
const appChoice = h('select', {
  'aria-label': 'Application',
  onchange: () => {
    wanted = appChoice.value;
    draw();
  },
});
const onlyFailed = h('input', { type: 'checkbox', id: 'only-failed', onchange: () => draw() });
/** What a small screen shows only on request: the result comes first. */
const side = h(
  'div.browse',
  { id: 'browse' },
  h('div.filters', search.element, h('div.row', appChoice, h('label.check', { htmlFor: 'only-failed' }, onlyFailed, ' ✗ only refused'))),
  newer,
  nothing,
  list,
  h('p.muted.keys-hint', h('kbd', '?'), ' lists the keys'),
);
const sideButton = h('button.quiet.side-button', {
  type: 'button',
  'aria-controls': 'browse',
  'aria-expanded': 'false',
  onclick: () => openSide(!side.classList.contains('open')),
});
function openSide(on) {
  side.classList.toggle('open', on);
  sideButton.setAttribute('aria-expanded', String(on));
}
const goSearch = () => {
  openSide(true);
  search.focus();
};

const connection = h('span.connection', '○ connecting…');
const pauseButton = button('Pause', () => pause(!pausing), { ariaPressed: 'false' });

/** Transactions are replaced, never changed, so `began` is computed once. */
const remember = (each) => transactions.set(each.id, { ...each, began: Date.parse(each.startedAt) });

const visible = () =>
  // Newest first; of those that began at the same time, the one that was added last.
  [...transactions.values()]
    .reverse()
    .filter((each) => (!wanted || each.app?.id === wanted || each.app?.name === wanted) && (!onlyFailed.checked || each.state === 'failed'))
    .filter(({ id }) => search.fits(id))
    .sort((one, other) => other.began - one.began)
    .slice(0, most);

/** What the list shows: everything that matches, in rows. A search finds what is folded as well. */
const rowsOf = (all) => (search.active ? all : foldedRows(all, pinned));

const item = (transaction) => {
  const { id, user, began } = transaction;
  const [sign, word, tone] = stateOf(transaction);
  return h(
    'li',
    h(
      `button.item.${tone}`,
      { type: 'button', 'data-id': id, onclick: () => choose(id) },
      h('span.sign', { ariaHidden: 'true' }, sign),
      h('span.hidden', `${word}: `),
      h('span.what', outcomeOf(transaction)),
      h('span.by', h('bdi', nameOf(transaction)), user && [' · ', h('bdi', user)], ' · ', asTime(began)),
    ),
  );
};

/** A row of the list: a transaction, or some that were left. */
const row = (each) =>
  each.folded
    ? h('li', h('details.folded', h('summary', `○ ${each.folded.length} sign-ons that were not finished`), h('ul', each.folded.map(item))))
    : item(each);

function draw() {
  const apps = new Map([...transactions.values()].filter(({ app }) => app).map(({ app }) => [app.id, app.name]));
  const known = [...apps].find((each) => each.includes(wanted))?.[0];
  // The URL may name an application without a transaction yet.
  if (!known && wanted !== parameters.get('app')) wanted = '';
  if (!known && wanted) apps.set(wanted, wanted);
  keyed(
    appChoice,
    [['', 'All applications'], ...apps],
    ([id]) => id,
    ([value, name]) => h('option', { value }, name),
  );
  appChoice.value = known ?? wanted;
  const all = visible();
  shown = pinned ?? all[0]?.id;
  keyed(
    list,
    rowsOf(all),
    ({ id, folded }) => (folded ? `folded ${id}` : id),
    row,
    // Transactions are replaced, so that they are their own version; groups are made again each time.
    (each) => (each.folded ? each.folded.map(({ id, steps }) => `${id} ${steps.length}`).join() : each),
  );
  list.querySelector('[aria-current]')?.removeAttribute('aria-current');
  list.querySelector(`[data-id="${shown && CSS.escape(shown)}"]`)?.setAttribute('aria-current', 'true');
  sideButton.textContent = `List and search (${transactions.size})`;
  nothing.hidden = all.length > 0 || transactions.size === 0;
  const transaction = transactions.get(shown);
  if (transaction) {
    if (detail.dataset.empty) fill(detail);
    delete detail.dataset.empty;
    drawing = true;
    drawTransaction(detail, transaction);
    drawing = false;
    document.title = `${stateOf(transaction)[0]} ${nameOf(transaction)} – pingone-mock`;
  } else {
    const why = pinned ? gone : nothing.hidden || projector ? empty : filtered;
    if (detail.dataset.empty !== why.name) fill(detail, why());
    detail.dataset.empty = why.name;
  }
}

/** Draws soon, once for all pending changes, and leaves the browser most of the time for scrolling and input. */
function drawSoon() {
  if (scheduled) return;
  scheduled = true;
  const frame = () => {
    scheduled = false;
    const began = performance.now();
    draw();
    restUntil = performance.now() + 4 * (performance.now() - began);
  };
  setTimeout(() => requestAnimationFrame(frame), Math.max(0, restUntil - performance.now()));
}

const filtered = () => h('div.empty', h('h2', 'No transaction matches the search'));

const gone = () =>
  h(
    'div.empty',
    h('h2', 'This transaction is no longer available'),
    h('p', 'The server was restarted or reset, or has 500 newer ones.'),
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
      ' has the settings): what the server sees, computes and decides appears here at once.',
    ),
    h('p.muted', 'Server: ', h('code', example.origin)),
    !projector && solid('Try it with the built-in client', tryIt),
  );
};

/** Chooses from the list, which on a small screen makes room. */
function choose(id) {
  pin(id);
  if (!sideButton.checkVisibility()) return;
  openSide(false);
  sideButton.focus();
}

function pin(id) {
  pinned = id;
  history.replaceState(null, '', new URL(id === undefined ? `live${location.search}` : `tx/${id}${location.search}`, root));
  draw();
}

const tell = (each) => announce(`${transactions.size} transactions. Newest: ${nameOf(each)}: ${outcomeOf(each)}`);

function hold(id, transaction) {
  held.set(id, transaction);
  newer.hidden = false;
  newer.textContent = `${held.size} changed while paused: show`;
}

function take(transaction) {
  if (pausing) return hold(transaction.id, transaction);
  remember(transaction);
  // The page may stay open for days.
  if (transactions.size > 2 * most) transactions.delete(transactions.keys().next().value);
  search.changed();
  drawSoon();
  tell(transaction);
}

/** The transactions of an environment were deleted, here or elsewhere. */
function forget(environmentId) {
  for (const known of [transactions, held])
    for (const [id, each] of known)
      if (each?.envId === environmentId) {
        if (pausing) hold(id);
        else known.delete(id);
      }
  drawSoon();
}

function pause(on) {
  pausing = on;
  pauseButton.textContent = on ? 'Resume' : 'Pause';
  pauseButton.ariaPressed = String(on);
  newer.hidden = true;
  for (const [id, each] of held)
    if (each) remember(each);
    else transactions.delete(id);
  held.clear();
  draw();
  announce(on ? 'Paused' : 'Live');
}

async function clear() {
  // A transaction that arrives while the server answers was not deleted.
  const gone = [...transactions.keys(), ...held.keys()];
  await api.send('DELETE', 'transactions');
  for (const known of [transactions, held]) for (const id of gone) known.delete(id);
  newer.hidden = !held.size;
  pin(undefined);
  announce('Cleared');
}

function move(by) {
  // Folded ones are skipped.
  const all = rowsOf(visible()).filter(({ folded }) => !folded);
  const at = all.findIndex(({ id }) => id === shown);
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  if (!next) return;
  pin(next.id);
  // Only moving by key scrolls the list.
  list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  announce(`${nameOf(next)}: ${outcomeOf(next)}`);
}

async function load() {
  const { transactions: now, lastEventId } = await api.get('transactions?limit=200');
  // The pinned one may be older.
  if (pinned && !now.some(({ id }) => id === pinned))
    now.push(...(await api.get(`transactions?id=${encodeURIComponent(pinned)}`)).transactions);
  if (pausing) {
    const same = (each, known) => known?.state === each.state && known.steps.length === each.steps.length;
    for (const each of now) if (!same(each, transactions.get(each.id))) hold(each.id, each);
    const ids = new Set(now.map(({ id }) => id));
    if (now.length < 200) for (const id of transactions.keys()) if (!ids.has(id)) hold(id);
    return lastEventId;
  }
  transactions.clear();
  for (const each of now.reverse()) remember(each);
  search.changed();
  draw();
  return lastEventId;
}

const connections = { live: ['● live', 'good'], reconnecting: ['○ reconnecting…', 'bad'], hidden: ['○ paused while hidden', 'mute'] };
function setConnection(state) {
  const [text, tone] = connections[state];
  connection.textContent = text;
  connection.className = `connection ${tone}`;
}

async function live(main, tools) {
  main.append(h('h1.hidden', 'Live: what the server sees and decides'));
  if (!projector) {
    tools.append(connection, pauseButton, button('Clear', clear), button('Reset', confirmReset), projectorLink());
    main.append(h('section.side-list', { 'aria-label': 'All transactions' }, sideButton, side));
    keys([
      ['j', 'next (older) transaction', () => move(1)],
      ['k', 'previous (newer) transaction', () => move(-1)],
      ['/', 'search', goSearch],
      ['p', 'pause or resume', () => pause(!pausing)],
      ['c', 'clear the list', clear],
      ['Esc', 'follow the newest again', () => pin(undefined)],
    ]);
  } else {
    main.append(connection);
    tools.append(projectorLink());
  }
  main.append(detail);
  // Loaded early, to be there for the first refusal.
  void snippets();
  reload = await listen({ load, onTransaction: take, onForgotten: forget, onState: setConnection });
}

show(live);
