import type { Test } from 'tap';
import { createClock } from '../../../src/lib/clock.js';
import type { ExpiringOptions } from '../../../src/lib/collections/expiring.js';
import { type Expiring, type Index, UniquenessError } from '../../../src/lib/collections/types.js';
import { names } from './conformance.js';

interface Ticket {
  id: string;
  family?: string;
  code?: string;
}

const indexes: Index<Ticket>[] = [
  { name: 'family', of: ({ family }) => family },
  { name: 'code', of: ({ code }) => code, unique: true },
];

type Make = (t: Test, options: ExpiringOptions<Ticket>) => Promise<Expiring<Ticket>>;

/** What every kind of collection with a lifetime does. */
export function conformExpiring(t: Test, name: string, make: Make): void {
  const build = async (t: Test, cap?: number) => {
    const clock = createClock();
    clock.freeze(Date.UTC(2020, 0, 1));
    const start = clock.now();
    const tickets = await make(t, { clock, indexes, ...(cap !== undefined && { cap }) });
    return { clock, tickets, at: (milliseconds: number) => start + milliseconds };
  };

  t.test(name, async (t) => {
    await t.test('an item lives until its moment, by the clock of its collection', async (t) => {
      const { clock, tickets, at } = await build(t);
      await tickets.put({ id: 'short', family: 'f' }, at(10));
      await tickets.put({ id: 'long', family: 'f' }, at(1000));
      t.equal(names(await tickets.list()), 'short long');
      clock.advance(9);
      t.same(await tickets.get('short'), { id: 'short', family: 'f' });
      clock.advance(1);
      t.equal(await tickets.get('short'), undefined, 'over at the very millisecond');
      clock.advance(-10);
      t.equal(await tickets.get('short'), undefined, 'what was over stays gone when the clock goes back');
      t.equal(await tickets.take('short'), undefined);
      t.equal(await tickets.count(), 1);
      t.equal(names(await tickets.list()), 'long');
      t.equal(names(await tickets.find('family', 'f')), 'long');
      clock.reset();
      t.equal(await tickets.count(), 0, 'and real time ends the rest');
    });
    await t.test('a second put replaces the item and its lifetime', async (t) => {
      const { clock, tickets, at } = await build(t);
      await tickets.put({ id: 'a', family: 'f' }, at(10));
      await tickets.put({ id: 'b', family: 'f' }, at(10));
      await tickets.put({ id: 'a', family: 'g' }, at(100));
      await tickets.put({ id: 'b', family: 'f' }, at(5));
      clock.advance(5);
      t.equal(names(await tickets.list()), 'a', 'longer and shorter');
      clock.advance(50);
      t.equal(names(await tickets.find('family', 'g')), 'a');
      t.same(await tickets.find('family', 'f'), []);
      await tickets.put({ id: 'a' }, at(0));
      t.equal(await tickets.count(), 0, 'what is over already replaces, too');
      await tickets.put({ id: 'n' }, Number.NaN);
      t.equal(await tickets.count(), 0, 'a moment that is none is no lifetime');
    });
    await t.test('of many callers who take an item at once, one gets it', async (t) => {
      const { tickets, at } = await build(t);
      await tickets.put({ id: 'a', family: 'f' }, at(10));
      const taken = await Promise.all(Array.from({ length: 20 }, () => tickets.take('a')));
      t.same(
        taken.filter((item) => item !== undefined),
        [{ id: 'a', family: 'f' }],
      );
      t.same([await tickets.count(), await tickets.find('family', 'f')], [0, []]);
    });
    await t.test('over the cap, the item that ends first makes room', async (t) => {
      const { tickets, at } = await build(t, 3);
      await tickets.put({ id: 'a', family: 'f' }, at(30));
      await tickets.put({ id: 'b', family: 'f' }, at(10));
      await tickets.put({ id: 'c', family: 'f' }, at(20));
      await tickets.put({ id: 'd', family: 'f' }, at(40));
      t.equal(names(await tickets.list()), 'a c d');
      t.equal(names(await tickets.find('family', 'f')), 'a c d');
      await tickets.put({ id: 'c', family: 'f' }, at(25));
      t.equal(await tickets.count(), 3, 'a replaced one needs no room');
    });
    await t.test('of the items with a value of an index, only so many stay, those that were put last', async (t) => {
      const { tickets, at } = await build(t);
      const within = { index: 'family', most: 2 };
      t.same(await tickets.putWithin({ id: 'a', family: 'f' }, at(30), within), []);
      t.same(await tickets.putWithin({ id: 'b', family: 'f' }, at(10), within), []);
      t.same(await tickets.putWithin({ id: 'x' }, at(10), within), [], 'one without a value is not counted');
      t.same(await tickets.putWithin({ id: 'a', family: 'f', code: 'again' }, at(40), within), [], 'a replaced one needs no room');
      t.same(await tickets.putWithin({ id: 'c', family: 'f' }, at(20), within), ['a']);
      t.equal(names(await tickets.find('family', 'f')), 'b c');
      await tickets.put({ id: 'd', family: 'f' }, at(20));
      t.same(await tickets.putWithin({ id: 'e', family: 'f' }, at(20), within), ['b', 'c'], 'also those of before');
      t.equal(names(await tickets.list()), 'x d e');
      await t.rejects(tickets.putWithin({ id: 'y' }, at(10), { index: 'none', most: 1 }), RangeError);
    });
    await t.test('all items with a value of an index are taken at once, and are gone', async (t) => {
      const { tickets, at, clock } = await build(t);
      await tickets.put({ id: 'b', family: 'f', code: '1' }, at(20));
      await tickets.put({ id: 'a', family: 'f' }, at(20));
      await tickets.put({ id: 'over', family: 'f' }, at(10));
      await tickets.put({ id: 'x', family: 'g' }, at(20));
      clock.advance(10);
      t.same(await tickets.takeAll('family', 'f'), [
        { id: 'b', family: 'f', code: '1' },
        { id: 'a', family: 'f' },
      ]);
      t.same(await tickets.takeAll('family', 'f'), []);
      t.same(await tickets.takeAll('code', '1'), []);
      t.equal(names(await tickets.list()), 'x');
      await tickets.put({ id: 'c', code: '1' }, at(20));
      t.same(await tickets.takeAll('code', '1'), [{ id: 'c', code: '1' }], 'also by a unique value');
      await t.rejects(tickets.takeAll('none', ''), RangeError);
      for (let at20 = 0; at20 < 5; at20 += 1) await tickets.put({ id: `m${at20}`, family: 'f' }, at(20));
      const taken = await Promise.all(Array.from({ length: 5 }, () => tickets.takeAll('family', 'f')));
      t.equal(taken.flat().length, 5, 'each by one of those who take at once');
    });
    await t.test('of many who put at once, each item goes to one of them', async (t) => {
      const { tickets, at } = await build(t);
      const within = { index: 'family', most: 3 };
      const all = Array.from({ length: 20 }, (_, number) => ({ id: `t${number}`, family: 'f' }));
      const gone = (await Promise.all(all.map((ticket) => tickets.putWithin(ticket, at(10), within)))).flat();
      t.equal(gone.length, 17);
      t.equal(new Set(gone).size, 17);
    });
    await t.test('a unique value is refused while its holder lives, and free afterwards', async (t) => {
      const { clock, tickets, at } = await build(t);
      await tickets.put({ id: 'a', code: '1' }, at(10));
      await t.rejects(tickets.put({ id: 'b', code: '1' }, at(10)), new UniquenessError('code', 'a'));
      await t.resolves(tickets.put({ id: 'a', code: '1' }, at(10)));
      clock.advance(10);
      await t.resolves(tickets.put({ id: 'b', code: '1' }, at(20)));
      t.equal(names(await tickets.find('code', '1')), 'b');
      await t.rejects(tickets.find('age', '7'), RangeError);
    });
  });
}
