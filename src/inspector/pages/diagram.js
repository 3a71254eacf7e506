/** Draws a sequence diagram of a transaction. Each arrow is a button that opens its request below the diagram. */
import { fill, h, keyed, root } from './dom.js';
import { lanesOf, sequenceOf } from './sequence.js';
import { checksOf } from './steps.js';
import { wire } from './wire.js';

const svgNames = 'http://www.w3.org/2000/svg';
/** An SVG element: s('line', { x1: 0 }, child). */
const s = (name, attributes = {}, ...children) => {
  const element = document.createElementNS(svgNames, name);
  for (const [attribute, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(attribute, String(value));
  element.append(...children.flat().filter((each) => each !== undefined && each !== false));
  return element;
};

const top = 46;
const rowHeight = 25;
const gap = 7;
/** About the width of a letter; those of refusals are bold. */
const letterOf = (tone) => (tone === 'bad' ? 7.6 : 6.9);
const letter = letterOf('');
/** The most requests that are drawn at first; the middle of a long transaction is left out. */
const mostShown = 14;
const firstShown = 4;

const signs = { true: ['✓', 'good'], false: ['✗', 'bad'], null: ['–', 'mute'] };
const places = { browser: 'the browser', application: 'the application', mock: 'the mock', provider: 'the provider' };

const shortened = (text, most) => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);

/** A text above a line, kept inside of the drawing. */
const label = (text, { middle, y, width, tone = '' }) => {
  const shown = shortened(text, Math.floor((width - 8) / letterOf(tone)));
  const half = (shown.length * letterOf(tone)) / 2;
  const x = Math.min(width - half - 4, Math.max(half + 4, middle));
  return s('text', { class: `label ${tone}`, x, y: y - 5, 'text-anchor': 'middle' }, shown);
};

/** An arrow from one lane to another. */
const arrow = (x1, x2, y, look) => {
  const way = Math.sign(x2 - x1);
  return [
    s('line', { class: `arrow-line ${look}`, x1: x1 + 5 * way, x2: x2 - 6 * way, y1: y, y2: y }),
    s('path', { class: `arrow-head ${look}`, d: `M${x2 - 5 * way} ${y}l${-8 * way} -4v8z` }),
  ];
};

const toneOf = ({ decision, failed }, isStolen) =>
  decision.ok === false || (failed && decision.ok !== null) ? 'bad' : failed ? 'wait' : isStolen ? 'bad' : decision.ok ? 'good' : 'mute';

const decisionSign = ({ ok, failed }) => signs[failed ? false : ok][0];

/** What an arrow shows only by its look. */
const inWords = ({ from, decision, failed, times }, at) =>
  `Request ${at + 1}, from ${places[from]} to the mock: ${decision.ok === false || decision.failed || failed ? 'refused' : 'accepted'}${
    times > 1 ? `, ${times} times in a row` : ''
  }`;

/** The rows of one request, from `y` down; returns where the next one begins. */
function drawExchange(group, each, { x, width, y: begin, isStolen }) {
  const { from, words, decision, answer, carries, times, asksProvider } = each;
  let y = begin;
  const middle = (x[from] + x.mock) / 2;
  const tone = toneOf(each, isStolen);
  y += rowHeight;
  group.append(label(`${words}${times > 1 ? ` (${times} times)` : ''}`, { middle, y, width }), ' ', ...arrow(x[from], x.mock, y, 'asks'));
  if (asksProvider && x.provider) {
    y += rowHeight;
    const right = (x.mock + x.provider) / 2;
    group.append(label('asks for the tokens', { middle: right, y, width, tone: 'mute' }), ' ', ...arrow(x.mock, x.provider, y, 'unseen'));
  }
  const [one, other] = [`${decisionSign(decision)} ${decision.words}`, answer];
  const fits = (one.length + other.length + 3) * letterOf(tone) < width - 16;
  if (!fits) {
    y += rowHeight - 6;
    group.append(label(one, { middle, y, width, tone }), ' ');
  }
  y += rowHeight;
  group.append(label(fits ? `${one} · ${other}` : other, { middle, y, width, tone }), ' ', ...arrow(x.mock, x[from], y, `answers ${tone}`));
  if (carries) {
    y += rowHeight;
    const between = (x.browser + x.application) / 2;
    group.append(
      label(`carries ${carries}`, { middle: between, y, width, tone: 'mute' }),
      ' ',
      ...arrow(x.browser, x.application, y, 'unseen'),
    );
  }
  return y;
}

/** A link to the transaction at an identity provider. */
function drawLink({ id, name }, { x, width, y }) {
  const text = `signs on at ${name ?? 'the provider'}`;
  return s(
    'a',
    { class: 'row link-row', href: new URL(`tx/${id}`, root), 'aria-label': `The browser ${text}: open that transaction` },
    s('rect', { class: 'target', x: 0, width, y: y - rowHeight + 4, height: rowHeight }),
    label(`${text} ↗`, { middle: (x.browser + x.provider) / 2, y, width, tone: 'linked' }),
    arrow(x.browser, x.provider, y, 'asks'),
  );
}

/** Draws it, so many pixels wide. `chosen` is the key of the open request; `onchoose` gets that of another. */
function draw(sequence, transaction, { pixels, chosen, onchoose, panelId }) {
  // Letters grow with the page's, as in projector mode.
  const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const width = Math.floor(pixels / scale);
  const lanes = lanesOf(sequence, transaction);
  const margin = Math.min(70, width / (2 * lanes.length));
  const step = lanes.length > 1 ? (width - 2 * margin) / (lanes.length - 1) : 0;
  const x = Object.fromEntries(lanes.map(([lane], at) => [lane, margin + at * step]));
  const rows = [];
  let y = top;
  for (const [at, each] of sequence.entries()) {
    const begin = y;
    if (each.left) {
      y += rowHeight;
      rows.push(s('text', { class: 'label mute', x: width / 2, y: y - 4, 'text-anchor': 'middle' }, `… ${each.left} more …`));
      continue;
    }
    if (each.note) {
      y += rowHeight;
      rows.push(s('g', { class: 'note' }, label(each.note, { middle: x.mock, y, width, tone: 'noted' })));
      y += gap;
      continue;
    }
    const isStolen = transaction.theft && each.exchange.steps.some(({ kind }) => kind === 'tokens');
    const group = s('g', {
      class: `row ${each.decision.ok === false ? 'refused' : ''}`,
      role: 'button',
      tabindex: 0,
      'data-key': each.key,
      'aria-expanded': each.key === chosen,
      'aria-controls': panelId,
    });
    y = drawExchange(group, each, { x, width, y, isStolen });
    // The visible text comes first, so that people who use voice control can say it.
    const seen = Array.from(group.querySelectorAll('text'), (text) => text.textContent).join(' ');
    group.setAttribute('aria-label', `${seen}. ${inWords(each, each.position ?? at)}`);
    group.prepend(s('rect', { class: 'target', x: 2, width: width - 4, y: begin + 5, height: y - begin + 1, rx: 8 }));
    group.addEventListener('click', () => onchoose(each.key));
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onchoose(each.key);
    });
    rows.push(group);
    y += gap;
    if (each.provider && x.provider) {
      y += rowHeight - gap;
      rows.push(drawLink(each.provider, { x, width, y }));
      y += gap;
    }
  }
  const height = y + 8;
  return s(
    'svg',
    {
      class: 'sequence',
      width: pixels,
      height: height * scale,
      viewBox: `0 0 ${width} ${height}`,
      role: 'group',
      'aria-label': 'Requests and answers, in order',
    },
    lanes.map(([lane, name, more]) =>
      s(
        'g',
        { class: `lane ${lane}`, 'aria-hidden': 'true' },
        s('line', { class: 'life', x1: x[lane], x2: x[lane], y1: top - 6, y2: height }),
        s('text', { class: 'lane-name', x: x[lane], y: 18, 'text-anchor': 'middle' }, name),
        more &&
          s(
            'text',
            { class: 'lane-more', x: x[lane], y: 33, 'text-anchor': 'middle' },
            shortened(more, Math.floor((2 * Math.min(x[lane], width - x[lane], (step || width) / 2 - 4)) / letter)),
          ),
      ),
    ),
    rows,
  );
}

/** The first and the last requests of a long transaction. */
const cutSequence = (sequence) =>
  sequence.length <= mostShown
    ? sequence
    : [
        ...sequence.slice(0, firstShown),
        { key: 'left', left: sequence.length - mostShown },
        ...sequence.slice(firstShown - mostShown).map((each, at) => ({ ...each, position: sequence.length - mostShown + firstShown + at })),
      ];

/** The request that an arrow opens. */
const opened = (transaction, { exchange, times }) => {
  const { steps, request, response } = exchange;
  return h(
    'div.opened-request',
    h('h3', steps[0].title),
    times > 1 && h('p.muted', `The last of ${times} in a row; the steps below have each.`),
    checksOf(steps.flatMap(({ checks }) => checks)),
    wire(transaction, { request, response }, true),
  );
};

/** The diagram of a transaction. `update` redraws it: the open request and the focus stay. */
export function sequenceDiagram() {
  const panelId = 'opened-request';
  const place = h('div.drawing');
  const panel = h('div', { id: panelId });
  const figure = h('figure.diagram', { 'aria-label': 'Sequence diagram' }, place, panel);
  let transaction;
  let chosen;
  let width = 0;
  const choose = (key) => {
    chosen = chosen === key ? undefined : key;
    show();
  };
  function show() {
    const sequence = sequenceOf(transaction);
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset?.key : undefined;
    fill(place, draw(cutSequence(sequence), transaction, { pixels: width, chosen, onchoose: choose, panelId }));
    if (focused !== undefined) place.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    const open = sequence.filter(({ key }) => key === chosen);
    keyed(
      panel,
      open,
      ({ key }) => key,
      (each) => opened(transaction, each),
    );
  }
  // Drawn for the current width, so that letters keep their size.
  new ResizeObserver(([{ contentRect }]) => {
    const now = Math.floor(contentRect.width);
    if (now === 0 || now === width) return;
    width = now;
    show();
  }).observe(place);
  figure.update = (next) => {
    if (next === transaction) return;
    transaction = next;
    if (width === 0) width = Math.floor(place.clientWidth);
    if (width > 0) show();
  };
  return figure;
}
