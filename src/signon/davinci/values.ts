import { valueName } from '../../configuration/flow-policies/nodes.js';
import type { Flow } from '../../environment/model/lifetimes.js';

/** A text that a form has collected, by the name of the attribute: `user.username` and `username` are the same. Empty if there is none. */
export function collectedText({ davinci }: Pick<Flow, 'davinci'>, name: string): string {
  for (const [key, value] of Object.entries(davinci?.values ?? {}))
    if (valueName(key) === name && typeof value === 'string' && value !== '') return value;
  return '';
}

/** What forms have collected about a person, as the body of a registration has it: without what was left empty, and without passwords. */
export function collectedProfile({ davinci }: Pick<Flow, 'davinci'>): Record<string, unknown> {
  const profile: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(davinci?.values ?? {})) {
    const [name = '', part, ...deeper] = valueName(key).split('.');
    if (value === '' || deeper.length > 0 || /passw/i.test(name)) continue;
    if (part === undefined) profile[name] = value;
    else if (name === 'name' || name === 'address') profile[name] = { ...(profile[name] as object | undefined), [part]: value };
  }
  return profile;
}
