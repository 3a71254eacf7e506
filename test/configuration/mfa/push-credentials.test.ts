import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const bodies = [
  { type: 'APNS', key: 'apple-key', teamId: 'apple-team', token: 'apple-token' },
  { type: 'FCM', key: 'server-key' },
  { type: 'FCM_HTTP_V1', googleServiceAccountCredentials: '{"type":"service_account"}' },
  { type: 'HMS', clientId: 'huawei-client', clientSecret: 'huawei-secret' },
];

t.test('a push credential of each type is created, replaced and deleted, and never shows its secrets', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = `applications/${ids.spa}/pushCredentials`;
  const list = async () => (await call('GET', path)).json()._embedded.pushCredentials;
  for (const body of bodies) {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, made.body);
    const { _links, id, ...members } = made.json();
    t.same(Object.keys(members).sort(), ['createdAt', 'type', 'updatedAt']);
    t.match(_links.self.href, new RegExp(`/${path}/${id}$`));
    t.same((await call('GET', `${path}/${id}`)).json(), made.json());
    t.same(await list(), [made.json()]);
    const other = bodies.find(({ type }) => type !== body.type);
    t.match((await call('PUT', `${path}/${id}`, { body: other })).json(), { id, type: other?.type });
    const kept = JSON.stringify(await environment.store.pushCredentials.list());
    t.notMatch(kept, /apple|server-key|service_account|huawei/);
    t.equal((await call('DELETE', `${path}/${id}`)).statusCode, 204);
    t.same(await list(), []);
  }
});

t.test('a push credential needs the members of its type, and goes with its application', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = `applications/${ids.spa}/pushCredentials`;
  const cases: readonly (readonly [string, object, string])[] = [
    ['no type', { key: 'k' }, 'type'],
    ['an unknown type', { type: 'PIGEON' }, 'type'],
    ['Apple without a token', { type: 'APNS', key: 'k', teamId: 't' }, 'token'],
    ['Google without an account', { type: 'FCM_HTTP_V1', key: 'k' }, 'googleServiceAccountCredentials'],
    ['Huawei without a secret', { type: 'HMS', clientId: 'c' }, 'clientSecret'],
  ];
  for (const [name, body, target] of cases) {
    const [status, , named] = refusal(await call('POST', path, { body }));
    t.same([status, named], [400, target], name);
  }
  const { id } = (await call('POST', path, { body: bodies[3] })).json();
  t.equal((await call('GET', `applications/${ids.worker}/pushCredentials/${id}`)).statusCode, 404, 'of another application');
  t.equal((await call('DELETE', `applications/${ids.spa}`)).statusCode, 204);
  t.same(await environment.store.pushCredentials.list(), []);
});
