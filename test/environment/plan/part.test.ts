import t from 'tap';
import type { Environment } from '../../../src/environment/context.js';
import { definePart } from '../../../src/environment/plan/part.js';
import { createStore } from '../../../src/environment/store/create-store.js';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import { createClock } from '../../../src/lib/clock.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

/** A part that reads the name of an application, and how often it was compiled. */
function namePart() {
  const counted = { times: 0 };
  const part = definePart(async ({ store }: Environment, id) => {
    counted.times += 1;
    return { name: (await store.applications.get(id))?.name };
  });
  return { part, counted };
}

async function rename({ environment }: { environment: Environment }, name: string): Promise<void> {
  const application = await environment.store.applications.get(ids.spa);
  if (application) await environment.store.applications.put({ ...application, name });
}

t.test('a part of the plan is compiled once for each state of the configuration, and then there at once', async (t) => {
  const server = await buildTestServer(t);
  const { part, counted } = namePart();
  const first = await part(server.environment, ids.spa);
  t.equal(part(server.environment, ids.spa), first, 'the same, without a promise');
  t.equal(counted.times, 1);
  await rename(server, 'Renamed');
  t.same(await part(server.environment, ids.spa), { name: 'Renamed' });
  t.equal(counted.times, 2);
});

t.test('a part is kept while users change, who are not configuration', async (t) => {
  const { environment } = await buildTestServer(t);
  const { part, counted } = namePart();
  await part(environment, ids.spa);
  const user = await environment.store.users.get(ids.alice);
  if (!user) return t.fail('alice is in the seed');
  await environment.store.users.put({ ...user, lastSignOn: { at: user.updatedAt } });
  await part(environment, ids.spa);
  t.equal(counted.times, 1);
});

t.test('a part that was being compiled while the configuration changed is not kept', async (t) => {
  const server = await buildTestServer(t);
  const { part, counted } = namePart();
  const early = part(server.environment, ids.spa);
  await rename(server, 'Renamed');
  await early;
  t.same(await part(server.environment, ids.spa), { name: 'Renamed' });
  t.equal(counted.times, 2);
});

t.test('a part that cannot be compiled is tried again', async (t) => {
  const { environment } = await buildTestServer(t);
  let times = 0;
  const part = definePart(async () => {
    times += 1;
    if (times === 1) throw new Error('not yet');
    return { times };
  });
  await t.rejects(async () => part(environment, 'key'));
  t.same(await part(environment, 'key'), { times: 2 });
});

t.test('keys that are longer than any name of ours are compiled each time, and fill no memory', async (t) => {
  const { environment } = await buildTestServer(t);
  let times = 0;
  const part = definePart(async () => ({ times: ++times }));
  const long = 'x'.repeat(10_000);
  await part(environment, long);
  t.same(await part(environment, long), { times: 2 });
});

/** Each way in which a collection changes. */
const changes: Record<string, (store: ReturnType<typeof storeOf>) => Promise<unknown>> = {
  'an item is added': (store) => store.populations.put({ ...population, id: 'another', name: 'Another' }),
  'an item is replaced': (store) => store.populations.put({ ...population, description: 'new' }),
  'an item is removed': (store) => store.populations.take(population.id),
};
const population = {
  id: 'population',
  environment: { id: environmentId },
  name: 'Population',
  createdAt: '2026-11-22T12:00:00Z',
  updatedAt: '2026-11-22T12:00:00Z',
  default: true,
};
const storeOf = () => createStore(memoryFactory(), environmentId, createClock());

for (const [change, make] of Object.entries(changes))
  t.test(`the configuration has another version once ${change}`, async (t) => {
    const store = storeOf();
    await store.populations.put(population);
    const { version } = store.configuration;
    await make(store);
    t.not(store.configuration.version, version);
  });
