import { array, boolean, type Infer, object, oneOf, reference, secret, string, webAddress } from '../../lib/schema/types.js';

/** The body of an application (docs/fidelity.md, management 3.3 to 3.5). The rules between its members are separate. */

const between = <const L extends number, const H extends number>(minimum: L, maximum: H) =>
  ({ type: 'integer', minimum, maximum }) as const;
const longest = 2_147_483_647;

/** A list that every request of an application may have to walk. PingOne's limit is not known (docs/fidelity.md, management 3.3). */
export const mostListed = 500;
const listed = <const S extends object>(items: S) => ({ ...array(items), maxItems: mostListed }) as const;

/** The types that a client may create. */
const creatableTypes = [
  'WEB_APP',
  'NATIVE_APP',
  'SINGLE_PAGE_APP',
  'WORKER',
  'SERVICE',
  'CUSTOM_APP',
  'AI_AGENT',
  'PORTAL_LINK_APP',
] as const;
/** The types that exist once in each environment. */
const systemTypes = ['PING_ONE_PORTAL', 'PING_ONE_SELF_SERVICE', 'PING_ONE_ADMIN_CONSOLE'] as const;
export const isSystemType = (type: string): boolean => (systemTypes as readonly string[]).includes(type);

const mobile = object(
  {},
  {
    bundleId: string,
    packageName: string,
    huaweiAppId: string,
    huaweiPackageName: string,
    passcodeGracePeriod: between(1, 10),
    passcodeRefreshDuration: object({ duration: between(30, 60) }, { timeUnit: oneOf('SECONDS') }),
    integrityDetection: object(
      {},
      {
        mode: oneOf('ENABLED', 'DISABLED'),
        excludedPlatforms: { type: 'array', items: oneOf('GOOGLE', 'IOS'), maxItems: 1 } as const,
        cacheDuration: object({}, { amount: between(1, longest), units: oneOf('MINUTES', 'HOURS') }),
        googlePlay: object(
          {},
          {
            verificationType: oneOf('GOOGLE', 'INTERNAL'),
            serviceAccountCredentials: secret(string),
            decryptionKey: secret(string),
            verificationKey: secret(string),
          },
        ),
      },
    ),
    push: object({}, { numberMatching: object({}, { type: oneOf('SELECT_NUMBER', 'ENTER_MANUALLY') }) }),
    uriPrefix: string,
  },
);

/** Members of every application. */
const baseMembers = {
  description: string,
  enabled: boolean,
  hiddenFromAppPortal: boolean,
  homePageUrl: string,
  loginPageUrl: string,
  icon: object({ id: string, href: webAddress }),
  accessControl: object(
    {},
    {
      role: object({ type: oneOf('ADMIN_USERS_ONLY') }),
      group: object({ type: oneOf('ANY_GROUP', 'ALL_GROUPS'), groups: listed(reference) }),
    },
  ),
  tags: listed(oneOf('PING_FED_CONNECTION_INTEGRATION')),
  assignActorRoles: boolean,
  externalId: string,
} as const;

/** Members of OpenID Connect applications. */
const openIdMembers = {
  grantTypes: listed(
    oneOf('AUTHORIZATION_CODE', 'IMPLICIT', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'DEVICE_CODE', 'TOKEN_EXCHANGE', 'CIBA'),
  ),
  responseTypes: listed(oneOf('CODE', 'TOKEN', 'ID_TOKEN')),
  tokenEndpointAuthMethod: oneOf('NONE', 'CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'CLIENT_SECRET_JWT', 'PRIVATE_KEY_JWT'),
  pkceEnforcement: oneOf('OPTIONAL', 'REQUIRED', 'S256_REQUIRED'),
  redirectUris: listed(string),
  allowWildcardInRedirectUris: boolean,
  postLogoutRedirectUris: listed(string),
  initiateLoginUri: string,
  targetLinkUri: string,
  refreshTokenDuration: between(60, longest),
  refreshTokenRollingDuration: between(60, longest),
  refreshTokenRollingGracePeriodDuration: between(0, 86_400),
  // docs/fidelity.md, management 3.4.
  additionalRefreshTokenReplayProtectionEnabled: { ...boolean, nullAs: false } as const,
  refreshTokenType: oneOf('JSON_WEB_TOKEN', 'OPAQUE_TOKEN'),
  parRequirement: oneOf('OPTIONAL', 'REQUIRED'),
  parTimeout: between(1, 600),
  requireSignedRequestObject: boolean,
  supportUnsignedRequestObject: boolean,
  deviceTimeout: between(1, 3600),
  devicePollingInterval: between(1, 60),
  devicePathId: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,50}$' },
  deviceCustomVerificationUri: string,
  idpSignoff: boolean,
  corsSettings: object(
    { behavior: oneOf('ALLOW_NO_ORIGINS', 'ALLOW_SPECIFIC_ORIGINS') },
    { origins: { type: 'array', items: string, maxItems: 40 } as const },
  ),
  jwks: string,
  jwksUrl: string,
  signing: object({ keyRotationPolicy: reference }),
  kerberos: object({ key: reference }),
  includeX5t: boolean,
  includeTyp: boolean,
  opSessionCheckEnabled: boolean,
  requestScopesForMultipleResourcesEnabled: boolean,
  logoutType: oneOf('OIDC_RP_INITIATED', 'SAML2_SLO'),
  applyDefaultTheme: boolean,
  enableDefaultThemeFooter: boolean,
  manageDevicesViaMyAccountEnabled: boolean,
  mobile,
} as const;

/** The body of PUT, also for system applications. */
export const applicationBody = object(
  {
    name: { type: 'string', minLength: 1, maxLength: 256 },
    type: { type: 'string', minLength: 1, enum: [...creatableTypes, ...systemTypes] },
    protocol: { type: 'string', minLength: 1, enum: ['OPENID_CONNECT', 'SAML', 'WS_FED', 'EXTERNAL_LINK'] },
  },
  { ...baseMembers, ...openIdMembers },
);
/** The body of POST. */
export const newApplicationBody = {
  ...applicationBody,
  properties: { ...applicationBody.properties, type: { type: 'string', minLength: 1, enum: creatableTypes } },
} as const;
export type ApplicationBody = Infer<typeof applicationBody>;

/** The scopes of a resource that an application is granted (docs/fidelity.md, management 5.1). */
export const grantBody = object({ resource: reference, scopes: listed(reference) });
export type GrantBody = Infer<typeof grantBody>;

/** A claim of an application's tokens (docs/fidelity.md, management 5.5). */
export const attributeMappingBody = object(
  { name: { type: 'string', minLength: 1, maxLength: 256 }, value: { type: 'string', minLength: 1, maxLength: 16_384 } },
  { required: boolean, idToken: boolean, userInfo: boolean, oidcScopes: listed(string) },
);
export type AttributeMappingBody = Infer<typeof attributeMappingBody>;

const reservedMappings = 'acr amr at_hash aud auth_time azp client_id exp iat iss jti nbf nonce org scope sid'.split(' ');

/** Names that an application's attribute mapping cannot have (docs/fidelity.md, management 5.5). */
export const isReservedMapping = (text: string): boolean => reservedMappings.includes(text);
