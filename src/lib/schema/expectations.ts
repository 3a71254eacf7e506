import type { Schema, ShapeError } from './compile.js';

const articles: Readonly<Record<string, string>> = {
  string: 'a text',
  object: 'an object',
  array: 'a list',
  integer: 'a whole number',
  boolean: 'true or false',
};

const typesOf = ({ type = 'object' }: Schema): string =>
  (typeof type === 'string' ? [type] : type).map((name) => articles[name]).join(' or ');

const wholeNumber = ({ minimum, maximum }: Schema): string =>
  `a whole number${minimum === undefined ? '' : ` from ${minimum}`}${maximum === undefined ? '' : ` to ${maximum}`}`;

/** The message for each kind of problem. Unknown names are reported where the known ones are at hand. */
export const expectations: { readonly [Kind in Exclude<ShapeError['kind'], 'unknown'>]: (schema: Schema) => string } = {
  missing: (schema) => `is missing; expected ${typesOf(schema)}`,
  empty: () => 'must not be empty',
  type: (schema) => `expected ${typesOf(schema)}`,
  enum: (schema) => `expected one of ${schema.enum?.join(', ')}${schema.type?.includes('integer') ? `, or ${wholeNumber(schema)}` : ''}`,
  range: (schema) => `expected ${wholeNumber(schema)}`,
  length: ({ minLength = 0, maxLength }) => `expected ${minLength} to ${maxLength} characters`,
  items: ({ maxItems }) => `expected at most ${maxItems} items`,
  pattern: ({ pattern }) => (pattern?.includes('0-9a-fA-F]{8}') ? 'expected a UUID' : `expected a text that matches ${pattern}`),
  email: () => 'expected an e-mail address',
  characters: () => 'has characters that are not allowed in text (NUL, or half of a surrogate pair)',
};

/** Unknown names come first: a missing name is often a misspelt one. */
export const unknownFirst = (problems: readonly ShapeError[]): readonly ShapeError[] =>
  [true, false].flatMap((unknown) => problems.filter(({ kind }) => (kind === 'unknown') === unknown));

/** A path in the form `users[2].name.given`. */
export const pathOf = (path: ShapeError['path']): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
