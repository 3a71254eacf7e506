import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { AttributeMapping, Resource, ResourceAttribute } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { definePart } from '../../environment/plan/part.js';
import { type ClaimPlace, type Claims, claimsOfScopes, isReservedClaim, placeClaim, placeOfClaim } from '../../pingone/claims.js';
import { subjectExpression } from '../../pingone/predefined.js';
import {
  type Attribute,
  evaluate,
  factsOf,
  leaveOutReserved,
  type MappingRequest,
  type Needs,
  needsOf,
  type Prepared,
  prepare,
} from './mappings.js';

/** The attributes of the resource `openid` that the granted scopes allow: predefined ones by their scope, others if a scope names them. */
async function openIdAttributes({ store }: Environment, scopes: readonly string[]): Promise<ResourceAttribute[]> {
  const [openId] = await store.resources.find('type', 'OPENID_CONNECT');
  if (!openId) return [];
  const attributes = await store.resourceAttributes.find('resource.id', openId.id);
  const byName = new Map<string, ResourceAttribute>();
  const custom: ResourceAttribute[] = [];
  for (const attribute of attributes) {
    byName.set(attribute.name, attribute);
    if (attribute.type === 'CUSTOM') custom.push(attribute);
  }
  const opened: ResourceAttribute[] = [];
  for (const name of claimsOfScopes(scopes)) {
    const attribute = byName.get(name);
    if (attribute) opened.push(attribute);
  }
  if (custom.length === 0) return opened;
  const granted = await Promise.all(scopes.map((name) => store.scopes.find('resource and name', `${openId.id} ${name}`)));
  const named = new Set(granted.flat().flatMap(({ mappedClaims }) => (Array.isArray(mappedClaims) ? (mappedClaims as string[]) : [])));
  return [...opened, ...custom.filter(({ id, name }) => named.has(id) || named.has(name))];
}

/** The mappings of an application that the granted scopes allow. A mapping without scopes needs `openid`. */
async function openedMappings(
  { store }: Environment,
  mappings: AttributeMapping[],
  scopes: readonly string[],
): Promise<AttributeMapping[]> {
  const custom: AttributeMapping[] = [];
  for (const mapping of mappings) if (mapping.mappingType === 'CUSTOM') custom.push(mapping);
  if (custom.length === 0) return custom;
  const granted = new Set(scopes);
  for (const { id, name } of (await Promise.all(scopes.map((scope) => store.scopes.find('name', scope)))).flat()) granted.add(id).add(name);
  return custom.filter(({ oidcScopes }) =>
    Array.isArray(oidcScopes) ? oidcScopes.some((scope) => granted.has(String(scope))) : granted.has('openid'),
  );
}

/** An attribute, ready to become a claim. */
interface ClaimSource {
  readonly attribute: Attribute;
  readonly prepared: Prepared;
  /** Only the server sets a claim of its name. */
  readonly isReserved: boolean;
  /** Where PingOne places it, for a claim of a resource. */
  readonly place: ClaimPlace | undefined;
}

/** What the claims of a user are made of, for an application and scopes. */
interface UserClaimSources {
  readonly claims: readonly ClaimSource[];
  /** Says what `sub` is. */
  readonly subject: ClaimSource | undefined;
  readonly needs: Needs;
}

const sourceOf = (attribute: Attribute): ClaimSource => ({
  attribute,
  prepared: prepare(attribute),
  isReserved: isReservedClaim(attribute.name),
  place: 'mappingType' in attribute ? undefined : placeOfClaim(attribute.name),
});

interface SourcesAsked {
  readonly applicationId: string | undefined;
  readonly scopes: readonly string[];
}

const userClaimSources = definePart<UserClaimSources, SourcesAsked>(
  async (environment, { applicationId, scopes }) => {
    const stored = applicationId === undefined ? [] : await environment.store.attributeMappings.find('application.id', applicationId);
    const resourceAttributes = await openIdAttributes(environment, scopes);
    const mappings = stored.length === 0 ? [] : await openedMappings(environment, stored, scopes);
    const core = stored.find((mapping) => mapping.mappingType === 'CORE' && mapping.name === 'sub');
    const claims = [...resourceAttributes, ...mappings].map(sourceOf);
    const subject = core && sourceOf(core);
    return { claims, subject, needs: needsOf(subject ? [...claims, subject] : claims) };
  },
  ({ applicationId = '', scopes }) => `${applicationId} ${scopes.join(' ')}`,
);

interface UserClaimsInput {
  readonly application: Application | undefined;
  readonly user: User;
  readonly scopes: readonly string[];
  /** Where the claims go: a mapping may exclude one of the two. */
  readonly target: 'idToken' | 'userInfo';
  /** The request that asks for the token. */
  readonly request?: MappingRequest | undefined;
}

const subjectOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The claims of a user that the granted scopes allow, and the application's name for the user (`sub`). */
export async function userClaims(environment: Environment, input: UserClaimsInput): Promise<{ subject: string; claims: Claims }> {
  const { application, user, scopes, target } = input;
  const request = {
    application,
    requestData: input.request?.requestData,
    transaction: input.request?.transaction,
    into: 'ID token',
  } as const;
  const { claims: sources, subject: core, needs } = await userClaimSources(environment, { applicationId: application?.id, scopes });
  const facts = await factsOf(environment, user, needs, request);
  const now = environment.clock.now();
  const claims: Claims = {};
  for (const source of sources) {
    const { attribute } = source;
    if (attribute[target] === false) continue;
    if (source.isReserved) {
      leaveOutReserved(environment, attribute, request);
      continue;
    }
    const value = evaluate(environment, source, { facts, now }, request);
    if (source.place) placeClaim(claims, source.place, value);
    else if (value !== undefined) claims[attribute.name] = value;
  }
  const subject = core ? evaluate(environment, core, { facts, now }, request) : user.id;
  return { subject: subject === undefined ? user.id : subjectOf(subject), claims };
}

/** The claims that a custom resource adds to its access tokens (docs/fidelity.md, 6.2). */
export interface ResourceClaims {
  readonly subject: string | undefined;
  /** Whether an expression sets `sub`, even to the user's id. */
  readonly isMapped: boolean;
  readonly claims: Claims;
}

const resourceClaimSources = definePart<Omit<UserClaimSources, 'subject'>>(async ({ store }, resourceId) => {
  const claims = (await store.resourceAttributes.find('resource.id', resourceId)).map(sourceOf);
  return { claims, needs: needsOf(claims) };
});

/** `user` is absent if an application asks for itself. */
export async function resourceClaims(
  environment: Environment,
  resource: Resource,
  user: User | undefined,
  asked: MappingRequest,
): Promise<ResourceClaims> {
  const request = { ...asked, into: 'Access token' } as const;
  const { claims: sources, needs } = await resourceClaimSources(environment, resource.id);
  const facts = await factsOf(environment, user, needs, request);
  const now = environment.clock.now();
  const claims: Claims = {};
  let subject: unknown = user?.id;
  let isMapped = false;
  for (const source of sources) {
    const { attribute } = source;
    const isSubject = attribute.type === 'CORE' && attribute.name === 'sub';
    if (!isSubject && source.isReserved) {
      leaveOutReserved(environment, attribute, request);
      continue;
    }
    const value = evaluate(environment, source, { facts, now }, request);
    if (isSubject) {
      subject = value ?? subject;
      isMapped = attribute.value !== subjectExpression;
      continue;
    }
    if (value !== undefined) claims[attribute.name] = value;
  }
  return { subject: subject === undefined ? undefined : subjectOf(subject), isMapped, claims };
}
