import { flowTexts } from '../../pingone/flow-texts.js';
import { type ErrorDetail, invalidData, invalidRequest, type PingOneError } from '../../pingone/pingone-error.js';

const details = (code: string, message: string, names: readonly string[]): ErrorDetail[] =>
  names.map((target) => ({ code, target, message }));

/** Members of a body that have the wrong JSON type (docs/fidelity.md, 4.4). */
export const wrongType = (names: readonly string[]): PingOneError =>
  invalidRequest(details('INVALID_VALUE', flowTexts.wrongType.text, names));

/** Members that are not there, or empty (inferred from the management API). */
export const missing = (names: readonly string[]): PingOneError => invalidData(details('EMPTY_VALUE', flowTexts.required.text, names));

/** The text members that an action needs. `parent` is the member that they stand in, if they stand in one. */
export function requiredText<const N extends string>(
  body: Readonly<Record<string, unknown>>,
  names: readonly N[],
  parent?: string,
): Record<N, string> {
  const path = (name: string): string => (parent === undefined ? name : `${parent}.${name}`);
  const absent = (name: string): boolean => body[name] === undefined || body[name] === null;
  const wrong = names.filter((name) => !absent(name) && typeof body[name] !== 'string');
  if (wrong.length > 0) throw wrongType(wrong.map(path));
  const empty = names.filter((name) => absent(name) || body[name] === '');
  if (empty.length > 0) throw missing(empty.map(path));
  return body as Record<N, string>;
}
