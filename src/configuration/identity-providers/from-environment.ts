// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import type { Context, Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { derivedId } from '../../lib/derived-id.js';
import { withSeedMembers } from '../applications/usual.js';
import { newMembers } from '../items.js';

/** The attributes that users created here get from users of another environment. */
export const partnerAttributes = [
  { name: 'username', value: '${providerAttributes.preferred_username}', update: 'EMPTY_ONLY' },
  { name: 'email', value: '${providerAttributes.email}', update: 'EMPTY_ONLY' },
  { name: 'name.given', value: '${providerAttributes.given_name}', update: 'EMPTY_ONLY' },
  { name: 'name.family', value: '${providerAttributes.family_name}', update: 'EMPTY_ONLY' },
] as const;

const scopes = ['profile', 'email'] as const;

/** Where an environment's callback may be: under the names of this machine, PingOne's, and those that the server is known by. */
function callbacks({ settings }: Context, { id }: Environment, origin: string | undefined): string[] {
  const own = [origin, settings.baseUrl].filter((each) => each !== undefined);
  const local = ['http://localhost', 'http://127.0.0.1', 'https://localhost', 'https://127.0.0.1', 'https://auth.pingone.com'];
  return [...new Set([...own, ...local])].map((each) => `${each}/${id}/rp/callback/openid_connect`);
}

/** Grants an application the scopes that users are described by. */
async function grantScopes(partner: Environment, applicationId: string): Promise<void> {
  const { store } = partner;
  const [resource] = await store.resources.find('type', 'OPENID_CONNECT');
  if (!resource) return;
  const known = await store.scopes.find('resource.id', resource.id);
  const granted = known.filter(({ name }) => (scopes as readonly string[]).includes(name)).map(({ id }) => ({ id }));
  const [earlier] = await store.grants.find('application and resource', `${applicationId} ${resource.id}`);
  const members = earlier ?? newMembers(partner);
  await store.grants.put({ ...members, application: { id: applicationId }, resource: { id: resource.id }, scopes: granted });
}

/**
 * Makes another environment of this server the identity provider of an environment: an application there, and the members of
 * an OPENID_CONNECT provider here. Its addresses are those at PingOne's host; the server plays them itself.
 * @param name the provider's, by which its application is found again
 * @param origin under which the browser is expected, besides this machine's names
 */
export async function providerFrom(
  context: Context,
  environment: Environment,
  partner: Environment,
  { name, origin }: { readonly name: string; readonly origin?: string | undefined },
) {
  const { store, random } = partner;
  const id = derivedId('federation', partner.id, environment.id, name);
  const application = {
    ...newMembers(partner),
    ...withSeedMembers({ type: 'WEB_APP' }),
    id,
    name: `${environment.record.name} signs on here (${name})`,
    redirectUris: callbacks(context, environment, origin),
    pkceEnforcement: 'S256_REQUIRED',
  } as unknown as Application;
  await store.applications.put(application);
  const secret = (await store.secrets.get(id))?.secret ?? random.bytes(24).toString('base64url');
  await store.secrets.put({ id, secret });
  await grantScopes(partner, id);
  const issuer = `https://auth.pingone.com/${partner.id}/as`;
  return {
    type: 'OPENID_CONNECT',
    clientId: id,
    clientSecret: secret,
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    jwksEndpoint: `${issuer}/jwks`,
    userInfoEndpoint: `${issuer}/userinfo`,
    scopes: ['openid', ...scopes],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    pkceMethod: 'S256',
  } as const;
}

/** The members of a provider that a page of the mock plays: nothing ever calls its addresses. */
export const someoneElseMembers = {
  type: 'OPENID_CONNECT',
  clientId: 'someone-else',
  clientSecret: 'someone-else',
  issuer: 'https://someone-else.example',
  authorizationEndpoint: 'https://someone-else.example/authorize',
  tokenEndpoint: 'https://someone-else.example/token',
  jwksEndpoint: 'https://someone-else.example/jwks',
  scopes: ['openid', ...scopes],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  pkceMethod: 'S256',
} as const;
