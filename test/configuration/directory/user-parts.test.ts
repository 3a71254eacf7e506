import t from 'tap';
import { createUser } from '../../../src/configuration/directory/users.js';
import { as, askAuthorize, authorize, post, redeem } from '../../helpers/client.js';
import { type Call, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const unknown = '99999999-9999-4999-8999-999999999999';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  return { ...server, call: await managementClient(server.app), path: `users/${ids.alice}` };
};

t.test('a user’s sessions are listed, and deleting one ends single sign-on', async (t) => {
  const { app, call, path } = await start(t);
  t.same((await call('GET', `${path}/sessions`)).json()._embedded.sessions, []);
  const { cookie } = await authorize(app);
  const [session] = (await call('GET', `${path}/sessions`)).json()._embedded.sessions;
  t.match(session, {
    user: { id: ids.alice },
    createdAt: '2026-11-22T12:00:00.000Z',
    activeAt: '2026-11-22T12:00:00.000Z',
    lastSignOn: { at: '2026-11-22T12:00:00.000Z' },
  });
  t.notMatch(JSON.stringify(session), cookie.split('=')[1]?.split(';')[0] as string, 'the cookie is not told');
  t.same((await call('GET', `${path}/sessions/${session.id}`)).json(), session);
  t.equal((await call('GET', `users/${ids.bob}/sessions/${session.id}`)).statusCode, 404);
  const silent = async () => (await askAuthorize(app, { client_id: ids.web, prompt: 'none' }, { cookie })).headers.location as string;
  t.match(await silent(), /code=/);
  t.equal((await call('DELETE', `${path}/sessions/${session.id}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/sessions/${session.id}`)).statusCode, 404);
  t.match(await silent(), /login_required/, 'there is no single sign-on any more');
  t.equal((await call('GET', `users/${unknown}/sessions`)).statusCode, 404);
});

t.test('deleting a user ends their sessions, tokens and codes', async (t) => {
  const { app, call, path, environment } = await start(t);
  const authorized = await authorize(app);
  const waiting = await authorize(app);
  const tokens = (await redeem(app, authorized)).json();
  await call('POST', `${path}/password`, { action: 'password.sendRecoveryCode' });
  const { email, username } = (await call('GET', path)).json();
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.same(await environment.store.sessions.list(), []);
  t.same(await environment.store.refreshTokens.list(), []);
  t.same(await environment.store.userCodes.list(), []);
  const refused = await post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: ids.spa });
  t.match(refused.json(), { error: 'invalid_grant' });
  t.match((await redeem(app, waiting)).json(), { error: 'invalid_grant' }, 'a code that is not redeemed yet');
  const userinfo = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${tokens.access_token}` } });
  t.equal(userinfo.statusCode, 403);

  // A user created again under the same id is another user.
  await createUser(environment, { id: ids.alice, email, username });
  const { location } = (await askAuthorize(app, { client_id: ids.web, prompt: 'none' }, { cookie: authorized.cookie })).headers;
  t.match(location, /login_required/, 'the cookie of the browser opens nothing');
  t.match(
    (await post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: ids.spa })).json(),
    { error: 'invalid_grant' },
  );
});

t.test('a recovery code sets a new password once, within five minutes and five attempts', async (t) => {
  const { call, path, environment, clock } = await start(t);
  const send = () => call('POST', `${path}/password`, { action: 'password.sendRecoveryCode' });
  const recover = (recoveryCode: string, newPassword = 'Fresh-Passw0rd') =>
    call('POST', `${path}/password`, { action: 'password.recover', body: { recoveryCode, newPassword } });
  const sent = () => environment.outbox.list().at(-1)?.code as string;
  t.equal((await send()).statusCode, 200);
  t.match(environment.outbox.list(), [{ channel: 'email', to: 'alice@example.com', userId: ids.alice, code: /^[A-Z2-9]{8}$/ }]);
  t.same(refusal(await recover('WRONG')), [400, 'INVALID_VALUE', 'recoveryCode']);
  t.same(refusal(await recover(sent(), 'short')), [400, 'INVALID_VALUE', 'newPassword'], 'the policy holds here too');
  t.equal((await recover(sent().toLowerCase())).statusCode, 200, 'letters have no case');
  t.equal((await call('POST', `${path}/password`, { action: 'password.check', body: { password: 'Fresh-Passw0rd' } })).statusCode, 200);
  t.same(refusal(await recover(sent())), [400, 'INVALID_VALUE', 'recoveryCode'], 'a code is good once');
  await send();
  clock.advance(300_000);
  t.equal((await recover(sent(), 'Other-Passw0rd')).statusCode, 400, 'for five minutes');
  await send();
  for (let round = 0; round < 5; round += 1) await recover('WRONG');
  t.match((await recover(sent(), 'Other-Passw0rd')).json().details, [{ message: 'Maximum password recovery failures exceeded' }]);
  await call('POST', `${path}/password`, { action: 'password.unlock', body: {} });
  await send();
  t.equal((await recover(sent(), 'Other-Passw0rd')).statusCode, 200, 'a new code begins anew');
  await call('PUT', `${path}/enabled`, { body: { enabled: false } });
  t.match((await send()).json(), { code: 'REQUEST_FAILED' });
});

t.test('a verification code verifies an account and the address it was sent to, once', async (t) => {
  const { call, path, environment } = await start(t);
  const verify = (verificationCode: unknown) => call('POST', path, { action: 'user.verify', body: { verificationCode } });
  t.equal((await verify('ABCDEFGH')).statusCode, 400, 'nobody was sent a code');
  const sent = await call('POST', path, { action: 'user.sendVerificationCode' });
  t.equal(sent.statusCode, 200);
  t.match(sent.json(), { lifecycle: { status: 'VERIFICATION_REQUIRED' } });
  const code = environment.outbox.list().at(-1)?.code as string;
  for (const [name, wrong] of [
    ['empty', ''],
    ['a number', 5],
    ['another', 'ABCDEFGH'],
  ] as const)
    t.equal((await verify(wrong)).statusCode, 400, name);
  const verified = (await verify(code)).json();
  t.match(verified, { lifecycle: { status: 'ACCOUNT_OK' }, emailVerified: true });
  t.equal((await verify(code)).statusCode, 400, 'once');
  await call('POST', path, { action: 'user.sendVerificationCode' });
  await call('PATCH', path, { body: { email: 'new@example.com' } });
  await environment.store.users.put({ ...(await environment.store.users.get(ids.alice)), emailVerified: false } as never);
  t.match(
    (await verify(environment.outbox.list().at(-1)?.code)).json(),
    { lifecycle: { status: 'ACCOUNT_OK' }, emailVerified: false },
    'another address',
  );
});

t.test('a verification code is good a year later, while a recovery code is not', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  // With a new token each: the old one expires.
  const call: Call = async (...asked) => (await managementClient(app))(...asked);
  const user = `users/${ids.alice}`;
  const sent = () => environment.outbox.list().at(-1)?.code;
  await call('POST', user, { action: 'user.sendVerificationCode' });
  const verificationCode = sent();
  await call('POST', `${user}/password`, { action: 'password.sendRecoveryCode' });
  await clock.advance(365 * 86_400_000);
  const body = { recoveryCode: sent(), newPassword: 'Other-Passw0rd' };
  t.equal((await call('POST', `${user}/password`, { action: 'password.recover', body })).statusCode, 400);
  t.equal((await call('POST', user, { action: 'user.verify', body: { verificationCode } })).statusCode, 200);
});

t.test('linked accounts are an empty list', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const name of ['linkedAccounts']) {
    const { _embedded, count, size, _links } = (await call('GET', `users/${ids.alice}/${name}`)).json();
    t.same([_embedded, count, size], [{ [name]: [] }, 0, 0]);
    t.match(_links.self.href, new RegExp(`/users/${ids.alice}/${name}$`));
    t.equal((await call('GET', `users/${ids.web}/${name}`)).statusCode, 404);
  }
});

t.test('totalIdentities counts the users day by day', async (t) => {
  const { app, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  await clock.advance(2 * 86_400_000);
  const later = await managementClient(app);
  t.equal((await later('POST', 'users', { body: { username: 'carol', email: 'c@example.com' } })).statusCode, 201);
  const ask = (filter: string) => later('GET', `totalIdentities?filter=${encodeURIComponent(filter)}`);
  const { _embedded, count, size } = (await ask('startDate eq "2026-11-21T00:00:00+00:00" and endDate eq "2026-12-31T00:00:00Z"')).json();
  t.same([count, size], [3, 4]);
  t.same(_embedded.totalIdentities, [
    { date: '2026-11-21T00:00:00.000Z', totalIdentities: 0 },
    { date: '2026-11-22T00:00:00.000Z', totalIdentities: 2 },
    { date: '2026-11-23T00:00:00.000Z', totalIdentities: 2 },
    { date: '2026-11-24T00:00:00.000Z', totalIdentities: 3 },
  ]);
  t.equal((await ask('startDate eq "2026-11-24T00:00:00Z"')).json().size, 1, 'until now');
  t.same((await ask('endDate eq "2020-01-01T00:00:00Z"')).json()._embedded, { totalIdentities: [] });
  const bad = [
    'startDate eq "soon"',
    'startDate eq 5',
    'startDate ge "2026-11-21"',
    'date eq "x"',
    'startDate eq "1900-01-01"',
    'startDate eq "2026-02-31"',
  ];
  for (const filter of [...bad, 'startDate eq "2026-11-21" or endDate eq "2026-11-21"', 'not startDate eq "2026-11-21"'])
    t.match((await ask(filter)).json(), { code: 'INVALID_REQUEST', details: [{ code: 'INVALID_FILTER' }] }, filter);
  t.equal((await later('GET', 'totalIdentities')).statusCode, 400, 'a range must be asked for');
  t.equal((await call('GET', 'totalIdentities')).statusCode, 401, 'with a token that lives');
});
