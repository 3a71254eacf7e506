/**
 * A value that came from outside as a person reads it, cut to a length. String() is not for such a value: it throws where
 * an object has a member called toString.
 */
export const textOf = (value: unknown, longest = 200): string =>
  (typeof value === 'string' ? value : value === undefined ? 'none' : JSON.stringify(value)).slice(0, longest);
