/** What the parts of the lab share. */
import { h, keyed, root } from './dom.js';

/** A group of radio buttons of `[value, label]`. */
export const radios = (legend, name, options, value, onchoose) =>
  h(
    'fieldset.choices',
    h('legend', legend),
    options.map(([each, label]) =>
      h('label.choice', h('input', { type: 'radio', name, value: each, checked: each === value, onchange: () => onchoose(each) }), label),
    ),
  );

/** Redraws an element, and keeps the focus. */
export const redraw = (place, draw) =>
  keyed(
    place,
    [0],
    () => 0,
    draw,
    () => Number.NaN,
  );

/** What the server saw, loaded and drawn once opened. */
export const seenBy = (transaction) => {
  const place = h('div.detail');
  const draw = async () => {
    const { drawTransaction, outcomeOf } = await import('./transaction.js');
    link.textContent = outcomeOf(transaction);
    drawTransaction(place, transaction);
  };
  const link = h('a', { href: new URL(`tx/${transaction.id}`, root) }, 'Open it on the live page');
  return h(
    'details.seen',
    { ontoggle: ({ target }) => target.open && place.childElementCount === 0 && draw() },
    h('summary', 'What the server saw, computed and decided'),
    h('p', link),
    place,
  );
};
