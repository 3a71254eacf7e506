import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import t, { type Test } from 'tap';
import { halfHash } from '../../../src/protocol/jwt.js';
import { s256 } from '../../../src/protocol/pkce.js';
import { addProvider, type Browser, newBrowser } from '../../helpers/federation.js';
import { assignPolicy, startFlow } from '../../helpers/flows.js';
import { holdTimers } from '../../helpers/hold-timers.js';
import { buildTestServer, environmentId, type TestServer } from '../../helpers/server.js';

/** A provider that answers as a test tells it. */
interface Hostile {
  readonly url: string;
  /** How /token, /jwks and /userinfo answer, each by its path; without one, as a good provider does. */
  readonly answers: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  /** Changes the claims of the ID token. */
  claims: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** Makes the whole ID token. */
  idToken: ((claims: Record<string, unknown>) => Promise<string>) | undefined;
  nonce: string;
}

const [key, stranger] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
const publicJwk = { ...(await exportJWK(key.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
const now = Date.UTC(2026, 10, 22, 12) / 1000;

const signed = (claims: Record<string, unknown>, header: Record<string, unknown> = {}, privateKey = key.privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(privateKey);

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function startHostile(t: Test): Promise<Hostile> {
  const hostile = { answers: new Map(), claims: (claims: Record<string, unknown>) => claims, idToken: undefined, nonce: '' } as unknown as {
    -readonly [Name in keyof Hostile]: Hostile[Name];
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const path = (request.url ?? '').split('?')[0] as string;
    const own = hostile.answers.get(path);
    if (own) return own(request, response);
    if (path === '/jwks') return json(response, { keys: [publicJwk] });
    if (path === '/userinfo') return json(response, { sub: 'u1', email: 'u1@example.com' });
    const claims = hostile.claims({
      iss: hostile.url,
      aud: 'mock',
      sub: 'u1',
      iat: now,
      exp: now + 300,
      nonce: hostile.nonce,
      at_hash: halfHash('at'),
    });
    return json(response, { access_token: 'at', token_type: 'Bearer', id_token: await (hostile.idToken ?? signed)(claims) });
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  hostile.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return hostile;
}

interface Setting {
  readonly server: TestServer;
  readonly hostile: Hostile;
  readonly providerId: string;
  /** Begins a sign-on, and goes to the provider. */
  begin(browser?: Browser): Promise<{ browser: Browser; flowId: string; state: string; asked: URL }>;
  /** What the flow is after a callback, and what the answer says of it. */
  comeBack(begun: { browser: Browser; flowId: string }, query: Record<string, string>, type?: string): Promise<Outcome>;
}

interface Outcome {
  readonly diagnosis: string;
  readonly status: string;
  readonly location: URL;
  readonly sessions: number;
}

async function setUp(t: Test, members: Record<string, unknown> = {}): Promise<Setting> {
  const server = await buildTestServer(t);
  const hostile = await startHostile(t);
  const provider = await addProvider(server, {
    type: 'OPENID_CONNECT',
    clientId: 'mock',
    clientSecret: 's3cret:+',
    issuer: hostile.url,
    authorizationEndpoint: `${hostile.url}/authorize`,
    tokenEndpoint: `${hostile.url}/token`,
    jwksEndpoint: `${hostile.url}/jwks`,
    scopes: ['openid'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    registration: { population: { id: (await server.environment.store.populations.list())[0]?.id ?? '' } },
    ...members,
  });
  await assignPolicy(server, 'Partners', [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id } }]);
  const setting: Setting = {
    server,
    hostile,
    providerId: provider.id,
    async begin(browser = newBrowser(server.app)) {
      const flow = await startFlow(server);
      const sent = await browser.get(`/${environmentId}/rp/authenticate?providerId=${provider.id}&flowId=${flow.id}`);
      const asked = new URL(sent.headers.location as string);
      hostile.nonce = asked.searchParams.get('nonce') ?? '';
      return { browser, flowId: flow.id, state: asked.searchParams.get('state') ?? '', asked };
    },
    async comeBack({ browser, flowId }, query, type = 'openid_connect') {
      const answer = await browser.get(`/${environmentId}/rp/callback/${type}?${new URLSearchParams(query)}`);
      t.equal(answer.statusCode, 302);
      const flow = (await server.app.inject(`/${environmentId}/flows/${flowId}`)).json();
      return {
        diagnosis: String(answer.headers['x-mock-diagnosis'] ?? '').split(';')[0] as string,
        status: flow.status,
        location: new URL(answer.headers.location as string),
        sessions: (await server.environment.store.sessions.list()).length,
      };
    },
  };
  return setting;
}

const nobody = { status: 'EXTERNAL_AUTHENTICATION_REQUIRED', sessions: 0 };

t.test('a callback counts once, in the browser that was sent away, at the address of its provider', async (t) => {
  const { begin, comeBack, server } = await setUp(t);
  const first = await begin();
  t.match(await comeBack(first, { code: 'c' }), { diagnosis: 'external_state_sent', ...nobody }, 'no state');
  t.match(await comeBack(first, { code: 'c', state: 'x'.repeat(43) }), { diagnosis: 'external_state', ...nobody }, 'a foreign state');
  const elsewhere = { ...first, browser: newBrowser(server.app) };
  t.match(await comeBack(elsewhere, { code: 'c', state: first.state }), { diagnosis: 'external_browser', ...nobody });
  t.match(await comeBack(first, { code: 'c', state: first.state }), { diagnosis: 'external_state_unused', ...nobody }, 'a try spends it');

  const second = await begin();
  t.match(await comeBack(second, { code: 'c', state: second.state }, 'google'), { diagnosis: 'external_callback', ...nobody });
  const third = await begin();
  t.match(await comeBack(third, { code: 'c', state: third.state, iss: 'https://other.example' }), { diagnosis: 'external_iss', ...nobody });
  const fourth = await begin();
  t.match(await comeBack(fourth, { state: fourth.state }), { diagnosis: 'external_code', ...nobody });

  const right = await begin();
  const [one, two] = await Promise.all([
    comeBack(right, { code: 'c', state: right.state }),
    comeBack(right, { code: 'c', state: right.state }),
  ]);
  const diagnoses = [one.diagnosis, two.diagnosis].sort();
  t.equal(diagnoses[0], '', 'of two at once, one goes on');
  t.match(diagnoses[1], /^external_state/, 'and the other is a replay');
  t.equal((await server.environment.store.sessions.list()).length, 1);

  const late = await begin();
  await server.clock.advance(15 * 60_000);
  const gone = await late.browser.get(`/${environmentId}/rp/callback/openid_connect?code=c&state=${late.state}`);
  t.match(gone.headers['x-mock-diagnosis'], /^external_state;/, 'after fifteen minutes');
});

t.test('an error of the provider is shown, and the person can try again', async (t) => {
  const { begin, comeBack, server } = await setUp(t);
  const begun = await begin();
  const refused = await comeBack(begun, { state: begun.state, error: 'access_denied', error_description: 'Not <you>' });
  t.match(refused, { diagnosis: 'external_consented', ...nobody });
  t.match(JSON.parse(refused.location.searchParams.get('error') ?? ''), { code: 'REQUEST_FAILED' });
  const page = await begun.browser.get(refused.location.href);
  t.match(page.body, /did not sign you on \(access_denied: Not &lt;you&gt;\)/);
  t.match(page.body, /<a class="provider primary" href="[^"]+"><span>Continue with <bdi>Partner/);
  const [, again = ''] = /<a class="provider primary" href="([^"]+)"/.exec(page.body) ?? [];
  t.equal((await begun.browser.get(again.replaceAll('&amp;', '&'))).statusCode, 302);
  t.notOk((await server.environment.store.flows.get(begun.flowId))?.externalProblem);
});

t.test('an ID token that is wrong in any of the usual ways signs nobody on', async (t) => {
  const { begin, comeBack, hostile, server } = await setUp(t);
  const unsigned = (header: { alg: string; kid?: string }) => async (claims: object) =>
    [...[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), header.alg === 'none' ? '' : 'AAAA'].join(
      '.',
    );
  const cases: [name: string, rule: string, change: Partial<Pick<Hostile, 'claims' | 'idToken'>>][] = [
    ['none at all', 'external_id_token', { idToken: async () => '' }],
    ['not a JWT', 'external_id_token', { idToken: async () => 'a.b' }],
    ['alg none', 'external_algorithm', { idToken: unsigned({ alg: 'none' }) }],
    [
      'HS256 with the secret',
      'external_algorithm',
      { idToken: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('s3cret:+'.repeat(4))) },
    ],
    [
      'HS256 with the public key',
      'external_algorithm',
      {
        idToken: (claims) =>
          new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(Buffer.from(JSON.stringify(publicJwk))),
      },
    ],
    ['an unknown kid', 'external_key', { idToken: (claims) => signed(claims, { kid: 'two' }) }],
    ['another algorithm than the key’s', 'external_key', { idToken: unsigned({ alg: 'PS256', kid: 'one' }) }],
    ['the signature of a stranger', 'external_signature', { idToken: (claims) => signed(claims, {}, stranger.privateKey) }],
    [
      'a key of its own in the header',
      'external_signature',
      { idToken: async (claims) => signed(claims, { jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey) },
    ],
    ['another issuer', 'external_issuer', { claims: (claims) => ({ ...claims, iss: `${claims.iss}/` }) }],
    ['no issuer', 'external_issuer', { claims: ({ iss: _, ...claims }) => claims }],
    ['another audience', 'external_audience', { claims: (claims) => ({ ...claims, aud: 'other' }) }],
    ['several audiences without azp', 'external_azp', { claims: (claims) => ({ ...claims, aud: ['mock', 'other'] }) }],
    ['azp of another party', 'external_azp', { claims: (claims) => ({ ...claims, azp: 'other' }) }],
    ['expired', 'external_fresh', { claims: (claims) => ({ ...claims, exp: now - 60 }) }],
    ['without an end', 'external_fresh', { claims: ({ exp: _, ...claims }) => claims }],
    ['an end that is a text', 'external_fresh', { claims: (claims) => ({ ...claims, exp: '9999999999' }) }],
    ['from the future', 'external_issued', { claims: (claims) => ({ ...claims, iat: now + 61 }) }],
    ['not valid yet', 'external_issued', { claims: (claims) => ({ ...claims, nbf: now + 61 }) }],
    ['without a beginning', 'external_issued', { claims: ({ iat: _, ...claims }) => claims }],
    ['the nonce of another sign-on', 'external_nonce', { claims: (claims) => ({ ...claims, nonce: 'other' }) }],
    ['no nonce', 'external_nonce', { claims: ({ nonce: _, ...claims }) => claims }],
    ['the hash of another access token', 'external_at_hash', { claims: (claims) => ({ ...claims, at_hash: halfHash('other') }) }],
    ['nobody’s', 'external_subject', { claims: ({ sub: _, ...claims }) => claims }],
    ['of an empty name', 'external_subject', { claims: (claims) => ({ ...claims, sub: '' }) }],
  ];
  for (const [name, rule, change] of cases) {
    Object.assign(hostile, { claims: (claims: Record<string, unknown>) => claims, idToken: undefined }, change);
    const begun = await begin();
    t.match(await comeBack(begun, { code: 'c', state: begun.state }), { diagnosis: rule, ...nobody }, name);
  }
  t.equal((await server.environment.store.linkedAccounts.list()).length, 0);

  Object.assign(hostile, { claims: (claims: object) => ({ ...claims, aud: ['mock', 'other'], azp: 'mock' }), idToken: undefined });
  const begun = await begin();
  t.match(
    await comeBack(begun, { code: 'c', state: begun.state }),
    { diagnosis: '', status: 'COMPLETED', sessions: 1 },
    'a right one does',
  );
});

t.test('a provider that does not answer as one signs nobody on', async (t) => {
  const setting = await setUp(t);
  const { begin, comeBack, hostile, server, providerId } = setting;
  const { identityProviders } = server.environment.store;
  const provider = await identityProviders.get(providerId);
  if (!provider) throw new Error('the provider is gone');
  await identityProviders.put({ ...provider, userInfoEndpoint: `${hostile.url}/userinfo` });

  const big = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = 'x'.repeat(65_536);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const redirect = (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(302, { location: `${hostile.url}/elsewhere` }).end();
  const page = (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200).end('<h1>Hello</h1>');
  const reset = (request: IncomingMessage) => void request.socket.destroy();
  const status = (code: number, body: object) => (_request: IncomingMessage, response: ServerResponse) => void json(response, body, code);
  const cases: [name: string, path: string, rule: string, answer: (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['a redirect', '/token', 'external_token', redirect],
    ['no end', '/token', 'external_token', big],
    ['a page', '/token', 'external_token', page],
    ['a closed connection', '/token', 'external_token', reset],
    ['an error', '/token', 'external_token', status(400, { error: 'invalid_grant', error_description: 'no' })],
    ['an error with status 200, as of GitHub', '/token', 'external_token', status(200, { error: 'bad_verification_code' })],
    ['nothing in it', '/token', 'external_token', status(200, {})],
    ['a list', '/token', 'external_token', status(200, [])],
    ['keys behind a redirect', '/jwks', 'external_keys', redirect],
    ['keys without end', '/jwks', 'external_keys', big],
    ['no keys', '/jwks', 'external_keys', status(200, {})],
    ['userinfo behind a redirect', '/userinfo', 'external_userinfo', redirect],
    ['userinfo without end', '/userinfo', 'external_userinfo', big],
    ['userinfo refused', '/userinfo', 'external_userinfo', status(401, {})],
    ['userinfo of somebody else', '/userinfo', 'external_userinfo_subject', status(200, { sub: 'u2' })],
    ['userinfo of nobody', '/userinfo', 'external_userinfo_subject', status(200, { email: 'u1@example.com' })],
  ];
  for (const [name, path, rule, answer] of cases) {
    hostile.answers.clear();
    hostile.answers.set(path, answer);
    // Keys are cached: each case has a cache of its own.
    await identityProviders.put({
      ...provider,
      userInfoEndpoint: `${hostile.url}/userinfo`,
      jwksEndpoint: `${hostile.url}/jwks?${encodeURIComponent(name)}`,
    });
    const begun = await begin();
    t.match(await comeBack(begun, { code: 'c', state: begun.state }), { diagnosis: rule, ...nobody }, name);
    const steps = JSON.stringify(server.environment.transactions.list().at(-1)?.steps);
    if (answer === page) t.match(steps, `${hostile.url}/token answered 200 without a JSON object`, 'the reason is a sentence');
  }
  hostile.answers.clear();
  for (const [member, address] of [
    ['tokenEndpoint', 'http://192.0.2.1/token'],
    ['jwksEndpoint', 'ftp://localhost/jwks'],
    ['userInfoEndpoint', 'http://user:password@localhost/userinfo'],
  ] as const) {
    await identityProviders.put({ ...provider, [member]: address });
    const begun = await begin();
    t.match(await comeBack(begun, { code: 'c', state: begun.state }), { diagnosis: 'external_address', ...nobody }, address);
  }
  await identityProviders.put({ ...provider, userInfoEndpoint: `${hostile.url}/userinfo` });
  const right = await begin();
  t.match(await comeBack(right, { code: 'c', state: right.state }), { status: 'COMPLETED' }, 'one that answers well does');
});

t.test('a provider that stays silent is given up', async (t) => {
  const { begin, comeBack, hostile } = await setUp(t);
  const asked = new Promise<void>((resolve) => hostile.answers.set('/token', () => resolve()));
  const passTime = holdTimers(t);
  const begun = await begin();
  const answer = comeBack(begun, { code: 'c', state: begun.state });
  await asked;
  passTime(5_000);
  t.match(await answer, { diagnosis: 'external_token', ...nobody });
});

t.test('only a provider that the flow offers now can be gone to', async (t) => {
  const { server, providerId } = await setUp(t);
  const other = await addProvider(server, { type: 'GOOGLE', name: 'Other' });
  const flow = await startFlow(server);
  const ask = async (query: string) => {
    const answer = await server.app.inject(`/${environmentId}/rp/authenticate?${query}`);
    t.equal(answer.statusCode, 302);
    return JSON.parse(new URL(answer.headers.location as string).searchParams.get('error') ?? '{}').code;
  };
  t.equal(await ask(`providerId=${other.id}&flowId=${flow.id}`), 'INVALID_DATA', 'one that it does not offer');
  t.equal(await ask(`flowId=${flow.id}`), 'INVALID_DATA');
  t.equal(await ask(`providerId=${providerId}`), 'NOT_FOUND', 'without a flow');
  const provider = await server.environment.store.identityProviders.get(providerId);
  if (provider) await server.environment.store.identityProviders.put({ ...provider, enabled: false });
  t.equal(await ask(`providerId=${providerId}&flowId=${flow.id}`), 'INVALID_DATA', 'one that was disabled meanwhile');
  t.match((await startFlow(server)).body, { status: 'FAILED' }, 'a policy with it alone fails');
});

t.test('the client authenticates at the token endpoint as the members of the provider say, with PKCE or without', async (t) => {
  const { begin, comeBack, hostile, server, providerId } = await setUp(t);
  const { identityProviders, users } = server.environment.store;
  const provider = await identityProviders.get(providerId);
  if (!provider) throw new Error('the provider is gone');
  const basic = `Basic ${Buffer.from('mock:s3cret%3A%2B').toString('base64')}`;
  for (const [tokenEndpointAuthMethod, pkceMethod, authorization, members] of [
    ['CLIENT_SECRET_BASIC', 'S256', basic, {}],
    ['CLIENT_SECRET_POST', 'NONE', undefined, { client_id: 'mock', client_secret: 's3cret:+' }],
    ['NONE', 'S256', undefined, { client_id: 'mock' }],
  ] as const) {
    await identityProviders.put({ ...provider, tokenEndpointAuthMethod, pkceMethod });
    const begun = await begin();
    const challenge = begun.asked.searchParams.get('code_challenge');
    t.equal(challenge !== null, pkceMethod === 'S256');
    const sent = new Promise<{ form: Record<string, string>; authorization: string | undefined }>((resolve) =>
      hostile.answers.set('/token', (request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', async () => {
          resolve({ form: Object.fromEntries(new URLSearchParams(body)), authorization: request.headers.authorization });
          const claims = { iss: hostile.url, aud: 'mock', sub: 'u1', iat: now, exp: now + 300, nonce: hostile.nonce };
          json(response, { access_token: 'at', id_token: await signed(claims) });
        });
      }),
    );
    t.match(await comeBack(begun, { code: 'the code', state: begun.state }), { status: 'COMPLETED' }, tokenEndpointAuthMethod);
    const { form, authorization: presented } = await sent;
    const { code_verifier: verifier, ...others } = form;
    const redirectUri = begun.asked.searchParams.get('redirect_uri');
    t.same(others, { grant_type: 'authorization_code', code: 'the code', redirect_uri: redirectUri, ...members });
    t.equal(presented, authorization);
    t.equal(verifier === undefined ? null : s256(verifier), challenge);
  }
  t.equal((await users.find('username', 'u1')).length, 1);
});

t.test('nobody is sent to an address that a browser would run, even if a data folder has one', async (t) => {
  const { server, providerId } = await setUp(t);
  const { identityProviders } = server.environment.store;
  const provider = await identityProviders.get(providerId);
  for (const authorizationEndpoint of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'http://[', '', 1, null]) {
    if (provider) await identityProviders.put({ ...provider, authorizationEndpoint });
    const flow = await startFlow(server);
    const answer = await server.app.inject(`/${environmentId}/rp/authenticate?providerId=${providerId}&flowId=${flow.id}`);
    t.match(answer.headers.location, `/${environmentId}/signon/?error=`, String(authorizationEndpoint));
  }
});

t.test('a form that no address can carry on is refused at once, whatever it holds', async (t) => {
  const { app } = await buildTestServer(t);
  const post = (code: string) =>
    app.inject({
      method: 'POST',
      url: `/${environmentId}/rp/callback/apple`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `state=s&code=${code}`,
    });
  t.equal((await post('x'.repeat(16_000))).statusCode, 303);
  const refused = await post('x'.repeat(17_000));
  t.equal(refused.statusCode, 302);
  t.match(refused.headers.location, `/${environmentId}/signon/?error=`);
});
