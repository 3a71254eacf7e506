/** The form that begins a checkup. */
import { announce, field, fill, h, select } from './dom.js';

const note = (id, text) => h('small.muted', { id: `${id}-note` }, text);

/** An input with its label and a note. `properties`: more of the input. */
const noted = (id, label, text, properties) =>
  field(
    label,
    h('input', { id, name: id, type: 'text', autocomplete: 'off', spellcheck: false, 'aria-describedby': `${id}-note`, ...properties }),
    note(id, text),
  );

/** What some cases need, folded. `open` opens it: a browser shows no complaint about an input that is folded away. */
function moreOptions() {
  const click = h('input', {
    id: 'click',
    name: 'click',
    type: 'text',
    autocomplete: 'off',
    disabled: true,
    placeholder: 'Sign on',
    'aria-describedby': 'click-note',
  });
  const browser = h('input', {
    id: 'browser',
    name: 'browser',
    type: 'checkbox',
    'aria-describedby': 'browser-note',
    onchange: () => {
      click.disabled = !browser.checked;
    },
  });
  const address = (id, label, text) => noted(id, label, text, { type: 'url', oninvalid: () => open() });
  const more = h(
    'details.checkup-more',
    h('summary', 'More options'),
    h(
      'div.checkup-fields',
      address(
        'protectedPage',
        'Protected page',
        'Shows who is signed on, for the cases of refresh and sign-off. Otherwise the page where a sign-on ends.',
      ),
      address('signOff', 'Sign-off address', 'Otherwise the link or form for it on that page.'),
      address(
        'secondStart',
        'Second start address',
        'Begins a sign-on at another environment of this mock, for a mix-up of two providers.',
      ),
      h(
        'div.field',
        h('label.check', { htmlFor: 'browser' }, browser, 'Run it in Chromium'),
        note('browser', 'For a single-page application. Needs playwright-core where the mock runs.'),
      ),
      field(
        'Button to click',
        click,
        note('click', 'With Chromium: what begins the sign-on on the start page. Leave it empty if the page does so itself.'),
      ),
    ),
  );
  const open = () => {
    more.open = true;
  };
  return more;
}

/** What was filled in, as the control API takes it. */
function bodyOf(form) {
  const filled = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== '');
  const { only, browser, ...body } = Object.fromEntries(filled);
  const chosen = (only ?? '').split(',').flatMap((name) => name.trim() || []);
  return { ...body, ...(chosen.length > 0 && { only: chosen }), ...(browser && { browser: true }) };
}

/**
 * The form. `begin` asks for a checkup, `onStart` gets the one that began; `onEnvironment` is called when another environment is chosen.
 */
export function startForm({ users, environments, current, begin, onStart, onEnvironment }) {
  const environment = select(
    { id: 'environment', onchange: () => onEnvironment(environment.value) },
    environments.map(({ id, name }) => [id, `${name} (${id.slice(0, 8)})`]),
    environments.find(({ id }) => id === current)?.id,
  );
  const user = select(
    { id: 'user', name: 'user' },
    users.map(({ username }) => [username]),
  );
  const go = h('button.solid', { type: 'submit' }, 'Start the checkup');
  const problem = h('div', { role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    fill(problem);
    go.disabled = true;
    fill(go, 'Signing on…');
    announce('Signing on as usual first');
    try {
      const { error, ...run } = await begin(bodyOf(form));
      if (error) fill(problem, h('div.problem', h('p', error.message), error.fix && h('p', error.fix)));
      else onStart(run);
    } finally {
      go.disabled = false;
      fill(go, 'Start the checkup');
    }
  };
  const form = h(
    'form.checkup-form',
    { onsubmit: submit, 'aria-label': 'A new checkup' },
    h(
      'div.checkup-fields',
      environments.length > 1 && field('Environment', environment),
      noted(
        'start',
        'Start address',
        'Where your application begins a sign-on. It must use this mock, and run on this machine or a name without a dot.',
        {
          type: 'url',
          required: true,
          placeholder: 'http://localhost:3000/login',
        },
      ),
      field('Who signs on', user),
      noted('only', 'Only these cases', 'Optional: how their names or groups begin, with commas between them.', {
        placeholder: 'state, clock',
      }),
      noted('success', 'What shows success', 'Optional: a text of the page, or the path of its address. Otherwise it is worked out.', {
        placeholder: 'Welcome back',
      }),
    ),
    moreOptions(),
    h('div.row', go),
    problem,
  );
  return form;
}
