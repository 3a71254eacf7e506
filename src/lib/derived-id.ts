import { hash } from 'node:crypto';

/** Always the same UUID for the same parts: for objects that exist without ever being created. */
export function derivedId(...parts: readonly string[]): string {
  const hex = hash('sha256', parts.join('\n'));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
