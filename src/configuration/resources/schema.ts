import { array, boolean, type Infer, object, oneOf, string } from '../../lib/schema/types.js';

/** The bodies of resources, their scopes and their attributes (docs/fidelity.md, management 5.2 to 5.4). */

const name = { type: 'string', minLength: 1, maxLength: 255 } as const;

export const resourceBody = object(
  { name },
  {
    description: string,
    type: oneOf('OPENID_CONNECT', 'PINGONE_API', 'PING_ONE_API', 'CUSTOM'),
    audience: { type: 'string', minLength: 1, maxLength: 1024 },
    accessTokenValiditySeconds: { type: 'integer', minimum: 300, maximum: 2_592_000 },
    introspectEndpointAuthMethod: oneOf('NONE', 'CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST'),
    applicationPermissionsSettings: object({}, { claimEnabled: boolean }),
  },
);
export type ResourceBody = Infer<typeof resourceBody>;

export const scopeBody = object(
  { name: { type: 'string', minLength: 1, maxLength: 256 } },
  { description: string, schemaAttributes: array(string), mappedClaims: array(string) },
);
export type ScopeBody = Infer<typeof scopeBody>;

export const resourceAttributeBody = object(
  { name: { type: 'string', minLength: 1, maxLength: 256 }, value: { type: 'string', maxLength: 16_384 } },
  { idToken: boolean, userInfo: boolean, required: boolean },
);
export type ResourceAttributeBody = Infer<typeof resourceAttributeBody>;

/** The characters of a scope (RFC 6749 §3.3). */
export const isScopeName = (text: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);

/** The names that custom scopes of the PingOne API may have. */
export const isPingOneScopeName = (text: string): boolean => /^p1:(read|update):user:[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);

/** The scopes that may list the user attributes which they give access to. */
export const opensAttributes = (text: string): boolean => /^p1:(read|update):user(:|$)/.test(text);

/** Whether PingOne accepts this as the audience of a custom resource. */
export const isOwnAudience = (text: string): boolean => !/[#@]|pingone|pingidentity/i.test(text);

const reservedClaims = 'acr amr aud auth_time client_id env exp iat iss jti org scope sid sub'.split(' ');

/** Names that an attribute of the openid resource cannot have (docs/fidelity.md, management 5.4). */
export const isReservedAttribute = (text: string): boolean => reservedClaims.includes(text) || text.startsWith('p1.');
