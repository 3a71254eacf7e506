import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

t.test('e-mail goes through a mail server or a provider, whose secrets are not shown', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = 'notificationsSettings/emailDeliverySettings';
  const put = (body: object) => call('PUT', path, { body });
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.equal((await call('GET', path)).statusCode, 404);
  t.notOk('emailDeliverySettings' in (await exported(app)).environments[0]);
  t.same(refusal(await put({ from: { name: 'n' } })), [400, 'EMPTY_VALUE', 'host']);

  const from = { name: 'Us', address: 'noreply@example.com' };
  const server = await put({ host: 'mail.example.com', port: 25, username: 'u', password: 'hidden-1', from });
  t.equal(server.statusCode, 200, server.body);
  const { _links, environment, updatedAt, ...shown } = server.json();
  t.same(shown, { host: 'mail.example.com', port: 25, username: 'u', from, protocol: 'SMTPS' });
  t.same((await call('GET', path)).json(), server.json());

  const own = { protocol: 'HTTP', name: 'Own', requests: [{ deliveryMethod: 'EMAIL', method: 'GET', url: 'https://mail.example.com/' }] };
  t.same(refusal(await put(own)), [400, 'EMPTY_VALUE', 'authentication']);
  const made = await put({ ...own, authentication: { method: 'BEARER', authToken: 'hidden-2' } });
  t.match(made.json(), { ...own, provider: 'CUSTOM_PROVIDER', authentication: { method: 'BEARER' } });
  t.notOk('host' in made.json(), 'a PUT replaces');
  t.notMatch(server.body + made.body, /hidden-/);

  const seed = await exported(app);
  t.match(seed.environments[0].emailDeliverySettings, own);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);

  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
});
