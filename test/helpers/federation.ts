import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { App, Environment } from '../../src/environment/context.js';
import type { IdentityProvider } from '../../src/environment/model/identity-providers.js';
import { environmentId, type TestServer } from './server.js';

/** Sign-on at external identity providers, as a browser goes through it. */

export const partnerId = 'e0000000-0000-4000-8000-0000000000bb';
export const partnerClient = 'a0000000-0000-4000-8000-0000000000bb';
const stamps = { createdAt: '2026-11-22T12:00:00.000Z', updatedAt: '2026-11-22T12:00:00.000Z' };

/** A browser that keeps cookies by name and path, and is sent to this server in process. */
export interface Browser {
  get(address: string, options?: InjectOptions): Promise<LightMyRequestResponse>;
  submit(address: string, form: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
  /** Follows redirects on this server, until there is none or one leads elsewhere. */
  follow(address: string): Promise<{ url: URL; response: LightMyRequestResponse }>;
  /** Follows them from an answer. */
  followFrom(response: LightMyRequestResponse, from: string): Promise<{ url: URL; response: LightMyRequestResponse }>;
  readonly cookies: Map<string, { name: string; value: string; path: string }>;
}

export function newBrowser(app: App, origin = 'http://localhost'): Browser {
  const cookies: Browser['cookies'] = new Map();
  const send = async (address: string, options: InjectOptions): Promise<LightMyRequestResponse> => {
    const { pathname, search, host } = new URL(address, origin);
    const sent = [...cookies.values()].filter(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const headers = { ...options.headers, host, ...(cookie !== '' && { cookie }) };
    const response = await app.inject({ ...options, url: `${pathname}${search}`, headers });
    for (const { name, value, path = '/' } of response.cookies) cookies.set(`${name} ${path}`, { name, value, path });
    return response;
  };
  const browser: Browser = {
    cookies,
    get: (address, options = {}) => send(address, { ...options, method: 'GET' }),
    submit: (address, form) =>
      send(address, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(form).toString(),
      }),
    async followFrom(response, from) {
      let [current, url] = [response, new URL(from, origin)];
      for (let times = 0; current.headers.location !== undefined && times < 20; times += 1) {
        url = new URL(current.headers.location, url);
        if (url.origin !== origin) break;
        current = await browser.get(url.href);
      }
      return { url, response: current };
    },
    follow: async (address) => browser.followFrom(await browser.get(address), address),
  };
  return browser;
}

/** Puts a provider with mappings into the environment of the default seed. */
export async function addProvider(
  { environment }: TestServer,
  members: Partial<IdentityProvider> & { readonly type: string },
  mappings: Readonly<Record<string, string>> = { username: '$' + '{providerAttributes.sub}' },
): Promise<IdentityProvider> {
  const { store, random } = environment;
  const owned = () => ({ id: random.uuid(), environment: { id: environmentId }, ...stamps });
  const provider: IdentityProvider = { ...owned(), name: 'Partner', enabled: true, ...members };
  await store.identityProviders.put(provider);
  for (const [at, [name, value]] of Object.entries(mappings).entries())
    await store.identityProviderAttributes.put({
      ...owned(),
      identityProvider: { id: provider.id },
      name,
      value,
      update: at === 0 ? 'EMPTY_ONLY' : 'ALWAYS',
      mappingType: at === 0 ? 'CORE' : 'CUSTOM',
    });
  return provider;
}

/** The members of a provider that another environment is, at PingOne's host. */
export const partnerMembers = {
  type: 'OPENID_CONNECT',
  clientId: partnerClient,
  clientSecret: 'partner-secret',
  issuer: `https://auth.pingone.com/${partnerId}/as`,
  authorizationEndpoint: `https://auth.pingone.com/${partnerId}/as/authorize`,
  tokenEndpoint: `https://auth.pingone.com/${partnerId}/as/token`,
  jwksEndpoint: `https://auth.pingone.com/${partnerId}/as/jwks`,
  scopes: ['openid', 'profile', 'email'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  pkceMethod: 'S256',
} as const;

/** A second environment with one user, carol, and the application that the first environment signs on by. */
export async function addPartner({ app, context }: TestServer): Promise<Environment> {
  const made = await app.inject({
    method: 'POST',
    url: '/__mock/v1/environments',
    payload: {
      id: partnerId,
      name: 'Partner',
      users: [
        {
          username: 'carol',
          email: 'carol@partner.example',
          name: { given: 'Carol', family: 'Chu' },
          password: 'Carol-Passw0rd1',
        },
      ],
      signOnPolicies: [{ name: 'Strong', actions: [{ type: 'LOGIN' }] }],
      applications: [
        {
          id: partnerClient,
          name: 'Federation',
          type: 'WEB_APP',
          secret: 'partner-secret',
          pkceEnforcement: 'S256_REQUIRED',
          redirectUris: [`http://localhost/${environmentId}/rp/callback/openid_connect`],
          signOnPolicyAssignments: [{ signOnPolicy: 'Strong', priority: 1 }],
          grants: [{ resource: 'openid', scopes: ['profile', 'email'] }],
        },
      ],
    },
  });
  if (made.statusCode !== 201) throw new Error(made.body);
  return context.environments.get(partnerId) as Environment;
}
