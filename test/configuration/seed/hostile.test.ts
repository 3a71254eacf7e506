import t from 'tap';
import { png } from '../../helpers/images.js';
import { buildTestServer } from '../../helpers/server.js';
import { placesOf, withValueAt, wrongKinds } from '../../helpers/wrong-kinds.js';

/** Seeds whose members are of the wrong kind. */

const id = (number: number) => `c${String(number).padStart(7, '0')}-0000-4000-8000-000000000001`;
const answered = { _links: {}, _embedded: {}, environment: {}, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };

/** An environment with every kind of thing, and every kind of member that code reads. */
const minutes = { duration: 1, timeUnit: 'MINUTES' };
const failure = { count: 3, coolDown: minutes };
const offline = { enabled: true, otp: { lifeTime: minutes, failure, otpLength: 6 } };
const complete = {
  ...answered,
  name: 'Complete',
  description: 'd',
  type: 'SANDBOX',
  region: 'NA',
  organization: { id: id(1) },
  license: { id: id(2) },
  status: 'ACTIVE',
  icon: 'i',
  billOfMaterials: { products: [{ type: 'PING_ONE_BASE' }] },
  passwordPolicies: [
    {
      id: id(3),
      name: 'Long',
      default: true,
      length: { min: 8, max: 20 },
      history: { count: 1 },
      alphabetSequenceRule: { maxLength: 2 },
    },
  ],
  populations: [
    {
      id: id(4),
      name: 'People',
      passwordPolicy: { id: id(3) },
      theme: { id: id(5) },
      alternativeIdentifiers: ['a'],
      userCount: 1,
    },
  ],
  schemaAttributes: [
    {
      id: id(6),
      name: 'shoe',
      type: 'STRING',
      schemaType: 'CUSTOM',
      schema: { id: id(7) },
      enumeratedValues: [{ value: 'a' }],
    },
    {
      name: 'ticket',
      regexValidation: { pattern: '^a+$', requirements: 'r', valuesPatternShouldMatch: ['a'], valuesPatternShouldNotMatch: ['b'] },
    },
  ],
  roles: [
    {
      id: id(8),
      name: 'Reader',
      permissions: [{ id: 'a:read:b' }],
      canBeAssignedBy: [{ id: id(9) }],
      applicableTo: ['ENVIRONMENT'],
    },
  ],
  groups: [
    { id: id(11), name: 'All', population: { id: id(4) }, customData: { a: 1 }, directMemberCounts: { users: 1 } },
    {
      name: 'Some',
      memberOfGroups: [{ id: id(11) }],
      roleAssignments: [{ role: { id: id(8) }, scope: { id: id(4), type: 'POPULATION' } }],
    },
  ],
  users: [
    {
      id: id(12),
      username: 'carol',
      email: 'carol@example.com',
      name: { given: 'C', family: 'D' },
      address: { countryCode: 'CH' },
      photo: { href: 'https://example.com/p' },
      lifecycle: { status: 'ACCOUNT_OK' },
      identityProvider: { type: 'PING_ONE' },
      shoe: 'a',
      password: { value: 'p', forceChange: true },
      population: { id: id(4) },
      groups: ['All'],
      roleAssignments: [{ role: 'Reader' }],
      account: { status: 'LOCKED', lockedAt: '2026-01-01T00:00:00Z', canAuthenticate: true },
      lastSignOn: { at: '2026-01-01T00:00:00Z' },
      agreementConsents: [
        { agreement: 'Terms', language: { id: id(33) }, revision: { id: id(34) }, consentedAt: '2026-02-01T00:00:00.000Z' },
      ],
    },
  ],
  resources: [
    {
      id: id(63),
      name: 'Papers API',
      applicationResources: [{ id: id(64), name: 'papers', permissions: [{ id: id(65), action: 'read' }] }],
    },
    {
      id: id(13),
      name: 'openid',
      type: 'OPENID_CONNECT',
      scopes: [{ id: id(14), name: 'profile', mappedClaims: ['c'], resource: { id: id(13) } }],
      attributes: [
        {
          id: id(15),
          name: 'c',
          value: 'x',
          idToken: true,
          userInfo: false,
          type: 'CUSTOM',
          resource: { id: id(13) },
        },
      ],
    },
    {
      name: 'Orders',
      secret: 's',
      applicationPermissionsSettings: { claimEnabled: true },
      scopes: [{ name: 'r', schemaAttributes: ['a'] }],
    },
  ],
  images: [{ id: id(30), data: png(1, 1).toString('base64'), original: { id: id(31) } }],
  themes: [
    {
      id: id(5),
      template: 'slate',
      default: true,
      configuration: {
        name: 'Slate',
        logoType: 'IMAGE',
        logo: { id: id(30), href: 'https://example.com/i.png' },
        backgroundType: 'COLOR',
        backgroundColor: '#000000',
      },
    },
  ],
  brandingSettings: { companyName: 'Example', logo: { id: id(30), href: 'https://example.com/i.png' } },
  languages: [{ id: id(32), locale: 'de', enabled: true, default: true, name: 'German', customerAdded: false }],
  agreements: [
    {
      id: id(20),
      name: 'Terms',
      enabled: true,
      reconsentPeriodDays: 30,
      languages: [
        {
          id: id(33),
          locale: 'de',
          displayName: 'AGB',
          enabled: true,
          userExperience: { continueButtonText: 'Weiter' },
          revisions: [
            { id: id(34), contentType: 'text/plain', effectiveAt: '2026-01-01T00:00:00.000Z', requireReconsent: true, text: 'Alles' },
          ],
        },
      ],
    },
  ],
  phoneDeliverySettings: [
    {
      id: id(35),
      provider: 'CUSTOM_PROVIDER',
      name: 'Own',
      authentication: { method: 'BASIC', username: 'u', password: 'p' },
      requests: [{ deliveryMethod: 'SMS', url: 'https://example.com', method: 'POST', phoneNumberFormat: 'FULL', headers: { a: 'b' } }],
      numbers: [{ number: '1', type: 'SHORT_CODE', selected: true, capabilities: ['SMS'] }],
    },
  ],
  emailDeliverySettings: {
    protocol: 'HTTP',
    name: 'Own',
    provider: 'CUSTOM_PROVIDER',
    from: { name: 'n', address: 'a@example.com' },
    authentication: { method: 'BASIC', username: 'u', password: 'p' },
    requests: [{ deliveryMethod: 'EMAIL', method: 'POST', url: 'https://example.com', headers: { a: 'b' }, body: 'b' }],
  },
  notificationsSettings: {
    from: { name: 'n', address: 'a@example.com' },
    replyTo: { name: 'n' },
    smsProvidersFallbackChain: [id(35)],
    restrictions: { smsVoiceQuota: { daily: 1 } },
    whitelist: [{ user: { id: id(36) } }],
  },
  deviceAuthenticationPolicies: [
    {
      id: id(40),
      name: 'Strict',
      default: true,
      sms: offline,
      voice: offline,
      email: offline,
      whatsApp: offline,
      mobile: { enabled: true, otp: { failure }, applications: [{ id: id(41), push: { enabled: true }, pushLimit: { count: 3 } }] },
      totp: { enabled: true, otp: { failure }, uriParameters: { issuer: 'x' } },
      fido2: { enabled: true, failure },
      rememberMe: { web: { enabled: true, lifeTime: { duration: 1, timeUnit: 'DAYS' } } },
    },
  ],
  applicationRoles: [{ id: id(60), name: 'Reader', permissions: ['papers:read'], assignments: [{ id: id(61), subject: { id: id(12) } }] }],
  flowPolicies: [
    {
      id: '6e9114ac34cfcec300202eae7776f981',
      name: 'Codes',
      enabled: true,
      application: { id: 'a', name: 'DaVinci' },
      trigger: { type: 'AUTHENTICATION' },
      status: 'enabled',
      nodes: [
        {
          id: 'form',
          type: 'form',
          name: 'Sign On',
          description: 'd',
          fields: [
            { key: 'username', type: 'TEXT', label: 'Username', required: true },
            { key: 'password', type: 'PASSWORD' },
            { key: 'team', type: 'DROPDOWN', options: [{ label: 'A', value: 'a' }] },
          ],
          buttons: [
            { key: 'SIGNON', label: 'Sign On', type: 'SUBMIT_BUTTON', next: 'password' },
            { key: 'HELP', label: 'Help', next: 'error' },
          ],
        },
        { type: 'password' },
        { type: 'push', polling: 'continue', pollInterval: 1000, pollRetries: 3, next: 'success' },
        { type: 'success' },
        { type: 'error', message: 'm', code: 'c', final: true },
      ],
    },
    { name: 'Register', preset: 'registration' },
  ],
  gateways: [
    {
      id: id(50),
      name: 'Directory',
      type: 'LDAP',
      enabled: true,
      bindDN: 'cn=svc',
      serversHostAndPort: ['ds1.example.com:636'],
      vendor: 'PingDirectory',
      kerberos: { serviceAccountUserPrincipalName: 'u@d' },
      userTypes: [
        { id: id(51), name: 'Set', passwordAuthority: 'LDAP', searchBaseDn: 'ou=users', orderedCorrelationAttributes: ['objectGUID'] },
      ],
      roleAssignments: [{ role: 'Identity Data Admin' }],
    },
    {
      id: id(52),
      name: 'RADIUS',
      type: 'RADIUS',
      davinci: { policy: { id: id(53) } },
      radiusClients: [{ ip: '127.0.0.1', sharedSecret: 's', blastRadiusMitigation: { requireMsgAuth: true } }],
      networkPolicyServer: { ip: '10.1.1.1', port: 5000 },
    },
  ],
  identityProviders: [
    {
      id: id(42),
      name: 'Partner',
      type: 'SAML',
      enabled: true,
      idpVerification: { certificates: [{ id: id(43) }] },
      spSigning: { key: { id: id(44) }, algorithm: 'SHA256withRSA' },
      scopes: ['openid'],
      registration: { population: { id: id(45) } },
      attributes: [{ id: id(46), name: 'email', value: 'v', update: 'ALWAYS' }],
    },
  ],
  notificationsPolicies: [
    {
      id: id(39),
      name: 'Few',
      default: true,
      quotas: [{ type: 'USER', deliveryMethods: ['SMS'], total: 1 }],
      countryLimit: { type: 'DENIED', countries: ['GB'] },
      cooldownConfiguration: {
        email: { enabled: false },
        sms: { enabled: true, periods: [{ duration: 10, timeUnit: 'SECONDS' }], groupBy: 'PHONE', resendLimit: 1 },
        voice: { enabled: false },
        whatsApp: { enabled: false },
      },
      providerConfiguration: { conditions: [{ fallbackChain: [{ id: 'PINGONE_TWILIO' }] }] },
    },
  ],
  notificationContents: [
    {
      id: id(54),
      template: 'strong_authentication',
      locale: 'en',
      deliveryMethod: 'SMS',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: PingOne's variables look like that
      content: '${otp}',
      sender: 's',
      variant: 'v',
    },
  ],
  emailDomains: [
    { id: id(37), domainName: 'example.com', trustedEmails: [{ id: id(38), emailAddress: 'a@example.com', status: 'ACTIVE' }] },
  ],
  translations: [{ locale: 'sv', key: 'flow-ui.button.cancel', translatedText: 'Avbryt' }],
  customDomains: [
    {
      id: id(60),
      domainName: 'auth.example.com',
      status: 'ACTIVE',
      canonicalName: 'c',
      certificate: { expiresAt: '2030-01-01T00:00:00Z' },
    },
  ],
  signOnPolicies: [
    {
      id: id(16),
      name: 'Steps',
      default: true,
      actions: [
        {
          id: id(17),
          type: 'LOGIN',
          priority: 1,
          condition: { secondsSince: 's', greater: 1 },
          recovery: { enabled: true },
          registration: { enabled: true, population: { id: id(4) }, external: { href: 'https://example.com' } },
          socialProviders: [{ id: id(18) }],
          signOnPolicy: { id: id(16) },
        },
        {
          type: 'MULTI_FACTOR_AUTHENTICATION',
          email: { enabled: true },
          sms: { enabled: true },
          noDevicesMode: 'BYPASS',
          applications: [{ id: id(19) }],
        },
        { type: 'PROGRESSIVE_PROFILING', attributes: [{ name: 'nickname', required: true }], promptText: 'p', promptIntervalSeconds: 1 },
        { type: 'AGREEMENT', agreement: { id: id(20) } },
        { type: 'IDENTIFIER_FIRST', discoveryRules: [{ a: 1 }] },
        { type: 'IDENTITY_PROVIDER', identityProvider: { id: id(21) }, acrValues: 'a' },
      ],
    },
  ],
  applications: [
    {
      id: id(22),
      clientId: id(22),
      name: 'Shop',
      type: 'WEB_APP',
      protocol: 'OPENID_CONNECT',
      enabled: true,
      grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
      responseTypes: ['CODE'],
      redirectUris: ['https://example.com/callback'],
      corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: ['https://example.com'] },
      accessControl: { role: { type: 'ADMIN_USERS_ONLY' }, group: { type: 'ANY_GROUP', groups: [{ id: id(11) }] } },
      icon: { id: 'i', href: 'https://example.com/i' },
      secret: 's',
      grants: [{ resource: { id: id(13) }, scopes: ['profile'] }],
      attributes: [{ name: 'sub', value: 'x', required: true, oidcScopes: ['openid'], mappingType: 'CORE' }],
      signOnPolicyAssignments: [{ signOnPolicy: { id: id(16) }, priority: 1, application: { id: id(22) } }],
    },
    { name: 'Worker', type: 'WORKER', protocol: 'OPENID_CONNECT', roleAssignments: [{ role: 'Identity Data Admin', readOnly: false }] },
    { name: 'Phone', type: 'NATIVE_APP', protocol: 'OPENID_CONNECT', mobile: { integrityDetection: { mode: 'DISABLED' } } },
  ],
};

/** Others at each place, so that all of them come up at like places and the test remains quick. */
const twoOf = <T>(values: readonly T[], at: number): T[] => [0, 6].flatMap((step) => values[(at + step) % values.length] as T);

t.test('no value of any member of a seed causes a 500, neither when it is read nor when it is exported', async (t) => {
  const { app } = await buildTestServer(t);
  const headers = { host: 'localhost:9400' };
  const send = async (body: object) => {
    const made = await app.inject({ method: 'POST', url: '/__mock/v1/environments', headers, payload: body });
    if (made.statusCode !== 201) return { status: made.statusCode, text: made.payload };
    const at = `/__mock/v1/environments/${made.json<{ id: string }>().id}`;
    const exported = await app.inject({ url: `${at}/seed`, headers });
    await app.inject({ method: 'DELETE', url: at, headers });
    return exported.statusCode === 200 ? { status: 201, text: '' } : { status: exported.statusCode, text: exported.payload };
  };
  const whole = await send(complete);
  t.equal(whole.status, 201, whole.text);
  const wrong: string[] = [];
  for (const [at, place] of placesOf(complete).entries())
    for (const value of twoOf(wrongKinds, at)) {
      const { status, text } = await send(withValueAt(complete, place, value));
      if (status !== 201 && status !== 400) wrong.push(`${place.join('.')}: ${JSON.stringify(value)}: ${status} ${text}`);
    }
  t.same(wrong, []);
});

t.test('members that only answers have are never read, whatever their value', async (t) => {
  const { app } = await buildTestServer(t);
  const wrong: string[] = [];
  for (const name of ['_links', '_embedded', 'environment', 'createdAt', 'status', 'icon', 'billOfMaterials'])
    for (const value of [...wrongKinds, [{ id: [] }], [{ id: null }], [null]]) {
      const payload = { [name]: value, populations: [{ name: 'P', userCount: value, [name === 'createdAt' ? name : '_links']: value }] };
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/__mock/v1/environments',
        headers: { host: 'localhost:9400' },
        payload,
      });
      if (statusCode !== 201) wrong.push(JSON.stringify(payload));
    }
  t.same(wrong, []);
});
