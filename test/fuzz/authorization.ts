import { basic } from '../helpers/client.js';
import { environmentId, ids } from '../helpers/server.js';
import type { Chance } from './chance.js';
import { everything } from './environment.js';
import { encode, encodePairs, type FuzzRequest, formType, headerValue, type Pairs, signed } from './request.js';
import { foreignHost, hostileText, hostileValues, type Seen } from './values.js';

/** Requests to the authorization server with parameters of any kind, at any of its endpoints. */

const common: Readonly<Record<string, readonly string[]>> = {
  response_type: ['code', 'token', 'id_token', 'code id_token', 'token id_token', 'code token id_token', 'none'],
  client_id: [ids.spa, ids.web, ids.native, ids.device, ids.service, ids.worker, everything.id],
  redirect_uri: [
    'http://localhost:3000/callback',
    'https://example.com/callback',
    `https://${foreignHost}/callback`,
    'com.example.demo://callback',
  ],
  scope: ['openid', 'openid profile email', 'orders:read', 'openid orders:read', 'p1:read:user', 'openid  offline_access'],
  state: ['s', '</script><script>alert(1)</script>'],
  nonce: ['n'],
  response_mode: ['query', 'fragment', 'form_post', 'pi.flow', 'web_message'],
  prompt: ['none', 'login', 'consent', 'none login', 'select_account'],
  max_age: ['0', '1', '-1', '1.5', '9999999999999999'],
  acr_values: ['Single_Factor', 'Multi_Factor', 'Single_Factor Multi_Factor'],
  login_hint: ['alice', 'alice@example.com'],
  code_challenge: ['a'.repeat(43), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  code_challenge_method: ['S256', 'plain', 's256'],
  grant_type: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:openid:params:grant-type:ciba',
    'password',
  ],
  code: [ids.alice],
  code_verifier: ['a'.repeat(43), 'a'.repeat(42), 'a'.repeat(129)],
  refresh_token: ['x'],
  client_secret: ['web-secret', 'service-secret', everything.secret],
  client_assertion_type: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
  token_type_hint: ['access_token', 'refresh_token', 'id_token'],
  post_logout_redirect_uri: ['http://localhost:3000/', `https://${foreignHost}/`],
  user_code: ['ABCD-EFGH'],
  subject_token_type: ['urn:ietf:params:oauth:token-type:access_token', 'urn:ietf:params:oauth:token-type:id_token'],
  requested_token_type: ['urn:ietf:params:oauth:token-type:access_token'],
  resource: ['https://orders.example.com', 'x'],
  audience: ['https://orders.example.com'],
  binding_message: ['Pump 4'],
  requested_expiry: ['1', '0', '9999999'],
  request_uri: ['urn:ietf:params:oauth:request_uri:x', `https://${foreignHost}/object`],
  error: ['{"code":"x"}', '{"details":[null]}', '[]', '{"details":5,"message":{}}'],
  flowId: [ids.alice],
  sessionId: [ids.alice],
};
const jwtNames = [
  'request',
  'client_assertion',
  'login_hint_token',
  'id_token_hint',
  'token',
  'subject_token',
  'actor_token',
  'access_token',
] as const;
const names = [...Object.keys(common), ...jwtNames, 'device_code', 'auth_req_id', 'claims', 'ui_locales'];

const paths = [
  'as/authorize',
  'as/authorize',
  'as/par',
  'as/token',
  'as/token',
  'as/userinfo',
  'as/introspect',
  'as/revoke',
  'as/signoff',
  'as/idpSignoff',
  'as/resume',
  'as/device_authorization',
  'as/cibaAuthorization',
  'as/jwks',
  'as/checksession',
  'as/.well-known/openid-configuration',
  'signon/',
  'myaccount/',
  'device',
  `device/${ids.device}`,
  `flows/${ids.alice}`,
] as const;

const times = [
  0,
  -1,
  1.5,
  1e10,
  -1e12,
  8.64e12,
  8.64e12 + 1,
  -8.64e12,
  8.64e15,
  1e300,
  -1e300,
  Number.MAX_SAFE_INTEGER,
  '5',
  null,
  [],
  {},
] as const;

/** Claims of an assertion or a request object, of which some are wrong. */
function claims(chance: Chance): unknown {
  if (chance.oneIn(25)) return chance.pick(hostileValues);
  const now = Math.floor(Date.now() / 1000);
  const right: [string, unknown][] = [
    ['iss', everything.id],
    ['sub', everything.id],
    ['aud', `http://localhost:9400/${environmentId}/as`],
    ['exp', now + 300],
    ['iat', now],
    ['nbf', now],
    ['jti', String(chance.below(1_000_000))],
    ['client_id', everything.id],
    ['response_type', 'code'],
    ['redirect_uri', 'https://example.com/callback'],
    ['scope', 'openid'],
    ['max_age', 5],
    ['claims', {}],
  ];
  return Object.fromEntries(
    right
      .filter(() => !chance.oneIn(10))
      .map(([name, value]) => [
        name,
        chance.oneIn(6) ? chance.pick<unknown>(['exp', 'iat', 'nbf', 'max_age'].includes(name) ? times : hostileValues) : value,
      ]),
  );
}

/** A token that someone made: signed with the shared secret of an application, or not at all. */
export function jwt(chance: Chance): string {
  const header = chance.pick<object>([
    { alg: 'HS256' },
    { alg: 'HS256', typ: 'JWT' },
    { alg: 'none' },
    { alg: 'RS256', kid: 'x' },
    { alg: 'HS256', crit: ['b64'], b64: false },
    { alg: [] },
    { alg: 'HS256', kid: {} },
    { alg: 'HS256', typ: 5, crit: null },
  ]);
  const token = signed(header, claims(chance), chance.oneIn(5) ? 'x' : everything.secret);
  return chance.oneIn(6) ? hostileText(chance, token) : token;
}

const value = (name: string, chance: Chance, seen: Seen): string => {
  if ((jwtNames as readonly string[]).includes(name) && !chance.oneIn(4)) return jwt(chance);
  if (chance.oneIn(30)) return seen.id(chance);
  const right = chance.pick(common[name] ?? []) ?? '';
  return chance.oneIn(4) ? hostileText(chance, right) : right;
};

/** Some parameters; those that an authorization request and a token request need come more often. */
function pairs(chance: Chance, seen: Seen): Pairs {
  const needed = chance.oneIn(3)
    ? []
    : chance.pick([
        ['response_type', 'client_id', 'redirect_uri', 'scope'],
        ['grant_type', 'client_id', 'client_secret', 'scope'],
        ['client_id', 'client_assertion', 'client_assertion_type', 'grant_type'],
        ['client_id', 'request'],
      ]);
  const more = Array.from({ length: chance.below(6) }, () => chance.pick(names as [string, ...string[]]));
  return [...needed, ...more].map((name) => [chance.oneIn(60) ? hostileText(chance, name) : name, value(name, chance, seen)]);
}

export function authorizationRequest(seen: Seen, chance: Chance): FuzzRequest {
  const path = chance.pick<string>(paths);
  const method = chance.oneIn(30) ? chance.pick(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) : chance.oneIn(2) ? 'GET' : 'POST';
  const query = encodePairs(method === 'POST' && chance.oneIn(2) ? [] : pairs(chance, seen));
  const form =
    method === 'POST' ? (chance.oneIn(15) ? JSON.stringify(chance.pick(hostileValues)) : encodePairs(pairs(chance, seen))) : undefined;
  const credentials = chance.pick([
    basic(ids.web, 'web-secret'),
    basic(everything.id, everything.secret),
    basic(ids.worker, 'worker-secret'),
    'Bearer x',
    'Basic',
    'Basic %%%',
    'DPoP x',
  ]);
  const types = [
    formType,
    'application/json',
    'application/vnd.pingidentity.usernamePassword.check+json',
    'text/plain',
    'multipart/form-data; boundary=b',
  ] as const;
  return {
    method,
    path: `/${chance.oneIn(40) ? encode(hostileText(chance, environmentId)) || 'x' : environmentId}/${path}${query === '' ? '' : `?${query.slice(0, 12_000)}`}`,
    headers: {
      ...(form !== undefined && { 'content-type': chance.oneIn(12) ? chance.pick<string>(types) : formType }),
      ...(chance.oneIn(2) && { authorization: headerValue(chance.oneIn(8) ? hostileText(chance, credentials) : credentials) }),
      ...(chance.oneIn(8) && {
        origin: headerValue(chance.oneIn(2) ? hostileText(chance, 'http://localhost:3000') : 'http://localhost:3000'),
      }),
      ...(chance.oneIn(20) && { cookie: headerValue(hostileText(chance, `ST=${seen.id(chance)}`)) }),
      ...(chance.oneIn(30) && {
        'access-control-request-method': 'POST',
        'access-control-request-headers': headerValue(hostileText(chance, 'authorization')),
      }),
      ...(chance.oneIn(30) && { accept: headerValue(hostileText(chance, 'application/json')) }),
      ...(chance.oneIn(60) && {
        'x-forwarded-proto': headerValue(hostileText(chance, 'https')),
        'x-forwarded-host': headerValue(hostileText(chance, 'localhost')),
      }),
    },
    body: form,
  };
}
