import t from 'tap';
import { connectMock, createMock, MockError, type RemoteEnvironment, startMock } from '../../src/index.js';

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
  ['how a token is wrong', (mock) => mock.failNext('token', { token: 'foo' }), /token: expected one of signature, kid/],
  ['a status that is none', (mock) => mock.failNext('token', { status: 99 }), /status: expected a whole number from 200 to 599/],
  ['a status that is no answer', (mock) => mock.failNext('token', { status: 101 }), /status: expected/],
  ['a status of four digits', (mock) => mock.failNext('token', { status: 1000 }), /status: expected/],
  ['no times', (mock) => mock.failNext('token', { status: 500, times: 0 }), /times: expected .*from 1/],
  ['fewer than none', (mock) => mock.failNext('token', { status: 500, times: -1 }), /times: expected/],
  ['how often', (mock) => mock.failNext('token', { status: 500, times: 'sometimes' }), /times: expected .*always/],
  ['before it came', (mock) => mock.failNext('token', { delay: -5 }), /delay_ms: expected a whole number from 0/],
  ['again before now', (mock) => mock.failNext('token', { status: 429, retryAfterSeconds: -1 }), /retry_after: expected/],
  ['how PKCE is broken', (mock) => mock.breakPkce('nonsense'), /pkce: expected one of challenge-ignored/],
  ['whose PKCE', (mock) => mock.breakPkce('code-reusable', { clientID: 'x' }), /"clientID"; did you mean "clientId"\?/],
  ['where a rule applies', (mock) => mock.addRule({ on: 'tokn', set: {} }), /on: expected one of/],
  ['what a rule sets', (mock) => mock.addRule({ on: 'token', set: { acr: 'x' } }), /"acr" names no token/],
  ['whom a rule fits', (mock) => mock.addRule({ on: 'token', match: { clientID: 'x' }, set: {} }), /match: unknown name "clientID"/],
  ['requests of', (mock) => filter(mock, { endpoint: 'tokn' }), /endpoint: expected one of/],
  ['requests by', (mock) => filter(mock, { endpont: 'token' }), /unknown name "endpont"; did you mean "endpoint"\?/],
  ['the last of', (mock) => mock.requests.last('tokn' as 'token'), /endpoint: expected one of/],
  ['who signs on', (mock) => mock.authorize({ usr: 'bob' }), /authorize: unknown name "usr"; did you mean "user"\?/],
  ['a token with', (mock) => mock.issueToken({ audiense: 'x' }), /unknown name "audiense"; did you mean "audience"\?/],
];

t.test('a mistake is told in the same words, wherever the mock runs', async (t) => {
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
