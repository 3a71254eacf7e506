import { decodeJwt } from 'jose';
import t from 'tap';
import { evaluated, refused } from '../../src/cli/verify/expressions.js';
import { readFacts } from '../../src/cli/verify/read-facts.js';
import { writeFacts } from '../../src/cli/verify/write-facts.js';
import { ids, listen } from '../helpers/server.js';
import { type Altered, type Asked, proxy, report, withClaims } from '../helpers/verifying.js';

// A tenant that differs from the mock in one thing, for each fact that `pingone-mock verify` asks about: the fact finds it, and no
// other fact is misled by it.

const nothing = '99999999-9999-4999-8999-999999999999';
const workerBasic = `Basic ${Buffer.from(`${ids.worker}:worker-secret`).toString('base64')}`;

type Claims = Readonly<Record<string, unknown>>;
type Alter = (answer: Altered) => void;
/** Which requests a difference is about, and what it does to their answers. */
type Difference = readonly [about: (asked: Asked, answer: Altered) => boolean, alter: Alter];

const replaced =
  (from: string | RegExp, to: string): Alter =>
  (answer) => {
    answer.text = answer.text.replace(from, to);
  };
const added = replaced(/^\{/, '{"added":1,');
const status =
  (code: number): Alter =>
  (answer) => {
    answer.status = code;
  };
const header =
  (name: string, value: string): Alter =>
  (answer) => {
    answer.headers[name] = value;
  };
const redirected =
  (from: string, to: string): Alter =>
  (answer) => {
    answer.headers.location = String(answer.headers.location).replace(from, to);
  };
/** What was altered in an answer, and what it was: the client sends it back. */
const originals = new Map<string, string>();
const restore = (body: string) => [...originals].reduce((text, [altered, original]) => text.replaceAll(altered, original), body);
const claimsOf =
  (name: string) =>
  (change: (claims: Claims) => object): Alter =>
  (answer) => {
    answer.text = answer.text.replace(new RegExp(`(?<="${name}":")[^"]+`), (token) => {
      const altered = withClaims(token, (each) => change(each as Claims));
      // Of a token that is altered twice, the mock knows the first.
      originals.set(altered, originals.get(token) ?? token);
      return altered;
    });
  };
const claims = claimsOf('access_token');
const idTokenClaims = claimsOf('id_token');
const without = (name: string) => claims(({ [name]: _, ...others }) => others);

const get =
  (path: RegExp): Difference[0] =>
  ({ method, url = '' }) =>
    method === 'GET' && path.test(url);
const post =
  (path: RegExp): Difference[0] =>
  ({ method, url = '' }) =>
    method === 'POST' && path.test(url);

const formOf = ({ body }: Asked) => new URLSearchParams(body);
const isToken = post(/\/as\/token$/);
const ofWorker = (asked: Asked) => asked.headers.authorization === workerBasic;
/** A token request by this grant, with the secret of an application of the run or without one. */
const grant =
  (name: string, secret: boolean): Difference[0] =>
  (asked, answer) =>
    isToken(asked, answer) &&
    formOf(asked).get('grant_type') === name &&
    !ofWorker(asked) &&
    (asked.headers.authorization !== undefined) === secret;
const exchange = grant('urn:ietf:params:oauth:grant-type:token-exchange', true);
const code = grant('authorization_code', false);
const own = grant('client_credentials', true);
const issued = ({ text }: Altered): Claims => {
  const { access_token: token } = JSON.parse(text) as { access_token?: string };
  return token === undefined ? {} : decodeJwt(token);
};
const has = (form: URLSearchParams, name: string, value?: string) => (value === undefined ? form.has(name) : form.get(name) === value);
/** A request at authorize of an application of the run, or of none. */
const authorize =
  (fits: (query: URLSearchParams) => boolean): Difference[0] =>
  ({ url = '' }) =>
    /\/as\/authorize\?/.test(url) && fits(new URLSearchParams(url.split('?')[1]));
const known = (query: URLSearchParams) => !has(query, 'client_id', nothing);
const piFlow = (query: URLSearchParams) => has(query, 'response_mode', 'pi.flow');
const isPopulations = get(/\/populations\?limit=1$/);
const wantsJson = ({ headers }: Asked) => /json/.test(headers.accept ?? '');
const isWebApplication: Difference[0] = (asked, answer) =>
  post(/\/applications$/)(asked, answer) && answer.status === 201 && !/-(exchange|device|2)"/.test(asked.body);
const isNewIssuer = post(/\/trustedIssuers$/);
const introspected = (asked: Asked): Claims => {
  const token = formOf(asked).get('token') ?? '';
  return token.includes('.') ? decodeJwt(token) : {};
};
const isIntrospection = post(/\/as\/introspect$/);
const byJwt = (asked: Asked, answer: Altered) =>
  exchange(asked, answer) && has(formOf(asked), 'subject_token_type', 'urn:ietf:params:oauth:token-type:jwt');

const differences: Readonly<Record<string, Difference>> = {
  'discovery.members': [get(/openid-configuration$/), added],
  'discovery.issuer': [get(/openid-configuration$/), replaced('/as",', '",')],
  'discovery.pkce-methods': [get(/openid-configuration$/), replaced(/"plain",?/, '')],
  'discovery.algorithms': [get(/openid-configuration$/), replaced(/(?<="id_token_signing_alg_values_supported":\[)/, '"ES256",')],
  'jwks.members': [get(/\/as\/jwks$/), replaced('"use"', '"used"')],
  'discovery.not-everywhere': [get(/openid-configuration$/), replaced('"offline_access"', '"offline"')],
  'jwks.default-key': [get(/\/as\/jwks$/), replaced('"kid":"default"', '"kid":"standard"')],
  'auth.unknown-path': [get(/\/as\/nothing$/), status(404)],
  'auth.wrong-method': [({ method, url }) => method === 'DELETE' && /\/as\/jwks$/.test(url ?? ''), status(404)],
  'auth.security-headers': [get(/\/as\/jwks$/), header('x-frame-options', 'SAMEORIGIN')],
  'token.wrong-secret': [
    ({ headers }) =>
      Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64')
        .toString()
        .endsWith(':wrong'),
    replaced('invalid_client', 'invalid_grant'),
  ],
  'token.unknown-client': [(asked) => has(formOf(asked), 'client_id', nothing), replaced('invalid_client', 'invalid_grant')],
  'token.unknown-grant': [(asked) => has(formOf(asked), 'grant_type', 'nothing'), replaced('unsupported_grant_type', 'invalid_request')],
  'token.members': [ofWorker, added],
  'token.lifetime': [ofWorker, replaced('"expires_in":3600', '"expires_in":1800')],
  'token.not-cached': [ofWorker, header('cache-control', 'public')],
  'token.json-body': [(asked, answer) => isToken(asked, answer) && asked.headers['content-type'] === 'application/json', status(400)],
  'authorize.unknown-client': [authorize((query) => !known(query) && !piFlow(query)), redirected('INVALID_DATA', 'NOT_FOUND')],
  'authorize.unknown-client-of-pi-flow': [authorize((query) => !known(query) && piFlow(query)), replaced(/^\{/, '{"details":[],')],
  'userinfo.bad-token': [({ headers }) => headers.authorization === 'Bearer nothing', replaced('INVALID_TOKEN', 'INVALID_DATA')],
  'userinfo.worker': [get(/\/as\/userinfo$/), replaced('ACCESS_FAILED', 'INVALID_DATA')],
  'flow.unknown': [get(new RegExp(`/flows/${nothing}$`)), replaced('NOT_FOUND', 'INVALID_DATA')],
  'management.no-token': [
    (asked, answer) => get(/\/populations$/)(asked, answer) && asked.headers.authorization === undefined,
    replaced('ACCESS_FAILED', 'NOT_FOUND'),
  ],
  'management.unknown-environment': [get(new RegExp(`/environments/${nothing}$`)), replaced('NOT_FOUND', 'ACCESS_FAILED')],
  'management.unknown-application': [get(new RegExp(`/applications/${nothing}$`)), replaced('NOT_FOUND', 'ACCESS_FAILED')],
  'management.no-uuid': [get(/\/applications\/nothing$/), status(404)],
  'management.gateway': [get(/\/nothing\/at\/all$/), status(404)],
  'management.bad-filter': [get(/filter=nothing/), replaced('INVALID_FILTER', 'INVALID_VALUE')],
  'management.list': [isPopulations, replaced('"size"', '"sized"')],
  'management.hal': [(asked, answer) => isPopulations(asked, answer) && !wantsJson(asked), header('content-type', 'application/json')],
  'management.json': [
    (asked, answer) => isPopulations(asked, answer) && asked.headers.accept === 'application/json',
    header('content-type', 'text/json'),
  ],
  'management.accept-list': [
    (asked, answer) => isPopulations(asked, answer) && /text\/html/.test(asked.headers.accept ?? ''),
    header('content-type', 'application/hal+json'),
  ],
  'management.head': [({ method }) => method === 'HEAD', status(405)],
  'management.made-up-cursor': [get(/cursor=nothing/), status(200)],
  'management.request-id': [isPopulations, header('x-amzn-requestid', 'another')],
  'management.predefined-attributes': [get(/\/resources\/[^/]+\/attributes$/), replaced('{user.email}', '{user.mail}')],
  'management.sso-cookie-settings': [get(/\/ssoCookieSettings$/), added],
  'management.session-without-cookie': [get(/\/sessions\/me$/), replaced('NOT_FOUND', 'ACCESS_FAILED')],

  'application.members': [isWebApplication, added],
  'application.links': [isWebApplication, replaced('"metadata"', '"about"')],
  'application.location': [isWebApplication, redirected('/applications/', '/apps/')],
  'user.members': [(asked, answer) => post(/\/users$/)(asked, answer) && answer.status === 201, added],
  'user.taken-name': [post(/\/users$/), replaced('UNIQUENESS_VIOLATION', 'INVALID_VALUE')],
  'user.wrong-type': [({ body }) => body === '{"username":5}', replaced('INVALID_REQUEST', 'INVALID_DATA')],
  'management.wrong-media-type': [({ headers }) => /password\.nothing/.test(headers['content-type'] ?? ''), status(400)],
  'authorize.redirect-mismatch': [authorize((query) => /other\./.test(query.get('redirect_uri') ?? '')), redirected('mismatch', 'unknown')],
  'authorize.acr-values': [authorize((query) => has(query, 'acr_values', 'Nothing')), redirected('error=', 'error=other_')],
  'authorize.prompt-none': [authorize((query) => has(query, 'prompt', 'none')), redirected('login_required', 'interaction_required')],
  'authorize.no-challenge': [
    authorize((query) => known(query) && !piFlow(query) && !has(query, 'code_challenge') && !has(query, 'request_uri')),
    redirected('error=', 'error=other_'),
  ],
  'authorize.plain-challenge': [authorize((query) => has(query, 'code_challenge_method', 'plain')), redirected('error=', 'error=other_')],
  'authorize.no-challenge-of-pi-flow': [
    authorize((query) => known(query) && piFlow(query) && !has(query, 'code_challenge')),
    replaced('REQUIRED_VALUE', 'EMPTY_VALUE'),
  ],
  'flow.members': [authorize((query) => known(query) && piFlow(query) && has(query, 'code_challenge')), added],
  'flow.links': [authorize((query) => known(query) && piFlow(query)), replaced('"password.forgot"', '"password.recover"')],
  'flow.json': [(asked, answer) => post(/\/flows\//)(asked, answer) && asked.headers['content-type'] === 'application/json', status(400)],
  'flow.wrong-password': [post(/\/flows\//), replaced('INVALID_CREDENTIALS', 'INVALID_VALUE')],
  'flow.no-password': [post(/\/flows\//), replaced('EMPTY_VALUE', 'REQUIRED_VALUE')],
  'code.form': [
    ({ url = '' }) => /\/flows\/|\/as\/resume/.test(url),
    (answer) => {
      answer.text = answer.text.replace(/(?<="code"\s*:\s*")[0-9a-f-]{36}/, (original) => {
        originals.set(`code-${original}`, original);
        return `code-${original}`;
      });
    },
  ],
  'token.members-of-a-user': [(asked, answer) => code(asked, answer) && answer.status === 200, added],
  'token.wrong-verifier': [
    (asked, answer) => code(asked, answer) && has(formOf(asked), 'code_verifier', 'b'.repeat(43)) && !has(formOf(asked), 'code', nothing),
    replaced('invalid_grant', 'invalid_request'),
  ],
  'token.no-verifier': [
    (asked, answer) => code(asked, answer) && !has(formOf(asked), 'code_verifier'),
    replaced('invalid_grant', 'invalid_request'),
  ],
  'token.used-code': [
    (asked, answer) => code(asked, answer) && has(formOf(asked), 'code_verifier') && !has(formOf(asked), 'code_verifier', 'b'.repeat(43)),
    replaced('invalid_grant', 'invalid_request'),
  ],
  'token.unknown-code': [
    (asked, answer) => code(asked, answer) && has(formOf(asked), 'code', nothing) && answer.status === 400,
    replaced('invalid_grant', 'invalid_request'),
  ],

  'authorize.repeated-parameter': [({ url = '' }) => url.split('scope=openid').length > 2, redirected('error=', 'error=other_')],
  'authorize.id-token-hint': [authorize((query) => has(query, 'id_token_hint')), status(400)],
  'authorize.default-policy': [authorize((query) => has(query, 'acr_values', 'Single_Factor')), redirected('error=', 'error=other_')],
  'flow.other-accept': [(asked, answer) => post(/\/flows\//)(asked, answer) && asked.headers.accept === 'text/html', status(406)],
  'flow.authorization': [(asked, answer) => post(/\/flows\//)(asked, answer) && asked.headers.authorization !== undefined, status(401)],
  'flow.action-not-offered': [({ headers }) => /otp\.check/.test(headers['content-type'] ?? ''), status(403)],
  'flow.lifetime': [
    authorize((query) => known(query) && piFlow(query)),
    replaced(/(?<="expiresAt"\s*:\s*")[^"]+/, '2100-01-01T00:00:00.000Z'),
  ],
  'par.answer': [post(/\/as\/par$/), replaced('"expires_in":60', '"expires_in":90')],
  'par.mistake': [post(/\/as\/par$/), replaced('"invalid_request"', '"invalid_client"')],
  'par.unknown': [authorize((query) => has(query, 'request_uri')), redirected('INVALID_REQUEST_URI', 'INVALID_VALUE')],
  'code.verifier-of-optional': [
    (asked, answer) => grant('authorization_code', true)(asked, answer) && !has(formOf(asked), 'code_verifier'),
    replaced('invalid_grant', 'invalid_request'),
  ],
  'code.verifier-without-challenge': [
    (asked, answer) => grant('authorization_code', true)(asked, answer) && has(formOf(asked), 'code_verifier', 'c'.repeat(43)),
    replaced('invalid_grant', 'invalid_request'),
  ],
  'id-token.claims': [grant('authorization_code', true), idTokenClaims(({ env: _, ...others }) => others)],
  'id-token.amr': [grant('authorization_code', true), idTokenClaims((each) => ({ ...each, amr: ['mfa'] }))],
  'refresh.members': [
    (asked, answer) => grant('refresh_token', false)(asked, answer) && answer.status === 200,
    replaced('"refresh_token":', '"refreshed":'),
  ],
  'refresh.used': [grant('refresh_token', false), replaced('"invalid_grant"', '"invalid_request"')],
  'revoke.answer': [
    post(/\/as\/revoke$/),
    (answer) => {
      answer.text = '{}';
    },
  ],
  'introspection.members': [
    (asked, answer) => isIntrospection(asked, answer) && 'p1.rid' in introspected(asked),
    replaced('"token_type":', '"type":'),
  ],
  'introspection.malformed': [
    (asked, answer) => isIntrospection(asked, answer) && has(formOf(asked), 'token', 'nothing'),
    replaced('false', 'null'),
  ],
  'device.answer': [post(/\/as\/device_authorization$/), replaced(/(?<="user_code":"....)-/, '')],
  'device.pending': [grant('urn:ietf:params:oauth:grant-type:device_code', false), replaced('authorization_pending', 'slow_down')],
  'application.script-redirect': [({ body }) => body.includes('javascript:'), replaced('INVALID_VALUE', 'REQUIRED_VALUE')],
  'application.http-redirect': [({ body }) => body.includes('"http://app.example.com'), status(400)],
  'application.unknown-group': [({ body }) => body.includes('ANY_GROUP'), replaced('INVALID_VALUE', 'REQUIRED_VALUE')],
  'application.icon': [({ body }) => body.includes('ftp://'), replaced('INVALID_VALUE', 'REQUIRED_VALUE')],
  'token.disabled-application': [
    (asked, answer) => code(asked, answer) && answer.status === 401,
    replaced('invalid_client', 'invalid_grant'),
  ],
  'user.linked-accounts': [get(/\/linkedAccounts$/), status(404)],

  ...Object.fromEntries(
    evaluated.map(({ name }): [string, Difference] => [
      `expression.${name}`,
      [own, claims((each) => ({ ...each, [`verify-${name}`]: 'other' }))],
    ]),
  ),
  ...Object.fromEntries(
    refused.map(({ name }): [string, Difference] => [
      `expression.saved-${name}`,
      [({ body }) => body.includes(`"verify-saved-${name}"`), status(201)],
    ]),
  ),
  'application-token.claims': [own, without('p1.rid')],
  'user-token.claims': [grant('authorization_code', true), without('acr')],
  'exchange.members': [exchange, replaced(/,"issued_token_type":"[^"]*"/, '')],
  'exchange.audience': [
    (asked, answer) => exchange(asked, answer) && has(formOf(asked), 'audience'),
    claims((each) => ({ ...each, aud: ['https://elsewhere.example.com'] })),
  ],
  'exchange.lifetime': [exchange, replaced('"expires_in":3600', '"expires_in":1800')],
  'exchange.claims': [
    (asked, answer) =>
      exchange(asked, answer) &&
      !has(formOf(asked), 'audience') &&
      !has(formOf(asked), 'actor_token') &&
      'sid' in issued(answer) &&
      !('p1.userId' in issued(answer)),
    without('acr'),
  ],
  'exchange.actor-without-mapping': [
    (asked, answer) => exchange(asked, answer) && has(formOf(asked), 'actor_token'),
    claims((each) => ({ ...each, act: { sub: 'actor' } })),
  ],
  'exchange.openid': [exchange, replaced('can only be used to issue tokens for custom', 'is for custom')],
  'exchange.of-revoked': [
    (asked, answer) => isIntrospection(asked, answer) && 'sid' in introspected(asked) && 'client_id' in introspected(asked),
    replaced('"active":true', '"active":false'),
  ],
  'exchange.session-over': [exchange, replaced('The session of the subject_token has ended', 'It has ended')],
  'introspection.id-token': [
    (asked, answer) => isIntrospection(asked, answer) && 'at_hash' in introspected(asked),
    replaced('"active":true', '"active":false'),
  ],
  'sessions.members': [get(/\/users\/[^/]+\/sessions$/), replaced('"idleTimeoutInMinutes"', '"idleTimeout"')],
  'sessions.created-without-user': [post(/\/environments\/[^/]+\/sessions$/), replaced('EMPTY_VALUE', 'REQUIRED_VALUE')],
  'sessions.cookie-settings-set': [post(/\/ssoCookieSettings$/), added],
  'issuer.members': [(asked, answer) => isNewIssuer(asked, answer) && answer.status === 201, added],
  'issuer.clock-skew': [isNewIssuer, replaced('OUT_OF_RANGE', 'INVALID_VALUE')],
  'issuer.without-keys': [
    (asked, answer) => isNewIssuer(asked, answer) && !asked.body.includes('"jwks"'),
    replaced('INVALID_VALUE', 'REQUIRED_VALUE'),
  ],
  'issuer.symmetric-key': [
    (asked, answer) => isNewIssuer(asked, answer) && asked.body.includes('oct'),
    replaced('INVALID_VALUE', 'SIZE_LIMIT'),
  ],
  'issuer.name-taken': [isNewIssuer, replaced('UNIQUENESS_VIOLATION', 'INVALID_VALUE')],
  'issuer.assigned-twice': [post(/\/trustedIssuerAssignments$/), replaced('UNIQUENESS_VIOLATION', 'INVALID_VALUE')],
  'issuer.exchange': [(asked, answer) => byJwt(asked, answer) && answer.status === 200, without('org')],
  'issuer.expired-token': [byJwt, replaced('The subject_token is invalid or has expired', 'No')],
  'attribute.required': [own, replaced('configured as required for', 'required for')],
  'attribute.kept-required': [({ body }) => body.includes('"verify-kept"'), added],
  'exchange.mapped-sub': [(asked, answer) => exchange(asked, answer) && 'p1.userId' in issued(answer), without('p1.userId')],
};

/** Every choice of `size` numbers below `of`. */
const choices = (size: number, of: number): number[][] =>
  size === 0
    ? [[]]
    : Array.from({ length: of }, (_, last) => last).flatMap((last) => choices(size - 1, last).map((others) => [...others, last]));

const names = [...readFacts, ...writeFacts].map(({ name }) => name);

t.test('each fact has a difference of its own', (t) => {
  t.same(Object.keys(differences).sort(), [...names].sort());
  t.end();
});

// A difference is made in four of ten runs, no two differences in the same four: had a fact found another's difference instead of
// its own, or as well, it would have spoken up in other runs.
const runs = 10;
const made = choices(4, runs);

t.test('a tenant that differs in one fact is found to differ in that fact alone', async (t) => {
  t.ok(names.length <= made.length, 'there are as many choices as facts');
  const { url } = await listen(t);
  for (let run = 0; run < runs; run += 1) {
    const differing = names.filter((_, at) => made[at]?.includes(run));
    const tenant = await proxy(
      t,
      url,
      (asked, answer) => {
        // What a difference is about is asked of the answer as the mock gave it.
        const about = differing.map((name) => differences[name]).filter((each) => each?.[0](asked, answer));
        for (const each of about) each?.[1](answer);
      },
      restore,
    );
    const { findings, code: exit, output } = await report(tenant, '--write');
    t.same(
      findings.filter(({ result }) => result !== 'same').map(({ name }) => name),
      differing,
      `run ${run + 1}`,
    );
    t.equal(exit, 1);
    t.same(
      [...output.matchAll(/^✗ (\S+) /gm)].map(([, name]) => name),
      differing,
      'the table says so, too',
    );
    originals.clear();
  }
});
