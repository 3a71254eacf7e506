/** Characters that JSON writes unchanged between quotes. */
const isPlain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const quoted = (text: string): string => (text.length < 256 && isPlain.test(text) ? `"${text}"` : JSON.stringify(text));

/** Appends to one text as it goes: a list of users is long, and joining its parts would cost as much as writing them. */
function textOf(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[ ]';
    let items = '';
    for (let at = 0; at < value.length; at += 1)
      items += (at === 0 ? '[ ' : ', ') + textOf(value[at] === undefined ? null : value[at], indent);
    return `${items} ]`;
  }
  if (value instanceof KeptView) return value.textAt(indent);
  if (typeof value === 'object' && value !== null) {
    const inner = `${indent}  `;
    const next = `,\n${inner}`;
    let members = '';
    // Names and values apart: for V8, to look up each name in objects of any form costs more.
    const [names, values] = [Object.keys(value), Object.values(value)];
    for (let at = 0; at < names.length; at += 1)
      if (values[at] !== undefined)
        members += `${members === '' ? `{\n${inner}` : next}${quoted(names[at] as string)} : ${textOf(values[at], inner)}`;
    return members === '' ? '{ }' : `${members}\n${indent}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** A part of an answer that is sent again and again, as an item of a list. Its text is made once, where it was first needed. */
export class KeptView {
  readonly #view: object;
  #indent = '';
  #text: string | undefined;

  /** @param view is read when it is first sent: it must not change */
  constructor(view: object) {
    this.#view = view;
  }

  /** Its text in an answer, at this indentation. */
  textAt(indent: string): string {
    if (this.#text === undefined || this.#indent !== indent) {
      // A copy in one piece: V8 keeps a sum as a tree of its parts, and walks it whenever it becomes a part itself.
      this.#text = Buffer.from(textOf(this.#view, indent)).toString();
      this.#indent = indent;
    }
    return this.#text;
  }
}

/** JSON in PingOne's layout: indented by two spaces, with a space on both sides of the colon (docs/fidelity.md, management 1.3). */
export const prettyJson = (value: unknown): string => textOf(value, '');
