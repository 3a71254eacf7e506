import t from 'tap';
import { createEnvironment } from '../../src/configuration/environments/create.js';
import { injectOwnReading, injectUnder } from '../../src/environment/public-urls.js';
import { managementClient } from '../helpers/management.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

const url = `/__mock/v1/environments/${environmentId}/seed`;

/** What an export has of what nobody changes here. */
const unchanged = (text: string) => {
  const [{ applications, ...rest }] = JSON.parse(text).environments as [Record<string, unknown> & { applications: { id: string }[] }];
  return { ...rest, applications: applications.filter(({ id }) => id !== ids.worker) };
};

const changes: Record<string, (server: TestServer) => Promise<unknown>> = {
  'loses its roles': async ({ environment: { store } }) => {
    for (const { id } of await store.roleAssignments.find('holder.id', ids.worker)) await store.roleAssignments.take(id);
  },
  'is disabled': async ({ environment: { store } }) => {
    const worker = await store.applications.get(ids.worker);
    if (worker) await store.applications.put({ ...worker, enabled: false });
  },
  'is deleted': ({ environment: { store } }) => store.applications.take(ids.worker),
  'has tokens of another time': async ({ environment }) => environment.clock.advance(365 * 86_400_000),
};

for (const [what, change] of Object.entries(changes))
  t.test(`an export is complete while the environment’s worker ${what}`, async (t) => {
    const server = await buildTestServer(t);
    const { app, environment } = server;
    const { store } = environment;
    const complete = unchanged((await app.inject(url)).body);
    const worker = await store.applications.get(ids.worker);
    const held = await store.roleAssignments.find('holder.id', ids.worker);
    if (!worker) throw new Error('the seed has one');
    for (const turns of [0, 1, 2, 3, 5, 8, 13, 21]) {
      const exporting = app.inject(url);
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      await change(server);
      const answer = await exporting;
      t.equal(answer.statusCode, 200, answer.body);
      t.same(unchanged(answer.body), complete, `after ${turns} turns`);
      await environment.clock.reset();
      await store.applications.put(worker);
      for (const assignment of held) await store.roleAssignments.put(assignment);
    }
  });

t.test('an environment that is removed while it is exported answers 404, never half of it', async (t) => {
  const { app, context } = await buildTestServer(t);
  const statuses = new Set<number>();
  for (let turns = 0; !statuses.has(200); turns += 1) {
    const { id } = await createEnvironment(context, { name: `Gone ${turns}` });
    const exporting = app.inject(`/__mock/v1/environments/${id}/seed`);
    for (let turn = 0; turn < turns ** 2; turn += 1) await new Promise(setImmediate);
    await context.environments.remove(id);
    const answer = await exporting;
    statuses.add(answer.statusCode);
    if (answer.statusCode !== 200) t.match(answer.json(), { error: { code: 'environment_unknown' } });
    else t.match(answer.json().environments, [{ id, populations: [{ name: 'Default' }], applications: { length: 3 } }]);
  }
  t.same([...statuses], [404, 200]);
});

t.test('the server alone reads without a token, and only reads', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const own = injectUnder('http://localhost:9400');
  const users = `/v1/environments/${environmentId}/users`;
  t.equal((await app.inject({ url: users, headers: { 'x-mock-own-request': 'seed' } })).statusCode, 401);
  t.equal((await app.inject({ url: users, ...own })).statusCode, 401);
  const reading = injectOwnReading('http://localhost:9400');
  t.equal((await app.inject({ url: users, ...reading })).statusCode, 200);
  t.equal(
    (await app.inject({ url: users, method: 'POST', payload: { username: 'x', email: 'x@example.com' }, ...reading })).statusCode,
    401,
  );
  t.equal((await call('GET', 'users')).json().count, 2);
});
