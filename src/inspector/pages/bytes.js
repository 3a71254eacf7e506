/** Draws bytes, and compares two strings. */
import { h } from './dom.js';

export const hex = (byte) => byte.toString(16).padStart(2, '0');

/** Many small boxes are one picture to a screen reader, described by one sentence. */
export const picture = (name, sentence, ...boxes) => h(`div.${name}`, { role: 'img', 'aria-label': sentence }, boxes);

/** Two strings, one above the other. Characters that differ are coloured, underlined and counted. */
export function comparison([oneName, one], [otherName, other]) {
  const length = Math.max(one.length, other.length);
  const differs = Array.from({ length }, (_, at) => one[at] !== other[at]);
  const count = differs.filter(Boolean).length;
  const first = differs.indexOf(true);
  const words =
    count === 0
      ? `Equal: all ${length} characters`
      : `Different: ${count} of ${length} characters${one.length === other.length ? '' : ` (lengths ${one.length} and ${other.length})`}, the first at position ${first + 1}`;
  // A hostile string can be very long.
  const shown = (text) =>
    Array.from({ length: Math.min(length, 300) }, (_, at) => h(differs[at] ? 'span.cell.differs' : 'span.cell', h('b', text[at] ?? '∅')));
  const row = (name, text) => h('div.compared', h('span.name', name), picture('cells', text, shown(text)));
  return h(
    'div.comparison',
    row(oneName, one),
    row(otherName, other),
    h(`p.verdict.${count === 0 ? 'good' : 'bad'}`, count === 0 ? '✓ ' : '✗ ', words),
  );
}
