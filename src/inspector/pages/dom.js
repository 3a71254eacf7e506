/** Builds pages from elements and text nodes: no string is ever parsed as markup. */

const set = (element, name, value) => {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name in element && !name.includes('-') && name !== 'list') element[name] = value;
  else element.setAttribute(name, value === true ? '' : value);
};

/** An element: h('p.note', { title }, 'text', child). Children that are undefined, null or false are skipped. */
export function h(selector, properties, ...children) {
  const [tag, ...classes] = selector.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length > 0) element.className = classes.join(' ');
  const isChild = typeof properties !== 'object' || properties === null || properties instanceof Node || Array.isArray(properties);
  for (const [name, value] of Object.entries(isChild ? {} : properties)) set(element, name, value);
  append(element, isChild ? [properties, ...children] : children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(9))
    if (child !== undefined && child !== null && child !== false) element.append(child instanceof Node ? child : String(child));
}

export const fill = (element, ...children) => {
  const made = document.createDocumentFragment();
  append(made, children);
  element.replaceChildren(made);
  return element;
};

const focusable = 'a, button, summary, input, select, pre';
/** Keeps open what the reader opened; returns the function that restores the focus. */
function carryOver(old, made) {
  const opened = [...old.querySelectorAll('details')].map(({ open }) => open);
  for (const [at, each] of made.querySelectorAll('details').entries()) each.open ||= opened[at] ?? false;
  const at = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  return () => at >= 0 && made.querySelectorAll(focusable)[at]?.focus({ preventScroll: true });
}

/** What identifies an element when the page is drawn again. */
const nameOf = (element) => element.id || element.getAttribute('aria-label') || element.textContent;

/** Fills an element again; what the reader opened stays open, and the focus stays where it was or goes to what is nearest. */
export function refill(element, ...children) {
  const opened = new Set([...element.querySelectorAll('details[open] > summary')].map(nameOf));
  const before = [...element.querySelectorAll(focusable)];
  const at = before.indexOf(document.activeElement);
  const name = at < 0 ? undefined : nameOf(before[at]);
  fill(element, ...children);
  for (const summary of element.querySelectorAll('details > summary')) summary.parentElement.open ||= opened.has(nameOf(summary));
  if (at < 0) return;
  const found = [...element.querySelectorAll(focusable)];
  (found.find((each) => nameOf(each) === name) ?? found[at] ?? found.at(-1) ?? main).focus({ preventScroll: true });
}

export const field = (label, input, ...rest) => h('div.field', h('label', { htmlFor: input.id }, label), input, rest);

/** A section of a page with its heading. */
export const panel = (title, ...children) => h('section.panel', { 'aria-label': [title].flat()[0] }, h('h2', title), children);

/** Scrolls wide content sideways, by keyboard too. */
export const scroll = (name, child) => h('div.scroll', { tabIndex: 0, role: 'group', 'aria-label': name }, child);

const cell = (each, name = 'td', properties = {}) => (each instanceof HTMLTableCellElement ? each : h(name, properties, each));

/** A table. Cells may be `td` or `th` elements already. */
export const table = (names, rows) =>
  h(
    'table',
    h(
      'thead',
      h(
        'tr',
        names.map((name) => cell(name, 'th', { scope: 'col' })),
      ),
    ),
    h(
      'tbody',
      rows.map((cells) =>
        h(
          'tr',
          cells.map((each) => cell(each)),
        ),
      ),
    ),
  );

/** A drop-down list of `[value, label]`; the label defaults to the value. */
export const select = (properties, options, value) =>
  h(
    'select',
    properties,
    options.map(([each, text = each]) => h('option', { value: each, selected: each === value }, text)),
  );

/** Updates the children of an element to match items. An item whose version has not changed keeps its element. */
export function keyed(parent, items, keyOf, make, versionOf = JSON.stringify) {
  const old = new Map([...parent.children].map((element) => [element.itemKey, element]));
  const children = items.map((item) => {
    const [key, version] = [keyOf(item), versionOf(item)];
    const known = old.get(key);
    if (known?.itemVersion === version) return known;
    const made = Object.assign(make(item), { itemKey: key, itemVersion: version });
    if (known) {
      const focus = carryOver(known, made);
      known.replaceWith(made);
      focus();
    }
    return made;
  });
  const kept = new Set(children);
  for (const element of [...parent.children]) if (!kept.has(element)) element.remove();
  let next = parent.firstChild;
  for (const element of children)
    if (element === next) next = next.nextSibling;
    else parent.insertBefore(element, next);
}

export const button = (label, onclick, properties = {}) =>
  h(`button.${properties.look ?? 'quiet'}`, { type: 'button', onclick, ...properties, look: undefined }, label);

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https, browsers offer only this.
  const field = h('textarea', { value: text, readOnly: true });
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** The primary button. */
export const solid = (label, onclick, properties) => button(label, onclick, { ...properties, look: 'solid' });

/** A button that copies a text, or what a function returns, and confirms it for a moment. It is lighter than those that do something. */
export function copyButton(label, text, properties = {}) {
  const element = button(
    label,
    async () => {
      // What is beside it keeps its place.
      element.style.minInlineSize = `${element.offsetWidth}px`;
      let said = 'Copied';
      try {
        await copyText(typeof text === 'function' ? await text() : text);
      } catch {
        said = 'Not copied';
      }
      element.textContent = said;
      announce(said);
      setTimeout(() => {
        element.textContent = label;
      }, 1500);
    },
    { look: 'copy', ...properties },
  );
  return element;
}

let waiting;
let last = 0;
/** Announces to screen readers, at most once a second: the last sentence wins. */
export function announce(sentence) {
  const status = document.getElementById('status');
  clearTimeout(waiting);
  waiting = setTimeout(
    () => {
      last = Date.now();
      status.textContent = sentence;
    },
    Math.max(0, last + 1000 - Date.now()),
  );
}

/** The URL of /__mock/, wherever it is mounted. */
export const root = new URL('../', import.meta.url);

async function call(path, options = {}) {
  const response = await fetch(new URL(`v1/${path}`, root), options);
  const body = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(body?.error?.message ?? `The server returned ${response.status}`);
  return body;
}

/** A path of the control API below an environment. The id is escaped: it may come from a pasted token. */
export const inEnvironment = (id, path) => `environments/${encodeURIComponent(id)}/${path}`;

/** The control API. */
export const api = {
  get: (path) => call(path),
  send: (method, path, body) =>
    call(path, { method, ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) }),
};

let served;
/** Code that does PKCE right, by language. */
export const snippets = () => {
  served ??= fetch(new URL('snippets.json', import.meta.url)).then((response) => response.json());
  return served;
};

const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
export const asTime = (at) => clockTime.format(at);
export const asMoment = (at) => new Date(at).toLocaleString(undefined, { hour12: false });
// The first call takes tens of milliseconds, while the browser loads its language data: make it now.
asTime(0);

/** A relative time, as "in 59 min". */
export function fromNow(at, now = Date.now()) {
  const seconds = Math.round(Math.abs(at - now) / 1000);
  const [size, unit] = seconds < 90 ? [1, 's'] : seconds < 5400 ? [60, 'min'] : seconds < 172_800 ? [3600, 'h'] : [86_400, 'days'];
  const span = `${Math.round(seconds / size)} ${unit}`;
  return at > now ? `in ${span}` : `${span} ago`;
}

const keyTable = [];
/** Keyboard shortcuts. They work outside of form fields, and ? lists them. */
export function keys(table) {
  keyTable.push(...table);
}

/** Opens a modal dialog. */
export function openDialog(title, text, close, action) {
  const row = h(
    'div.row',
    action,
    button(close, () => dialog.close()),
  );
  const dialog = h('dialog', { 'aria-label': title, onclose: () => dialog.remove() }, h('h2', title), text, row);
  document.body.append(dialog);
  dialog.showModal();
}

const help = () =>
  openDialog(
    'Keys',
    h(
      'dl.keys',
      keyTable.map(([key, meaning]) => h('div', h('dt', h('kbd', key)), h('dd', meaning))),
    ),
    'Close',
  );
keys([['?', 'this list', help]]);

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const inField = event.target.closest?.('input:not([type=checkbox], [type=radio]), select, textarea');
  if (inField) {
    if (event.key === 'Escape') inField.blur();
    return;
  }
  const found = keyTable.find(([key]) => key === event.key || (key === 'Esc' && event.key === 'Escape'));
  if (!found?.[2]) return;
  event.preventDefault();
  found[2]();
});

export const parameters = new URLSearchParams(location.search);
export const projector = parameters.get('projector') === '1';
if (projector) document.documentElement.classList.add('projector');

/** A link to this page for a projector, large and with what is needed alone, or back from there. */
export function projectorLink() {
  const other = () => {
    const url = new URL(location.href);
    if (projector) url.searchParams.delete('projector');
    else url.searchParams.set('projector', '1');
    return url.href;
  };
  // A page changes its own address.
  const follow = ({ currentTarget }) => {
    currentTarget.href = other();
  };
  return h('a.quiet', { href: other(), onclick: follow, onauxclick: follow }, projector ? 'Leave projector mode' : 'Projector');
}

const main = document.getElementById('main');
const problem = h('p.problem', { role: 'alert' });
/** Shows an unexpected error on the page. */
const complain = ({ message }) => main.append(fill(problem, `Something went wrong: ${message}`));
// The next action hides it.
for (const kind of ['click', 'input']) addEventListener(kind, () => problem.remove(), true);
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  complain(event.reason);
});

/** Draws the page. */
export function show(draw) {
  // The live page changes its own URL, which relative links must not follow.
  for (const link of document.querySelectorAll('nav a, .home, [rel=icon]')) link.setAttribute('href', link.href);
  draw(main, document.getElementById('tools')).catch(complain);
}
