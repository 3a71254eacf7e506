import t from 'tap';
import { s256 } from '../../../src/protocol/pkce.js';
import { as, askAuthorize, authorize, checkPassword, cookiesOf, locationOf, newVerifier, post, redirectUri } from '../../helpers/client.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const challenge = { code_challenge: s256(newVerifier()), code_challenge_method: 'S256' };
const description = (detail: string) =>
  new RegExp(
    `^The request could not be completed\\. One or more validation errors were in the request\\.: ${detail} \\(Correlation ID: [0-9a-f-]{36}\\)$`,
  );

t.test('a valid request leads to the sign-on page', async (t) => {
  const { app } = await buildTestServer(t);
  const response = await askAuthorize(app, { ...challenge, state: 'xyz' });
  t.equal(response.statusCode, 302);
  t.match(response.headers.location, new RegExp(`^http://localhost/${environmentId}/signon/\\?flowId=[0-9a-f-]{36}$`));
  t.match(response.headers['correlation-id'], /^[0-9a-f-]{36}$/);
  t.equal(response.headers['x-frame-options'], 'DENY');
});

t.test('GET and POST take the same parameters, in the query or a form', async (t) => {
  const { app } = await buildTestServer(t);
  const parameters = { response_type: 'code', client_id: ids.spa, redirect_uri: redirectUri, scope: 'openid', ...challenge };
  const query = new URLSearchParams(parameters).toString();
  const responses = {
    'a form': await post(app, `${as}/authorize`, parameters),
    'the query, an empty body and no content type': await app.inject({ method: 'POST', url: `${as}/authorize?${query}` }),
    'the query and an empty body of a vendor type': await app.inject({
      method: 'POST',
      url: `${as}/authorize?${query}`,
      headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json', 'content-length': '0' },
    }),
    'query and form together': await post(app, `${as}/authorize?response_type=code&client_id=${ids.spa}`, {
      ...parameters,
      response_type: undefined as unknown as string,
    }),
  };
  for (const [name, response] of Object.entries(responses)) {
    t.equal(response.statusCode, 302, name);
    t.ok(locationOf(response).searchParams.get('flowId'), name);
  }
});

t.test('an error without a trustworthy redirect_uri goes to the error page', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const web = await environment.store.applications.get(ids.web);
  await environment.store.applications.put({ ...(web as NonNullable<typeof web>), enabled: false });
  const cases = [
    ['no client_id', { client_id: undefined }, 'client_id'],
    ['an unknown client', { client_id: 'b0000000-0000-4000-8000-00000000000f' }, undefined],
    ['a client_id that is no UUID', { client_id: "'; drop table" }, undefined],
    ['a disabled application', { client_id: ids.web }, 'client_id'],
    ['an application without sign-on', { client_id: ids.worker }, 'redirect_uri'],
    ['no redirect_uri', { redirect_uri: undefined }, 'redirect_uri'],
    ['an unregistered redirect_uri', { redirect_uri: 'https://evil.example/callback' }, 'redirect_uri'],
    ['a trailing slash', { redirect_uri: `${redirectUri}/` }, 'redirect_uri'],
    ['a fragment', { redirect_uri: `${redirectUri}#x` }, 'redirect_uri'],
    ['an empty client_id counts as absent', { client_id: '' }, 'client_id'],
  ] as const;
  for (const [name, parameters, target] of cases) {
    const response = await askAuthorize(app, { ...challenge, state: 'xyz', ...parameters });
    t.equal(response.statusCode, 302, name);
    const location = locationOf(response);
    t.equal(location.pathname, `/${environmentId}/signon/`, name);
    const error = JSON.parse(location.searchParams.get('error') as string);
    t.match(error, { id: response.headers['correlation-id'], code: 'INVALID_DATA' }, name);
    t.equal(error.details?.[0]?.target, target, name);

    const json = await askAuthorize(app, { ...challenge, ...parameters }, { accept: 'application/json' });
    t.equal(json.statusCode, 400, `${name}, as JSON`);
    t.equal(json.headers['content-type'], 'application/hal+json;charset=UTF-8');
  }
  const mismatch = await askAuthorize(app, { ...challenge, redirect_uri: 'https://evil.example/' }, { accept: 'application/json' });
  t.match(mismatch.json(), {
    message: 'The request could not be completed. One or more validation errors were in the request.',
    details: [{ code: 'INVALID_VALUE', target: 'redirect_uri', message: 'Redirect URI mismatch' }],
  });
  const unknown = await askAuthorize(app, { ...challenge, client_id: 'bad-id', response_mode: 'pi.flow' });
  t.equal(unknown.statusCode, 400);
  t.notOk('details' in unknown.json(), 'under pi.flow an unknown client is an error without details');
});

t.test('any other error goes to the redirect_uri, with state', async (t) => {
  const { app } = await buildTestServer(t);
  const plain = newVerifier();
  const cases: readonly (readonly [string, Record<string, string | undefined>, string, RegExp | string])[] = [
    ['no response_type', { response_type: undefined }, 'invalid_request', 'response_type is required'],
    ['an unknown response_type', { response_type: 'saml' }, 'unsupported_response_type', 'Unsupported response type: saml'],
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request', 'code_challenge is required'],
    ['an empty challenge', { code_challenge: '' }, 'invalid_request', 'code_challenge is required'],
    ['no method', { code_challenge_method: undefined }, 'invalid_request', 'code_challenge_method must be S256'],
    ['plain', { code_challenge: plain, code_challenge_method: 'plain' }, 'invalid_request', 'code_challenge_method must be S256'],
    ['s256', { code_challenge_method: 's256' }, 'invalid_request', 'Unsupported code_challenge_method: s256'],
    ['a padded challenge', { code_challenge: `${challenge.code_challenge}=` }, 'invalid_request', /code_challenge must have 43 characters/],
    ['an unknown response_mode', { response_mode: 'jwt' }, 'invalid_request', 'Unsupported response mode: jwt'],
    ['an unknown prompt', { prompt: 'create' }, 'invalid_request', 'Unsupported prompt: create'],
    ['a max_age in words', { max_age: 'x' }, 'invalid_request', 'max_age must be a number of seconds'],
    ['nothing that can be granted', { scope: 'orders:read' }, 'invalid_scope', /At least one scope must be granted/],
  ];
  for (const [name, parameters, error, detail] of cases) {
    const response = await askAuthorize(app, { ...challenge, state: 'a b&c', ...parameters });
    t.equal(response.statusCode, 302, name);
    const location = locationOf(response);
    t.equal(location.origin + location.pathname, redirectUri, name);
    t.equal(location.searchParams.get('error'), error, name);
    t.equal(location.searchParams.get('state'), 'a b&c', name);
    t.match(location.searchParams.get('error_description'), typeof detail === 'string' ? description(detail) : detail, name);
  }
  const implicit = locationOf(await askAuthorize(app, { ...challenge, response_type: 'token' }));
  t.match(implicit.hash, /^#error=unauthorized_client/, 'a type that returns a token gets its error in the fragment');
});

t.test('a repeated parameter is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const query = new URLSearchParams({ response_type: 'code', client_id: ids.spa, redirect_uri: redirectUri, ...challenge }).toString();
  const twice = await app.inject(`${as}/authorize?${query}&scope=openid&scope=profile`);
  t.equal(locationOf(twice).searchParams.get('error'), 'invalid_request', 'goes to the redirect_uri');
  for (const name of ['client_id', 'redirect_uri']) {
    const response = await app.inject(
      `${as}/authorize?${query}&${name}=${encodeURIComponent(name === 'client_id' ? ids.spa : redirectUri)}`,
    );
    t.match(locationOf(response).pathname, /signon/, `a repeated ${name} does not`);
  }
});

t.test('each application enforces PKCE as configured', async (t) => {
  const { app } = await buildTestServer(t);
  const verifier = newVerifier();
  const [s256Challenge, plain, absent, noMethod] = [
    challenge,
    { code_challenge: verifier, code_challenge_method: 'plain' },
    {},
    { code_challenge: verifier },
  ];
  const cases = [
    ['S256_REQUIRED', ids.spa, [true, false, false, false]],
    ['REQUIRED', ids.native, [true, true, false, true]],
    ['OPTIONAL', ids.web, [true, true, true, true]],
  ] as const;
  for (const [enforcement, clientId, accepted] of cases)
    for (const [at, parameters] of [s256Challenge, plain, absent, noMethod].entries()) {
      const response = await askAuthorize(app, { client_id: clientId, ...parameters });
      t.equal(
        locationOf(response).searchParams.has('flowId'),
        accepted[at],
        `${enforcement}: ${Object.values(parameters).join(' ') || 'no PKCE'}`,
      );
    }
});

t.test('pi.flow answers with the flow, and with PingOne’s own errors', async (t) => {
  const { app } = await buildTestServer(t);
  const asked = await askAuthorize(app, { ...challenge, response_mode: 'pi.flow', redirect_uri: undefined });
  t.equal(asked.statusCode, 200, 'the redirect_uri may be left out');
  t.equal(asked.headers['content-type'], 'application/hal+json;charset=UTF-8');
  const flow = asked.json();
  const href = `http://localhost/${environmentId}/flows/${flow.id}`;
  t.same(flow, {
    _links: {
      self: { href },
      'usernamePassword.check': { href },
      'password.forgot': { href },
      'session.reset': { href },
      signOnPage: { href: `http://localhost/${environmentId}/signon/?flowId=${flow.id}` },
    },
    _embedded: { application: { name: 'Demo SPA' } },
    id: flow.id,
    environment: { id: environmentId },
    resumeUrl: `http://localhost${as}/resume?flowId=${flow.id}`,
    status: 'USERNAME_PASSWORD_REQUIRED',
    createdAt: '2026-11-22T12:00:00.000Z',
    expiresAt: '2026-11-22T12:15:00.000Z',
  });
  t.match(asked.payload, /^\{\n {2}"_links" : \{\n/, 'printed as PingOne prints');

  const refused = await askAuthorize(app, { response_mode: 'pi.flow' });
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), { code: 'INVALID_DATA', details: [{ code: 'REQUIRED_VALUE', target: 'code_challenge' }] });
  const none = await askAuthorize(app, { ...challenge, response_mode: 'pi.flow', prompt: 'none' });
  t.equal(none.statusCode, 400);
  t.match(none.json(), { code: 'REQUEST_FAILED', details: [{ code: 'LOGIN_REQUIRED', message: /User authentication is required/ }] });
});

t.test('a session answers without asking the person', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const { cookie } = await authorize(app);
  const withSession = (parameters: Record<string, string>) => askAuthorize(app, { ...challenge, ...parameters }, { cookie });

  t.ok(locationOf(await withSession({})).searchParams.get('code'), 'single sign-on');
  t.ok(locationOf(await withSession({ client_id: ids.native })).searchParams.get('code'), 'to another application as well');
  t.ok(locationOf(await withSession({ prompt: 'none' })).searchParams.get('code'), 'prompt=none');
  t.ok(locationOf(await withSession({ prompt: 'login' })).searchParams.get('flowId'), 'prompt=login asks again');
  await clock.advance(61_000);
  t.ok(locationOf(await withSession({ max_age: '60' })).searchParams.get('flowId'), 'max_age exceeded asks again');
  t.ok(locationOf(await withSession({ max_age: '62' })).searchParams.get('code'), 'max_age not exceeded');
  const flow = (await withSession({ response_mode: 'pi.flow', state: 's' })).json();
  t.match(flow, { status: 'COMPLETED', authorizeResponse: { code: /^[0-9a-f-]{36}$/, state: 's' } }, 'pi.flow answers at once');

  const none = locationOf(await askAuthorize(app, { ...challenge, prompt: 'none', state: 'x' }));
  t.equal(none.searchParams.get('error'), 'login_required');
  t.match(none.searchParams.get('error_description'), /User authentication is required/);
  t.equal(none.searchParams.get('state'), 'x');
});

t.test('another person’s sign-on ends the previous session', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const { cookie } = await authorize(app);
  const asked = await askAuthorize(app, { ...challenge, prompt: 'login' }, { cookie });
  const flowId = locationOf(asked).searchParams.get('flowId') as string;
  await app.inject({
    method: 'POST',
    url: `/${environmentId}/flows/${flowId}`,
    headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json', cookie },
    payload: JSON.stringify({ username: 'bob', password: 'Bob-Passw0rd1' }),
  });
  t.same(
    (await environment.store.sessions.list()).map(({ userId }) => userId),
    [ids.bob],
  );
});

t.test('auto-login answers at once with a code and a session', async (t) => {
  const { app } = await buildTestServer(t, { autoLogin: 'bob' });
  const response = await askAuthorize(app, { ...challenge, prompt: 'none' });
  t.ok(locationOf(response).searchParams.get('code'));
  t.match(cookiesOf(response), /^ST=[0-9a-f-]{36}; ST-NO-SS=/);
  const unknown = await buildTestServer(t, { autoLogin: 'nobody' });
  t.ok(locationOf(await askAuthorize(unknown.app, challenge)).searchParams.get('flowId'), 'an unknown user: the page');
});

t.test('resume gives a code once, only to the browser that signed on', async (t) => {
  const { app } = await buildTestServer(t);
  const begin = async (parameters = {}) =>
    locationOf(await askAuthorize(app, { ...challenge, state: 's', ...parameters })).searchParams.get('flowId') as string;
  const resume = (flowId: string, headers = {}) => app.inject({ url: `${as}/resume?flowId=${flowId}`, headers });

  const early = await begin();
  t.equal(locationOf(await resume(early)).searchParams.get('flowId'), early, 'before the sign-on: to the sign-on page');
  const flowId = await begin();
  const signedOn = await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
  const stranger = await authorize(app, { username: 'bob', password: 'Bob-Passw0rd1' });
  for (const headers of [{}, { cookie: 'ST=x' }, { cookie: stranger.cookie }])
    t.match(locationOf(await resume(flowId, headers)).searchParams.get('error'), /ACCESS_FAILED/, 'not for another browser');
  const resumed = locationOf(await resume(flowId, { cookie: cookiesOf(signedOn).split('; ')[1] as string }));
  t.match(resumed.searchParams.get('code'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'with ST-NO-SS alone');
  t.equal(resumed.searchParams.get('state'), 's');
  for (const unknown of [flowId, 'no-uuid', '', 'a%00b'])
    t.match(
      locationOf(await resume(unknown, { cookie: cookiesOf(signedOn) })).searchParams.get('error'),
      /NOT_FOUND/,
      'a flow is resumed once',
    );

  const fragment = await begin({ response_mode: 'fragment' });
  const again = await checkPassword(app, fragment, 'alice', 'Alice-Passw0rd');
  t.match(locationOf(await resume(fragment, { cookie: cookiesOf(again) })).hash, /^#code=/);
  const form = await begin({ response_mode: 'form_post', state: '"><script>' });
  const last = await checkPassword(app, form, 'alice', 'Alice-Passw0rd');
  const page = await resume(form, { cookie: cookiesOf(last) });
  t.match(page.payload, /name="code" value="[0-9a-f-]{36}"/);
  t.notMatch(page.payload, '"><script>', 'state is escaped');
});

t.test('pi.flow is resumed without a cookie', async (t) => {
  const { app } = await buildTestServer(t);
  const flow = (await askAuthorize(app, { ...challenge, response_mode: 'pi.flow', state: 's' })).json();
  const early = await app.inject(`${as}/resume?flowId=${flow.id}`);
  t.match(early.json(), { status: 'USERNAME_PASSWORD_REQUIRED' });
  await checkPassword(app, flow.id, 'alice', 'Alice-Passw0rd');
  const resumed = await app.inject(`${as}/resume?flowId=${flow.id}`);
  t.equal(resumed.statusCode, 200);
  t.match(resumed.json(), { status: 'COMPLETED', session: { id: /./ }, authorizeResponse: { code: /./, state: 's' } });
});

t.test('a HEAD request changes nothing', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const flowId = locationOf(await askAuthorize(app, challenge)).searchParams.get('flowId') as string;
  const signedOn = await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
  const headers = { cookie: cookiesOf(signedOn) };
  for (const path of [`resume?flowId=${flowId}`, 'signoff', 'idpSignoff', 'authorize'])
    t.equal((await app.inject({ method: 'HEAD', url: `${as}/${path}`, headers })).statusCode, 405, path);
  t.equal(await environment.store.sessions.count(), 1, 'the session is there');
  t.ok(locationOf(await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers })).searchParams.get('code'), 'and so is the flow');
});

t.test('a body that is not a form is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const body = { response_type: 'code', client_id: ids.web, redirect_uri: redirectUri, scope: 'openid' };
  for (const type of ['application/json', 'application/vnd.x+json', 'text/plain', 'nonsense'])
    for (const path of ['authorize', 'signoff']) {
      const response = await app.inject({
        method: 'POST',
        url: `${as}/${path}`,
        headers: { 'content-type': type },
        payload: JSON.stringify(body),
      });
      t.equal(response.statusCode, 415, `${path}, ${type}`);
      t.match(response.json(), { error: 'invalid_request' });
    }
});

t.test('an error text has only the characters that RFC 6749 allows', async (t) => {
  const { app } = await buildTestServer(t);
  const hostile = 'a"b\\c\n\u00e9\0';
  const allowed = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;
  for (const name of ['prompt', 'response_type', 'response_mode', 'code_challenge_method']) {
    const location = locationOf(await askAuthorize(app, { ...challenge, [name]: hostile }));
    t.match(
      location.searchParams.get('error_description') ?? new URLSearchParams(location.hash.slice(1)).get('error_description'),
      allowed,
      name,
    );
  }
  const token = await post(app, `${as}/token`, { client_id: ids.spa, grant_type: hostile });
  t.match(token.json().error_description, allowed);
  t.match(token.json().error_description, /a\?b\?c\?\?\?/, 'what was sent can still be recognised');
});
