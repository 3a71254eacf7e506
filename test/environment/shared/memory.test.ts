import t from 'tap';
import { createMemoryStore } from '../../../src/environment/shared/memory/memory-store.js';
import { createClock } from '../../../src/lib/clock.js';
import { conformBackend } from './backend-conformance.js';

conformBackend(t, 'memory', async (t, count) => {
  const store = createMemoryStore(createClock().now);
  return Array.from({ length: count }, () => {
    const backend = store.open();
    t.teardown(() => backend.close());
    return backend;
  });
});

t.test('the locks of a replica are free once it closes', async (t) => {
  const store = createMemoryStore(createClock().now);
  const [one, other] = [store.open(), store.open()];
  await one.lock('work', 'one', 60_000);
  await other.lock('more', 'other', 60_000);
  await one.close();
  t.equal(await other.lock('work', 'other', 60_000), 0);
  t.equal(await store.open().lock('more', 'third', 60_000), undefined, 'not what another one has locked');
});

t.test('items with a lifetime leave nothing behind', async (t) => {
  const backend = createMemoryStore(createClock().now).open();
  const place = { environmentId: 'one', name: 'codes', indexes: [{ name: 'flow', unique: false }] };
  for (let now = 0; now < 1000; now += 1)
    await backend.put(place, { id: `c${now}`, text: '', values: [`f${now}`], lifetime: { now, endsAt: now + 10, cap: 100 } });
  t.equal(await backend.count(place), 10);
  await backend.sweep(place, 2000);
  t.equal(await backend.count(place), 0);
  t.same(await backend.find(place, 'flow', 'f999'), []);
});
