import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { AttributeMapping, Resource, ResourceAttribute } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { type Claims, claimsOfScopes, isReservedClaim, placeClaim } from '../../pingone/claims.js';
import { subjectExpression } from '../../pingone/predefined.js';
import { evaluate, factsFor, leaveOutReserved, type MappingRequest } from './mappings.js';

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
  const request = { ...input.request, application, into: 'ID token' } as const;
  const { store } = environment;
  const stored = application ? await store.attributeMappings.find('application.id', application.id) : [];
  const resourceAttributes = await openIdAttributes(environment, scopes);
  const mappings = stored.length === 0 ? [] : await openedMappings(environment, stored, scopes);
  let core: AttributeMapping | undefined;
  for (const mapping of stored) if (mapping.mappingType === 'CORE' && mapping.name === 'sub') core ??= mapping;
  const facts = await factsFor(environment, user, [...resourceAttributes, ...mappings, ...(core ? [core] : [])], request);
  const claims: Claims = {};
  for (const attribute of [...resourceAttributes, ...mappings]) {
    if (attribute[target] === false) continue;
    if (isReservedClaim(attribute.name)) {
      leaveOutReserved(environment, attribute, request);
      continue;
    }
    const value = evaluate(environment, attribute, facts, request);
    if ('mappingType' in attribute) {
      if (value !== undefined) claims[attribute.name] = value;
    } else placeClaim(claims, attribute.name, value);
  }
  const subject = core ? evaluate(environment, core, facts, request) : user.id;
  if (typeof subject === 'string') return { subject, claims };
  return { subject: subject === undefined ? user.id : JSON.stringify(subject), claims };
}

/** The claims that a custom resource adds to its access tokens (docs/fidelity.md, 6.2). */
export interface ResourceClaims {
  readonly subject: string | undefined;
  /** Whether an expression says what `sub` is, even if that is the user's id. */
  readonly isMapped: boolean;
  readonly claims: Claims;
}

/** `user` is absent if an application asks for itself. */
export async function resourceClaims(
  environment: Environment,
  resource: Resource,
  user: User | undefined,
  asked: MappingRequest,
): Promise<ResourceClaims> {
  const request = { ...asked, into: 'Access token' } as const;
  const attributes = await environment.store.resourceAttributes.find('resource.id', resource.id);
  const facts = await factsFor(environment, user, attributes, request);
  const claims: Claims = {};
  let subject: unknown = user?.id;
  let isMapped = false;
  for (const attribute of attributes) {
    const isSubject = attribute.type === 'CORE' && attribute.name === 'sub';
    if (!isSubject && isReservedClaim(attribute.name)) {
      leaveOutReserved(environment, attribute, request);
      continue;
    }
    const value = evaluate(environment, attribute, facts, request);
    if (isSubject) {
      subject = value ?? subject;
      isMapped = attribute.value !== subjectExpression;
      continue;
    }
    if (value !== undefined) claims[attribute.name] = value;
  }
  return { subject: subject === undefined ? undefined : subjectOf(subject), isMapped, claims };
}
