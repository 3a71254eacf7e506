import t from 'tap';
import { addProvider } from '../../helpers/federation.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

t.test('accounts at other providers are linked to users, listed and removed', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const provider = await addProvider(server, { type: 'OPENID_CONNECT' });
  const call = await managementClient(server.app);
  const path = `users/${ids.alice}/linkedAccounts`;
  const link = (sent: object) => call('POST', path, { body: sent, action: 'account.link' });
  const body = {
    identityProvider: { id: provider.id },
    externalId: '3249023841',
    attributes: {
      nickname: { value: 'Al', update: 'EMPTY_ONLY' },
      'name.given': { value: 'Leslie', update: 'ALWAYS' },
      enabled: { value: false },
    },
  };
  const made = await link(body);
  t.equal(made.statusCode, 201, made.body);
  const account = made.json();
  t.match(account, { externalId: '3249023841', identityProvider: { id: provider.id }, user: { id: ids.alice }, _links: { user: {} } });
  t.match(await store.users.get(ids.alice), { nickname: 'Al', name: { given: 'Leslie' }, enabled: true });
  t.match((await call('GET', path)).json(), { count: 1, _embedded: { linkedAccounts: [{ id: account.id }] } });
  t.match((await call('GET', `${path}/${account.id}`)).json(), { id: account.id });
  t.match((await link(body)).json(), { details: [{ code: 'UNIQUENESS_VIOLATION', target: 'externalId' }] }, 'one account is one person');
  t.equal((await link({ ...body, identityProvider: { id: ids.alice } })).statusCode, 400);
  t.equal((await link({ identityProvider: { id: provider.id } })).statusCode, 400);
  t.equal((await call('DELETE', `${path}/${account.id}`)).statusCode, 204);
  t.equal(await store.linkedAccounts.count(), 0);

  await link(body);
  await call('DELETE', `users/${ids.alice}`);
  t.equal(await store.linkedAccounts.count(), 0, 'they go with the user');
});

t.test('a user’s identity provider is read and set', async (t) => {
  const server = await buildTestServer(t);
  const provider = await addProvider(server, { type: 'OPENID_CONNECT' });
  const call = await managementClient(server.app);
  const path = `users/${ids.alice}/identityProvider`;
  t.match((await call('GET', path)).json(), { type: 'PING_ONE' });
  t.match((await call('PUT', path, { body: { id: provider.id } })).json(), { id: provider.id, type: 'OPENID_CONNECT' });
  t.equal((await call('PUT', path, { body: { id: ids.alice } })).statusCode, 400);
  const back = (await call('PUT', path, { body: { type: 'PING_ONE' } })).json();
  t.notOk('id' in back);
});
