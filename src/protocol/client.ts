import type { PkceEnforcement } from './pkce.js';

/** RFC 6749 and its extensions: the values of `grant_type`. */
export type GrantType =
  | 'authorization_code'
  | 'implicit'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:device_code'
  | 'urn:ietf:params:oauth:grant-type:token-exchange'
  | 'urn:openid:params:grant-type:ciba';

/** RFC 7591 §2 and OpenID Connect Core §9. */
export type ClientAuthenticationMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt';

export type ResponseTypePart = 'code' | 'token' | 'id_token';

/** What OAuth calls a client: a PingOne application in the words of the standards. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** PingOne's application type, as WORKER or SINGLE_PAGE_APP. */
  readonly type: string;
  readonly grantTypes: readonly GrantType[];
  readonly responseTypes: readonly ResponseTypePart[];
  readonly authenticationMethod: ClientAuthenticationMethod;
  readonly pkceEnforcement: PkceEnforcement;
  readonly redirectUris: readonly string[];
  readonly wildcardRedirectUris: boolean;
  readonly postLogoutRedirectUris: readonly string[];
}
