import { isObject, type Members, membersOf } from '../../lib/unknown.js';

/** Where a provider's own service is. */
interface Addresses {
  readonly authorization: string;
  readonly token: string;
  readonly userInfo: string;
}

/** What is specific to providers of a type, beyond the members that the management API has for them. */
export interface ProviderTypeRow {
  readonly name: string;
  /** The addresses of the real service; undefined for one that cannot be used by OAuth 2 alone. */
  readonly real?: Addresses;
  /** What is asked for, separated as in `scope`. */
  readonly scope: string;
  /** The attributes that may hold the person's identifier; the first that is there does. */
  readonly subject: readonly string[];
  /** Attributes in the provider's spelling, each with the standard claim that replaces it if the answer lacks it. */
  readonly spelling: Readonly<Record<string, string>>;
}

const standard = { scope: 'openid profile email', subject: ['sub'], spelling: {} } as const;

/**
 * The types that speak OAuth 2 with an answer of their own about the person (docs/fidelity.md, 7.8). Addresses and
 * spelling are those that the services publish; which attribute identifies a person is inferred.
 */
const table = {
  AMAZON: {
    name: 'Amazon',
    real: {
      authorization: 'https://www.amazon.com/ap/oa',
      token: 'https://api.amazon.com/auth/o2/token',
      userInfo: 'https://api.amazon.com/user/profile',
    },
    scope: 'profile',
    subject: ['user_id'],
    spelling: { user_id: 'sub' },
  },
  APPLE: { name: 'Apple', ...standard, scope: 'name email', spelling: { 'user.firstName': 'given_name', 'user.lastName': 'family_name' } },
  FACEBOOK: {
    name: 'Facebook',
    real: {
      authorization: 'https://www.facebook.com/v19.0/dialog/oauth',
      token: 'https://graph.facebook.com/v19.0/oauth/access_token',
      userInfo: 'https://graph.facebook.com/v19.0/me?fields=id,name,first_name,last_name,email',
    },
    scope: 'email public_profile',
    subject: ['id'],
    spelling: { id: 'sub', first_name: 'given_name', last_name: 'family_name' },
  },
  GITHUB: {
    name: 'GitHub',
    real: {
      authorization: 'https://github.com/login/oauth/authorize',
      token: 'https://github.com/login/oauth/access_token',
      userInfo: 'https://api.github.com/user',
    },
    scope: 'read:user user:email',
    subject: ['id'],
    spelling: { id: 'sub', login: 'preferred_username', avatar_url: 'picture' },
  },
  GOOGLE: {
    name: 'Google',
    real: {
      authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
      token: 'https://oauth2.googleapis.com/token',
      userInfo: 'https://openidconnect.googleapis.com/v1/userinfo',
    },
    scope: 'openid profile email',
    subject: ['resourceName', 'sub'],
    spelling: {
      'emailAddress.value': 'email',
      'name.givenName': 'given_name',
      'name.familyName': 'family_name',
      'name.displayName': 'name',
    },
  },
  LINKEDIN: {
    name: 'LinkedIn',
    real: {
      authorization: 'https://www.linkedin.com/oauth/v2/authorization',
      token: 'https://www.linkedin.com/oauth/v2/accessToken',
      userInfo: 'https://api.linkedin.com/v2/me',
    },
    scope: 'r_liteprofile r_emailaddress',
    subject: ['id'],
    spelling: { id: 'sub', emailAddress: 'email', firstName: 'given_name', lastName: 'family_name' },
  },
  LINKEDIN_OIDC: {
    name: 'LinkedIn',
    real: {
      authorization: 'https://www.linkedin.com/oauth/v2/authorization',
      token: 'https://www.linkedin.com/oauth/v2/accessToken',
      userInfo: 'https://api.linkedin.com/v2/userinfo',
    },
    ...standard,
  },
  MICROSOFT: {
    name: 'Microsoft',
    real: {
      authorization: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
      token: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
      userInfo: 'https://graph.microsoft.com/v1.0/me',
    },
    scope: 'openid profile email User.Read',
    subject: ['id'],
    spelling: {
      id: 'sub',
      mail: 'email',
      givenName: 'given_name',
      surname: 'family_name',
      displayName: 'name',
      userPrincipalName: 'email',
    },
  },
  PAYPAL: {
    name: 'PayPal',
    real: {
      authorization: 'https://www.paypal.com/signin/authorize',
      token: 'https://api-m.paypal.com/v1/oauth2/token',
      userInfo: 'https://api-m.paypal.com/v1/identity/oauth2/userinfo?schema=paypalv1.1',
    },
    scope: 'openid profile email',
    subject: ['user_id'],
    spelling: { user_id: 'sub' },
  },
  TWITTER: {
    name: 'X (Twitter)',
    real: {
      authorization: 'https://x.com/i/oauth2/authorize',
      token: 'https://api.x.com/2/oauth2/token',
      userInfo: 'https://api.x.com/2/users/me',
    },
    scope: 'users.read tweet.read',
    subject: ['id'],
    spelling: { id: 'sub', screen_name: 'preferred_username' },
  },
  YAHOO: {
    name: 'Yahoo',
    real: {
      authorization: 'https://api.login.yahoo.com/oauth2/request_auth',
      token: 'https://api.login.yahoo.com/oauth2/get_token',
      userInfo: 'https://api.login.yahoo.com/openid/v1/userinfo',
    },
    ...standard,
  },
} as const satisfies Readonly<Record<string, ProviderTypeRow>>;

const rows: ReadonlyMap<string, ProviderTypeRow> = new Map(Object.entries(table));

/** The row of a type that speaks OAuth 2; undefined for OPENID_CONNECT, which has addresses of its own, and for SAML. */
export const typeRow = (type: string): ProviderTypeRow | undefined => rows.get(type);

/** A copy with the value at a path, unless the path has one. */
function withMissing(attributes: Members, [first = '', ...rest]: readonly string[], value: unknown): Members {
  const own = Object.hasOwn(attributes, first) ? attributes[first] : undefined;
  if (rest.length > 0) return { ...attributes, [first]: withMissing(membersOf(own), rest, value) };
  return own === undefined || own === null ? { ...attributes, [first]: value } : attributes;
}

/** A provider's claims about a person, with standard claims in the provider's own spelling. */
export function spelled(type: string, said: Members): Members {
  const row = typeRow(type);
  // X wraps its answer.
  const answer = type === 'TWITTER' && isObject(said.data) ? said.data : said;
  let attributes = answer;
  for (const [path, claim] of Object.entries(row?.spelling ?? {}))
    if (answer[claim] !== undefined) attributes = withMissing(attributes, path.split('.'), answer[claim]);
  return attributes;
}

/** The person's identifier at the provider; undefined if the answer has none. */
export function subjectOf(type: string, attributes: Members): string | undefined {
  for (const name of typeRow(type)?.subject ?? ['sub']) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (typeof value === 'string' && value !== '' && value.length <= 1024) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  }
  return undefined;
}
