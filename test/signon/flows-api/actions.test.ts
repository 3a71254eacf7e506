import { decodeJwt } from 'jose';
import t from 'tap';
import { setPassword } from '../../../src/configuration/directory/passwords.js';
import type { Application } from '../../../src/environment/model/application.js';
import type { Flow, FlowStatus } from '../../../src/environment/model/lifetimes.js';
import type { User } from '../../../src/environment/model/user.js';
import { cookiesOf } from '../../helpers/client.js';
import { assignPolicy, lastCode, startFlow } from '../../helpers/flows.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const links = (body: { _links: object }): string[] => Object.keys(body._links).filter((name) => !['self', 'signOnPage'].includes(name));

const change = async ({ environment }: TestServer, id: string, members: Partial<User>) => {
  const user = (await environment.store.users.get(id)) as User;
  await environment.store.users.put({ ...user, ...members });
};

t.test('the right user name and password complete a flow, and bad bodies are refused', async (t) => {
  const server = await buildTestServer(t);
  const flow = await startFlow(server);
  t.equal(flow.body.status, 'USERNAME_PASSWORD_REQUIRED');
  t.same(links(flow.body), ['usernamePassword.check', 'password.forgot', 'session.reset']);
  const cases: [name: string, body: object | string, code: string, details: object[]][] = [
    ['a wrong password', { ...alice, password: 'x' }, 'INVALID_DATA', [{ code: 'INVALID_CREDENTIALS' }]],
    ['an unknown user', { ...alice, username: 'x' }, 'INVALID_DATA', [{ code: 'INVALID_CREDENTIALS' }]],
    ['no password', { username: 'alice' }, 'INVALID_DATA', [{ code: 'EMPTY_VALUE', target: 'password' }]],
    [
      'a number',
      { ...alice, password: 5 },
      'INVALID_REQUEST',
      [{ code: 'INVALID_VALUE', target: 'password', message: 'Invalid value for attribute.' }],
    ],
    ['null', 'null', 'INVALID_REQUEST', []],
    ['a list', '[]', 'INVALID_REQUEST', []],
    ['no JSON', '{', 'INVALID_REQUEST', []],
    ['nothing', '', 'INVALID_DATA', [{ target: 'username' }, { target: 'password' }]],
    ['members that objects inherit', '{"__proto__":{"username":"alice"},"password":"x"}', 'INVALID_DATA', [{ target: 'username' }]],
  ];
  for (const [name, body, code, details] of cases) {
    const response = await flow.act('usernamePassword.check', body);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { id: /./, code, ...(details.length > 0 && { details }) }, name);
    t.equal(response.headers['content-type'], 'application/hal+json;charset=UTF-8');
  }
  const done = await flow.act('usernamePassword.check', alice);
  t.match(done.json(), { status: 'COMPLETED', session: { id: /-/ }, _embedded: { user: { id: ids.alice, username: 'alice' } } });
  t.match(cookiesOf(done), /^ST=.*; ST-NO-SS=/);
  t.same(decodeJwt((await flow.tokens()).id_token).amr, ['pwd']);
});

t.test('a flow shows its application’s name and icon', async (t) => {
  const server = await buildTestServer(t);
  const { applications } = server.environment.store;
  const application = (await applications.get(ids.spa)) as Application;
  const icon = { id: 'i', href: 'https://example.com/icon.png' };
  await applications.put({ ...application, icon });
  const flow = await startFlow(server);
  t.strictSame((await flow.read())._embedded.application, { name: 'Demo SPA', icon });
  await applications.take(ids.spa);
  t.strictSame((await flow.read())._embedded.application, { name: '' }, 'deleted meanwhile');
  t.ok((await flow.act('usernamePassword.check', alice)).statusCode < 500);
});

t.test('an action is chosen by its media type, and must fit the status of the flow', async (t) => {
  const server = await buildTestServer(t);
  const { id, act } = await startFlow(server);
  const send = (type: string | undefined, headers: Record<string, string> = {}) =>
    server.app.inject({
      method: 'POST',
      url: `/${environmentId}/flows/${id}`,
      headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
      payload: type === undefined ? undefined : JSON.stringify({ ...alice, password: 'wrong' }),
    });
  const check = 'application/vnd.pingidentity.usernamePassword.check+json';
  const cases: [name: string, type: string | undefined, headers: Record<string, string>, status: number][] = [
    ['the media type', check, {}, 400],
    ['with a charset, in capitals', `${check.toUpperCase()}; charset=UTF-8`, {}, 400],
    ['a bearer token is ignored', check, { authorization: 'Bearer x' }, 400],
    ['Accept is not looked at', check, { accept: 'application/json' }, 400],
    ['plain JSON', 'application/json', {}, 415],
    ['none', undefined, {}, 415],
    ['an action that is none', 'application/vnd.pingidentity.user.delete+json', {}, 415],
    ['a name that objects inherit', 'application/vnd.pingidentity.constructor+json', {}, 415],
    ['a form', 'application/x-www-form-urlencoded', {}, 415],
  ];
  for (const [name, type, headers, status] of cases) t.equal((await send(type, headers)).statusCode, status, name);
  for (const action of [
    'password.recover',
    'password.reset',
    'user.lookup',
    'user.register',
    'user.verify',
    'user.update',
    'user.consent',
    'otp.check',
    'device.select',
  ]) {
    const response = await act(action, { accept: true });
    t.equal(response.statusCode, 400, `${action} is not for this status`);
    t.match(response.json(), { code: 'INVALID_DATA', details: [{ code: 'INVALID_VALUE' }] });
  }
  t.equal((await act('usernamePassword.check', alice)).statusCode, 200);
  t.equal((await act('usernamePassword.check', alice)).statusCode, 400, 'a flow that is complete takes no action');
});

t.test('a flow ends after fifteen minutes without activity', async (t) => {
  const server = await buildTestServer(t);
  const { clock } = server;
  const flow = await startFlow(server);
  const minutes = (text: unknown) => (Date.parse(String(text)) - clock.now()) / 60_000;
  t.equal(minutes(flow.body.expiresAt), 15);
  await clock.advance(14 * 60_000);
  t.equal((await flow.act('session.reset')).statusCode, 200);
  t.equal(minutes((await flow.read()).expiresAt), 15, 'an action begins them anew');
  await clock.advance(15 * 60_000 - 1);
  t.equal((await flow.read()).status, 'USERNAME_PASSWORD_REQUIRED');
  await clock.advance(1);
  const over = await flow.act('usernamePassword.check', alice);
  t.equal(over.statusCode, 404);
  t.match(over.json(), { code: 'NOT_FOUND' });
  t.match(await flow.read(), { code: 'NOT_FOUND' });
});

t.test('five wrong passwords lock the user out for a quarter of an hour', async (t) => {
  const server = await buildTestServer(t);
  const { clock } = server;
  const { act } = await startFlow(server);
  const wrong = () => act('usernamePassword.check', { ...alice, password: 'wrong' });
  await Promise.all(Array.from({ length: 4 }, wrong));
  t.match((await wrong()).json(), { details: [{ code: 'INVALID_CREDENTIALS' }] });
  const locked = (await act('usernamePassword.check', alice)).json();
  t.match(locked, { code: 'INVALID_DATA', details: [{ code: 'PASSWORD_LOCKED_OUT', innerError: { secondsUntilUnlock: 900 } }] });
  await clock.advance(600_000);
  t.match((await wrong()).json(), { details: [{ innerError: { secondsUntilUnlock: 300 } }] });
  await clock.advance(300_000);
  t.equal((await act('usernamePassword.check', alice)).json().status, 'COMPLETED');
});

t.test('a password that is expired or must be changed is changed in the flow', async (t) => {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  await setPassword(environment, ids.alice, 'First-Passw0rd', { forceChange: true });
  const flow = await startFlow(server);
  const must = (await flow.act('usernamePassword.check', { username: 'alice', password: 'First-Passw0rd' })).json();
  t.equal(must.status, 'MUST_CHANGE_PASSWORD');
  t.same(links(must), ['password.reset', 'session.reset']);
  t.match(must._embedded, { user: { username: 'alice' }, passwordPolicy: { name: 'Standard', length: { min: 8 } } });
  const cases: [name: string, current: string, next: string, detail: object][] = [
    ['another current password', 'wrong', 'Second-Passw0rd', { code: 'INVALID_VALUE', target: 'currentPassword' }],
    [
      'a short one',
      'First-Passw0rd',
      'short',
      {
        code: 'INVALID_VALUE',
        target: 'newPassword',
        innerError: {
          unsatisfiedRequirements: ['minCharacters', 'minCharacters', 'minCharacters', 'length'],
          length: 'The provided password is shorter than the minimum required length of 8 characters',
        },
      },
    ],
    ['the same one', 'First-Passw0rd', 'First-Passw0rd', { target: 'newPassword', innerError: { unsatisfiedRequirements: ['history'] } }],
    ['nothing', '', '', { code: 'EMPTY_VALUE', target: 'currentPassword' }],
  ];
  for (const [name, currentPassword, newPassword, detail] of cases)
    t.match((await flow.act('password.reset', { currentPassword, newPassword })).json(), { code: 'INVALID_DATA', details: [detail] }, name);
  t.equal(
    (await flow.act('password.reset', { currentPassword: 'First-Passw0rd', newPassword: 'Second-Passw0rd' })).json().status,
    'COMPLETED',
  );

  await clock.advance(182 * 86_400_000);
  const later = await startFlow(server);
  const expired = (await later.act('usernamePassword.check', { username: 'alice', password: 'Second-Passw0rd' })).json();
  t.equal(expired.status, 'PASSWORD_EXPIRED');
  t.equal(
    (await later.act('password.reset', { currentPassword: 'Second-Passw0rd', newPassword: 'Third-Passw0rd' })).json().status,
    'COMPLETED',
  );
  await environment.store.passwords.take(ids.bob);
  const none = await (await startFlow(server)).act('usernamePassword.check', { username: 'bob', password: 'x' });
  t.match(none.json(), { details: [{ code: 'NO_PASSWORD' }] });
});

t.test('a recovery code sets a new password once, within five minutes', async (t) => {
  const server = await buildTestServer(t);
  const { environment, clock } = server;
  const flow = await startFlow(server);
  const asked = (await flow.act('password.forgot', { username: 'alice' })).json();
  t.equal(asked.status, 'RECOVERY_CODE_REQUIRED');
  t.same(links(asked), ['password.recover', 'password.sendRecoveryCode', 'session.reset']);
  const [message] = environment.outbox.list();
  t.match(message, { channel: 'email', to: 'alice@example.com', flowId: flow.id, userId: ids.alice, code: /^[A-Z0-9]{8}$/ });
  t.match(message?.text, lastCode(server, flow.id));
  t.notMatch(JSON.stringify(asked), lastCode(server, flow.id));

  const recover = (recoveryCode: string, newPassword: string) => flow.act('password.recover', { recoveryCode, newPassword });
  const first = lastCode(server, flow.id);
  const invalid = { code: 'INVALID_DATA', details: [{ code: 'INVALID_VALUE', target: 'recoveryCode' }] };
  t.match((await recover('ABCDEFGH', 'New-Passw0rd1')).json(), invalid, 'a wrong code');
  t.match((await recover(first, 'short')).json(), { details: [{ target: 'newPassword' }] }, 'a password that breaks the policy');
  await clock.advance(5 * 60_000);
  t.match((await recover(first, 'New-Passw0rd1')).json(), invalid, 'five minutes later it is over');
  await flow.act('password.sendRecoveryCode');
  const second = lastCode(server, flow.id);
  t.not(second, first);
  t.match((await recover(first, 'New-Passw0rd1')).json(), invalid, 'only the last one is good');
  const answers = await Promise.all([recover(` ${second.toLowerCase()} `, 'New-Passw0rd1'), recover(second, 'New-Passw0rd1')]);
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400], 'and only once');
  t.match(answers.find(({ statusCode }) => statusCode === 200)?.json(), {
    status: 'COMPLETED',
    _embedded: { user: { username: 'alice' } },
  });
  t.equal(
    (await (await startFlow(server)).act('usernamePassword.check', { username: 'alice', password: 'New-Passw0rd1' })).json().status,
    'COMPLETED',
  );
});

t.test('recovery does not reveal who exists, and bypasses no other check', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const strip = ({ _links, id, resumeUrl, ...rest }: Record<string, unknown>) => rest;
  const known = await startFlow(server);
  const unknown = await startFlow(server);
  const answers = [
    (await known.act('password.forgot', { username: 'alice' })).json(),
    (await unknown.act('password.forgot', { username: 'nobody' })).json(),
  ];
  t.strictSame(strip(answers[0]), strip(answers[1]));
  t.equal(environment.outbox.list().length, 1);
  t.equal((await unknown.act('password.sendRecoveryCode')).statusCode, 200);
  t.equal(environment.outbox.list().length, 1, 'nothing is sent to nobody');
  const code = lastCode(server, known.id);
  t.equal(
    (await unknown.act('password.recover', { recoveryCode: code, newPassword: 'New-Passw0rd1' })).statusCode,
    400,
    'a code of another flow',
  );

  for (let attempt = 0; attempt < 5; attempt++) await known.act('password.recover', { recoveryCode: 'x', newPassword: 'New-Passw0rd1' });
  t.equal(
    (await known.act('password.recover', { recoveryCode: code, newPassword: 'New-Passw0rd1' })).statusCode,
    400,
    'guessed at too often',
  );

  await known.act('password.sendRecoveryCode');
  const again = lastCode(server, known.id);
  await change(server, ids.alice, { enabled: false });
  t.match(
    (await known.act('password.recover', { recoveryCode: again, newPassword: 'New-Passw0rd1' })).json(),
    { details: [{ target: 'recoveryCode' }] },
    'disabled meanwhile',
  );
  const disabled = await startFlow(server);
  await disabled.act('password.forgot', { username: 'alice' });
  t.equal(lastCode(server, disabled.id), '', 'a disabled user is sent nothing');
  const tied = await startFlow(server);
  const kept = (await environment.store.flows.get(tied.id)) as Flow;
  await environment.store.flows.put({ ...kept, request: { ...kept.request, userId: ids.alice } }, kept.expiresAt);
  await tied.act('password.forgot', { username: 'bob' });
  t.equal(lastCode(server, tied.id), '', 'a flow that is for one user is no way in for another');
  await assignPolicy(server, 'No_Recovery', [{ recovery: { enabled: false } }]);
  const without = await startFlow(server);
  t.same(links(without.body), ['usernamePassword.check', 'session.reset']);
  t.equal((await without.act('password.forgot', { username: 'bob' })).statusCode, 400, 'a policy may do without');
});

t.test('a verification code does not expire as long as its flow is in use', async (t) => {
  const server = await buildTestServer(t);
  await change(server, ids.alice, { lifecycle: { status: 'VERIFICATION_REQUIRED' } });
  const flow = await startFlow(server);
  await flow.act('usernamePassword.check', alice);
  const verificationCode = lastCode(server, flow.id) as string;
  t.match(verificationCode, /^[A-Z2-9]{8}$/);
  t.notMatch(server.environment.outbox.list().at(-1)?.text, /minutes/);
  for (let round = 0; round < 4; round += 1) {
    await server.clock.advance(14 * 60_000);
    t.equal((await flow.act('user.verify', { verificationCode: 'nope' })).statusCode, 400);
  }
  t.equal((await flow.act('user.verify', { verificationCode })).json().status, 'COMPLETED');
});

t.test('wrong verification codes end a code after five, and a flow after fifteen', async (t) => {
  const server = await buildTestServer(t);
  await change(server, ids.alice, { lifecycle: { status: 'VERIFICATION_REQUIRED' } });
  const start = async () => {
    const flow = await startFlow(server);
    await flow.act('usernamePassword.check', alice);
    return flow;
  };
  const flow = await start();
  const guess = () => Promise.all(Array.from({ length: 5 }, () => flow.act('user.verify', { verificationCode: 'wrong' })));
  const right = () => flow.act('user.verify', { verificationCode: lastCode(server, flow.id) });
  for (let round = 1; round <= 3; round += 1) {
    await guess();
    t.equal((await right()).statusCode, 400, `after ${5 * round}, the right one no longer counts`);
    t.equal((await flow.act('user.sendVerificationCode')).statusCode, 200);
  }
  t.equal((await right()).statusCode, 400, 'after fifteen, a new one does not help');
  const next = await start();
  const done = await next.act('user.verify', { verificationCode: lastCode(server, next.id) });
  t.equal(done.json().status, 'COMPLETED', 'another flow is not held up');
});

t.test('a registration creates a user, who verifies the e-mail address', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  await assignPolicy(server, 'Registration', [
    { registration: { enabled: true, population: { id: 'c0000000-0000-4000-8000-000000000001' } } },
  ]);
  const flow = await startFlow(server);
  t.ok(links(flow.body).includes('user.register'));
  t.match(flow.body._embedded.passwordPolicy, { length: { min: 8 } });
  const carol = { username: 'carol', email: 'carol@example.com', password: 'Carol-Passw0rd', name: { given: 'Carol', family: 'C' } };
  const cases: [name: string, body: object, detail: object][] = [
    ['no e-mail address', { ...carol, email: '' }, { code: 'EMPTY_VALUE', target: 'email' }],
    ['one that is none', { ...carol, email: 'x' }, { code: 'INVALID_VALUE', target: 'email' }],
    ['a user name with a line break', { ...carol, username: 'a\nb' }, { code: 'INVALID_VALUE', target: 'username' }],
    ['a name of another type', { ...carol, name: { given: 5 } }, { code: 'INVALID_VALUE', target: 'name.given' }],
    ['a name that is taken', { ...carol, username: 'ALICE' }, { code: 'UNIQUENESS_VIOLATION', target: 'username' }],
    [
      'a password that breaks the policy',
      { ...carol, password: 'short' },
      { code: 'INVALID_VALUE', target: 'password', message: 'User password did not satisfy password policy requirements' },
    ],
  ];
  for (const [name, body, detail] of cases) {
    const response = await flow.act('user.register', body);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { code: name === 'a name of another type' ? 'INVALID_REQUEST' : 'INVALID_DATA', details: [detail] }, name);
  }
  t.equal(await environment.store.users.count(), 2, 'nobody was made');
  const registered = await flow.act('user.register', carol);
  t.match(registered.json(), {
    status: 'VERIFICATION_CODE_REQUIRED',
    _embedded: { user: { username: 'carol', name: { given: 'Carol' } } },
  });
  t.same(links(registered.json()), ['user.verify', 'user.sendVerificationCode', 'session.reset']);
  t.notOk(registered.headers['set-cookie'], 'nobody is signed on yet');
  const first = lastCode(server, flow.id);
  t.match((await flow.act('user.verify', { verificationCode: 'nope' })).json(), {
    details: [{ code: 'INVALID_VALUE', target: 'verificationCode' }],
  });
  await flow.act('user.sendVerificationCode');
  t.equal((await flow.act('user.verify', { verificationCode: first })).statusCode, 400, 'only the last one is good');
  const done = await flow.act('user.verify', { verificationCode: lastCode(server, flow.id) });
  t.equal(done.json().status, 'COMPLETED');
  t.match(decodeJwt((await flow.tokens()).id_token), { given_name: 'Carol', amr: ['pwd'] });
  const [user] = await environment.store.users.find('username', 'carol');
  t.match(user, { lifecycle: { status: 'ACCOUNT_OK' }, emailVerified: true });
});

t.test('an unverified account has to be verified before the sign-on completes', async (t) => {
  const server = await buildTestServer(t);
  await change(server, ids.alice, { lifecycle: { status: 'VERIFICATION_REQUIRED' } });
  const flow = await startFlow(server);
  t.equal((await flow.act('usernamePassword.check', alice)).json().status, 'VERIFICATION_CODE_REQUIRED');
  t.equal((await flow.act('session.reset')).json().status, 'USERNAME_PASSWORD_REQUIRED');
  await flow.act('usernamePassword.check', alice);
  const code = lastCode(server, flow.id);
  await change(server, ids.alice, { enabled: false });
  t.equal((await flow.act('user.verify', { verificationCode: code })).statusCode, 400, 'nobody who is disabled goes on');
  t.equal((await flow.act('user.sendVerificationCode')).statusCode, 400);
  await change(server, ids.alice, { enabled: true });
  t.equal((await flow.act('user.verify', { verificationCode: code })).json().status, 'COMPLETED');
});

t.test('every step answers any input with 200, or with 400 in PingOne’s format', async (t) => {
  const server = await buildTestServer(t);
  const { flows } = server.environment.store;
  const steps: [status: FlowStatus, action: string, names: string[]][] = [
    ['SIGN_ON_REQUIRED', 'user.lookup', ['username']],
    ['SIGN_ON_REQUIRED', 'user.register', ['username', 'email', 'password', 'name']],
    ['USERNAME_PASSWORD_REQUIRED', 'usernamePassword.check', ['username', 'password']],
    ['USERNAME_PASSWORD_REQUIRED', 'password.forgot', ['username']],
    ['MUST_CHANGE_PASSWORD', 'password.reset', ['currentPassword', 'newPassword']],
    ['RECOVERY_CODE_REQUIRED', 'password.recover', ['recoveryCode', 'newPassword']],
    ['RECOVERY_CODE_REQUIRED', 'password.sendRecoveryCode', ['x']],
    ['VERIFICATION_CODE_REQUIRED', 'user.verify', ['verificationCode']],
    ['VERIFICATION_CODE_REQUIRED', 'user.sendVerificationCode', ['x']],
    ['OTP_REQUIRED', 'otp.check', ['otp']],
    ['DEVICE_SELECTION_REQUIRED', 'device.select', ['device']],
    ['PROFILE_DATA_REQUIRED', 'user.update', ['nickname', 'address', 'name']],
    ['AGREEMENT_CONSENT_REQUIRED', 'user.consent', ['accept']],
  ];
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const values = [
    'null',
    '5',
    'true',
    '[]',
    '{}',
    '{"id":{}}',
    '{"__proto__":1}',
    '""',
    '"\\u0000"',
    '"\\ud800"',
    `"${'x'.repeat(100_000)}"`,
    deep,
  ];
  const flow = await startFlow(server);
  const kept = (await flows.get(flow.id)) as Flow;
  const attributes = ['nickname', 'address.locality', 'name.given'].map((name) => ({ name, required: true }));
  for (const [status, action, names] of steps)
    for (const value of values) {
      await flows.put({ ...kept, status, userId: ids.alice, attributes, registration: true }, kept.expiresAt);
      const response = await flow.act(action, `{${names.map((name) => `"${name}":${value}`).join()}}`);
      t.ok(response.statusCode === 200 || response.statusCode === 400, `${action}, ${value.slice(0, 20)}: ${response.statusCode}`);
      if (response.statusCode === 400) t.match(response.json(), { id: /./, code: /^INVALID_/, message: /./ });
    }
});
