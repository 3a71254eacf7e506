import { type Html, html } from './html.js';

/** The elements that text from an administrator may have. Attributes are dropped, except the address of a link. */
const elements: Readonly<Record<string, (inside: readonly Html[]) => Html>> = {
  b: (inside) => html`<b>${inside}</b>`,
  blockquote: (inside) => html`<blockquote>${inside}</blockquote>`,
  cite: (inside) => html`<cite>${inside}</cite>`,
  code: (inside) => html`<code>${inside}</code>`,
  dd: (inside) => html`<dd>${inside}</dd>`,
  dl: (inside) => html`<dl>${inside}</dl>`,
  dt: (inside) => html`<dt>${inside}</dt>`,
  em: (inside) => html`<em>${inside}</em>`,
  i: (inside) => html`<i>${inside}</i>`,
  li: (inside) => html`<li>${inside}</li>`,
  ol: (inside) => html`<ol>${inside}</ol>`,
  p: (inside) => html`<p>${inside}</p>`,
  pre: (inside) => html`<pre>${inside}</pre>`,
  q: (inside) => html`<q>${inside}</q>`,
  small: (inside) => html`<small>${inside}</small>`,
  span: (inside) => html`<span>${inside}</span>`,
  strike: (inside) => html`<s>${inside}</s>`,
  strong: (inside) => html`<strong>${inside}</strong>`,
  sub: (inside) => html`<sub>${inside}</sub>`,
  sup: (inside) => html`<sup>${inside}</sup>`,
  u: (inside) => html`<u>${inside}</u>`,
  ul: (inside) => html`<ul>${inside}</ul>`,
};

/** Deeper markup is text without elements. */
const deepest = 20;

const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  copy: '©',
  gt: '>',
  lt: '<',
  mdash: '—',
  middot: '·',
  nbsp: '\u00a0',
  ndash: '–',
  quot: '"',
  reg: '®',
  trade: '™',
};

/** Text with its character references replaced; unknown ones stay. */
const decode = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name.toLowerCase()) ? (named[name.toLowerCase()] as string) : whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });

/** The address of a link: of the web, or of mail. */
function addressOf(attributes: string): string | undefined {
  const [, quoted, single, bare] = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes) ?? [];
  const address = decode(quoted ?? single ?? bare ?? '').trim();
  return /^(https?:\/\/|mailto:)/i.test(address) && URL.canParse(address) ? new URL(address).href : undefined;
}

interface Open {
  readonly name: string;
  readonly wrap: (inside: readonly Html[]) => Html;
  readonly inside: Html[];
}

const link =
  (address: string | undefined) =>
  (inside: readonly Html[]): Html =>
    address === undefined ? html`${inside}` : html`<a href="${address}" rel="noopener noreferrer" target="_blank">${inside}</a>`;

/**
 * Text with simple markup, as a page can show it: a few elements without attributes, links to the web and to mail, and everything else
 * as text. No script, style, image or form survives. Its work grows with its input.
 */
export function safeMarkup(text: string): Html {
  const root: Open = { name: '', wrap: (inside) => html`${inside}`, inside: [] };
  const open: Open[] = [root];
  const top = (): Open => open.at(-1) as Open;
  const close = (): void => {
    const { wrap, inside } = open.pop() as Open;
    top().inside.push(wrap(inside));
  };
  let from = 0;
  for (const tag of text.matchAll(/<(\/?)([a-z][a-z0-9]{0,15})((?:\s[^<>]*)?)\/?>/gi)) {
    const [whole, slash = '', tagName = '', attributes = ''] = tag;
    if (tag.index > from) top().inside.push(html`${decode(text.slice(from, tag.index))}`);
    from = tag.index + whole.length;
    const name = tagName.toLowerCase();
    if (name === 'br') top().inside.push(html`<br>`);
    else if (slash !== '') {
      if (open.slice(1).some((each) => each.name === name)) {
        while (top().name !== name) close();
        close();
      }
    } else if (open.length <= deepest) {
      const wrap = name === 'a' ? link(addressOf(attributes)) : Object.hasOwn(elements, name) ? elements[name] : undefined;
      if (wrap) open.push({ name, wrap, inside: [] });
    }
  }
  if (from < text.length) top().inside.push(html`${decode(text.slice(from))}`);
  while (open.length > 1) close();
  return root.wrap(root.inside);
}
