/**
 * A value from outside, as readable text, cut to a length. String() is unsafe for it: it throws where
 * an object has a member called toString.
 */
export const textOf = (value: unknown, longest = 200): string =>
  (typeof value === 'string' ? value : value === undefined ? 'none' : JSON.stringify(value)).slice(0, longest);
