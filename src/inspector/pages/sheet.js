/** The worksheet of the lab, for printing: docs/lab.md, drawn from the blocks that the build made of it. */
import { button, h, root, scroll, show } from './dom.js';

const marks = {
  b: (text) => h('strong', text),
  i: (text) => h('em', text),
  code: (text) => h('code', text),
  file: (text) => h('a', { href: new URL(`assets/${text}`, root) }, text),
  blank: (length) => h(`span.blank${length > 15 ? '.long' : length < 5 ? '.short' : ''}`, h('span.hidden', 'write here')),
};
const drawn = (spans) => spans.map((span) => (typeof span === 'string' ? span : marks[span[0]](span[1])));

const cellOf = (spans) => (spans.length > 0 ? drawn(spans) : h('span.hidden', 'write here'));

const tableOf = ({ head, body }) =>
  h(
    'table',
    h(
      'thead',
      h(
        'tr',
        head.map((spans) => h('th', { scope: 'col' }, cellOf(spans))),
      ),
    ),
    h(
      'tbody',
      body.map((row) =>
        h(
          'tr',
          row.map((spans) => h(`td${spans.length > 0 ? '' : '.to-fill'}`, cellOf(spans))),
        ),
      ),
    ),
  );

const kinds = {
  title: (spans) => h('h1', drawn(spans)),
  heading: (spans) => h('h2', drawn(spans)),
  text: (spans) => h('p', drawn(spans)),
  code: (text) => h('pre', { tabIndex: 0 }, text),
  table: (content) => scroll('Table to fill in', tableOf(content)),
  list: (items) =>
    h(
      'ol',
      items.map((blocks) => h('li', blocks.map(block))),
    ),
};
const block = ([kind, content]) => kinds[kind](content);

/** Headings begin sections, so that a print keeps each together where it can. */
function sectionsOf(blocks) {
  const sections = [[]];
  for (const each of blocks) {
    if (each[0] === 'heading') sections.push([]);
    sections.at(-1).push(block(each));
  }
  return sections.map((children) => h('section', children));
}

async function sheet(main, tools) {
  const blocks = await (await fetch(new URL('worksheet.json', import.meta.url))).json();
  tools.append(
    h('a.quiet', { href: new URL('lab', root) }, 'Back to the lab'),
    button('Print', () => print()),
  );
  main.append(h('article.page.sheet', h('p.name-line', 'Name ', h('span.blank.long'), ' Date ', h('span.blank')), sectionsOf(blocks)));
}

show(sheet);
