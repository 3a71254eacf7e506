import type { Test } from 'tap';
import type { AnnouncedChange, Backend } from '../../../src/environment/shared/backend.js';
import { createCachedCollection } from '../../../src/environment/shared/cached-collection.js';
import { followChanges } from '../../../src/environment/shared/changes.js';
import { createLocks } from '../../../src/environment/shared/locks.js';
import { createSharedCollection, placeOf } from '../../../src/environment/shared/shared-collection.js';
import { createSharedExpiring } from '../../../src/environment/shared/shared-expiring.js';
import { until } from '../../helpers/until.js';
import { conform, type Person, personIndexes } from '../store/conformance.js';
import { conformExpiring } from '../store/expiring-conformance.js';
import { conformFences } from './fence-conformance.js';
import { conformLogs } from './log-conformance.js';

/** Opens a store of its own, and ways to it for so many replicas. They close with the test. */
export type OpenBackends = (t: Pick<Test, 'teardown'>, count: number) => Promise<Backend[]>;

/** These tests are not about a store that is late: on a busy machine it may be. */
const patience = 60_000;

const place = placeOf('one', 'people', personIndexes);
const person = (id: string, town?: string) => ({ id, text: `{"id":"${id}"}`, values: [id, town] });
const ticket = (id: string, endsAt: number, cap = 100) => ({ id, text: id, values: [], lifetime: { now: 0, endsAt, cap } });

/** What every kind of backend does: for collections, and step by step. */
export function conformBackend(t: Test, name: string, open: OpenBackends): void {
  /** Two replicas that share a store. */
  const replicas = async (t: Test) => {
    const follow = async (backend: Backend) => ({
      backend,
      changes: await followChanges(backend, (error) => t.teardown(() => Promise.reject(error)), patience),
    });
    const [one, other] = (await open(t, 2)) as [Backend, Backend];
    return [await follow(one), await follow(other)] as const;
  };

  conform(t, `${name}: read through`, async (t) => {
    const [one, other] = await replicas(t as Test);
    const here = createSharedCollection<Person>(one.backend, place, personIndexes);
    return { collection: here, later: async () => createSharedCollection<Person>(other.backend, place, personIndexes) };
  });

  conform(t, `${name}: held in memory`, async (t) => {
    const [one] = await replicas(t as Test);
    const here = createCachedCollection<Person>(one, place, personIndexes);
    return { collection: here, later: async () => here };
  });

  conform(t, `${name}: held in memory of another replica that starts later`, async (t) => {
    const [one, other] = await replicas(t as Test);
    const here = createCachedCollection<Person>(one, place, personIndexes);
    return { collection: here, later: async () => createCachedCollection<Person>(other, place, personIndexes) };
  });

  conform(t, `${name}: held in memory of another replica that listens`, async (t) => {
    const [one, other] = await replicas(t as Test);
    const here = createCachedCollection<Person>(one, place, personIndexes);
    const there = createCachedCollection<Person>(other, place, personIndexes);
    return {
      collection: here,
      async later() {
        await other.changes.reached(await other.backend.version());
        return there;
      },
    };
  });

  conformExpiring(t, `${name}: lifetimes`, async (t, options) => {
    const [one] = await replicas(t);
    return createSharedExpiring(one.backend, placeOf('one', 'tickets', options.indexes), options);
  });

  conformLogs(t, `${name}: logs of environments`, async (t) => {
    const [one, other] = await replicas(t);
    return [one.backend, other.backend];
  });

  conformFences(t, `${name}: writes that rely on locks`, async (t) => {
    const [one, other] = await replicas(t);
    return [one.backend, other.backend];
  });

  t.test(`${name}: step by step`, async (t) => {
    await t.test('of many who take a record at once in several replicas, one gets it', async (t) => {
      const backends = await open(t, 3);
      for (let round = 0; round < 50; round += 1) {
        await backends[0]?.put(place, person('a'));
        const taken = await Promise.all(Array.from({ length: 12 }, (_, at) => backends[at % 3]?.take(place, 'a')));
        t.equal(taken.filter((each) => each?.record).length, 1, `round ${round}`);
      }
    });

    await t.test('announced changes are numbered without a gap, and every replica hears of each', async (t) => {
      const [one, other] = (await open(t, 2)) as [Backend, Backend];
      const heard: AnnouncedChange[][] = [[], []];
      for (const [at, backend] of [one, other].entries())
        await backend.subscribe({ changed: (change) => heard[at]?.push(change), resumed() {} });
      const numbers = await Promise.all(
        Array.from(
          { length: 20 },
          async (_, at) => (await (at % 2 ? one : other).put(place, person(`p${at}`), { announce: true })).version,
        ),
      );
      t.same(
        numbers.sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, at) => at + 1),
      );
      t.equal((await one.put(place, person('silent'))).version, 0, 'what is not announced has no number');
      t.equal(
        (await one.put(place, { ...person('twin'), values: ['p3', undefined] }, { announce: true })).version,
        0,
        'nor has a conflict',
      );
      t.equal((await one.take(place, 'nothing', { announce: true })).version, 0, 'nor what was not there');
      t.equal((await other.take(place, 'p3', { announce: true })).version, 21);
      await until(() => heard.every(({ length }) => length === 21));
      t.same(heard[0], heard[1]);
      t.same(
        heard[0]?.map(({ version }) => version),
        Array.from({ length: 21 }, (_, at) => at + 1),
      );
      t.match(heard[0]?.at(-1), { environmentId: 'one', name: 'people', id: 'p3', put: undefined });
      t.equal(await other.version(), 21);
    });

    await t.test('a window begins after its sequence, or goes back from it', async (t) => {
      const [backend] = (await open(t, 1)) as [Backend];
      for (const id of ['a', 'b', 'c', 'd', 'e']) await backend.put(place, person(id, id === 'c' ? 'Paris' : 'London'));
      const texts = async (window: Parameters<Backend['window']>[1]) =>
        (await backend.window(place, window)).map(({ sequence, text }) => `${sequence}${JSON.parse(text).id}`).join(' ');
      t.equal(await texts({ from: 0, limit: 9 }), '1a 2b 3c 4d 5e');
      t.equal(await texts({ from: 2, limit: 2 }), '3c 4d');
      t.equal(await texts({ from: 4, backwards: true, limit: 2 }), '4d 3c');
      t.equal(await texts({ from: 1, limit: 9, among: { index: 'town', value: 'London' } }), '2b 4d 5e');
      t.equal(await texts({ from: 0, limit: 9, among: { index: 'name', value: 'c' } }), '3c', 'by a unique index');
      t.equal(await texts({ from: 3, limit: 9, among: { index: 'name', value: 'c' } }), '');
      await backend.put(place, person('b', 'Paris'));
      t.equal(await texts({ from: 0, limit: 9 }), '1a 2b 3c 4d 5e', 'a replaced record keeps its place');
      t.equal(await texts({ from: 0, limit: 9, among: { index: 'town', value: 'Paris' } }), '2b 3c');
      await t.rejects(backend.find(place, 'age', '7'), { message: 'no index is called age' });
    });

    await t.test('those that end first make room for others, also where the new one would end before them', async (t) => {
      const [backend] = (await open(t, 1)) as [Backend];
      const tickets = placeOf('one', 'tickets');
      await backend.put(tickets, ticket('late', 900, 2));
      await backend.put(tickets, ticket('early', 800, 2));
      await backend.put(tickets, ticket('first', 700, 2));
      t.same(await backend.get(tickets, 'early'), undefined);
      t.match(await backend.get(tickets, 'first'), { endsAt: 700, text: 'first' });
      t.equal(await backend.count(tickets), 2);
      await backend.put(tickets, { ...ticket('first', 700, 2), lifetime: { now: 700, endsAt: 700, cap: 2 } });
      t.equal(await backend.count(tickets), 1, 'what is over already only replaces');
    });

    await t.test('a lock has one owner, who keeps it as long as it renews it', async (t) => {
      const [one, other] = (await open(t, 2)) as [Backend, Backend];
      t.equal(await one.lock('work', 'one', 60_000), 0);
      t.equal(await other.lock('work', 'other', 60_000), undefined);
      t.equal(await other.keepLock('work', 'other', 60_000), false);
      t.equal(await one.keepLock('work', 'one', 60_000), true);
      await other.unlock('work', 'other');
      t.equal(await other.lock('work', 'other', 60_000), undefined, 'another one cannot open it');
      await one.unlock('work', 'one');
      t.equal(await other.lock('work', 'other', 1), 0);
      await until(async () => (await one.lock('work', 'one', 60_000)) === 0);
      t.equal(await other.keepLock('work', 'other', 60_000), false, 'it had ended by itself');
    });

    await t.test('work under a lock is done by one replica at a time, and sees what the one before has written', async (t) => {
      const backends = await open(t, 3);
      const parts = await Promise.all(
        backends.map(async (backend) => {
          const changes = await followChanges(backend, () => {}, patience);
          const held = createCachedCollection<{ id: string; count: number }>({ backend, changes }, placeOf('one', 'counter'));
          await held.loaded;
          return { held, locks: createLocks(backend, changes) };
        }),
      );
      const add = ({ held, locks }: (typeof parts)[number]) =>
        locks.hold('counter', async () => held.put({ id: 'n', count: (held.peek('n')?.count ?? 0) + 1 }));
      await Promise.all(parts.flatMap((part) => Array.from({ length: 10 }, () => add(part))));
      // Another one may have written last: what it wrote is certain to be here with the lock only.
      const [first] = parts;
      t.equal(await first?.locks.hold('counter', async () => first.held.peek('n')?.count), 30);
    });

    await t.test('an environment goes with all that it holds, and no other', async (t) => {
      const [one, other] = (await open(t, 2)) as [Backend, Backend];
      await one.put(place, person('a'));
      await one.put(placeOf('two', 'people', personIndexes), person('a'));
      await one.put(placeOf('server', 'environments'), { id: 'one', text: '{}', values: [] });
      t.same(await other.environmentIds(), ['one', 'two']);
      await other.removeEnvironment('one');
      t.equal(await one.get(place, 'a'), undefined);
      t.equal(await one.count(place), 0);
      t.same(await one.find(place, 'name', 'a'), []);
      t.match(await one.get(placeOf('two', 'people', personIndexes), 'a'), { sequence: 1 });
      t.same(await one.environmentIds(), ['two']);
      await one.put(place, person('b'));
      t.match(await one.get(place, 'b'), { sequence: 1 }, 'and begins anew');
    });

    await t.test('texts and values may hold anything', async (t) => {
      const [backend] = (await open(t, 1)) as [Backend];
      const odd = '\t"\n\\ \u0000 é 🙂 =';
      await backend.put(place, { id: odd, text: odd, values: [odd, ''] });
      t.match(await backend.get(place, odd), { text: odd });
      t.equal(await backend.count(place, 'name', odd), 1);
      t.equal((await backend.find(place, 'town', '')).length, 1);
    });
  });
}
