/** HTML with every value escaped: the only way to markup is a literal in our own code. */

// A symbol, which no JSON from outside can carry: markup cannot be smuggled in as a value.
const markup: unique symbol = Symbol('markup');

/** Markup that is safe to send; made by `html` alone. */
export interface Html {
  readonly [markup]: string;
}

/** What may stand in a template: text is escaped, undefined and false leave nothing. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  // HTML has no way to write it.
  '\0': '\uFFFD',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"'`\0]/g, (character) => escapes[character] as string);

const write = (part: HtmlPart): string => {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return markup in part ? part[markup] : part.map(write).join('');
};

/** Template tag: the literal parts are markup, the values are escaped, for text and for quoted attributes alike. */
export const html = (literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html => ({
  [markup]: literals.reduce((made, literal, at) => `${made}${write(parts[at - 1])}${literal}`),
});

/** The markup as text, to be sent. */
export const toMarkup = (part: Html): string => part[markup];
