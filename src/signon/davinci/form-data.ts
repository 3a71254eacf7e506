import type { FormNode } from '../../configuration/flow-policies/nodes.js';
import type { FormField } from '../../environment/model/flow-policies.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { isObject } from '../../lib/unknown.js';
import { blankField, wrongField } from './refusals.js';

/** What a form was filled in with. */
export type FormData = Readonly<Record<string, unknown>>;

/** Longer texts are not a name, an address or a password. */
const longestText = 1024;
/** The most that the forms of a flow collect together, as JSON. */
const mostCollected = 16_384;

const choices = new Set(['CHECKBOX', 'COMBOBOX']);

/** A text of the form, or what a code field was filled in with as a number; anything else counts as empty. */
export function textOf(flow: Flow, data: FormData, key: string): string {
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined || value === null) return '';
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw wrongField(flow, `${key}: expected a text`);
  if (text.length > longestText) throw wrongField(flow, `${key}: longer than ${longestText} characters`);
  return text;
}

/** The value of a field. */
function fieldValue(flow: Flow, { key, type = 'TEXT', options = [] }: FormField, data: FormData): unknown {
  const sent = Object.hasOwn(data, key) ? data[key] : undefined;
  if (type === 'SINGLE_CHECKBOX') {
    if (sent === undefined || sent === '' || typeof sent === 'boolean') return sent === true;
    throw wrongField(flow, `${key}: expected true or false`);
  }
  const known = options.map(({ value }) => value);
  if (choices.has(type)) {
    const list = sent === undefined || sent === '' ? [] : sent;
    if (Array.isArray(list) && list.length <= known.length && list.every((value) => known.includes(value))) return list;
    throw wrongField(flow, `${key}: expected a list of ${known.join(', ')}`);
  }
  const text = textOf(flow, data, key);
  if (options.length > 0 && text !== '' && !known.includes(text)) throw wrongField(flow, `${key}: expected one of ${known.join(', ')}`);
  return text;
}

const isEmpty = (value: unknown): boolean => value === '' || value === false || (Array.isArray(value) && value.length === 0);

/**
 * The values of a form's fields, with those that were collected before. Only fields of the form are read.
 *
 * @param submits whether required fields have to be filled in: a link to another form leaves them empty
 */
export function collect(flow: Flow, { fields }: FormNode, data: FormData, submits: boolean): FormData {
  const values = fields
    .filter(({ type }) => type !== 'LABEL')
    .map((field) => {
      const value = fieldValue(flow, field, data);
      if (submits && field.required && isEmpty(value)) throw blankField(flow, field.key);
      return [field.key, value] as const;
    });
  const collected = { ...flow.davinci?.values, ...Object.fromEntries(values) };
  if (JSON.stringify(collected).length > mostCollected) throw wrongField(flow, `the forms collect more than ${mostCollected} characters`);
  return collected;
}

/** What a form was sent with, whatever the body is. */
export function readForm(body: unknown) {
  const { id, interactionId, parameters } = isObject(body) ? body : {};
  const { eventType, data } = isObject(parameters) ? parameters : {};
  const { actionKey, formData } = isObject(data) ? data : {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    id: text(id),
    interactionId: text(interactionId),
    eventType: text(eventType) ?? 'submit',
    actionKey: text(actionKey) ?? '',
    formData: isObject(formData) ? formData : {},
  };
}
export type SentForm = ReturnType<typeof readForm>;
