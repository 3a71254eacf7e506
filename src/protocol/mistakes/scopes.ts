import { nearest } from '../../lib/nearest.js';
import type { Diagnosis } from './diagnosis.js';

/** A scope of the environment, with the name of its resource. */
export interface KnownScope {
  readonly name: string;
  readonly resource: string;
}

export interface ScopeQuestion {
  readonly asked: readonly string[];
  readonly known: readonly KnownScope[];
  readonly application: string;
}

/** The most characters by which two texts of similar length may differ. */
const unlike = (one: string, other: string): number =>
  Math.abs(one.length - other.length) +
  [...one.slice(0, other.length + 3)].filter((character, at) => !other.includes(character) && character !== other[at]).length;

/** Why none of the requested scopes is granted. */
export function diagnoseScopes({ asked, known, application }: ScopeQuestion): Diagnosis | undefined {
  const existing = known.filter(({ name }) => asked.includes(name));
  const [found] = existing;
  if (found) {
    const list = existing.map(({ name, resource }) => `${name} of ${resource}`).join(', ');
    return {
      code: 'scope_not_granted',
      title: `The scope ${found.name} is not granted to ${application}`,
      why: `It exists (${list}), but the application has no grant of it, and nothing else of what was asked for is granted either.`,
      fix: `Grant it: in a seed by "grants": [{ "resource": ${JSON.stringify(found.resource)}, "scopes": [${JSON.stringify(found.name)}] }] of the application, else by POST /v1/environments/…/applications/…/grants.`,
      confidence: 'exact',
    };
  }
  const [first] = asked;
  if (first === undefined) return undefined;
  const close = nearest(
    first,
    known.map(({ name }) => name),
  );
  const misspelt = close !== undefined && unlike(first, close) <= 2;
  return {
    code: misspelt ? 'scope_misspelt' : 'scope_unknown',
    title: `There is no scope ${JSON.stringify(first.slice(0, 80))} in this environment${misspelt ? `; the nearest one is ${close}` : ''}`,
    why: `No resource of the environment has it${asked.length > 1 ? ', nor any other that was asked for' : ''}. Scopes are separated by spaces, and upper and lower case count.`,
    fix: misspelt ? `Ask for ${close}.` : 'Add the scope to a resource, and grant it to the application.',
    confidence: misspelt ? 'possible' : 'exact',
  };
}
