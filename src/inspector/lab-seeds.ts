import { oneOf } from '../lib/schema/types.js';

/** The environments of the lab, as seeds. */

/** The environment that the lab and the built-in demo client share. It is created on first use. */
export const sharedId = 'e0000000-0000-4000-8000-0000000001ab';

/** What a run of the lab needs besides the applications: two identity providers, or a second factor. */
export const scenes = oneOf('mix-up', 'passcode', 'passkey', 'passkey-or-passcode');
export type Scene = (typeof scenes.enum)[number];

export const people = [
  {
    id: 'b0000000-0000-4000-8000-0000000001a1',
    username: 'victor',
    name: { given: 'Victor', family: 'Victim' },
    password: 'Victor-Passw0rd',
  },
  {
    id: 'b0000000-0000-4000-8000-0000000001a2',
    username: 'mallory',
    name: { given: 'Mallory', family: 'Malice' },
    password: 'Mallory-Passw0rd',
  },
];

/** One application per pkceEnforcement, Mallory's own, and the demo client of the setup page. */
export const applications = {
  OPTIONAL: { id: 'a0000000-0000-4000-8000-0000000001a1', name: 'Victim App (OPTIONAL)', pkceEnforcement: 'OPTIONAL' },
  REQUIRED: { id: 'a0000000-0000-4000-8000-0000000001a2', name: 'Victim App (REQUIRED)', pkceEnforcement: 'REQUIRED' },
  S256_REQUIRED: { id: 'a0000000-0000-4000-8000-0000000001a3', name: 'Victim App (S256_REQUIRED)', pkceEnforcement: 'S256_REQUIRED' },
  mallory: { id: 'a0000000-0000-4000-8000-0000000001a4', name: 'Mallory’s App', pkceEnforcement: 'OPTIONAL' },
  demo: { id: 'a0000000-0000-4000-8000-0000000001a5', name: 'Try-it Client', pkceEnforcement: 'S256_REQUIRED' },
};

/** The host that the passkey of the lab belongs to. No page of the lab is there, so every one of them plays a look-alike. */
export const relyingParty = 'signon.localhost';
/** The origin of the page that the passkey was made on. */
export const rightOrigin = `https://${relyingParty}`;

const publicApplication = (redirectUris: readonly string[]) => ({
  enabled: true,
  type: 'SINGLE_PAGE_APP',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
  responseTypes: ['CODE'],
  tokenEndpointAuthMethod: 'NONE',
  redirectUris,
  grants: [{ resource: 'openid', scopes: ['profile', 'email'] }],
});

const devicesFor: Readonly<Record<Exclude<Scene, 'mix-up'>, readonly string[]>> = {
  passcode: ['EMAIL'],
  passkey: ['FIDO2'],
  'passkey-or-passcode': ['FIDO2', 'EMAIL'],
};

const deviceOf = (type: string, email: string) => (type === 'EMAIL' ? { type, email } : { type, rp: { id: relyingParty, name: 'Lab' } });

const labOf = (id: string, redirectUri: string, scene: Scene | undefined) => {
  const [victim] = people;
  const devices = scene === undefined || scene === 'mix-up' ? [] : devicesFor[scene];
  return {
    id,
    name: id === sharedId ? 'Lab' : 'Lab, one run',
    users: people.map((person) => {
      const email = `${person.username}@lab.example`;
      return { ...person, email, ...(person === victim && { devices: devices.map((type) => deviceOf(type, email)) }) };
    }),
    applications: Object.values(applications).map((application) => ({ ...application, ...publicApplication([redirectUri]) })),
    ...(devices.length > 0 && {
      signOnPolicies: [{ name: 'Two_Steps', default: true, actions: [{ type: 'LOGIN' }, { type: 'MULTI_FACTOR_AUTHENTICATION' }] }],
    }),
  };
};

/** The two identity providers of the mix-up: that of the victim's account, and one that Mallory runs. */
export interface Providers {
  readonly honest: string;
  readonly mallory: string;
}

/** The shop as a client of both of its identity providers: a public one. */
export const shopClient = { id: 'a0000000-0000-4000-8000-0000000001a6', name: 'Shop', pkceEnforcement: 'OPTIONAL' };

const providerNames = { honest: 'Honest provider', mallory: 'Mallory’s provider' } as const;
const providerIds = { honest: 'c0000000-0000-4000-8000-0000000001a1', mallory: 'c0000000-0000-4000-8000-0000000001a2' } as const;

/** The provider of an environment whose address is at PingOne's host: the mock plays it itself. */
const providerOf = (who: keyof Providers, environmentId: string, pkceMethod: 'S256' | 'NONE') => {
  const issuer = `https://auth.pingone.com/${environmentId}/as`;
  return {
    id: providerIds[who],
    name: providerNames[who],
    type: 'OPENID_CONNECT',
    enabled: true,
    clientId: shopClient.id,
    // A public client has no secret, but PingOne requires the member.
    clientSecret: 'not used',
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    jwksEndpoint: `${issuer}/jwks`,
    scopes: ['openid', 'profile'],
    tokenEndpointAuthMethod: 'NONE',
    pkceMethod,
  };
};

export interface SeedInput {
  readonly id: string;
  readonly redirectUri: string;
  readonly origin: string;
  readonly scene?: Scene | undefined;
  readonly pkceMethod?: 'S256' | 'NONE' | undefined;
  readonly providers?: Providers | undefined;
}

/** The seed of the lab, or of one run with its scene. The environment of the applications is the last. */
export function seedOf({ id, redirectUri, origin, scene, pkceMethod = 'NONE', providers }: SeedInput) {
  const lab = labOf(id, redirectUri, scene);
  if (!providers) return { environments: [lab] };
  const callback = `${origin}/${id}/rp/callback/openid_connect`;
  const parties = (['honest', 'mallory'] as const).map((who) => ({
    id: providers[who],
    name: providerNames[who],
    users: people.filter(({ username }) => who === 'honest' || username === 'mallory'),
    applications: [{ ...shopClient, ...publicApplication([callback]) }],
  }));
  const named = (['honest', 'mallory'] as const).map((who) => providerOf(who, providers[who], pkceMethod));
  const login = { type: 'LOGIN', socialProviders: named.map(({ id: providerId }) => ({ id: providerId })) };
  const shop = { ...lab, identityProviders: named, signOnPolicies: [{ name: 'Shop', default: true, actions: [login] }] };
  return { environments: [...parties, shop] };
}
