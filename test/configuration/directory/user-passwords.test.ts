import t from 'tap';
import { createUser } from '../../../src/configuration/directory/users.js';
import { makeAccessToken } from '../../../src/oauth/tokens/make.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const path = `users/${ids.alice}/password`;
const forceChange = { 'content-type': 'application/vnd.pingidentity.password.forceChange' };

t.test('an administrator resets a password without the current one', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const reset = await call('PUT', path, { action: 'password.reset', body: { newPassword: 'Second-Passw0rd2' } });
  t.match(reset, { statusCode: 200 });
  t.equal(reset.json().status, 'OK');
  const check = (password: string) => call('POST', path, { action: 'password.check', body: { password } });
  t.equal((await check('Second-Passw0rd2')).statusCode, 200);
  t.equal((await check('Alice-Passw0rd')).statusCode, 400);
  const weak = await call('PUT', path, { action: 'password.reset', body: { newPassword: 'x' } });
  t.equal(weak.statusCode, 400, 'the policy holds');
  const wrong = await call('PUT', path, { action: 'password.reset', body: { currentPassword: 'wrong', newPassword: 'Third-Passw0rd3' } });
  t.match(wrong.json().details, [{ target: 'currentPassword' }], 'a current password that is given has to be right');

  const application = await environment.store.applications.get(ids.web);
  const [resource] = await environment.store.resources.find('type', 'PINGONE_API');
  if (!application) throw new Error('the seed has no application');
  const { token } = await makeAccessToken(environment, {
    issuer: 'https://x',
    application,
    scopes: ['openid', 'p1:reset:userPassword'],
    resource,
    authentication: { userId: ids.alice, sessionId: 's', authenticatedAt: 0, acr: 'Single_Factor', amr: ['pwd'] },
  });
  const own = await managementClient(app, token);
  const body = { newPassword: 'Fourth-Passw0rd4' };
  t.same(
    refusal(await own('PUT', path, { action: 'password.reset', body })),
    [400, 'EMPTY_VALUE', 'currentPassword'],
    'a user does need it',
  );
  const both = { ...body, currentPassword: 'Second-Passw0rd2' };
  t.equal((await own('PUT', path, { action: 'password.reset', body: both })).statusCode, 200);
});

t.test('a password change is forced', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (let wrong = 0; wrong < 5; wrong += 1) await call('POST', path, { action: 'password.check', body: { password: 'wrong' } });
  t.equal((await call('GET', path)).json().status, 'PASSWORD_LOCKED_OUT');
  await call('POST', `users/${ids.alice}`, { action: 'account.lock', body: {} });
  const forced = await call('POST', path, { headers: forceChange });
  t.equal(forced.statusCode, 200);
  t.equal(forced.json().status, 'MUST_CHANGE_PASSWORD', 'and the password is unlocked');
  const right = await call('POST', path, { action: 'password.check', body: { password: 'Alice-Passw0rd' } });
  t.equal(right.statusCode, 200, 'it is the same password');
  const user = (await call('GET', `users/${ids.alice}`)).json();
  t.equal(user.account.status, 'LOCKED', 'the account stays locked');
  t.same(user._embedded, {
    password: { environment: user.environment, user: { id: ids.alice }, status: 'MUST_CHANGE_PASSWORD' },
  });
  await call('PUT', path, { action: 'password.reset', body: { newPassword: 'Second-Passw0rd2' } });
  t.notOk('_embedded' in (await call('GET', `users/${ids.alice}`)).json());
  t.equal((await call('PUT', path, { headers: forceChange })).statusCode, 415, 'only by POST');
});

t.test('only a password that is there can be forced to change', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const { id } = await createUser(environment, { username: 'nopassword' });
  t.same(refusal(await call('POST', `users/${id}/password`, { headers: forceChange })), [400, 'NO_PASSWORD', 'password']);
});

t.test('a password value is set and taken away', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const set = await call('PUT', path, { action: 'password.setValue', body: { value: 'Second-Passw0rd2' } });
  t.match(set, { statusCode: 200 });
  t.equal(set.json().status, 'OK');
  const none = await call('PUT', path, { action: 'password.setValue', body: {} });
  t.equal(none.statusCode, 200);
  t.equal(none.json().status, 'NO_PASSWORD');
  t.equal((await call('PUT', path, { action: 'password.setValue' })).json().status, 'NO_PASSWORD', 'no body is no value');
  const { id } = await createUser(environment, { username: 'elsewhere', identityProvider: { type: 'SAML' } });
  const external = await call('PUT', `users/${id}/password`, { action: 'password.setValue', body: {} });
  t.equal(external.json().status, 'EXTERNAL');
  const refused = await call('PUT', `users/${id}/password`, { action: 'password.setValue', body: { value: 'Second-Passw0rd2' } });
  t.equal(refused.statusCode, 400);
});

t.test('wrong recovery codes lock the password', async (t) => {
  const { app, environment, clock } = await buildTestServer(t);
  const call = await managementClient(app);
  await call('POST', path, { action: 'password.sendRecoveryCode', body: {} });
  const recover = (recoveryCode: string) =>
    call('POST', path, { action: 'password.recover', body: { recoveryCode, newPassword: 'Second-Passw0rd2' } });
  for (let wrong = 0; wrong < 5; wrong += 1) {
    t.equal((await call('GET', path)).json().status, 'OK');
    t.equal((await recover('wrong')).statusCode, 400);
  }
  t.equal((await call('GET', path)).json().status, 'PASSWORD_LOCKED_OUT');
  const { code = '' } = environment.outbox.list().at(-1) ?? {};
  t.match((await recover(code)).json().details, [{ message: 'Maximum password recovery failures exceeded' }]);
  t.equal((await call('POST', path, { action: 'password.sendRecoveryCode', body: {} })).statusCode, 400);
  await clock.advance(900_000);
  t.equal((await call('GET', path)).json().status, 'OK');
});

t.test('a recovery code is sent only where a password can be recovered', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const send = () => call('POST', path, { action: 'password.sendRecoveryCode' });
  const enable = (enabled: boolean) => call('PUT', `users/${ids.alice}/enabled`, { body: { enabled } });
  await enable(false);
  t.same(refusal(await send()), [400, 'CONSTRAINT_VIOLATION', 'password'], 'disabled');
  await enable(true);
  t.equal((await send()).statusCode, 200);
  for (let wrong = 0; wrong < 5; wrong += 1) await call('POST', path, { action: 'password.check', body: { password: 'wrong' } });
  t.same(refusal(await send()), [400, 'CONSTRAINT_VIOLATION', 'password'], 'locked out');
  await call('POST', path, { action: 'password.unlock' });
  await call('PUT', path, { action: 'password.setValue', body: {} });
  t.equal((await call('GET', path)).json().status, 'NO_PASSWORD');
  t.same(refusal(await send()), [400, 'CONSTRAINT_VIOLATION', 'password'], 'no password');
  t.equal(environment.outbox.list().length, 1);
});

t.test('a user needs no e-mail address', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const created = await call('POST', 'users', { body: { username: 'nomail' } });
  t.equal(created.statusCode, 201);
  t.notOk('email' in created.json());
  const { id } = created.json<{ id: string }>();
  t.equal((await call('PATCH', `users/${id}`, { body: { email: 'now@example.com' } })).json().email, 'now@example.com');
  t.notOk('email' in (await call('PATCH', `users/${id}`, { body: { email: null } })).json());
  t.notOk('email' in (await call('PUT', `users/${id}`, { body: { username: 'nomail' } })).json());
  const imported = await call('POST', 'users', { action: 'user.import', body: { username: 'importednomail' } });
  t.equal(imported.statusCode, 201);
  t.equal((await call('POST', `users/${id}`, { action: 'user.sendVerificationCode', body: {} })).statusCode, 400);
  t.equal((await call('POST', 'users', { body: { username: 'bad', email: 'x' } })).statusCode, 400);
});
