import type { Environment } from '../../environment/context.js';
import type { Resource } from '../../environment/model/configuration.js';
import { newSecret } from '../../environment/secrets.js';
import { serialize } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique, type PingOneError } from '../../pingone/pingone-error.js';
import { subjectExpression } from '../../pingone/predefined.js';
import { deleteApplicationResourcesOf } from '../application-permissions/contents.js';
import { finder, keptMembers, newMembers } from '../items.js';
import { isOwnAudience, type ResourceBody } from './schema.js';

/** The resource of this id, or a 404. */
export const resourceOf = finder(({ resources }) => resources);

const exists = (target: string): PingOneError => notUnique(target, texts.resourceExists.text, { text: texts.resourceExists.text });

/** Names and audiences are unique in an environment (docs/fidelity.md, management 5.2). */
async function requireUnique({ store }: Environment, { id, name, audience }: Pick<Resource, 'id' | 'name' | 'audience'>): Promise<void> {
  for (const other of await store.resources.list()) {
    if (other.id === id) continue;
    if (other.name.toLowerCase() === name.toLowerCase()) throw exists('name');
    if (audience !== undefined && other.audience === audience) throw exists('audience');
  }
}

/** The resource that a body describes, with PingOne's defaults for what it leaves out. */
function complete(members: ReturnType<typeof newMembers>, { type, audience, ...body }: ResourceBody): Resource {
  // The audience defaults to the name, which then has to be valid too.
  if (!isOwnAudience(audience ?? body.name)) throw invalidValue('audience', texts.audienceForm.text);
  return {
    ...members,
    ...body,
    type: 'CUSTOM',
    audience: audience ?? body.name,
    accessTokenValiditySeconds: body.accessTokenValiditySeconds ?? 3600,
    introspectEndpointAuthMethod: body.introspectEndpointAuthMethod ?? 'CLIENT_SECRET_BASIC',
    applicationPermissionsSettings: { claimEnabled: body.applicationPermissionsSettings?.claimEnabled ?? false },
  };
}

/** Adds a custom resource with what PingOne gives it: a secret, and the mapping of `sub`. */
export async function addCustomResource(environment: Environment, resource: Resource, secret = newSecret(environment)): Promise<void> {
  const { store } = environment;
  await Promise.all([
    store.resources.put(resource),
    store.secrets.put({ id: resource.id, secret }),
    store.resourceAttributes.put({
      ...newMembers(environment),
      resource: { id: resource.id },
      name: 'sub',
      value: subjectExpression,
      type: 'CORE',
    }),
  ]);
}

/** Creates a custom resource, with its secret and its attribute `sub`. */
export const createResource = (environment: Environment, body: ResourceBody): Promise<Resource> =>
  serialize(environment, 'resources', async () => {
    if (body.type !== undefined && body.type !== 'CUSTOM')
      throw invalidValue('type', texts.resourceType.text, { allowedValues: ['CUSTOM'] });
    const resource = complete(newMembers(environment), body);
    await requireUnique(environment, resource);
    await addCustomResource(environment, resource);
    return resource;
  });

export const replaceResource = (environment: Environment, existing: Resource, body: ResourceBody): Promise<Resource> =>
  serialize(environment, 'resources', async () => {
    if (existing.type !== 'CUSTOM') throw constraint(texts.resourceBuiltIn.text);
    const resource = complete(keptMembers(environment, existing), body);
    await requireUnique(environment, resource);
    await environment.store.resources.put(resource);
    return resource;
  });

/** Deletes a resource with all that belongs to it: applications lose what they were granted of it (docs/fidelity.md, management 5.2). */
export const deleteResource = (environment: Environment, resource: Resource): Promise<void> =>
  serialize(environment, 'resources', async () => {
    await remove(environment, resource);
    await deleteApplicationResourcesOf(environment, resource.id);
  });

async function remove({ store }: Environment, { id, type }: Resource): Promise<void> {
  if (type !== 'CUSTOM') throw constraint(texts.resourceBuiltIn.text);
  const [scopes, attributes, grants] = await Promise.all([
    store.scopes.find('resource.id', id),
    store.resourceAttributes.find('resource.id', id),
    store.grants.find('resource.id', id),
  ]);
  await Promise.all([
    store.resources.take(id),
    store.secrets.take(id),
    ...grants.map((item) => store.grants.take(item.id)),
    ...scopes.map((item) => store.scopes.take(item.id)),
    ...attributes.map((item) => store.resourceAttributes.take(item.id)),
  ]);
}
