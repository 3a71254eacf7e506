import type { Application } from '../../src/environment/model/application.js';
import type { Resource } from '../../src/environment/model/configuration.js';
import { changeApplication as change } from './application.js';
import type { TestServer } from './server.js';

/** Changes of the configuration, as the management API would make them. */

export const changeApplication = ({ environment }: TestServer, id: string, members: Partial<Application>): Promise<unknown> =>
  change(environment, id, members);

/** The body of a key rotation policy that rotates often. */
export const rotationPolicy = {
  name: 'Often',
  algorithm: 'RSA',
  keyLength: 2048,
  signatureAlgorithm: 'SHA256withRSA',
  usageType: 'SIGNING',
  dn: 'CN=Often, O=Example, C=US',
  validityPeriod: 100,
  rotationPeriod: 30,
} as const;

const stamps = { createdAt: '2026-11-22T12:00:00.000Z', updatedAt: '2026-11-22T12:00:00.000Z' };

/** Adds a custom resource with these scopes and the secret `{name}-secret`. */
export async function addResource({ environment }: TestServer, name: string, scopes: readonly string[]): Promise<Resource> {
  const { store, random, id } = environment;
  const resource: Resource = {
    id: random.uuid(),
    environment: { id },
    name,
    type: 'CUSTOM',
    audience: `https://${name.toLowerCase()}.example.com`,
    accessTokenValiditySeconds: 3600,
    introspectEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    ...stamps,
  };
  await store.resources.put(resource);
  await store.secrets.put({ id: resource.id, secret: `${name}-secret` });
  for (const scope of scopes)
    await store.scopes.put({ id: random.uuid(), environment: { id }, resource: { id: resource.id }, name: scope, ...stamps });
  return resource;
}

/** Grants an application scopes of a resource; scopes that it had of that resource are replaced. */
export async function grant(
  { environment }: TestServer,
  applicationId: string,
  resourceName: string,
  scopes: readonly string[],
): Promise<void> {
  const { store, random, id } = environment;
  const resource = (await store.resources.list()).find(({ name }) => name === resourceName) as Resource;
  const all = await store.scopes.find('resource.id', resource.id);
  const earlier = (await store.grants.find('application.id', applicationId)).find((each) => each.resource.id === resource.id);
  await store.grants.put({
    id: earlier?.id ?? random.uuid(),
    environment: { id },
    application: { id: applicationId },
    resource: { id: resource.id },
    scopes: all.filter(({ name }) => scopes.includes(name)).map((scope) => ({ id: scope.id })),
    ...stamps,
  });
}
