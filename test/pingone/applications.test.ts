import t from 'tap';
import { toApplication, withDefaults } from '../../src/configuration/applications/members.js';
import { type ApplicationBody, isSystemType } from '../../src/configuration/applications/schema.js';
import { insecureRedirectUris } from '../../src/configuration/applications/uris.js';
import { applicationProblems, refuseApplication } from '../../src/configuration/applications/validate.js';
import { showApplication } from '../../src/configuration/applications/view.js';

const body = (members: Partial<ApplicationBody>): ApplicationBody => ({
  name: 'x',
  type: 'WEB_APP',
  protocol: 'OPENID_CONNECT',
  ...members,
});
const redirectUris = ['https://x/cb'];
const targets = (members: Partial<ApplicationBody>) =>
  applicationProblems(withDefaults(body({ redirectUris, ...members }))).map(({ target }) => target);

t.test('an application gets the defaults of its type', async (t) => {
  const cases = [
    ['WEB_APP', {}, ['AUTHORIZATION_CODE'], ['CODE'], 'CLIENT_SECRET_BASIC'],
    ['NATIVE_APP', {}, ['AUTHORIZATION_CODE', 'IMPLICIT'], ['TOKEN', 'ID_TOKEN', 'CODE'], 'NONE'],
    ['SINGLE_PAGE_APP', {}, ['IMPLICIT'], ['TOKEN', 'ID_TOKEN'], 'NONE'],
    ['WORKER', {}, ['CLIENT_CREDENTIALS'], undefined, 'CLIENT_SECRET_BASIC'],
    ['NATIVE_APP', { grantTypes: ['AUTHORIZATION_CODE'] }, ['AUTHORIZATION_CODE'], ['CODE'], 'NONE'],
    [
      'NATIVE_APP',
      { grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
      ['CLIENT_CREDENTIALS'],
      undefined,
      'CLIENT_SECRET_BASIC',
    ],
    [
      'CUSTOM_APP',
      { grantTypes: ['DEVICE_CODE', 'REFRESH_TOKEN'], tokenEndpointAuthMethod: 'NONE' },
      ['DEVICE_CODE', 'REFRESH_TOKEN'],
      undefined,
      'NONE',
    ],
  ] as const;
  for (const [type, members, grantTypes, responseTypes, method] of cases) {
    const complete = withDefaults(body({ type, ...members } as unknown as Partial<ApplicationBody>));
    t.same(
      [complete.grantTypes, complete.responseTypes, complete.tokenEndpointAuthMethod],
      [grantTypes, responseTypes, method],
      `${type} ${JSON.stringify(members)}`,
    );
    t.same(withDefaults(complete), complete, 'once is enough');
  }
  t.equal(withDefaults(body({ type: 'WORKER' })).assignActorRoles, true);
  t.equal(withDefaults(body({ type: 'WORKER', assignActorRoles: false })).assignActorRoles, false);
  t.equal(withDefaults(body({ assignActorRoles: true })).assignActorRoles, false);
  t.same(withDefaults(body({ type: 'WORKER', accessControl: { group: { type: 'ANY_GROUP', groups: [] } } })).accessControl, {
    group: { type: 'ANY_GROUP', groups: [] },
    role: { type: 'ADMIN_USERS_ONLY' },
  });
  t.equal(withDefaults(body({ grantTypes: ['REFRESH_TOKEN'] })).refreshTokenDuration, 2_592_000);
  t.equal(withDefaults(body({ grantTypes: ['REFRESH_TOKEN'], refreshTokenRollingDuration: 3600 })).refreshTokenDuration, 3600);
  t.same(
    withDefaults(body({ type: 'NATIVE_APP', mobile: { bundleId: 'b', passcodeGracePeriod: 1, integrityDetection: { mode: 'ENABLED' } } }))
      .mobile,
    {
      bundleId: 'b',
      passcodeGracePeriod: 1,
      integrityDetection: { mode: 'ENABLED' },
      passcodeRefreshDuration: { duration: 30, timeUnit: 'SECONDS' },
    },
  );
  t.same(withDefaults(body({ type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'https://x' })), {
    name: 'x',
    type: 'PORTAL_LINK_APP',
    protocol: 'EXTERNAL_LINK',
    homePageUrl: 'https://x',
    enabled: false,
    hiddenFromAppPortal: false,
  });
  t.ok(isSystemType('PING_ONE_PORTAL'));
  t.notOk(isSystemType('WORKER'));
});

t.test('combinations proved against the live service are accepted', async (t) => {
  const code = { grantTypes: ['AUTHORIZATION_CODE'], responseTypes: ['CODE'], redirectUris } as const;
  const jwks = '{"keys":[]}';
  const cases = [
    { type: 'NATIVE_APP', grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
    { type: 'CUSTOM_APP', grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
    { type: 'SERVICE', ...code, grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
    { type: 'SINGLE_PAGE_APP', ...code, tokenEndpointAuthMethod: 'NONE', pkceEnforcement: 'S256_REQUIRED' },
    { type: 'WEB_APP', ...code, tokenEndpointAuthMethod: 'CLIENT_SECRET_JWT' },
    { type: 'WEB_APP', ...code, tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', jwks },
    { type: 'WEB_APP', ...code, tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', jwksUrl: 'https://x/jwks' },
    { type: 'NATIVE_APP', grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'], responseTypes: ['CODE', 'ID_TOKEN', 'TOKEN'], redirectUris },
    { type: 'WEB_APP', ...code, tokenEndpointAuthMethod: 'CLIENT_SECRET_POST', pkceEnforcement: 'S256_REQUIRED' },
    { type: 'WORKER', ...code, tokenEndpointAuthMethod: 'NONE' },
    { type: 'WORKER', grantTypes: ['DEVICE_CODE', 'CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'NONE' },
    { type: 'WEB_APP' },
  ];
  for (const members of cases) t.same(targets(members as Partial<ApplicationBody>), [], JSON.stringify(members));
});

t.test('members that contradict each other are refused, naming the member', async (t) => {
  const cases: [string, Partial<ApplicationBody>, string[]][] = [
    ['SAML', { protocol: 'SAML' }, ['protocol']],
    ['a link of another type', { protocol: 'EXTERNAL_LINK', homePageUrl: 'https://x' }, ['protocol']],
    ['a portal link that is no link', { type: 'PORTAL_LINK_APP' }, ['protocol']],
    ['a link to nowhere', { type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK' }, ['homePageUrl']],
    ['a link with an empty address', { type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: '' }, ['homePageUrl']],
    ['a link anywhere', { type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'http://example.com' }, []],
    ['a link that is no address', { type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'x' }, ['homePageUrl']],
    ['a link that is none', { type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'ftp://x' }, ['homePageUrl']],
    ['CODE without its grant', { grantTypes: ['IMPLICIT'], responseTypes: ['CODE'], redirectUris }, ['responseTypes']],
    ['the grant without CODE', { grantTypes: ['AUTHORIZATION_CODE'], responseTypes: ['TOKEN'], redirectUris }, ['responseTypes']],
    ['the grant without any', { grantTypes: ['AUTHORIZATION_CODE'], responseTypes: [], redirectUris }, ['responseTypes']],
    [
      'a single page’s defaults have no CODE',
      { type: 'SINGLE_PAGE_APP', grantTypes: ['AUTHORIZATION_CODE'], redirectUris },
      ['responseTypes'],
    ],
    ['no redirect URI', { grantTypes: ['AUTHORIZATION_CODE'], responseTypes: ['CODE'], redirectUris: undefined }, ['redirectUris']],
    ['no redirect URI for the grants of the type', { redirectUris: undefined }, ['redirectUris']],
    ['no redirect URI where no grant needs one', { type: 'SERVICE', redirectUris: undefined }, []],
    ['no redirect URI at all', { grantTypes: ['IMPLICIT'], responseTypes: ['TOKEN'], redirectUris: [] }, ['redirectUris']],
    ['NONE and credentials', { grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'NONE' }, ['tokenEndpointAuthMethod']],
    ['a relative redirect URI', { redirectUris: ['/cb'] }, ['redirectUris']],
    ['a redirect URI with a fragment', { redirectUris: ['https://x/#a'] }, ['redirectUris']],
    ['a redirect URI with a blank', { redirectUris: ['https://x/ a'] }, ['redirectUris']],
    ['a redirect URI that is none', { redirectUris: ['https://'] }, ['redirectUris']],
    [
      'custom schemes, loopback, plain http',
      { redirectUris: ['com.x.app://callback', 'http://127.0.0.1:3000/cb', 'http://example.com'] },
      [],
    ],
    ['a wildcard that is not allowed', { redirectUris: ['https://x/*'] }, ['redirectUris']],
    ['a wildcard that is', { redirectUris: ['https://x/*', 'https://x/a?b=*'], allowWildcardInRedirectUris: true }, []],
    ['two wildcards', { redirectUris: ['https://x/*/*'], allowWildcardInRedirectUris: true }, ['redirectUris']],
    ['a wildcard in the host', { redirectUris: ['https://*.x/cb'], allowWildcardInRedirectUris: true }, ['redirectUris']],
    ['sign-off to anywhere', { postLogoutRedirectUris: ['http://x/', 'app://bye'] }, []],
    ['sign-off to nowhere', { postLogoutRedirectUris: ['bye'] }, ['postLogoutRedirectUris']],
    ['a home page over plain http', { homePageUrl: 'http://example.com' }, ['homePageUrl']],
    ['a home page on this machine', { homePageUrl: 'http://localhost:3000' }, []],
    ['a sign-on page that is no address', { loginPageUrl: 'x' }, ['loginPageUrl']],
    ['an initiating page over plain http', { initiateLoginUri: 'http://example.com' }, ['initiateLoginUri']],
    ['a target link of one’s own scheme', { targetLinkUri: 'app://x' }, []],
    ['a target link that is none', { targetLinkUri: 'x' }, ['targetLinkUri']],
    ['a device page that is none', { deviceCustomVerificationUri: 'app://x' }, ['deviceCustomVerificationUri']],
    ['keys on this machine', { jwksUrl: 'http://localhost:3000/jwks' }, []],
    ['keys over plain http', { jwksUrl: 'http://example.com' }, ['jwksUrl']],
    ['a private key that nobody knows', { tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT' }, ['jwks']],
    ['keys twice', { jwks: '{"keys":[]}', jwksUrl: 'https://x' }, ['jwksUrl']],
    ['keys that are none', { jwks: '{}' }, ['jwks']],
    ['keys that are null', { jwks: 'null' }, ['jwks']],
    ['keys that are no JSON', { jwks: '{' }, ['jwks']],
    [
      'request objects both ways',
      { requireSignedRequestObject: true, supportUnsignedRequestObject: true },
      ['supportUnsignedRequestObject'],
    ],
    [
      'a refresh token that outlives its rolling',
      { refreshTokenDuration: 200, refreshTokenRollingDuration: 100 },
      ['refreshTokenDuration'],
    ],
    ['a refresh token that does not', { refreshTokenDuration: 100, refreshTokenRollingDuration: 100 }, []],
    ['no origins', { corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS' } }, ['corsSettings.origins']],
    [
      'origins where none are allowed',
      { corsSettings: { behavior: 'ALLOW_NO_ORIGINS', origins: ['https://x'] } },
      ['corsSettings.origins'],
    ],
    ['no origins where none are allowed', { corsSettings: { behavior: 'ALLOW_NO_ORIGINS', origins: [] } }, []],
    [
      'an origin with a path',
      { corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: ['https://x/', 'https://*.example.com:8443', 'http://10.0.0.1'] } },
      ['corsSettings.origins'],
    ],
    ['a mobile block', { mobile: {} }, ['mobile']],
    ['kerberos', { kerberos: { key: { id: 'k' } } }, ['kerberos']],
    ['a key policy of a service', { type: 'SERVICE', signing: { keyRotationPolicy: { id: 'k' } } }, ['signing']],
    [
      'Google without credentials',
      { type: 'NATIVE_APP', mobile: { integrityDetection: { googlePlay: { verificationType: 'GOOGLE' } } } },
      ['mobile.integrityDetection.googlePlay.serviceAccountCredentials'],
    ],
    [
      'one’s own without keys',
      { type: 'NATIVE_APP', mobile: { integrityDetection: { googlePlay: { verificationType: 'INTERNAL', decryptionKey: 'd' } } } },
      ['mobile.integrityDetection.googlePlay.verificationKey'],
    ],
    ['several', { redirectUris: ['a', 'b'], jwks: '{' }, ['redirectUris', 'jwks']],
  ];
  for (const [name, members, expected] of cases) t.same(targets(members), expected, name);
  t.same(applicationProblems(body({})), [], 'a bare body');

  const wildcard = refuseApplication(applicationProblems(body({ redirectUris: ['https://x/*'] })));
  t.match(wildcard, { status: 400, code: 'INVALID_DATA', text: /^Wildcards are not allowed in redirect URIs\./ });
  t.match(refuseApplication(applicationProblems(body({ jwks: '{' }))).text, /One or more validation errors/);
  t.same(insecureRedirectUris(['http://example.com', 'http://localhost', 'https://x', 'a://b']), ['http://example.com']);
  t.same(insecureRedirectUris(), []);
});

t.test('an application shows the links of its type', async (t) => {
  const identity = { id: 'a', environmentId: 'e', createdAt: 't', updatedAt: 't', keyRotationPolicyId: 'k' };
  const linksOf = (members: Partial<ApplicationBody>) =>
    Object.keys(showApplication(toApplication(withDefaults(body(members)), identity), 'https://x')._links);
  t.same(linksOf({}), ['self', 'environment', 'metadata', 'attributes', 'secret', 'grants', 'keyRotationPolicy']);
  t.same(linksOf({ type: 'SERVICE' }), ['self', 'environment', 'attributes', 'secret', 'grants']);
  t.same(linksOf({ type: 'WORKER' }), ['self', 'environment', 'attributes', 'secret', 'grants', 'roleAssignments']);
  t.same(linksOf({ type: 'PING_ONE_PORTAL' }), ['grants', 'environment', 'self']);
  t.same(linksOf({ type: 'PING_ONE_ADMIN_CONSOLE' }), ['self', 'environment']);
  t.same(linksOf({ type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK' }), ['self', 'environment']);
  t.equal(
    toApplication(withDefaults(body({ type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', redirectUris })), identity).redirectUris,
    undefined,
  );
  t.same(toApplication(withDefaults(body({ signing: { keyRotationPolicy: { id: 'own' } } })), identity).signing, {
    keyRotationPolicy: { id: 'own' },
  });
});
