import t from 'tap';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

const url = `/__mock/v1/environments/${environmentId}/postman`;
type Values = { key: string; value: string; type: string }[];
const adminOf = (values: Values) => values.filter(({ key }) => key.startsWith('adminApp')).map(({ value }) => value);

t.test('the Postman environment has the variables of PingOne’s collections, and marks the secret as one', async (t) => {
  const { app } = await buildTestServer(t);
  const { name, values, _postman_variable_scope: scope } = (await app.inject(url)).json();
  t.same([name, scope], ['pingone-mock: Demo', 'environment']);
  t.same(
    (values as Values).map(({ key }) => key),
    ['tld', 'authPath', 'apiPath', 'adminEnvID', 'adminAppID', 'adminAppSecret', 'envID'],
  );
  t.same(adminOf(values), [ids.worker, 'worker-secret']);
  t.match(
    (values as Values).find(({ key }) => key === 'adminAppSecret'),
    { type: 'secret' },
  );
});

t.test('without a worker, or with hidden secrets, the admin variables are empty', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await environment.store.applications.take(ids.worker);
  t.same(adminOf((await app.inject(url)).json().values), ['', '']);
  const hidden = await buildTestServer(t, { hideSecrets: true });
  t.same(adminOf((await hidden.app.inject(url)).json().values), [ids.worker, '']);
});

t.test('the Postman environment of one that does not exist is a 404', async (t) => {
  const { app } = await buildTestServer(t);
  const answer = await app.inject('/__mock/v1/environments/e0000000-0000-4000-8000-00000000ffff/postman');
  t.match([answer.statusCode, answer.json().error.code], [404, 'environment_unknown']);
});
