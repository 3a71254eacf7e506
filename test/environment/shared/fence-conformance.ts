import type { Test } from 'tap';
import type { Backend, Fence } from '../../../src/environment/shared/backend.js';
import { StoreUnavailable } from '../../../src/environment/shared/errors.js';

/** What every backend does with writes that rely on locks. */
export function conformFences(t: Test, name: string, open: (t: Test) => Promise<readonly [Backend, Backend]>): void {
  const place = { environmentId: 'one', name: 'things', indexes: [] };
  const thing = (text: string) => ({ id: 'a', text, values: [] });
  const [mine, nested]: readonly Fence[] = [
    { name: 'turn', owner: 'me' },
    { name: 'inner', owner: 'me' },
  ];

  t.test(name, async (t) => {
    await t.test('a write is done while its locks are held', async (t) => {
      const [one, other] = await open(t);
      await one.lock('turn', 'me', 60_000);
      await one.lock('inner', 'me', 60_000);
      await one.put(place, thing('"1"'), { fences: [mine as Fence, nested as Fence] });
      t.equal((await other.get(place, 'a'))?.text, '"1"');
      t.equal((await one.take(place, 'a', { fences: [mine as Fence] })).record?.text, '"1"');
      const lifetime = { now: 1, endsAt: 2, cap: 10 };
      await one.put({ ...place, name: 'ending' }, { ...thing('"2"'), lifetime }, { fences: [mine as Fence] });
      t.equal((await other.take({ ...place, name: 'ending' }, 'a', { now: 1, fences: [mine as Fence] })).record?.text, '"2"');
    });

    await t.test('a write is refused once one of its locks is gone or another’s', async (t) => {
      const [one, other] = await open(t);
      await one.put(place, thing('"1"'));
      const refusals = async (...fences: (Fence | undefined)[]) => {
        const options = { fences: fences as Fence[] };
        await t.rejects(one.put(place, thing('"2"'), { ...options, announce: true }), StoreUnavailable);
        await t.rejects(one.take(place, 'a', options), StoreUnavailable);
        const byTown = { ...place, indexes: [{ name: 'town', unique: false }] };
        await t.rejects(one.takeAll(byTown, 'town', 'here', { ...options, now: 1 }), StoreUnavailable);
        t.equal((await other.get(place, 'a'))?.text, '"1"', 'nothing was changed');
        t.equal(await one.version(), 0, 'nor announced');
      };
      await refusals(mine);
      await one.lock('turn', 'me', 60_000);
      await refusals(mine, nested);
      await one.unlock('turn', 'me');
      await other.lock('turn', 'another', 60_000);
      await refusals(mine);
    });

    await t.test('of writes that are asked for at once, only those without their lock are refused', async (t) => {
      const [one] = await open(t);
      await one.lock('turn', 'me', 60_000);
      const writes = ['turn', 'none', 'turn', 'none'].map((lock, at) =>
        one.put(place, { ...thing('1'), id: `${at}` }, { fences: [{ name: lock, owner: 'me' }] }),
      );
      const states = (await Promise.allSettled(writes)).map(({ status }) => status);
      t.same(states, ['fulfilled', 'rejected', 'fulfilled', 'rejected']);
      t.equal(await one.count(place), 2);
    });
  });
}
