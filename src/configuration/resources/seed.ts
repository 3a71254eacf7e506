import type { Environment } from '../../environment/context.js';
import type { Resource } from '../../environment/model/configuration.js';
import { notUnique } from '../../pingone/pingone-error.js';
import { seedApplicationResources } from '../application-permissions/seed.js';
import { idFromNames, itemOf, type Target } from '../seed/items.js';
import { type Place, refusedAt } from '../seed/seed-error.js';
import type { SeedResource } from '../seed/types.js';
import { addCustomResource } from './resources.js';

const builtInTypes: Readonly<Record<string, Resource['type']>> = {
  OPENID_CONNECT: 'OPENID_CONNECT',
  PINGONE_API: 'PINGONE_API',
  PING_ONE_API: 'PINGONE_API',
};

/** Gives an existing resource another id, with all that belongs to it. */
async function rename({ store }: Environment, resource: Resource, id: string): Promise<Resource> {
  if (resource.id === id) return resource;
  const renamed = { ...resource, id };
  const scopes = await store.scopes.find('resource.id', resource.id);
  const attributes = await store.resourceAttributes.find('resource.id', resource.id);
  await store.resources.take(resource.id);
  await Promise.all([
    store.resources.put(renamed),
    ...scopes.map((scope) => store.scopes.put({ ...scope, resource: { id } })),
    ...attributes.map((attribute) => store.resourceAttributes.put({ ...attribute, resource: { id } })),
  ]);
  return renamed;
}

/** The resource of a seed: an existing one by type, name or id, or a new one. */
async function resourceFor(
  { environment }: Target,
  seed: Omit<SeedResource, 'scopes' | 'attributes' | 'applicationResources'>,
): Promise<Resource> {
  const { store } = environment;
  const { type = 'CUSTOM', secret, ...members } = seed;
  const [named] = await store.resources.find('name', seed.name.toLowerCase());
  const [builtIn] = builtInTypes[type] ? await store.resources.find('type', builtInTypes[type]) : [];
  const existing = builtIn ?? (named?.type === 'CUSTOM' && seed.id !== undefined && named.id !== seed.id.toLowerCase() ? undefined : named);
  if (existing) {
    const renamed = await rename(environment, existing, seed.id?.toLowerCase() ?? existing.id);
    const resource: Resource = { ...renamed, ...itemOf(environment, { ...members, id: renamed.id }), type: renamed.type };
    await store.resources.put(resource);
    if (secret !== undefined) await store.secrets.put({ id: resource.id, secret });
    return resource;
  }
  if (named) throw notUnique('name');
  const resource: Resource = {
    accessTokenValiditySeconds: 3600,
    introspectEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    ...itemOf(environment, { ...members, id: members.id ?? (await idFromNames(environment, store.resources, 'resource', seed.name)) }),
    audience: seed.audience ?? seed.name,
    type: 'CUSTOM',
  };
  await addCustomResource(environment, resource, secret);
  return resource;
}

export async function seedResource(
  target: Target,
  { scopes = [], attributes = [], applicationResources = [], ...seed }: SeedResource,
  place: Place,
): Promise<void> {
  const { environment } = target;
  const { store } = environment;
  const { id, type } = await refusedAt(place, () => resourceFor(target, seed));
  await seedApplicationResources(target, id, applicationResources, place);
  for (const scope of scopes) {
    const [known] = await store.scopes.find('resource and name', `${id} ${scope.name}`);
    if (known && scope.id !== undefined && known.id !== scope.id.toLowerCase()) await store.scopes.take(known.id);
    await store.scopes.put({
      ...itemOf(environment, {
        ...scope,
        id: scope.id ?? known?.id ?? (await idFromNames(environment, store.scopes, 'scope', id, scope.name)),
      }),
      resource: { id },
    });
  }
  for (const attribute of attributes) {
    const [known] = await store.resourceAttributes.find('resource and name', `${id} ${attribute.name}`);
    if (known && attribute.id !== undefined && known.id !== attribute.id.toLowerCase()) await store.resourceAttributes.take(known.id);
    await store.resourceAttributes.put({
      ...(type === 'OPENID_CONNECT' && { idToken: true, userInfo: true }),
      ...itemOf(environment, { ...attribute, id: attribute.id ?? known?.id }),
      type: known?.type ?? 'CUSTOM',
      resource: { id },
    });
  }
}
