import type { Client, ClientAuthenticationMethod, GrantType, ResponseTypePart } from '../../protocol/client.js';
import { type PkceEnforcement, soundPolicies } from '../../protocol/pkce.js';

/** An application in the spelling of PingOne's management API, without `_links`. Absent members are not set. */
export interface Application {
  readonly id: string;
  readonly environment: { readonly id: string };
  readonly name: string;
  readonly description?: string;
  readonly enabled: boolean;
  readonly type: string;
  readonly protocol: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly grantTypes?: readonly string[];
  readonly responseTypes?: readonly string[];
  readonly tokenEndpointAuthMethod?: string;
  readonly pkceEnforcement?: PkceEnforcement;
  readonly redirectUris?: readonly string[];
  readonly allowWildcardInRedirectUris?: boolean;
  readonly postLogoutRedirectUris?: readonly string[];
  readonly loginPageUrl?: string;
  readonly refreshTokenDuration?: number;
  readonly refreshTokenRollingDuration?: number;
  readonly refreshTokenRollingGracePeriodDuration?: number;
  readonly additionalRefreshTokenReplayProtectionEnabled?: boolean;
  readonly refreshTokenType?: 'JSON_WEB_TOKEN' | 'OPAQUE_TOKEN';
  readonly includeTyp?: boolean;
  readonly includeX5t?: boolean;
  readonly icon?: { readonly id: string; readonly href: string };
  readonly [member: string]: unknown;
}

const grantTypes: Record<string, GrantType> = {
  AUTHORIZATION_CODE: 'authorization_code',
  IMPLICIT: 'implicit',
  REFRESH_TOKEN: 'refresh_token',
  CLIENT_CREDENTIALS: 'client_credentials',
  DEVICE_CODE: 'urn:ietf:params:oauth:grant-type:device_code',
  TOKEN_EXCHANGE: 'urn:ietf:params:oauth:grant-type:token-exchange',
  CIBA: 'urn:openid:params:grant-type:ciba',
};

/** Every grant_type that PingOne knows. */
export const knownGrantTypes: readonly string[] = Object.values(grantTypes).filter((grant) => grant !== 'implicit');

const clients = new WeakMap<Application, Client>();

/** How an application enforces PKCE. A data folder edited by hand may hold any text: an unknown value requires PKCE. */
export const pkceEnforcementOf = ({ pkceEnforcement = 'OPTIONAL' }: Application): PkceEnforcement =>
  Object.hasOwn(soundPolicies, pkceEnforcement) ? pkceEnforcement : 'REQUIRED';

/** The application as an OAuth client. Cached for each stored version. */
export function toClient(application: Application): Client {
  const known = clients.get(application);
  if (known) return known;
  const client: Client = {
    id: application.id,
    name: application.name,
    enabled: application.enabled,
    type: application.type,
    grantTypes: (application.grantTypes ?? []).flatMap((grant) => grantTypes[grant] ?? []),
    responseTypes: (application.responseTypes ?? []).map((type) => type.toLowerCase() as ResponseTypePart),
    authenticationMethod: (application.tokenEndpointAuthMethod ?? 'NONE').toLowerCase() as ClientAuthenticationMethod,
    pkceEnforcement: pkceEnforcementOf(application),
    redirectUris: application.redirectUris ?? [],
    wildcardRedirectUris: application.allowWildcardInRedirectUris ?? false,
    postLogoutRedirectUris: application.postLogoutRedirectUris ?? [],
  };
  clients.set(application, client);
  return client;
}

/** The id of the key rotation policy that an application chooses. */
export const policyIdOf = ({ signing }: Application): string | undefined =>
  (signing as { keyRotationPolicy?: { id?: string } } | undefined)?.keyRotationPolicy?.id;

// Changes that PingOne has announced for fixed dates, by the environment's clock (docs/fidelity.md, 5.5 and 6.1).

/** Applications created before this date get JWT refresh tokens, unless they choose opaque ones. */
const opaqueByDefaultFrom = Date.UTC(2026, 0, 27);

/** March 2, 2027: no more JWT refresh tokens, `typ: at+jwt` in access tokens, rotation policies' keys sign all of them. */
const changeDay = Date.UTC(2027, 2, 2);

export const isAfterChange = (now: number): boolean => now >= changeDay;

/** The type of refresh token that an application gets now. */
export function refreshTokenTypeOf(
  { refreshTokenType, createdAt }: { refreshTokenType?: string | undefined; createdAt: string },
  now: number,
): 'JSON_WEB_TOKEN' | 'OPAQUE_TOKEN' {
  if (isAfterChange(now)) return 'OPAQUE_TOKEN';
  if (refreshTokenType === 'JSON_WEB_TOKEN' || refreshTokenType === 'OPAQUE_TOKEN') return refreshTokenType;
  return Date.parse(createdAt) < opaqueByDefaultFrom ? 'JSON_WEB_TOKEN' : 'OPAQUE_TOKEN';
}

/** Whether a refresh token looks like a JWT: opaque ones have no dots. */
export const isJwtRefreshToken = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
