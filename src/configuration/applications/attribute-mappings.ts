import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { AttributeMapping } from '../../environment/model/configuration.js';
import { showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { emptyValue, invalidValue } from '../../pingone/pingone-error.js';
import { requireExpression } from '../expressions.js';
import { keptMembers, newMembers, putUnique } from '../items.js';
import { type AttributeMappingBody, isReservedMapping } from './schema.js';

/** The id of the scope `openid`. */
async function openIdScope({ store }: Environment): Promise<string | undefined> {
  const [openId] = await store.resources.find('type', 'OPENID_CONNECT');
  const [scope] = openId ? await store.scopes.find('resource and name', `${openId.id} openid`) : [];
  return scope?.id;
}

/** A mapping as an answer shows it: one that names no scopes belongs to `openid`. */
export async function showAttributeMapping(environment: Environment, mapping: AttributeMapping, links: Parameters<typeof showItem>[1]) {
  const scope = mapping.mappingType === 'CUSTOM' && mapping.oidcScopes === undefined ? await openIdScope(environment) : undefined;
  return showItem(scope === undefined ? mapping : { ...mapping, oidcScopes: [scope] }, links);
}

/** The scopes that a mapping may name: those granted to the application, and `openid`, which needs no grant. */
async function nameableScopes(environment: Environment, applicationId: string): Promise<string[]> {
  const own = await openIdScope(environment);
  const grants = await environment.store.grants.find('application.id', applicationId);
  return [...(own === undefined ? [] : [own]), ...grants.flatMap(({ scopes }) => scopes.map(({ id }) => id))];
}

/** Where a mapping puts its claim, or a refusal (docs/fidelity.md, management 5.5). */
async function targetsOf(environment: Environment, { id }: Application, body: AttributeMappingBody) {
  const { idToken = true, userInfo = true, oidcScopes } = body;
  if (!idToken && !userInfo) throw invalidValue('idToken', texts.attributeTargets.text);
  if (!oidcScopes) return { idToken, userInfo };
  if (oidcScopes.length === 0) throw emptyValue('oidcScopes');
  const known = await nameableScopes(environment, id);
  const scopes = oidcScopes.map((scope) => scope.toLowerCase());
  if (!scopes.every((scope) => known.includes(scope))) throw invalidValue('oidcScopes', texts.attributeScopes.text);
  return { idToken, userInfo, oidcScopes: scopes };
}

const requireName = (name: string): void => {
  if (isReservedMapping(name)) throw invalidValue('name', texts.attributeName.text(name, 'OPENID_CONNECT'));
};

async function put(environment: Environment, mapping: AttributeMapping): Promise<AttributeMapping> {
  await putUnique(environment.store.attributeMappings, mapping, 'name');
  return mapping;
}

export async function createAttributeMapping(
  environment: Environment,
  application: Application,
  body: AttributeMappingBody,
): Promise<AttributeMapping> {
  requireName(body.name);
  await requireExpression(environment, body.value);
  const targets = await targetsOf(environment, application, body);
  const { name, value, required = false } = body;
  return put(environment, {
    ...newMembers(environment),
    application: { id: application.id },
    name,
    value,
    required,
    mappingType: 'CUSTOM',
    ...targets,
  });
}

/** Replaces a mapping. Its name cannot change, and the core mapping only its value. */
export async function replaceAttributeMapping(
  environment: Environment,
  application: Application,
  existing: AttributeMapping,
  body: AttributeMappingBody,
): Promise<AttributeMapping> {
  const { mappingType, name } = existing;
  if (body.name !== name) throw invalidValue('name', texts.immutable.text);
  await requireExpression(environment, body.value);
  const core = mappingType === 'CORE';
  const targets = core ? {} : await targetsOf(environment, application, body);
  return put(environment, {
    ...keptMembers(environment, existing),
    application: { id: application.id },
    name,
    value: body.value,
    required: core || (body.required ?? false),
    mappingType,
    ...targets,
  });
}
