import t from 'tap';
import { withUniqueAttributes } from '../../../src/configuration/directory/custom-attributes.js';
import type { User } from '../../../src/environment/model/user.js';
import { counted } from '../../helpers/counted.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

/** Work that grows with the product of what a request gives and what is stored is counted, not timed. */

t.test('the values that must be unique are read a fixed number of times, however many values the users have', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const schema = (await call('GET', 'schemas')).json()._embedded.schemas[0].id as string;
  const attribute = { name: 'badges', type: 'STRING', enabled: true, unique: true, multiValued: true };
  t.equal((await call('POST', `schemas/${schema}/attributes`, { body: attribute })).statusCode, 201);
  const { users } = environment.store;
  const alice = (await users.get(ids.alice)) as User;
  for (let at = 0; at < 100; at += 1) {
    const badges = Array.from({ length: 10 }, (_, which) => `held ${at} ${which}`);
    await users.put({ ...alice, id: environment.random.uuid(), username: `user${at}`, badges } as User);
  }
  const badges = (size: number) => counted(Array.from({ length: size }, (_, which) => `wanted ${which}`));
  const readsFor = async (size: number) => {
    const given = badges(size);
    t.equal(await withUniqueAttributes(environment, { badges: given.list }, undefined, async () => 'done'), 'done');
    return given.reads();
  };
  for (const size of [50, 100]) {
    const reads = await readsFor(size);
    t.ok(reads >= size && reads <= 2 * size, `${reads} reads of ${size} values`);
  }
  await t.rejects(
    withUniqueAttributes(environment, { badges: ['new', 'held 99 9'] }, undefined, async () => 'done'),
    { name: /Error/ },
  );
});
