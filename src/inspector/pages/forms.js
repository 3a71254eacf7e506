/** Forms that make a call. */
import { perform } from './calls.js';
import { announce, button, field, fill, h, openDialog } from './dom.js';

/** The name of a field is the path of its member in the body, as `name.given`. */
const idOf = (form, name) => `${form}-${name.replaceAll('.', '-')}`;

/** A text field. `wide` ones are for more than a line. */
export const text = (label, name, properties = {}) => ({ label, name, properties });
export const choice = (label, name, options, properties = {}) => ({ label, name, options, properties });
export const tick = (label, name, properties = {}) => ({ label, name, isTick: true, properties });
export const lines = (label, name, properties = {}) => ({ label, name, isLines: true, properties });

function control(form, { label, name, options, isTick, isLines, properties }) {
  const common = { id: idOf(form, name), name, ...properties };
  if (isTick) return h('label.check', h('input', { type: 'checkbox', ...common }), label);
  const input = options
    ? h(
        'select',
        common,
        options.map(([value, said = value]) => h('option', { value, selected: value === properties.value }, said)),
      )
    : isLines
      ? h('textarea.code', { rows: 3, spellcheck: false, ...common })
      : h('input', { type: 'text', autocomplete: 'off', spellcheck: false, ...common });
  return field(label, input, h('small.bad', { id: `${common.id}-why`, hidden: true }));
}

/** Shows beside each field why the answer refused it, and moves to the first of them. */
function mark(form, id, details) {
  for (const input of form.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
    const why = document.getElementById(`${input.id}-why`);
    if (why) why.hidden = true;
  }
  let first;
  for (const { target, message } of details) {
    // Also if a part of it is refused, such as redirectUris[0].
    const input = form.elements[target] ?? [...form.elements].find(({ name }) => name && target?.startsWith(name));
    if (!input?.id) continue;
    input.setAttribute('aria-invalid', 'true');
    const why = document.getElementById(`${idOf(id, input.name)}-why`);
    if (why) {
      fill(why, message).hidden = false;
      input.setAttribute('aria-describedby', why.id);
    }
    first ??= input;
  }
  first?.focus();
}

/** What a form holds, by name. Fields that are hidden or disabled are left out; lines become a list. */
export const valuesOf = (form) =>
  Object.fromEntries(
    [...form.elements]
      .filter(({ name, disabled }) => name && !disabled)
      .map((input) => [
        input.name,
        input.type === 'checkbox'
          ? input.checked
          : input.matches('textarea')
            ? input.value.split('\n').flatMap((line) => line.trim() || [])
            : input.value,
      ]),
  );

/** An object of the values by their paths, without those that are empty. */
export function bodyOf(values) {
  const body = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === '' || value === false || (Array.isArray(value) && value.length === 0)) continue;
    const path = name.split('.');
    let at = body;
    for (const part of path.slice(0, -1)) at = at[part] ??= {};
    at[path.at(-1)] = value;
  }
  return body;
}

/** A button that makes calls, shows them in `place`, and has the page drawn again. */
export function callButton(page, place, label, requests, { after, ...properties } = {}) {
  let isBusy = false;
  return button(
    label,
    async () => {
      if (isBusy) return;
      isBusy = true;
      try {
        const made = await perform(place, page, ...[await requests()].flat());
        if (made.ok) await (after ?? page.refresh)?.(made);
      } finally {
        isBusy = false;
      }
    },
    properties,
  );
}

/** The same, after a question. */
export const askedButton = (page, place, label, question, requests, properties = {}) =>
  button(
    label,
    () => {
      const go = callButton(
        page,
        place,
        label,
        () => {
          document.querySelector('dialog[open]')?.close();
          return requests();
        },
        { ...properties, look: 'solid' },
      );
      openDialog(question, h('p', properties.note ?? 'This cannot be undone; a reset brings back what the seed has.'), 'Cancel', go);
    },
    { look: properties.look },
  );

/**
 * A form that makes the calls that `requests` reads from its values, and shows them in `place`. If there is nothing to send,
 * `requests` returns `problems` instead, in the form of PingOne's details.
 * @param after called once all of them are done
 */
export function callForm(page, place, { id, fields, submit, requests, after, clear = true }) {
  const form = h(
    'form.edit',
    {
      noValidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        // One at a time; the button keeps the focus.
        if (form.ariaBusy === 'true') return;
        form.ariaBusy = 'true';
        try {
          const wanted = await requests(valuesOf(form));
          if (wanted.problems) {
            mark(form, id, wanted.problems);
            return announce(wanted.problems[0].message);
          }
          const made = await perform(place, page, ...[wanted].flat());
          mark(form, id, made.ok ? [] : (made.json?.details ?? []));
          if (!made.ok) return;
          if (clear) form.reset();
          await (after ?? page.refresh)?.(made);
        } finally {
          form.ariaBusy = 'false';
        }
      },
    },
    h(
      'div.edit-fields',
      fields.map((each) => (each instanceof Node ? each : control(id, each))),
    ),
    h('div.row', h('button.solid', { type: 'submit' }, submit)),
  );
  return form;
}
