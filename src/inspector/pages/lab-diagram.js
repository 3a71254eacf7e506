/** A sequence diagram, drawn as SVG from elements. */
import { h } from './dom.js';

const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const top = 46;
const rowHeight = 46;

const head = ([, name], x) =>
  svg('g', { class: 'lane-box' }, svg('rect', { x: x - 52, y: 1, width: 104, height: 28, rx: 8 }), svg('text', { x, y: 20 }, name));

function arrow({ from, to, label, channel, back, current }, xOf, y) {
  const [start, end] = [xOf(from), xOf(to)];
  const way = Math.sign(end - start);
  const tip = end - way * 2;
  return svg(
    'g',
    { class: `arrow ${channel}${current ? ' current' : ''}` },
    svg('text', { x: (start + end) / 2, y: y - 8 }, label),
    svg('path', { d: `M${start} ${y}H${tip}`, ...(back && { 'stroke-dasharray': '2 4' }) }),
    svg('path', { class: 'tip', d: `M${tip} ${y}l${-way * 8} -5v10z` }),
  );
}

function draw(place, { lanes, arrows, label }) {
  // As large as the text of the page: a projector enlarges both.
  const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const width = Math.max(300, Math.floor(place.clientWidth / scale));
  const height = top + arrows.length * rowHeight;
  const margin = 54;
  const gap = (width - 2 * margin) / (lanes.length - 1);
  const xOf = (id) => margin + lanes.findIndex(([each]) => each === id) * gap;
  place.replaceChildren(
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, width: width * scale, height: height * scale, role: 'img', 'aria-label': label },
      ...lanes.map(([id]) => svg('line', { class: 'life', x1: xOf(id), x2: xOf(id), y1: 29, y2: height })),
      ...lanes.map((lane) => head(lane, xOf(lane[0]))),
      ...arrows.map((each, at) => arrow(each, xOf, top + at * rowHeight + 26)),
    ),
  );
}

/**
 * A sequence diagram as wide as its place. `lanes` are `[id, name]`; arrows have `from`, `to`, `label`, `channel` (front or back),
 * `back` for an answer, and `current`. `label` says the same in words. It is drawn once it is on the page, and again when its
 * width changes.
 */
export function sequenceDiagram(picture) {
  const place = h('div.lab-diagram');
  new ResizeObserver(() => draw(place, picture)).observe(place);
  return place;
}
