import { boolean, type Infer, object, oneOf, reference, secret, string, uuid, webAddress } from '../../lib/schema/types.js';

/** The bodies of users (docs/fidelity.md, management 6.4). */

const printable = '^[\\p{L}\\p{M}\\p{Zs}\\p{S}\\p{N}\\p{P}]*$';
const nameLike = "^[\\p{L}\\p{M}\\p{N}' .\\-]*$";

const text = <const M extends number>(maxLength: M, pattern = printable) => ({ type: 'string', minLength: 1, maxLength, pattern }) as const;

const changeable = {
  name: object(
    {},
    {
      given: text(256),
      middle: text(256),
      family: text(256, nameLike),
      formatted: text(256, nameLike),
      honorificPrefix: string,
      honorificSuffix: string,
    },
  ),
  nickname: text(256),
  title: text(256),
  type: text(256),
  locale: text(256),
  timezone: { type: 'string', pattern: '^\\w+\\/\\w+$' },
  preferredLanguage: string,
  accountId: string,
  externalId: { type: 'string', minLength: 1, maxLength: 1024 },
  primaryPhone: { type: 'string', minLength: 1, maxLength: 32 },
  mobilePhone: { type: 'string', maxLength: 32 },
  photo: object({ href: webAddress }),
  address: object(
    {},
    {
      countryCode: { type: 'string', pattern: '^[A-Z]{2}$' } as const,
      locality: text(256),
      region: text(256),
      postalCode: text(40),
      streetAddress: text(256, '^[\\p{L}\\p{M}\\p{N}\\p{Zs}\\p{S}\\p{P}\\n\\r]*$'),
    },
  ),
  identityProvider: object(
    {},
    {
      id: uuid,
      type: oneOf(
        'PING_ONE',
        'FACEBOOK',
        'GOOGLE',
        'LINKEDIN',
        'LINKEDIN_OIDC',
        'APPLE',
        'TWITTER',
        'AMAZON',
        'YAHOO',
        'MICROSOFT',
        'PAYPAL',
        'GITHUB',
        'OPENID_CONNECT',
        'SAML',
      ),
    },
  ),
} as const;

const username = text(128);
const email = { type: 'string', minLength: 1, format: 'email' } as const;
const lifecycle = object({}, { status: oneOf('ACCOUNT_OK', 'VERIFICATION_REQUIRED'), suppressVerificationCode: boolean });

const verifyStatus = oneOf('NOT_INITIATED', 'ENABLED', 'DISABLED');

/** The body of PUT, and of PATCH once it is merged. */
export const userBody = object({ username }, { email, ...changeable });
/** The body of POST. */
export const newUserBody = object({ username }, { email, ...changeable, population: reference, mfaEnabled: boolean });
/** The body of POST with the media type user.import. */
export const importedUserBody = object(
  { username },
  {
    email,
    ...changeable,
    population: reference,
    mfaEnabled: boolean,
    emailVerified: boolean,
    lifecycle,
    verifyStatus,
    password: object({ value: secret({ type: 'string', minLength: 1 }) }, { forceChange: boolean }),
  },
);

/** A user in a seed: more can be set. */
export const seededUserMembers = {
  ...changeable,
  email,
  mfaEnabled: boolean,
  emailVerified: boolean,
  enabled: boolean,
  lifecycle,
  verifyStatus,
} as const;
export const seededUsername = username;

export type UserBody = Infer<typeof userBody>;
type ImportedUserBody = Infer<typeof importedUserBody>;

/** The union of all bodies that create a user. */
export type UserInput = Partial<Omit<ImportedUserBody, 'username' | 'password'>> & {
  username: string;
  id?: string;
  enabled?: boolean;
  verifyStatus?: 'NOT_INITIATED' | 'ENABLED' | 'DISABLED';
};
