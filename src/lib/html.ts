/** HTML with every value escaped: markup comes only from literals in our own code. */

// A symbol, which JSON cannot carry: a value cannot pose as markup.
const markup: unique symbol = Symbol('markup');

/** Markup that is safe to send; only `html` makes it. */
export interface Html {
  readonly [markup]: string;
}

/** A value in a template: text is escaped, undefined and false are left out. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  // HTML cannot express it.
  '\0': '\uFFFD',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"'`\0]/g, (character) => escapes[character] as string);

const write = (part: HtmlPart): string => {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return markup in part ? part[markup] : part.map(write).join('');
};

/** Template tag: literal parts are markup; values are escaped for use as text and in quoted attributes. */
export const html = (literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html => ({
  [markup]: literals.reduce((made, literal, at) => `${made}${write(parts[at - 1])}${literal}`),
});

/** The markup as text, to be sent. */
export const toMarkup = (part: Html): string => part[markup];
