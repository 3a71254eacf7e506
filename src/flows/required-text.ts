import { type ErrorDetail, PingOneError } from '../pingone/errors.js';

/**
 * The text members that an action needs. A wrong JSON type is INVALID_REQUEST (docs/fidelity.md, 4.4); a missing or
 * empty one INVALID_DATA with EMPTY_VALUE (inferred from the management API).
 */
export function requiredText<const N extends string>(body: Readonly<Record<string, unknown>>, names: readonly N[]): Record<N, string> {
  const wrong = names.filter((name) => body[name] !== undefined && body[name] !== null && typeof body[name] !== 'string');
  const detail =
    (code: string, message: string) =>
    (target: string): ErrorDetail => ({ code, target, message });
  if (wrong.length > 0) throw new PingOneError(400, 'INVALID_REQUEST', wrong.map(detail('INVALID_VALUE', 'Invalid value for attribute.')));
  const missing = names.filter((name) => !body[name]);
  if (missing.length > 0) throw new PingOneError(400, 'INVALID_DATA', missing.map(detail('EMPTY_VALUE', 'must not be empty')));
  return body as Record<N, string>;
}
