import t from 'tap';
import type { Application } from '../../../src/environment/model/application.js';
import { s256 } from '../../../src/protocol/pkce.js';
import { changeApplication, makeJwt } from '../../helpers/application.js';
import {
  as,
  askAuthorize,
  authorize,
  basic,
  checkPassword,
  cookiesOf,
  locationOf,
  newVerifier,
  post,
  redeem,
  redirectUri,
} from '../../helpers/client.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const challenge = { code_challenge: s256(newVerifier()), code_challenge_method: 'S256' };
const parameters = { response_type: 'code', redirect_uri: redirectUri, scope: 'openid profile', state: 'pushed' };
const web = { authorization: basic(ids.web, 'web-secret') };

const push = ({ app }: TestServer, form: Record<string, string | undefined> = {}, headers: Record<string, string> = web) =>
  post(app, `${as}/par`, { ...parameters, ...form }, headers);
const pushed = async (server: TestServer, form: Record<string, string | undefined> = {}) =>
  (await push(server, form)).json().request_uri as string;
const use = ({ app }: TestServer, requestUri: string, more: Record<string, string | undefined> = {}, headers = {}) =>
  app.inject({
    url: `${as}/authorize`,
    query: { client_id: ids.web, request_uri: requestUri, ...(more as Record<string, string>) },
    headers,
  });
const errorOf = (response: Awaited<ReturnType<typeof use>>) => JSON.parse(locationOf(response).searchParams.get('error') ?? 'null');

t.test('a pushed request is used once, with client_id and request_uri alone', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const discovery = (await app.inject(`${as}/.well-known/openid-configuration`)).json();
  t.match(discovery.pushed_authorization_request_endpoint, new RegExp(`${as}/par$`));
  const codeVerifier = newVerifier();
  const response = await push(server, { code_challenge: s256(codeVerifier), code_challenge_method: 'S256' });
  t.equal(response.statusCode, 201);
  t.equal(response.headers['content-type'], 'application/json');
  t.match(response.headers['cache-control'], /no-store/);
  t.same(response.json(), { request_uri: response.json().request_uri, expires_in: 60 });
  t.match(response.json().request_uri, /^urn:ietf:params:oauth:request_uri:[0-9a-f-]{36}$/);

  // Parameters beside it do not count: they may have been changed on the way.
  const asked = await use(server, response.json().request_uri, { redirect_uri: 'https://evil.example/', scope: 'email', state: 'evil' });
  const flowId = locationOf(asked).searchParams.get('flowId') as string;
  const cookie = cookiesOf(await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd'));
  const resumed = locationOf(await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie } }));
  t.equal(resumed.origin + resumed.pathname, redirectUri);
  t.equal(resumed.searchParams.get('state'), 'pushed');
  const code = resumed.searchParams.get('code') as string;
  const tokens = await redeem(app, { code, codeVerifier, clientId: ids.web, cookie }, { client_id: undefined }, web);
  t.equal(tokens.statusCode, 200);
  t.equal(tokens.json().scope, 'openid profile');

  const transactions = server.environment.transactions.list();
  t.same(
    transactions.map(({ state }) => state),
    ['succeeded'],
    'push, sign-on and tokens are one transaction',
  );

  const again = await use(server, response.json().request_uri);
  t.match(errorOf(again).details[0], { message: 'The request_uri is unknown, expired or used already' });
  const told = locationOf(await use(server, response.json().request_uri, { redirect_uri: redirectUri, state: 'x' }));
  t.equal(told.searchParams.get('error'), 'invalid_request_uri', 'the client is told where it says a right redirect_uri');
  t.equal(told.searchParams.get('state'), 'x');
});

t.test('of simultaneous uses of a request_uri only one succeeds', async (t) => {
  const server = await buildTestServer(t);
  const requestUri = await pushed(server);
  const uses = await Promise.all([use(server, requestUri), use(server, requestUri), use(server, requestUri)]);
  t.equal(uses.filter((response) => locationOf(response).searchParams.has('flowId')).length, 1);
});

t.test('a request_uri lives as long as its application says', async (t) => {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  for (const [parTimeout, seconds] of [
    [undefined, 60],
    [1, 1],
    [600, 600],
  ] as const) {
    if (parTimeout !== undefined) await changeApplication(environment, ids.web, { parTimeout });
    const [early, late] = [await pushed(server), await pushed(server)];
    t.equal((await push(server)).json().expires_in, seconds);
    await clock.advance(seconds * 1000 - 1);
    t.ok(locationOf(await use(server, early)).searchParams.has('flowId'), `${seconds} s: before the end`);
    await clock.advance(1);
    t.notOk(locationOf(await use(server, late)).searchParams.has('flowId'), `${seconds} s: at the end`);
  }
});

t.test('a request_uri works only for its own client, and only if issued here', async (t) => {
  const server = await buildTestServer(t);
  const foreign = await use(server, await pushed(server), { client_id: ids.native });
  t.match(errorOf(foreign).details[0], { message: 'The request_uri was issued to another client' });
  for (const requestUri of [
    'https://client.example/request.jwt',
    'http://127.0.0.1:1/',
    'urn:ietf:params:oauth:request_uri:00000000-0000-4000-8000-000000000000',
    'x'.repeat(5000),
    '__proto__',
  ]) {
    const refused = await use(server, requestUri);
    t.equal(errorOf(refused).details?.[0]?.code, 'INVALID_REQUEST_URI', requestUri.slice(0, 50));
    const flow = await use(server, requestUri, { response_mode: 'pi.flow' });
    t.equal(flow.statusCode, 400);
    t.match(flow.json(), { code: /./, details: [{ message: /request_uri is unknown/ }] }, 'under pi.flow in the body');
  }
  const both = await use(server, await pushed(server), { request: 'x' });
  t.match(errorOf(both).details[0], { message: /must not both be sent/ });
});

t.test('a bad pushed request is refused at once, in the form of RFC 6749 §5.2', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await changeApplication(environment, ids.native, { enabled: false });
  const cases: readonly (readonly [string, Record<string, string | undefined>, Record<string, string>, number, string, RegExp])[] = [
    ['no client', {}, {}, 401, 'invalid_client', /Unsupported authentication method/],
    ['a wrong secret', {}, { authorization: basic(ids.web, 'x') }, 401, 'invalid_client', /Invalid client credentials/],
    [
      'the secret by another method',
      { client_id: ids.web, client_secret: 'web-secret' },
      {},
      401,
      'invalid_client',
      /Unsupported authentication method/,
    ],
    ['client_id alone, of a confidential client', { client_id: ids.web }, {}, 401, 'invalid_client', /Unsupported authentication method/],
    ['a disabled application', { client_id: ids.native }, {}, 401, 'invalid_client', /disabled/],
    [
      'a client that signs nobody on',
      {},
      { authorization: basic(ids.worker, 'worker-secret') },
      400,
      'unauthorized_client',
      /may not push/,
    ],
    ['another client_id', { client_id: ids.spa }, web, 401, 'invalid_client', /Unsupported authentication method/],
    ['a request_uri', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, web, 400, 'invalid_request', /must not be pushed/],
    ['an unregistered redirect_uri', { redirect_uri: 'https://evil.example/' }, web, 400, 'invalid_request', /Redirect URI mismatch/],
    ['no redirect_uri', { redirect_uri: undefined }, web, 400, 'invalid_request', /redirect_uri is required/],
    ['no response_type', { response_type: '' }, web, 400, 'invalid_request', /response_type is required/],
    ['a response_type that it may not use', { response_type: 'token' }, web, 400, 'unauthorized_client', /response type: token/],
    ['scopes that it has not', { scope: 'orders:read' }, web, 400, 'invalid_scope', /At least one scope/],
    ['a method without challenge', { code_challenge_method: 'S256' }, web, 400, 'invalid_request', /without code_challenge/],
    ['a request object of somebody else', { request: 'x.y.z' }, web, 400, 'invalid_request_object', /not a JSON Web Token/],
    ['no PKCE where it is needed', { client_id: ids.spa }, {}, 400, 'invalid_request', /code_challenge is required/],
  ];
  for (const [name, form, headers, status, error, description] of cases) {
    const response = await push(server, form, headers);
    t.equal(response.statusCode, status, name);
    t.equal(response.headers['content-type'], 'application/json', name);
    t.match(response.json(), { error, error_description: description }, name);
    t.match(response.json().error_description, response.headers['correlation-id'], name);
  }
  t.equal((await push(server, { client_id: ids.spa, ...challenge }, {})).statusCode, 201, 'a public client pushes with client_id alone');
});

t.test('only a form of at most 1 MB can be pushed, without repeated parameters', async (t) => {
  const { app } = await buildTestServer(t);
  const send = (payload: string, contentType: string | undefined) =>
    app.inject({ method: 'POST', url: `${as}/par`, headers: { ...web, ...(contentType && { 'content-type': contentType }) }, payload });
  const form = new URLSearchParams(parameters).toString();
  const formType = 'application/x-www-form-urlencoded';
  const cases: readonly (readonly [string, string, string | undefined, number])[] = [
    ['a form with charset', form, `${formType}; charset=UTF-8`, 201],
    ['JSON', JSON.stringify(parameters), 'application/json', 415],
    ['text', form, 'text/plain', 415],
    ['nothing', '', undefined, 400],
    ['a parameter twice', `${form}&scope=openid`, formType, 400],
    ['client_id twice', `${form}&client_id=${ids.web}&client_id=${ids.web}`, formType, 400],
    ['a megabyte', `${form}&x=${'y'.repeat(1_048_576)}`, formType, 413],
    ['almost a megabyte', `${form}&x=${'y'.repeat(1_000_000)}`, formType, 201],
    ['half an escape', `${form}&x=%`, formType, 201],
  ];
  for (const [name, payload, contentType, status] of cases) {
    const response = await send(payload, contentType);
    t.equal(response.statusCode, status, name);
    if (status !== 201) t.type(response.json().error, 'string', name);
  }
  t.equal((await app.inject({ url: `${as}/par` })).statusCode, 405, 'POST only');
});

t.test('an application can require pushed requests', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const ask = () => askAuthorize(app, { client_id: ids.web, state: 's' });
  t.ok(locationOf(await ask()).searchParams.has('flowId'), 'OPTIONAL');
  await changeApplication(environment, ids.web, { parRequirement: 'REQUIRED' } as Partial<Application>);
  const refused = locationOf(await ask());
  t.equal(refused.searchParams.get('error'), 'invalid_request');
  t.match(refused.searchParams.get('error_description'), /must push/);
  t.ok(locationOf(await use(server, await pushed(server))).searchParams.has('flowId'), 'REQUIRED, and pushed');
});

t.test('request objects can be pushed, and prompt may be sent separately', async (t) => {
  const server = await buildTestServer(t);
  const { environment, app } = server;
  await changeApplication(environment, ids.web, { requireSignedRequestObject: true });
  t.match((await push(server)).json(), { error: 'invalid_request', error_description: /request is required/ });
  const object = { iss: ids.web, aud: `http://localhost/${environmentId}/as`, ...parameters, state: 'inside' };
  const request = await makeJwt(object, { alg: 'HS256', secret: 'web-secret' });
  const requestUri = await pushed(server, { request, state: 'outside' });
  const answer = locationOf(await use(server, requestUri, { prompt: 'none' }));
  t.equal(answer.searchParams.get('error'), 'login_required');
  t.equal(answer.searchParams.get('state'), 'inside');

  const { cookie } = await authorize(app);
  const silent = locationOf(await use(server, await pushed(server, { request }), { prompt: 'none' }, { cookie }));
  t.ok(silent.searchParams.get('code'), 'a silent renewal with a pushed request');
});
