import t from 'tap';
import { connectMock, createMock, MockError, type RemoteEnvironment, startMock } from '../../src/index.js';
import { untilHandled } from '../helpers/until.js';

/** What a call is refused with: at once, or by its promise. */
async function refusal(work: () => unknown): Promise<MockError | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MockError) return error;
    throw error;
  }
  return undefined;
}

// What TypeScript would notice, and JavaScript would not.
type Loose = { readonly [Name in keyof RemoteEnvironment]: RemoteEnvironment[Name] } & Record<
  'failNext' | 'breakPkce' | 'addRule' | 'authorize' | 'issueToken' | 'on' | 'once',
  (...given: unknown[]) => unknown
>;
const loose = (environment: Omit<RemoteEnvironment, 'delete' | 'reset'>) => environment as unknown as Loose;
const filter = (environment: Loose, given: object) => environment.requests.filter(given);

const mistakes: readonly (readonly [string, (environment: Loose) => unknown, RegExp])[] = [
  ['an endpoint', (mock) => mock.failNext('tokn', { status: 500 }), /endpoint: expected one of .*token/],
  ['an option', (mock) => mock.failNext('token', { statu: 500 }), /unknown name "statu"; did you mean "status"\?/],
  ['an option beside a right one', (mock) => mock.failNext('token', { status: 503, tims: 3 }), /"tims"; did you mean "times"\?/],
  ['nothing', (mock) => mock.failNext('token', {}), /the fault does nothing/],
  ['nothing at all', (mock) => mock.failNext('token'), /the fault does nothing/],
  ['a fault that is none', (mock) => mock.failNext('token', null), /failNext: expected an object, got null/],
  ['a rule that is none', (mock) => mock.addRule(undefined), /addRule: expected an object, got undefined/],
  ['a sign-on of nothing', (mock) => (mock.signOn as (...given: unknown[]) => unknown)(), /signOn: expected the URL .* and who signs on/],
  [
    'a sign-on of nobody',
    (mock) => mock.signOn('http://x/as/authorize', undefined as unknown as string),
    /signOn: expected .* who signs on/,
  ],
  [
    'times without end',
    (mock) => mock.failNext('token', { status: 500, times: Number.POSITIVE_INFINITY }),
    /times: expected one of always/,
  ],
  ['times that are no number', (mock) => mock.failNext('token', { status: 500, times: Number.NaN }), /times: expected one of always/],
  ['half a time', (mock) => mock.failNext('token', { status: 500, times: 1.5 }), /times: expected a whole number from 1$/],
  ['a status with a fraction', (mock) => mock.failNext('token', { status: 503.5 }), /status: expected a whole number/],
  ['a rule for ever', (mock) => mock.addRule({ on: 'userinfo', set: {}, times: Number.NaN }), /times: expected a whole number/],
  ['how a token is wrong', (mock) => mock.failNext('token', { token: 'foo' }), /token: expected one of signature, kid/],
  ['a status that is none', (mock) => mock.failNext('token', { status: 99 }), /status: expected a whole number from 200 to 599/],
  ['a status that is no answer', (mock) => mock.failNext('token', { status: 101 }), /status: expected/],
  ['a status of four digits', (mock) => mock.failNext('token', { status: 1000 }), /status: expected/],
  ['no times', (mock) => mock.failNext('token', { status: 500, times: 0 }), /times: expected .*from 1/],
  ['fewer than none', (mock) => mock.failNext('token', { status: 500, times: -1 }), /times: expected/],
  [
    'how often',
    (mock) => mock.failNext('token', { status: 500, times: 'sometimes' }),
    /times: expected one of always, or a whole number from 1$/,
  ],
  ['before it came', (mock) => mock.failNext('token', { delay: -5 }), /delay_ms: expected a whole number from 0/],
  ['again before now', (mock) => mock.failNext('token', { status: 429, retryAfterSeconds: -1 }), /retry_after: expected/],
  ['how PKCE is broken', (mock) => mock.breakPkce('nonsense'), /pkce: expected one of challenge-ignored/],
  ['whose PKCE', (mock) => mock.breakPkce('code-reusable', { clientID: 'x' }), /"clientID"; did you mean "clientId"\?/],
  ['where a rule applies', (mock) => mock.addRule({ on: 'tokn', set: {} }), /on: expected one of/],
  ['what a rule sets', (mock) => mock.addRule({ on: 'token', set: { acr: 'x' } }), /"acr" does not name a token/],
  [
    'members of tokens and of the response in one rule',
    (mock) => mock.addRule({ on: 'token', set: { 'id_token.acr': 'x', 'response.scope': null } }),
    /"response.scope" beside claims of tokens/,
  ],
  ['whom a rule fits', (mock) => mock.addRule({ on: 'token', match: { clientID: 'x' }, set: {} }), /match: unknown name "clientID"/],
  ['requests of', (mock) => filter(mock, { endpoint: 'tokn' }), /endpoint: expected one of/],
  ['requests by', (mock) => filter(mock, { endpont: 'token' }), /unknown name "endpont"; did you mean "endpoint"\?/],
  ['the last of', (mock) => mock.requests.last('tokn' as 'token'), /endpoint: expected one of/],
  ['who signs on', (mock) => mock.authorize({ usr: 'bob' }), /authorize: unknown name "usr"; did you mean "user"\?/],
  ['how he signs on', (mock) => mock.signOn('http://x/as/authorize', 'alice', { deni: true } as object), /signOn: unknown name "deni"/],
  ['how long', (mock) => mock.transactions.waitFor({}, { timout: '1s' } as object), /waitFor: unknown name "timout"/],
  ['how many', (mock) => mock.requests.waitFor({}, { cuont: 2 } as object), /waitFor: unknown name "cuont"/],
  ['which keys', (mock) => mock.rotateKeys({ keepold: false } as object), /rotateKeys: unknown name "keepold"/],
  ['whose messages', (mock) => mock.outbox({ too: 'x' } as object), /outbox: unknown name "too"/],
  ['a token with', (mock) => mock.issueToken({ audiense: 'x' }), /unknown name "audiense"; did you mean "audience"\?/],
];

t.test('a mistake gets the same message wherever the mock runs', async (t) => {
  const server = await startMock();
  t.teardown(() => server.close());
  const [local, remote] = [loose(server), loose(await connectMock(server.url))];
  for (const [name, make, expected] of mistakes) {
    const [here, there] = [await refusal(() => make(local)), await refusal(() => make(remote))];
    t.match(here?.message, expected, name);
    t.equal(here?.message, there?.message, `${name}: as over HTTP`);
    t.match(here, { code: there?.code, status: there?.status, fix: there?.fix });
  }
  t.ok(await (await server.authorize()).redeem(), 'and nothing of it has any effect');
});

t.test('a hook that would never run is refused', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  for (const name of ['on', 'once'] as const) {
    const hook = (mock as unknown as Loose)[name];
    t.match(await refusal(() => hook('token.before-sgn', () => undefined)), { message: /did you mean "token.before-sign"\?/ });
    t.match(await refusal(() => hook('token.before-sign', undefined)), { message: /expected a function, got undefined/ });
  }
  const off = mock.on('other.before-response', () => undefined);
  t.type(off, 'function');
});

t.test('an autoLogin user who does not exist causes a warning', async (t) => {
  for (const make of [startMock, createMock]) {
    const mock = await make({ autoLogin: 'alise' });
    t.teardown(() => mock.close());
    t.match(mock.warnings, [/there is no user "alise" in any environment.*alice/]);
  }
});

t.test('unknown options and addresses without a mock are refused', async (t) => {
  const start = startMock as (options: object) => Promise<unknown>;
  const create = createMock as (options: object) => Promise<unknown>;
  for (const make of [start, create]) {
    t.match(await refusal(() => make({ prt: 1 })), { code: 'name_unknown', message: /unknown option "prt"; did you mean "port"\?/ });
    await t.rejects(make({ seed: { environments: [{ usrs: [] }] } }), {
      name: 'SeedError',
      message: /^seed: environments\[0\]: unknown name "usrs"; did you mean "users"\?$/,
    });
  }
  const server = await startMock();
  t.teardown(() => server.close());
  t.match(await refusal(() => connectMock(`${server.url}/xx`)), {
    message: /there is no mock at http:.*\/xx/,
    fix: new RegExp(`omit the path /xx: the address of a mock is like ${server.url}$`),
  });
});

t.test('waiting for an environment ends at once when it is deleted', async (t) => {
  const server = await startMock();
  t.teardown(() => server.close());
  for (const mock of [server, await connectMock(server.url)]) {
    const environment = await mock.createEnvironment();
    const base = `/__mock/v1/environments/${environment.environmentId}`;
    const handled = Promise.all([untilHandled(`${base}/transactions`), untilHandled(`${base}/requests`)]);
    const waiting = Promise.all([
      refusal(() => environment.transactions.waitFor({}, { timeout: '1h' })),
      refusal(() => environment.requests.waitFor({}, { timeout: '1h' })),
    ]);
    await handled;
    await environment.delete();
    for (const told of await waiting) t.match(told, { code: 'environment_unknown', status: 404 });
  }
});

t.test('an environment gets defaults for what is left out, and malformed cuts a redirect short', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const environment = await mock.createEnvironment({ apps: [{}], users: [{}, { username: 'zoe' }] });
  t.same(
    (await environment.users.list()).map(({ username, email }) => [username, email]),
    [
      ['user-1', 'user-1@example.com'],
      ['zoe', undefined],
    ],
  );
  const query = new URLSearchParams({
    client_id: environment.env.OIDC_CLIENT_ID as string,
    redirect_uri: 'http://localhost:3000/callback',
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const asked = async () => String((await mock.inject(`${new URL(environment.issuer).pathname}/authorize?${query}`)).headers.location);
  const whole = await asked();
  environment.failNext('authorize', { malformed: true });
  const cut = await asked();
  t.match(whole, /\?.*flowId=[0-9a-f-]{36}/);
  t.ok(cut.includes('?') && cut.length < whole.length - 15, cut);
  t.equal((await asked()).length, whole.length);
});
