// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { array, boolean, type Infer, object, oneOf, reference, secret, uuid, webAddress } from '../../lib/schema/types.js';

/** The bodies of identity providers and their attributes (docs/fidelity.md, management 7.11). */

const text = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const address = { type: 'string', minLength: 1, maxLength: 2048 } as const;
const hidden = secret({ type: 'string', minLength: 1, maxLength: 16_384 } as const);
const icon = object({}, { id: uuid, href: webAddress });
const binding = oneOf('HTTP_POST', 'HTTP_REDIRECT');

const common = {
  name: { type: 'string', minLength: 1, maxLength: 256 },
  enabled: boolean,
  description: { type: 'string', maxLength: 1024 },
  icon,
  loginButtonIcon: icon,
  registration: object({}, { population: object({}, { id: uuid }) }),
} as const;

const client = { clientId: text, clientSecret: hidden } as const;

/** The members of each type besides the common ones: which it needs, and which it may have. */
const members = {
  FACEBOOK: { needed: { appId: text, appSecret: hidden }, more: {} },
  GOOGLE: { needed: client, more: {} },
  LINKEDIN: { needed: client, more: {} },
  LINKEDIN_OIDC: { needed: client, more: {} },
  TWITTER: { needed: client, more: {} },
  AMAZON: { needed: client, more: {} },
  YAHOO: { needed: client, more: {} },
  GITHUB: { needed: client, more: {} },
  MICROSOFT: { needed: client, more: { tenantId: text } },
  PAYPAL: { needed: { ...client, clientEnvironment: text }, more: {} },
  APPLE: { needed: { clientId: text, clientSecretSigningKey: hidden, keyId: text, teamId: text }, more: {} },
  OPENID_CONNECT: {
    needed: {
      ...client,
      issuer: address,
      authorizationEndpoint: webAddress,
      tokenEndpoint: webAddress,
      jwksEndpoint: webAddress,
      scopes: array(text),
      tokenEndpointAuthMethod: oneOf('CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'NONE'),
    },
    more: { userInfoEndpoint: webAddress, discoveryEndpoint: webAddress, pkceMethod: oneOf('S256', 'NONE') },
  },
  SAML: {
    needed: {
      idpEntityId: text,
      spEntityId: text,
      ssoBinding: binding,
      ssoEndpoint: webAddress,
      idpVerification: object({ certificates: array(reference) }),
    },
    more: {
      authnRequestSigned: boolean,
      spSigning: object(
        { key: reference },
        // The last is PingOne's spelling.
        {
          algorithm: oneOf(
            'SHA256withRSA',
            'SHA384withRSA',
            'SHA512withRSA',
            'SHA256withECDSA',
            'SHA384withECDSA',
            'SHA512withECDSA',
            'SHA512eithEDCSA',
          ),
        },
      ),
      sloBinding: binding,
      sloEndpoint: webAddress,
      sloResponseEndpoint: webAddress,
      sloWindow: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
    },
  },
} as const;

export type ProviderType = keyof typeof members;
export const providerTypes = Object.keys(members) as ProviderType[];

export const providerHead = object({ type: oneOf(...providerTypes) });

/** The schema of a provider of a type. */
export const providerBody = (type: ProviderType) => {
  const { needed, more } = members[type];
  return {
    type: 'object',
    properties: { ...common, type: oneOf(type), ...needed, ...more },
    required: ['name', 'enabled', 'type', ...Object.keys(needed)],
  } as const;
};

/** A provider of any of these types. */
export const anyProviderBody = { anyOf: providerTypes.map(providerBody) };

/** The members of all types. */
export const providerMembers = {
  ...common,
  type: oneOf(...providerTypes),
  ...Object.assign({}, ...Object.values(members).map(({ needed, more }) => ({ ...needed, ...more }))),
};

/** The members that hold secrets: the ones that PingOne shows, and a seed without secrets lacks. */
export const secretMembers: readonly string[] = ['clientSecret', 'appSecret', 'clientSecretSigningKey'];

export const providerAttributeBody = object({
  name: { type: 'string', minLength: 1, maxLength: 256 } as const,
  value: { type: 'string', minLength: 1, maxLength: 16_384 } as const,
  update: oneOf('EMPTY_ONLY', 'ALWAYS'),
});
export type ProviderAttributeBody = Infer<typeof providerAttributeBody>;

/** The mapping that every provider has: it sets the default username of users who sign on through it. */
export const usernameSources: Readonly<Record<ProviderType, string>> = {
  AMAZON: '${providerAttributes.user_id}',
  APPLE: '${providerAttributes.sub}',
  FACEBOOK: '${providerAttributes.email}',
  GITHUB: '${providerAttributes.id}',
  GOOGLE: '${providerAttributes.emailAddress.value}',
  LINKEDIN: '${providerAttributes.emailAddress}',
  LINKEDIN_OIDC: '${providerAttributes.sub}',
  MICROSOFT: '${providerAttributes.id}',
  OPENID_CONNECT: '${providerAttributes.sub}',
  PAYPAL: '${providerAttributes.user_id}',
  SAML: '${samlAssertion.subject}',
  TWITTER: '${providerAttributes.id}',
  YAHOO: '${providerAttributes.sub}',
};

/** Attributes of users that no provider may set. */
export const isReservedTarget = (name: string): boolean =>
  ['account', 'id', 'created', 'updated', 'lifecycle', 'mfaEnabled', 'enabled'].includes(name);

/** Names what a population's users sign on with; nothing for PingOne itself. */
export const defaultProviderBody = object({}, { id: uuid });

type WithId<T> = T & { readonly id?: string };
/** Who plays a provider, in a seed and for the control API. */
export const playedBy = { type: 'string', pattern: '^(someone-else|real|https?://[^\\s?#]+)$', maxLength: 2048 } as const;

export interface SeedIdentityProvider {
  readonly id?: string;
  readonly name: string;
  readonly type: ProviderType;
  readonly enabled?: boolean;
  /** The id or name of another environment, which comes earlier, and whose users sign on here. */
  readonly from?: string;
  readonly attributes?: readonly WithId<Pick<ProviderAttributeBody, 'name' | 'value'> & Partial<ProviderAttributeBody>>[];
}
