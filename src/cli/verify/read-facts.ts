import { membersOf } from '../../lib/unknown.js';
import { discoveryDocument } from '../../oauth/discovery-document.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { openIdClaims } from '../../pingone/predefined.js';
import type { Answer, Connection } from './connection.js';
import { nothing } from './constants.js';
import type { ReadFact } from './fact.js';
import { NotAsked } from './not-asked.js';
import { envelope, listOf, oauthError, order, pageError, refusal, refusedBy } from './observe.js';

const sample = discoveryDocument('https://auth.example.com/as');
const discovery = async ({ ofAuth }: Connection) => (await ofAuth('/as/.well-known/openid-configuration')).body;

/** What the worker may read. A fact that its roles do not cover counts as not asked. */
async function readable({ ofApi }: Connection, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const answer = await ofApi(path, { headers, method });
  if (answer.status === 403) throw new NotAsked(`the worker may not read ${path}`);
  return answer;
}

/** The attributes of the resource of OpenID Connect, as `name=value`. */
async function predefinedAttributes(connection: Connection): Promise<string> {
  const resources = listOf(membersOf((await readable(connection, '/resources')).body._embedded).resources).map(membersOf);
  const openid = resources.find(({ type }) => type === 'OPENID_CONNECT');
  if (!openid) throw new NotAsked('there is no resource of the type OPENID_CONNECT');
  const { body } = await readable(connection, `/resources/${String(openid.id)}/attributes`);
  return listOf(membersOf(body._embedded).attributes)
    .map(membersOf)
    .filter(({ type }) => type === 'PREDEFINED')
    .map(({ name, value }) => `${String(name)}=${String(value ?? '')}`)
    .sort()
    .join(' ');
}

/** The facts that can be asked without changing anything in a tenant. */
export const readFacts: readonly ReadFact[] = [
  {
    name: 'discovery.members',
    row: { section: '2', begins: 'Its keys and their order' },
    evidence: 'recorded',
    fact: 'the members of the discovery document',
    expected: () => order(sample),
    observe: async (connection) => order(await discovery(connection)),
  },
  {
    name: 'discovery.issuer',
    row: { section: '1.1', begins: 'The issuer is the host' },
    evidence: 'documented',
    fact: 'the issuer',
    expected: ({ auth, environment }) => `${auth}/${environment}/as`,
    observe: async (connection) => String((await discovery(connection)).issuer),
  },
  {
    name: 'discovery.pkce-methods',
    row: { section: '2', begins: '`plain` and `S256` are' },
    evidence: 'recorded',
    fact: 'the methods of PKCE',
    expected: () => sample.code_challenge_methods_supported.join(' '),
    observe: async (connection) => listOf((await discovery(connection)).code_challenge_methods_supported).join(' '),
  },
  {
    name: 'discovery.algorithms',
    row: { section: '2', begins: 'RS256 is the only' },
    evidence: 'recorded',
    fact: 'the algorithms of ID tokens',
    expected: () => sample.id_token_signing_alg_values_supported.join(' '),
    observe: async (connection) => listOf((await discovery(connection)).id_token_signing_alg_values_supported).join(' '),
  },
  {
    name: 'jwks.members',
    row: { section: '6.5', begins: 'The members of a key' },
    evidence: 'documented',
    fact: 'the members of a signing key, in any order and without alg',
    expected: () => 'e kid kty n use x5c x5t',
    observe: async ({ ofAuth }) => {
      const [key] = listOf((await ofAuth('/as/jwks')).body.keys);
      const names = Object.keys(membersOf(key)).filter((name) => name !== 'alg');
      return names.sort().join(' ');
    },
  },
  {
    name: 'discovery.not-everywhere',
    row: { section: '2', begins: 'Only some recordings' },
    evidence: 'inferred',
    fact: 'ping_end_idp_session_endpoint, check_session_iframe and offline_access',
    expected: () => 'true true true',
    observe: async (connection) => {
      const document = await discovery(connection);
      const scopes = listOf(document.scopes_supported);
      return ['ping_end_idp_session_endpoint' in document, 'check_session_iframe' in document, scopes.includes('offline_access')].join(' ');
    },
  },
  {
    name: 'jwks.default-key',
    row: { section: '6.5', begins: 'A key for each `kid` that signs' },
    evidence: 'inferred',
    fact: 'a key whose kid is default',
    expected: () => 'true',
    observe: async ({ ofAuth }) => String(listOf((await ofAuth('/as/jwks')).body.keys).some((key) => membersOf(key).kid === 'default')),
  },
  {
    name: 'auth.unknown-path',
    row: { section: '1.1', begins: 'An unknown path' },
    evidence: 'recorded',
    fact: 'the status of an unknown path',
    expected: () => '403',
    observe: async ({ ofAuth }) => String((await ofAuth('/as/nothing')).status),
  },
  {
    name: 'auth.wrong-method',
    row: { section: '1.1', begins: 'A known path with the wrong' },
    evidence: 'documented',
    fact: 'the status of DELETE /as/jwks',
    expected: () => '405',
    observe: async ({ ofAuth }) => String((await ofAuth('/as/jwks', { method: 'DELETE' })).status),
  },
  {
    name: 'auth.security-headers',
    row: { section: '8.3', begins: 'The headers on every answer' },
    evidence: 'documented',
    fact: 'the security headers',
    expected: () => 'nosniff DENY 1; mode=block',
    observe: async ({ ofAuth }) => {
      const { headers } = await ofAuth('/as/jwks');
      return ['x-content-type-options', 'x-frame-options', 'x-xss-protection'].map((name) => headers.get(name) ?? 'none').join(' ');
    },
  },
  {
    name: 'token.wrong-secret',
    row: { section: '5.4', begins: 'A wrong secret: 401' },
    evidence: 'recorded',
    fact: 'a wrong secret, by either method of authentication',
    expected: () => refusedBy('client_credentials'),
    observe: async ({ ofAuth, clientId }) => {
      const form = { grant_type: 'client_credentials' };
      const basic = await ofAuth('/as/token', {
        form,
        authorization: `Basic ${Buffer.from(`${clientId}:wrong`).toString('base64')}`,
      });
      const isOther = /authentication method/i.test(String(basic.body.error_description));
      return oauthError(isOther ? await ofAuth('/as/token', { form: { ...form, client_id: clientId, client_secret: 'wrong' } }) : basic);
    },
  },
  {
    name: 'token.unknown-client',
    row: { section: '5.4', begins: 'The wrong authentication method' },
    evidence: 'recorded',
    fact: 'an application that does not exist',
    expected: () => refusedBy('client_known'),
    observe: async ({ ofAuth }) =>
      oauthError(await ofAuth('/as/token', { form: { grant_type: 'client_credentials', client_id: nothing, client_secret: 'x' } })),
  },
  {
    name: 'token.unknown-grant',
    row: { section: '5.4', begins: 'An unknown grant type' },
    evidence: 'inferred',
    fact: 'an unknown grant type',
    expected: () => refusedBy('grant_type_known', { got: 'nothing' }),
    observe: async ({ askToken }) => oauthError(await askToken({ grant_type: 'nothing' })),
  },
  {
    name: 'token.members',
    row: { section: '5.3', begins: 'The members and their order' },
    evidence: 'recorded',
    fact: 'the members of a worker’s token answer',
    expected: () => 'access_token token_type expires_in',
    observe: async ({ tokenAnswer }) => order(tokenAnswer.body),
  },
  {
    name: 'token.lifetime',
    row: { section: '5.3', begins: '`expires_in` is 3600' },
    evidence: 'documented',
    fact: 'the lifetime of a worker’s token, in seconds',
    expected: () => '3600',
    observe: async ({ tokenAnswer }) => String(tokenAnswer.body.expires_in),
  },
  {
    name: 'token.not-cached',
    row: { section: '5.3', begins: 'The answer carries `no-store`' },
    evidence: 'inferred',
    fact: 'no-store on the token answer',
    expected: () => 'no-store',
    observe: async ({ tokenAnswer }) => /no-store/.exec(tokenAnswer.headers.get('cache-control') ?? '')?.[0] ?? 'may be stored',
  },
  {
    name: 'token.json-body',
    row: { section: '5.4', begins: 'A body that is not a form' },
    evidence: 'inferred',
    fact: 'the status of a token request in JSON',
    expected: () => '415',
    observe: async ({ ofAuth }) => String((await ofAuth('/as/token', { json: { grant_type: 'client_credentials' } })).status),
  },
  {
    name: 'authorize.unknown-client',
    row: { section: '3.6', begins: 'An unknown or disabled application is' },
    evidence: 'inferred',
    fact: 'the sign-on page of an application that does not exist',
    expected: () => refusal(302, 'INVALID_DATA'),
    observe: async ({ ofAuth }) => pageError(await ofAuth(`/as/authorize?${unknownClient}`)),
  },
  {
    name: 'authorize.unknown-client-of-pi-flow',
    row: { section: '3.5', begins: 'Under `pi.flow` an unknown client' },
    evidence: 'recorded',
    fact: 'the same under pi.flow: no details',
    expected: () => 'no details',
    observe: async ({ ofAuth }) => {
      const { status, body } = await ofAuth(`/as/authorize?${unknownClient}&response_mode=pi.flow`);
      return status >= 400 && typeof body.code === 'string' && !('details' in body) ? 'no details' : `${status}, members ${order(body)}`;
    },
  },
  {
    name: 'userinfo.bad-token',
    row: { section: '7.1', begins: 'An invalid token: 401' },
    evidence: 'inferred',
    fact: 'userinfo for something that is not a token',
    expected: () => '401 INVALID_TOKEN',
    observe: async ({ ofAuth }) => {
      const { status, body } = await ofAuth('/as/userinfo', { authorization: 'Bearer nothing' });
      const [detail] = listOf(body.details).map(membersOf);
      return `${status} ${String(detail?.code)}`;
    },
  },
  {
    name: 'userinfo.worker',
    row: { section: '7.1', begins: 'A token of an application' },
    evidence: 'documented',
    fact: 'userinfo for a worker’s own token',
    expected: () => '403 ACCESS_FAILED',
    observe: async ({ ofAuth, tokenAnswer }) => {
      const { status, body } = await ofAuth('/as/userinfo', { authorization: `Bearer ${String(tokenAnswer.body.access_token)}` });
      return `${status} ${String(body.code)}`;
    },
  },
  {
    name: 'flow.unknown',
    row: { section: '4.4', begins: 'An unknown flow: 404' },
    evidence: 'documented',
    fact: 'a flow that does not exist',
    expected: () => '404 NOT_FOUND',
    observe: async ({ ofAuth }) => {
      const { status, body } = await ofAuth(`/flows/${nothing}`);
      return `${status} ${String(body.code)}`;
    },
  },
  {
    name: 'management.no-token',
    row: { section: 'management 2.5', begins: 'A missing or invalid token: 401' },
    evidence: 'recorded',
    fact: 'a request without a token',
    expected: () => refusal(401, 'ACCESS_FAILED'),
    observe: async ({ ofApi }) => envelope(await ofApi('/populations', { authorization: null })),
  },
  {
    name: 'management.unknown-environment',
    row: { section: 'management 2.5', begins: 'An unknown environment: 404' },
    evidence: 'recorded',
    fact: 'an environment that does not exist',
    expected: () => refusal(404, 'NOT_FOUND', [], texts.environmentUnknown.text(nothing)),
    observe: async ({ ofApi }) => envelope(await ofApi(`//environments/${nothing}`)),
  },
  {
    name: 'management.unknown-application',
    row: { section: 'management 2.5', begins: 'An unknown application: 404' },
    evidence: 'recorded',
    fact: 'an application that does not exist',
    expected: () => refusal(404, 'NOT_FOUND', [], texts.applicationUnknown.text(nothing)),
    observe: async (connection) => envelope(await readable(connection, `/applications/${nothing}`)),
  },
  {
    name: 'management.no-uuid',
    row: { section: 'management 2.5', begins: 'An unknown application: 404' },
    evidence: 'recorded',
    fact: 'the status of an id that is not a UUID',
    expected: () => '400',
    observe: async (connection) => String((await readable(connection, '/applications/nothing')).status),
  },
  {
    name: 'management.gateway',
    row: { section: 'management 2.7', begins: 'An unrouted path: 403' },
    evidence: 'recorded',
    fact: 'an unknown path',
    expected: () => `403 message: ${texts.notSigned.text(`${'A'.repeat(43)}=`)}`,
    observe: async ({ ofApi }) => {
      const { status, body } = await ofApi('/nothing/at/all');
      return `${status} ${order(body)}: ${String(body.message)}`;
    },
  },
  {
    name: 'management.bad-filter',
    row: { section: 'management 1.7', begins: 'A bad filter: 400' },
    evidence: 'recorded',
    fact: 'a filter that cannot be read',
    expected: () => '400 INVALID_FILTER',
    observe: async (connection) => {
      const { status, body } = await readable(connection, '/users?limit=1&filter=nothing');
      const [detail] = listOf(body.details).map(membersOf);
      return `${status} ${String(detail?.code ?? body.code)}`;
    },
  },
  {
    name: 'management.list',
    row: { section: 'management 1.5', begins: 'Links are absolute; related' },
    evidence: 'recorded',
    fact: 'the members of a list',
    expected: () => '_links _embedded count size',
    observe: async (connection) => order((await readable(connection, '/populations?limit=1')).body),
  },
  {
    name: 'management.hal',
    row: { section: 'management 1.3', begins: 'Answers without `Accept`' },
    evidence: 'recorded',
    fact: 'the content type for Accept: */*',
    expected: () => 'application/hal+json;charset=utf-8',
    observe: async (connection) => contentType(await readable(connection, '/populations?limit=1', { accept: '*/*' })),
  },
  {
    name: 'management.json',
    row: { section: 'management 1.3', begins: 'Requests with `Accept: application/json` get `application/json`' },
    evidence: 'recorded',
    fact: 'the content type for Accept: application/json',
    expected: () => 'application/json',
    observe: async (connection) =>
      contentType(await readable(connection, '/populations?limit=1', { accept: 'application/json' })).split(';', 1)[0] ?? '',
  },
  {
    name: 'management.accept-list',
    row: { section: 'management 1.3', begins: 'If `Accept` lists' },
    evidence: 'inferred',
    fact: 'the content type for Accept: text/html, application/json',
    expected: () => 'application/json',
    observe: async (connection) =>
      contentType(await readable(connection, '/populations?limit=1', { accept: 'text/html, application/json' })),
  },
  {
    name: 'management.head',
    row: { section: 'management 1.9', begins: '`HEAD` answers as' },
    evidence: 'inferred',
    fact: 'HEAD of a list',
    expected: () => '200, empty',
    observe: async (connection) => {
      const { status, text } = await readable(connection, '/populations', {}, 'HEAD');
      return `${status}, ${text === '' ? 'empty' : 'with a body'}`;
    },
  },
  {
    name: 'management.made-up-cursor',
    row: { section: 'management 1.6', begins: 'A cursor continues where its' },
    evidence: 'inferred',
    fact: 'the status for an invented cursor',
    expected: () => '400',
    observe: async (connection) => String((await readable(connection, '/populations?cursor=nothing')).status),
  },
  {
    name: 'management.request-id',
    row: { section: 'management 1.4', begins: '`x-amzn-requestid`' },
    evidence: 'recorded',
    fact: 'x-amzn-requestid and Correlation-Id',
    expected: () => 'equal',
    observe: async (connection) => {
      const { headers } = await readable(connection, '/populations?limit=1');
      const id = headers.get('x-amzn-requestid');
      return id !== null && id === headers.get('correlation-id') ? 'equal' : 'different, or not both there';
    },
  },
  {
    name: 'management.predefined-attributes',
    row: { section: 'management 5.4', begins: 'Core, predefined and custom attributes' },
    evidence: 'recorded',
    fact: 'the predefined claims and their values, unless the tenant has changed them',
    expected: () =>
      Object.entries(openIdClaims)
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(' '),
    observe: predefinedAttributes,
  },
  {
    name: 'management.sso-cookie-settings',
    row: { section: 'management 6.3', begins: 'POST `ssoCookieSettings` answers 200' },
    evidence: 'inferred',
    fact: 'the members of ssoCookieSettings',
    expected: () => '_links environment useNonPersistentSessionTokenCookie',
    observe: async (connection) => order((await readable(connection, '/ssoCookieSettings')).body),
  },
  {
    name: 'management.session-without-cookie',
    row: { section: 'management 6.3', begins: 'Which values of a created or replaced session' },
    evidence: 'inferred',
    fact: 'sessions/me without a cookie',
    expected: () => refusal(404, 'NOT_FOUND'),
    observe: async (connection) => envelope(await readable(connection, '/sessions/me')),
  },
];

const unknownClient = new URLSearchParams({
  client_id: nothing,
  response_type: 'code',
  redirect_uri: 'https://app.example.com/callback',
  scope: 'openid',
}).toString();

const contentType = ({ headers }: Answer): string => (headers.get('content-type') ?? 'none').toLowerCase().replaceAll(' ', '');
