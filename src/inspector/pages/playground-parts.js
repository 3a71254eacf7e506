/** The parts that the playground's steps are made of: fields, code, answers. */
import { announce, button, copyButton, fill, h } from './dom.js';
import { writers } from './playground-code.js';

/** The members of a token response that hold a token, with their titles. */
export const shownTokens = { id_token: 'ID token', access_token: 'Access token', refresh_token: 'Refresh token' };

let made = 0;

/**
 * A field of a parameter with what it means. `set` gets what is typed; its element has `show(value)`, which fills it in.
 */
export function parameterField({ name, meaning, values }, set, { note } = {}) {
  const id = `play-${++made}`;
  const options = `${id}-values`;
  const text = `${id}-meaning`;
  const input = h('input.code', {
    id,
    name,
    spellcheck: false,
    autocomplete: 'off',
    autocapitalize: 'off',
    list: values?.length > 0 ? options : undefined,
    'aria-describedby': text,
    oninput: () => set(input.value),
  });
  const element = h(
    'div.field.play-field',
    h('label', { htmlFor: id }, h('code', name)),
    input,
    values?.length > 0 &&
      h(
        'datalist',
        { id: options },
        values.map((value) => h('option', { value })),
      ),
    h('small.meaning', { id: text }, meaning),
    note,
  );
  return Object.assign(element, {
    parameter: name,
    show: (value = '') => {
      if (input.value !== value) input.value = value;
    },
  });
}

const codeKey = 'pingone-mock code';
const codeViews = new Set();
const chosen = () => (Object.hasOwn(writers, localStorage.getItem(codeKey)) ? localStorage.getItem(codeKey) : 'curl');

/** The request as code, folded. `build` makes the request; it is called when the code is seen. */
export function codeView(build) {
  const text = h('pre', { tabIndex: 0, 'aria-label': 'The request as code' });
  const tabs = h(
    'div.tabs',
    { role: 'group', 'aria-label': 'The request as' },
    Object.keys(writers).map((name) =>
      button(
        name,
        () => {
          localStorage.setItem(codeKey, name);
          for (const view of codeViews) view.refresh();
        },
        { look: 'tab' },
      ),
    ),
    copyButton('Copy code', () => text.textContent),
  );
  const view = h('details.play-code', { ontoggle: () => view.refresh() }, h('summary', 'As code'), tabs, text);
  let turn = 0;
  view.refresh = async () => {
    if (!view.open) return;
    const mine = ++turn;
    for (const tab of tabs.querySelectorAll('.tab')) tab.ariaPressed = String(tab.textContent === chosen());
    const shown = await build()
      .then(writers[chosen()])
      .catch(({ message }) => `Not yet: ${message}`);
    if (mine === turn) text.textContent = shown;
  };
  codeViews.add(view);
  return view;
}

/** Forgets the code views of the old page when it is drawn again; refreshes the current ones. */
export const forgetCode = () => codeViews.clear();
export const refreshCode = () => {
  for (const view of codeViews) void view.refresh();
};

/** The answer to a request. */
export function answerView(place, { status, text, diagnosis }) {
  announce(`The server answered ${status}`);
  fill(
    place,
    h(
      'p.row',
      h(`span.chip.${status < 400 ? 'good' : 'bad'}`, `${status < 400 ? '✓' : '✗'} ${status}`),
      diagnosis && h('code.muted', diagnosis.split(';').slice(0, 2).join(';')),
    ),
    text ? h('pre', { tabIndex: 0, 'aria-label': 'The answer' }, text) : h('p.muted', 'The answer has no body.'),
  );
}

/** A request that got no answer. */
export const noAnswer = (place, { message }) => fill(place, h('p.problem', { role: 'alert' }, `Not sent, or not answered: ${message}`));

/** A step of the playground: the action on the left, what the server decided on the right. */
export const stepOf = (number, title, body, reasons) =>
  h(
    `section.panel.play-step${reasons ? '.with-reasons' : ''}`,
    { 'aria-labelledby': `play-step-${number}` },
    h('h2', { id: `play-step-${number}`, tabIndex: -1 }, h('span.play-number', { ariaHidden: 'true' }, number), title),
    h('div.play-body', body),
    reasons,
  );

/** A place for what the server decided. */
export const reasonsOf = (title) => h('div.play-reasons', { role: 'group', 'aria-label': `What the server decided: ${title}` });
