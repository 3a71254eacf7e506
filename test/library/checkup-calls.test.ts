import t, { type Test } from 'tap';
import { type CheckupOptions, connectMock, createMock, startMock } from '../../src/index.js';
import { startRelyingParty } from './relying-party.js';

async function buildClient(t: Test) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const environment = await mock.createEnvironment({
    apps: [{ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] }],
    users: [{ username: 'zoe' }],
  });
  const app = (await environment.apps.list()).find(({ redirectUris }) => redirectUris?.includes('http://127.0.0.1/callback'));
  const { start, callback } = await startRelyingParty(t, { issuer: environment.issuer, clientId: app?.id ?? '', without: 'nonce' });
  await environment.apps.update(app?.id ?? '', { redirectUris: [callback] });
  return { mock, environment, start };
}

t.test('a checkup is a call of every mock and of every environment', async (t) => {
  const { mock, environment, start } = await buildClient(t);
  const seen: [string, number, number][] = [];
  const report = await environment.checkup({
    start,
    only: ['nonce-wrong', 'state-missing'],
    onFinding: ({ id }, done, all) => seen.push([id, done, all]),
  });
  t.match(report, {
    start,
    user: 'zoe',
    findings: [
      { id: 'state-missing', ok: true },
      { id: 'nonce-wrong', verdict: 'accepted', ok: false },
    ],
  });
  t.same(seen, [
    ['state-missing', 1, 2],
    ['nonce-wrong', 2, 2],
  ]);
  const connected = await connectMock(mock.url);
  // The application uses another environment than the default one.
  for (const each of [mock, connected])
    await t.rejects(each.checkup({ start }), {
      name: 'MockError',
      code: 'checkup_stopped',
      message: /leads to another provider: .*--env/s,
    });
});

t.test('a mock that does not listen says that no application can reach it', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  await t.rejects(mock.checkup({ start: 'http://localhost:3000/login' }), {
    name: 'MockError',
    code: 'checkup_stopped',
    message: /does not listen.*startMock/s,
  });
});

t.test('wrong options of a checkup are refused with what would be right', async (t) => {
  const { mock } = await buildClient(t);
  await t.rejects(mock.checkup({ begin: 'x' } as unknown as CheckupOptions), {
    code: 'name_unknown',
    message: /checkup: unknown name "begin"/,
  });
  await t.rejects(mock.checkup(undefined as unknown as CheckupOptions), { code: 'value_refused', message: /checkup: expected an object/ });
  await t.rejects(mock.checkup({} as unknown as CheckupOptions), { code: 'checkup_stopped', message: /give the whole address/ });
});

t.test('a checkup that is stopped takes back what it changed, and the next one can begin', async (t) => {
  const { environment, start } = await buildClient(t);
  const stop = new AbortController();
  let asked = 0;
  environment.on('token.before-sign', () => {
    asked += 1;
    if (asked > 2) stop.abort(new Error('enough'));
  });
  await t.rejects(environment.checkup({ start, only: ['iss-wrong', 'aud-wrong'], signal: stop.signal }), { message: 'enough' });
  await t.rejects(environment.checkup({ start, signal: AbortSignal.abort(new Error('never')) }), { message: 'never' });
  t.match(await environment.checkup({ start, only: ['state-missing'] }), { findings: [{ ok: true }] });
});

t.test('between the groups an ordinary sign-on has to succeed, or the checkup stops', async (t) => {
  const { environment, start } = await buildClient(t);
  const found: string[] = [];
  await t.rejects(
    environment.checkup({
      start,
      only: ['state-missing', 'iss-wrong'],
      onFinding: ({ id }) => {
        found.push(id);
        void environment.failNext('token', { error: 'invalid_client', times: 'always' });
      },
    }),
    { code: 'checkup_stopped', message: /does not succeed any more, after the case state-missing.*in the group response says nothing/s },
  );
  t.same(found, ['state-missing'], 'what comes after is not judged');
});

t.test('two checkups at once in one environment are refused', async (t) => {
  const { environment, start } = await buildClient(t);
  const ends = await Promise.allSettled([1, 2].map(() => environment.checkup({ start, only: ['state-missing'] })));
  t.same(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const refused = ends.find((end) => end.status === 'rejected');
  t.match(refused?.reason, { code: 'checkup_stopped', message: /in use by a checkup of http:.*wait until that one ends/s });
});

t.test('a case takes as long as the mock’s clock says', async (t) => {
  const { environment, start } = await buildClient(t);
  await environment.clock.freeze();
  environment.on('token.before-sign', async () => environment.clock.advance('2500ms'));
  const { findings } = await environment.checkup({ start, only: ['state-missing', 'nonce-wrong'] });
  t.same(
    findings.map(({ id, milliseconds }) => [id, milliseconds]),
    [
      ['state-missing', 0],
      ['nonce-wrong', 2500],
    ],
    'only the second one comes as far as the token request',
  );
});

t.test('another client gets honest answers while a case changes those of the application', async (t) => {
  const { environment, start } = await buildClient(t);
  const { issuer } = environment;
  const other = await environment.apps.create({ type: 'WORKER', grantTypes: ['CLIENT_CREDENTIALS'] });
  const authorization = `Basic ${Buffer.from(`${other.id}:${other.secret}`).toString('base64')}`;
  const token = await environment.issueToken({ sub: 'zoe', scope: 'openid', clientId: other.id });
  const zoe = await environment.users.get('zoe');
  const answers: unknown[] = [];
  // The application reads the discovery document each time that it begins, when the case has made its change.
  environment.on('discovery.before-response', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const redeemed = await fetch(`${issuer}/token`, { method: 'POST', headers: { authorization }, body });
    const asked = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    const read = (answer: Response) => answer.json().catch(() => 'not JSON');
    answers.push([((await read(redeemed)) as { token_type?: string }).token_type, ((await read(asked)) as { sub?: string }).sub]);
  });
  const only = ['json-cut', 'token-type-missing', 'sub-unlike-userinfo'];
  const { findings } = await environment.checkup({ start, only });
  t.same(new Set(findings.map(({ id, verdict }) => `${id} ${verdict}`)), new Set(only.map((id) => `${id} refused`)));
  t.ok(answers.length > only.length);
  t.same(answers, Array(answers.length).fill(['Bearer', zoe.id]));
});
