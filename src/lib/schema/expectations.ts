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

/** What a problem of a shape means, told to a person; an unknown name is told where the known ones are. */
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
  characters: () => 'has characters that no text may have (NUL, or half of a surrogate pair)',
};

/** Unknown names before everything else: what is missing is often what was misspelt. */
export const unknownFirst = (problems: readonly ShapeError[]): readonly ShapeError[] =>
  [true, false].flatMap((unknown) => problems.filter(({ kind }) => (kind === 'unknown') === unknown));

/** Where it is, as `users[2].name.given`. */
export const pathOf = (path: ShapeError['path']): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
