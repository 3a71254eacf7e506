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
      why: `It exists (${list}), but the application has no grant for it, nor for any other requested scope.`,
      fix: `Grant it: in a seed with "grants": [{ "resource": ${JSON.stringify(found.resource)}, "scopes": [${JSON.stringify(found.name)}] }] of the application, or with POST /v1/environments/…/applications/…/grants.`,
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
    why: `No resource of the environment has it${asked.length > 1 ? ', nor any other requested one' : ''}. Scopes are separated by spaces and are case-sensitive.`,
    fix: misspelt ? `Request ${close}.` : 'Add the scope to a resource, and grant it to the application.',
    confidence: misspelt ? 'possible' : 'exact',
  };
}

export interface LeftOutScopes {
  readonly missing: readonly string[];
  readonly known: readonly KnownScope[];
  readonly application: string;
}

const mostNamed = 10;

/** Scopes that were asked for and left out of what was granted, since others are granted. */
export function diagnoseScopesLeftOut({ missing, known, application }: LeftOutScopes): Diagnosis {
  const named = missing.slice(0, mostNamed).map((name) => {
    const scope = known.find((each) => each.name === name);
    return { name: name.slice(0, 80), resource: scope?.resource };
  });
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
  const grants = named.flatMap(({ name, resource }) => (resource === undefined ? [] : [{ resource, scopes: [name] }]));
  return {
    code: 'scopes_left_out',
    title: `Not granted to ${application}, and left out: ${named
      .map(({ name }) => name)
      .join(' ')
      .slice(0, 160)}${more}`,
    why: `PingOne leaves out scopes that are not granted, and refuses only if none remains. ${named
      .map(({ name, resource }) =>
        resource === undefined ? `No resource has the scope ${name}.` : `${name} is a scope of ${resource}, without a grant.`,
      )
      .join(' ')} What the application expects from them, such as a claim, will be missing.`,
    fix:
      grants.length > 0
        ? `Grant what the application needs: in a seed with "grants": ${JSON.stringify(grants)}, or with POST /v1/environments/…/applications/…/grants. A token is for one resource.`
        : 'Check the spelling, or leave these scopes out of the request.',
    names: named.map(({ name }) => name),
    confidence: 'exact',
  };
}
