import type { Environment } from '../../environment/context.js';
import type { Resource, ResourceAttribute } from '../../environment/model/configuration.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, emptyValue, invalidValue } from '../../pingone/pingone-error.js';
import { requireExpression } from '../expressions.js';
import { keptMembers, newMembers, putUnique } from '../items.js';
import { isReservedAttribute, type ResourceAttributeBody } from './schema.js';

const requireValue = ({ value }: ResourceAttributeBody): void => {
  if (value === '') throw emptyValue('value');
};

const requiredOf = ({ required }: ResourceAttributeBody) => required !== undefined && { required };

/** The tokens that a claim is put into, which only attributes of the openid resource say (docs/fidelity.md, management 5.4). */
const targetsOf = ({ type }: Resource, { idToken = true, userInfo = true }: ResourceAttributeBody) =>
  type === 'OPENID_CONNECT' && { idToken, userInfo };

async function put(environment: Environment, attribute: ResourceAttribute): Promise<ResourceAttribute> {
  await putUnique(environment.store.resourceAttributes, attribute, 'name');
  return attribute;
}

export async function createResourceAttribute(
  environment: Environment,
  resource: Resource,
  body: ResourceAttributeBody,
): Promise<ResourceAttribute> {
  const { name, value } = body;
  if (resource.type === 'PINGONE_API' || (resource.type === 'OPENID_CONNECT' && isReservedAttribute(name)))
    throw invalidValue('name', texts.attributeName.text(name, resource.type));
  requireValue(body);
  await requireExpression(environment, value);
  return put(environment, {
    ...newMembers(environment),
    name,
    type: 'CUSTOM',
    value,
    ...requiredOf(body),
    ...targetsOf(resource, body),
    resource: { id: resource.id },
  });
}

export async function replaceResourceAttribute(
  environment: Environment,
  resource: Resource,
  existing: ResourceAttribute,
  body: ResourceAttributeBody,
): Promise<ResourceAttribute> {
  const { type } = existing;
  const { name, value } = body;
  if (type !== 'CUSTOM' && name !== existing.name) throw invalidValue('name', texts.immutable.text);
  if (type === 'CUSTOM' && resource.type === 'OPENID_CONNECT' && isReservedAttribute(name))
    throw invalidValue('name', texts.attributeName.text(name, resource.type));
  // A predefined attribute may have an empty value, as some have by default.
  if (type !== 'PREDEFINED') requireValue(body);
  await requireExpression(environment, value);
  return put(environment, {
    ...keptMembers(environment, existing),
    name,
    type,
    value,
    ...requiredOf(body),
    ...targetsOf(resource, body),
    resource: { id: resource.id },
  });
}

/** Deletes a custom attribute, also from the scopes that map it. */
export async function deleteResourceAttribute({ store }: Environment, { id, type, resource }: ResourceAttribute): Promise<void> {
  if (type !== 'CUSTOM') throw constraint(texts.attributePredefined.text);
  await store.resourceAttributes.take(id);
  for (const scope of await store.scopes.find('resource.id', resource.id)) {
    const claims = scope.mappedClaims as readonly string[] | undefined;
    if (claims?.includes(id)) await store.scopes.put({ ...scope, mappedClaims: claims.filter((claim) => claim !== id) });
  }
}
