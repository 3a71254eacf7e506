import type { Environment } from '../../environment/context.js';
import type { Resource, Scope } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { UniquenessError } from '../../lib/collections/types.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique } from '../../pingone/pingone-error.js';
import { openIdScopes, pingOneApiScopes } from '../../pingone/predefined.js';
import { keptMembers, newMembers } from '../items.js';
import { isPingOneScopeName, isScopeName, opensAttributes, type ScopeBody } from './schema.js';

/** Whether a scope is one of PingOne's own. */
const isPredefined = ({ type }: Resource, name: string): boolean =>
  (type === 'OPENID_CONNECT' && openIdScopes.includes(name)) || (type === 'PINGONE_API' && pingOneApiScopes.includes(name));

/** Refuses a scope with invalid values (docs/fidelity.md, management 5.3). */
async function requireScope({ store }: Environment, resource: Resource, body: ScopeBody): Promise<void> {
  const { name, schemaAttributes, mappedClaims } = body;
  const fits =
    isPredefined(resource, name) ||
    (isScopeName(name) && (resource.type === 'PINGONE_API' ? isPingOneScopeName(name) : resource.type !== 'CUSTOM' || name !== 'openid'));
  if (!fits) throw invalidValue('name', texts.scopeName.text);
  if (schemaAttributes && !(resource.type === 'PINGONE_API' && opensAttributes(name)))
    throw invalidValue('schemaAttributes', texts.scopeAttributes.text);
  if (schemaAttributes?.includes('*') && schemaAttributes.length > 1) throw invalidValue('schemaAttributes', texts.scopeAllAttributes.text);
  if (!mappedClaims) return;
  if (resource.type === 'PINGONE_API') throw invalidValue('mappedClaims', texts.scopeClaims.text);
  const attributes = await store.resourceAttributes.find('resource.id', resource.id);
  const custom = new Set(attributes.filter(({ type }) => type === 'CUSTOM').map(({ id }) => id));
  if (!mappedClaims.every((id) => custom.has(id.toLowerCase()))) throw invalidValue('mappedClaims', texts.referenceUnknown.text);
}

async function put({ store }: Environment, scope: Scope): Promise<Scope> {
  try {
    await store.scopes.put(scope);
    return scope;
  } catch (error) {
    if (!(error instanceof UniquenessError)) throw error;
    const message = texts.scopeExists.text;
    throw notUnique('name', message, { text: message });
  }
}

export async function createScope(environment: Environment, resource: Resource, body: ScopeBody): Promise<Scope> {
  await requireScope(environment, resource, body);
  return put(environment, { ...newMembers(environment), ...body, resource: { id: resource.id } });
}

export async function replaceScope(environment: Environment, resource: Resource, existing: Scope, body: ScopeBody): Promise<Scope> {
  const predefined = isPredefined(resource, existing.name);
  if (predefined && body.name !== existing.name) throw invalidValue('name', texts.immutable.text);
  await requireScope(environment, resource, body);
  // The description of PingOne's own scopes stays.
  const description = predefined ? existing.description : body.description;
  return put(environment, {
    ...keptMembers(environment, existing),
    ...body,
    ...(description !== undefined && { description }),
    resource: { id: resource.id },
  });
}

/** Deletes a scope, also from the grants of applications (docs/fidelity.md, management 5.3). */
export const deleteScope = (environment: Environment, resource: Resource, scope: Scope): Promise<void> =>
  serialize(environment, 'resources', () => remove(environment, resource, scope));

async function remove({ store }: Environment, resource: Resource, { id, name }: Scope): Promise<void> {
  if (isPredefined(resource, name)) throw constraint(texts.scopePredefined.text);
  const grants = (await store.grants.find('resource.id', resource.id)).filter(({ scopes }) => scopes.some((scope) => scope.id === id));
  await Promise.all([
    store.scopes.take(id),
    ...grants.map((grant) => store.grants.put({ ...grant, scopes: grant.scopes.filter((scope) => scope.id !== id) })),
  ]);
}
