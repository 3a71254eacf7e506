import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { Resource } from '../../environment/model/configuration.js';
import { definePart } from '../../environment/plan/part.js';
import { type Check, check } from '../../protocol/check.js';

/** What an application may ask for: the scopes of its grants, each with its resource. */
export interface GrantedScopes {
  readonly openid: readonly string[];
  readonly others: readonly { readonly resource: Resource; readonly scopes: readonly string[] }[];
}

/** What a request gets: the scopes, the resource besides OpenID Connect if there is one, and the checks. */
export interface ResolvedScopes {
  readonly scopes: readonly string[];
  readonly resource: Resource | undefined;
  /** Further resources, for an application that may request several at once. */
  readonly furtherResources: readonly Resource[];
  readonly checks: readonly Check[];
}

/**
 * Limits the grants to OpenID Connect and the custom resource that `resource` names by its audience (RFC 8707): two
 * resources may have a scope of the same name. An unknown audience changes nothing.
 */
function forAudience(granted: GrantedScopes, audience: string): GrantedScopes {
  const named = granted.others.filter(({ resource }) => resource.type === 'CUSTOM' && resource.audience === audience);
  return named.length > 0 ? { openid: granted.openid, others: named } : granted;
}

/** Reads the grants of an application. `openid` itself needs no grant (docs/fidelity.md, 10.1). */
const grantsOf = definePart<GrantedScopes>(async ({ store }, applicationId) => {
  const granted = { openid: ['openid'], others: [] as { resource: Resource; scopes: string[] }[] };
  for (const grant of await store.grants.find('application.id', applicationId)) {
    const resource = await store.resources.get(grant.resource.id);
    if (!resource) continue;
    const names = new Set<string>();
    for (const { id } of grant.scopes) names.add((await store.scopes.get(id))?.name ?? '');
    names.delete('');
    if (resource.type === 'OPENID_CONNECT') granted.openid = [...new Set([...granted.openid, ...names])];
    else granted.others.push({ resource, scopes: [...names] });
  }
  return granted;
});

/** The grants of an application, for an audience if one is named. */
export async function grantedScopes(environment: Environment, applicationId: string, audience?: string): Promise<GrantedScopes> {
  const granted = await grantsOf(environment, applicationId);
  return audience === undefined ? granted : forAudience(granted, audience);
}

/** What an application may ask for when a person signs on; a worker only for OpenID Connect (docs/fidelity.md, 3.8). */
export async function grantableScopes(environment: Environment, application: Application, audience?: string): Promise<GrantedScopes> {
  const granted = await grantedScopes(environment, application.id, audience);
  return application.type === 'WORKER' ? { openid: granted.openid, others: [] } : granted;
}

/**
 * Which of the requested scopes are granted: those of OpenID Connect and of one other resource. Scopes that the
 * application is not granted are left out; if none remain, the request is refused. The default of `scope` is everything
 * that the application is granted of OpenID Connect (RFC 6749 §3.3).
 */
export function resolveScopes(granted: GrantedScopes, requested: readonly string[], severalResources = false): ResolvedScopes {
  const asked = new Set(requested.length === 0 ? granted.openid.filter((name) => name !== 'offline_access') : requested);
  const openid = new Set(granted.openid);
  const resources = granted.others.filter(({ scopes }) => scopes.some((name) => asked.has(name) && !openid.has(name)));
  const others = new Set(resources.flatMap((other) => other.scopes));
  const scopes: string[] = [];
  for (const name of asked) if (openid.has(name) || others.has(name)) scopes.push(name);
  // Scopes of PingOne's own API cannot be combined with those of another resource.
  const together = resources.length <= 1 || (severalResources && resources.every(({ resource }) => resource.type === 'CUSTOM'));
  return {
    scopes,
    resource: resources[0]?.resource,
    furtherResources: resources.slice(1).map(({ resource }) => resource),
    checks: [
      check('scope_one_resource', together, {
        expected: 'scopes of one resource',
        got: resources.map(({ resource }) => resource.name).join(', '),
      }),
      check('scope_granted', scopes.length > 0, { expected: 'a scope that the application is granted', got: [...asked].join(' ') }),
    ],
  };
}

/** The scopes that a request names, resolved, with the grants that they come from. */
export interface RequestedScopes extends ResolvedScopes {
  readonly granted: GrantedScopes;
}

interface Requested {
  readonly applicationId: string;
  readonly scopes: readonly string[];
  readonly audience?: string | undefined;
}

/** Names of scopes have no blanks: with their number the text is unambiguous. */
const keyOf = ({ applicationId, scopes, audience = '' }: Requested): string =>
  `${applicationId} ${scopes.length} ${scopes.join(' ')} ${audience}`;

const partOf = (use: 'sign-on' | 'tokens') =>
  definePart<RequestedScopes, Requested>(async (environment, { applicationId, scopes, audience }) => {
    const application = await environment.store.applications.get(applicationId);
    const granted =
      application && use === 'sign-on'
        ? await grantableScopes(environment, application, audience)
        : await grantedScopes(environment, applicationId, audience);
    return { granted, ...resolveScopes(granted, scopes, application?.requestScopesForMultipleResourcesEnabled === true) };
  }, keyOf);

/** The scopes that a person may sign on for, of those that an authorization request names. */
export const scopesOfSignOn = partOf('sign-on');

/** The same scopes when their tokens are issued. */
export const scopesOfTokens = partOf('tokens');

/** The scopes of custom resources that a request without a user gets. */
export interface CustomScopes {
  /** The requested resources, of which a token is for one. */
  readonly resources: readonly Resource[];
  /** The granted scopes of the first of them. */
  readonly scopes: readonly string[];
  /** All scopes that could be requested. */
  readonly granted: readonly string[];
  readonly checks: readonly Check[];
}

/** Resolves the scopes of a request without a user: all of the one custom resource, or those that it names (docs/fidelity.md, 5.1). */
export async function customScopes(environment: Environment, applicationId: string, asked: readonly string[]): Promise<CustomScopes> {
  const { others } = await grantedScopes(environment, applicationId);
  const custom = others.filter(({ resource, scopes }) => resource.type === 'CUSTOM' && scopes.length > 0);
  const wanted = asked.length === 0 ? custom : custom.filter(({ scopes }) => scopes.some((name) => asked.includes(name)));
  const resources = wanted.map(({ resource }) => resource);
  const scopes = (wanted[0]?.scopes ?? []).filter((name) => asked.length === 0 || asked.includes(name));
  const granted = custom.flatMap(({ scopes: names }) => names);
  return {
    resources,
    scopes,
    granted,
    checks: [
      check('scope_one_resource', resources.length <= 1, {
        expected: 'scopes of one resource',
        got: resources.map(({ name }) => name).join(', '),
      }),
      check('scope_granted', scopes.length > 0, {
        expected: granted.join(' ') || 'no scope of a custom resource is granted',
        got: asked.join(' ') || undefined,
      }),
    ],
  };
}
