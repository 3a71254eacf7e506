/** Input from outside is unknown until it is checked, or a schema has read it. */

export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is an object with members; a list is not. */
export const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an object; none of anything else. */
export const membersOf = (value: unknown): Members => (isObject(value) ? value : {});

/** The text that an object has under a name, as a parameter of a path; undefined where there is none, or no text. */
export function textMember(value: unknown, name: string): string | undefined {
  const members = membersOf(value);
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

/**
 * JSON.parse with an honest type: its own is `any`.
 * @throws {SyntaxError} if the text is not JSON
 */
export const parseJson = (text: string): unknown => JSON.parse(text);

/** JSON that this program wrote itself: the data that the build embeds, and tokens before they are signed. */
export const parseOwn = <T>(text: string): T => JSON.parse(text);
