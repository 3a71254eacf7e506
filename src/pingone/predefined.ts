// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that

/** The contents of every new PingOne environment (docs/fidelity.md, management 3.2, 5.2 to 5.4). */

/** The scopes of the resource `openid`, with their descriptions (inferred). */
const openIdDescriptions: Readonly<Record<string, string>> = {
  openid: 'Signs users on with OpenID Connect',
  profile: 'Access to the profile of the user',
  email: 'Access to the e-mail address of the user',
  address: 'Access to the address of the user',
  phone: 'Access to the phone number of the user',
  offline_access: 'Access while the user is not present',
};
export const openIdScopes = Object.keys(openIdDescriptions);

/** The description of the resource `openid` (inferred). */
export const openIdDescription = 'The OpenID Connect scopes and claims of this environment';

/** The scopes of the resource `PingOne API`. Those for devices, pairing keys, linked accounts and consents have no effect here. */
export const pingOneApiScopes = [
  'p1:read:user',
  'p1:update:user',
  'p1:update:userMfaEnabled',
  'p1:create:device',
  'p1:read:device',
  'p1:update:device',
  'p1:delete:device',
  'p1:read:userPassword',
  'p1:reset:userPassword',
  'p1:validate:userPassword',
  'p1:read:userLinkedAccounts',
  'p1:delete:userLinkedAccounts',
  'p1:create:pairingKey',
  'p1:read:pairingKey',
  'p1:delete:pairingKey',
  'p1:read:sessions',
  'p1:delete:sessions',
  'p1:read:userConsent',
  'p1:verify:user',
  'p1:read:oauthConsent',
  'p1:update:oauthConsent',
];

/** The description of one of PingOne's own scopes (inferred). */
export const scopeDescription = (name: string): string => {
  const [, action = '', subject = ''] = name.split(':');
  const words = subject.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return openIdDescriptions[name] ?? `${action[0]?.toUpperCase()}${action.slice(1)} ${words} of the signed-on user`;
};

/** The predefined claims of the resource `openid`, with their expressions. */
export const openIdClaims: Readonly<Record<string, string>> = {
  'address.country': '${user.address.countryCode}',
  'address.formatted': '',
  'address.locality': '${user.address.locality}',
  'address.postal_code': '${user.address.postalCode}',
  'address.region': '${user.address.region}',
  'address.street_address': '${user.address.streetAddress}',
  birthdate: '',
  email: '${user.email}',
  email_verified: '',
  family_name: '${user.name.family}',
  gender: '',
  given_name: '${user.name.given}',
  locale: '${user.locale}',
  middle_name: '${user.name.middle}',
  name: '${user.name.formatted}',
  nickname: '${user.nickname}',
  phone_number: '${user.primaryPhone}',
  phone_number_verified: '',
  picture: '${user.photo.href}',
  preferred_username: '${user.username}',
  profile: '',
  updated_at: '${#datetime.toUnixTimestamp(user.updatedAt)}',
  website: '',
  zoneinfo: '${user.timezone}',
};

interface SystemApplication {
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** The icon of PingOne's own applications, for clients to show. The mock never requests it (docs/fidelity.md, management 3.2). */
export const systemIconUrl = 'https://assets.pingone.com/ux/ui-library/5.0.2/images/logo-pingidentity.png';

export const systemApplications: readonly SystemApplication[] = [
  {
    name: 'PingOne Admin Console',
    description: "The admin console application which is used to manage this environment's configuration and identity data.",
    type: 'PING_ONE_ADMIN_CONSOLE',
    members: { accessControl: { role: { type: 'ADMIN_USERS_ONLY' } } },
  },
  {
    name: 'PingOne Application Portal',
    description: 'The application portal where users can view and access their applications.',
    type: 'PING_ONE_PORTAL',
    members: { hiddenFromAppPortal: false, applyDefaultTheme: false },
  },
  {
    name: 'PingOne Self-Service - MyAccount',
    description: 'The self-service application where users can manage profile details, passwords, MFA devices, etc.',
    type: 'PING_ONE_SELF_SERVICE',
    members: { hiddenFromAppPortal: false, applyDefaultTheme: true, enableDefaultThemeFooter: true },
  },
];

/** The policy that asks for a password, unless the user has a valid session. */
export const singleFactorPolicy = {
  name: 'Single_Factor',
  description: 'A sign-on policy that requires username and password',
  action: {
    type: 'LOGIN',
    priority: 1,
    // Longer than any session, so that a valid session always satisfies it.
    condition: { secondsSince: '${session.lastSignOn.withAuthenticator.pwd.at}', greater: 31_536_000 },
    recovery: { enabled: true },
    registration: { enabled: false },
  },
} as const;

/** The expression of `sub` for every application and resource. */
export const subjectExpression = '${user.id}';

/** Who issues the credentials of gateways (docs/fidelity.md, management 7.12). */
export const gatewayCredentialIssuer = 'wss://gateways.pingone.com';

/** The audience of tokens for PingOne's own API, whatever this server's host name. */
export const pingOneApiAudience = 'https://api.pingone.com';

/** The theme of every new environment (docs/fidelity.md, management 7.2). */
export const pingDefaultTheme = {
  template: 'default',
  default: true,
  configuration: {
    name: 'Ping Default',
    logoType: 'NONE',
    backgroundType: 'DEFAULT',
    backgroundColor: '#ededed',
    bodyTextColor: '#686f77',
    buttonColor: '#007CBA',
    buttonTextColor: '#ffffff',
    cardColor: '#ffffff',
    headingTextColor: '#686f77',
    linkTextColor: '#007CBA',
  },
} as const;

/** The languages of every new environment: English is enabled and the default (docs/fidelity.md, management 7.4). */
export const predefinedLocales: readonly string[] = 'cs de en es fr-CA fr hu it ja ko nl pl pt ru th tr zh'.split(' ');

/** The policy that asks for a password and then for a second factor. What its second action holds is inferred. */
export const multiFactorPolicy = {
  name: 'Multi_Factor',
  description: 'A sign-on policy that requires multi-factor authentication',
  actions: [singleFactorPolicy.action, { type: 'MULTI_FACTOR_AUTHENTICATION', priority: 2, noDevicesMode: 'BLOCK' }],
} as const;
