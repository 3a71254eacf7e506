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

/**
 * The type of an application whose seed names none: one with a secret can keep it, and one that only gets tokens for itself
 * is a service.
 */
function impliedType({ grantTypes, secret }: Members): string {
  if (Array.isArray(grantTypes) && grantTypes.length === 1 && grantTypes[0] === 'CLIENT_CREDENTIALS') return 'SERVICE';
  return secret === undefined ? 'SINGLE_PAGE_APP' : 'WEB_APP';
}

/**
 * Completes an application of a seed, so that a name and redirect URIs are enough. What the seed writes is kept; only
 * redirect URIs have no default. The values are not checked yet.
 */
export function withSeedMembers(given: Members): Members {
  const { type = impliedType(given), protocol = type === 'PORTAL_LINK_APP' ? 'EXTERNAL_LINK' : 'OPENID_CONNECT' } = given;
  const members = typeof type === 'string' && protocol === 'OPENID_CONNECT' && Object.hasOwn(usual, type) ? usual[type] : undefined;
  const { responseTypes, ...others } = members ?? {};
  const grants = given.grantTypes ?? members?.grantTypes;
  // With IMPLICIT as well, PingOne's own default fits.
  const redirects = Array.isArray(grants) && grants.includes('AUTHORIZATION_CODE') && !grants.includes('IMPLICIT');
  return { enabled: true, type, protocol, ...others, ...(redirects && responseTypes !== undefined && { responseTypes }), ...given };
}

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
