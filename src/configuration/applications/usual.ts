import type { ApplicationBody } from './schema.js';

type Members = Readonly<Record<string, unknown>>;

const redirecting = { grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'], responseTypes: ['CODE'] } as const;

/** The usual members of each type of application, as in the default seed and the console. */
const usual: Readonly<Record<string, Members>> = {
  SINGLE_PAGE_APP: { ...redirecting, tokenEndpointAuthMethod: 'NONE', pkceEnforcement: 'S256_REQUIRED' },
  NATIVE_APP: { ...redirecting, tokenEndpointAuthMethod: 'NONE', pkceEnforcement: 'REQUIRED' },
  WEB_APP: { ...redirecting, tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC', pkceEnforcement: 'OPTIONAL' },
  CUSTOM_APP: { ...redirecting, tokenEndpointAuthMethod: 'NONE' },
  SERVICE: { grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
  WORKER: { grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
};

/** Where tests usually have their callback; the same as in the default seed. */
const usualRedirectUris = ['http://localhost:3000/callback', 'http://127.0.0.1:3000/callback', 'https://example.com/callback'];

/** Completes an application that a test describes, so that the test names only what matters to it. */
export function withUsualMembers<T extends Members>(given: T, name: string): T & ApplicationBody {
  const type = typeof given.type === 'string' ? given.type : 'SINGLE_PAGE_APP';
  const members = usual[type];
  const known: Members = { name, enabled: true, type, protocol: 'OPENID_CONNECT', ...members };
  const redirects =
    members && 'responseTypes' in members && !('grantTypes' in given && !(given.grantTypes as unknown[])?.includes?.('AUTHORIZATION_CODE'));
  return { ...known, ...(redirects && { redirectUris: usualRedirectUris }), ...given } as unknown as T & ApplicationBody;
}
