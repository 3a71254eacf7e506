import type { FieldInput } from './form-parts.js';
import type { Words } from './words.js';

/** `address.locality` as people call it: "Address locality". */
const labelOf = (path: string): string => {
  const words = path
    .replaceAll('.', ' ')
    .replace(/([a-z])([A-Z])/g, (_pair, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

/** The field of an attribute, by its place in the list of the flow. */
export const attributeField = (
  { words }: { readonly words: Words },
  { name, required }: { readonly name: string; readonly required: boolean },
  at: number,
): Omit<FieldInput, 'focus'> => ({
  name: `attribute${at}`,
  label: required ? labelOf(name) : words.text('label.optional', { label: labelOf(name) }),
  type: 'text',
  autocomplete: 'off',
  optional: !required,
});
