import type { Client, ClientAuthenticationMethod, GrantType, ResponseTypePart } from '../../protocol/client.js';
import type { PkceEnforcement } from '../../protocol/pkce.js';

/** An application as PingOne's management API spells it, without `_links`; members that are absent are not set. */
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

/** Every grant_type that PingOne knows, whatever an application may use. */
export const knownGrantTypes: readonly string[] = Object.values(grantTypes).filter((grant) => grant !== 'implicit');

const clients = new WeakMap<Application, Client>();

/** The application as a client in the words of OAuth. Worked out once for each stored version of it. */
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
    pkceEnforcement: application.pkceEnforcement ?? 'OPTIONAL',
    redirectUris: application.redirectUris ?? [],
    wildcardRedirectUris: application.allowWildcardInRedirectUris ?? false,
    postLogoutRedirectUris: application.postLogoutRedirectUris ?? [],
  };
  clients.set(application, client);
  return client;
}
