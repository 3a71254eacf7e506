import fc from 'fast-check';
import t from 'tap';
import { createClock } from '../../../src/lib/clock.js';
import { createExpiring } from '../../../src/lib/collections/expiring.js';
import { type Index, UniquenessError } from '../../../src/lib/collections/types.js';
import { names } from '../../environment/store/conformance.js';

interface Ticket {
  id: string;
  family?: string;
}

const indexes: Index<Ticket>[] = [{ name: 'family', of: ({ family }) => family }];

const build = (cap?: number) => {
  const clock = createClock();
  clock.freeze(1_000_000);
  return {
    clock,
    tickets: createExpiring<Ticket>({ clock, indexes, ...(cap === undefined ? {} : { cap }) }),
    at: (milliseconds: number) => 1_000_000 + milliseconds,
  };
};

t.test('an item lives until its moment, by the clock of its collection', async (t) => {
  const { clock, tickets, at } = build();
  await tickets.put({ id: 'short', family: 'f' }, at(10));
  await tickets.put({ id: 'long', family: 'f' }, at(1000));
  t.equal(names(await tickets.list()), 'short long');
  clock.advance(9);
  t.same(await tickets.get('short'), { id: 'short', family: 'f' });
  clock.advance(1);
  t.equal(await tickets.get('short'), undefined, 'over at the very millisecond');
  t.equal(await tickets.take('short'), undefined);
  t.equal(await tickets.count(), 1);
  t.equal(names(await tickets.list()), 'long');
  t.equal(names(await tickets.find('family', 'f')), 'long');
  clock.advance(-10);
  t.equal(await tickets.get('short'), undefined, 'what was over stays gone when the clock goes back');
  t.equal((await tickets.get('long'))?.id, 'long');
  clock.reset();
  t.equal(await tickets.count(), 0, 'and real time ends the rest');
});

t.test('a second put replaces the item and its lifetime', async (t) => {
  const { clock, tickets, at } = build();
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

t.test('take gives an item to one caller only', async (t) => {
  const { tickets, at } = build();
  await tickets.put({ id: 'a' }, at(10));
  t.same(await Promise.all([tickets.take('a'), tickets.take('a')]), [{ id: 'a' }, undefined]);
  t.equal(await tickets.count(), 0);
});

t.test('over the cap, the item that expires first makes room', async (t) => {
  const { tickets, at } = build(3);
  await tickets.put({ id: 'a' }, at(300));
  await tickets.put({ id: 'b' }, at(100));
  await tickets.put({ id: 'c' }, at(200));
  await tickets.put({ id: 'b' }, at(150));
  t.equal(names(await tickets.list()), 'a b c', 'a replacement needs no room');
  await tickets.put({ id: 'd' }, at(50));
  t.equal(names(await tickets.list()), 'a c d', 'and the new one stays');
  await tickets.put({ id: 'e' }, at(200));
  await tickets.put({ id: 'f' }, at(200));
  t.equal(names(await tickets.list()), 'a e f', 'of two that end together, the older goes');
  await tickets.put({ id: 'g' }, Number.POSITIVE_INFINITY);
  t.equal(names(await tickets.list()), 'a f g');
});

t.test('a unique value is free once its holder has expired', async (t) => {
  const clock = createClock();
  clock.freeze(0);
  const tickets = createExpiring<Ticket>({ clock, indexes: [{ name: 'family', of: ({ family }) => family, unique: true }] });
  await tickets.put({ id: 'a', family: 'f' }, 10);
  await t.rejects(tickets.put({ id: 'b', family: 'f' }, 100), new UniquenessError('family', 'a'));
  clock.advance(10);
  await t.resolves(tickets.put({ id: 'b', family: 'f' }, 100));
});

t.test('an expiring collection behaves like a plain list', async (t) => {
  const id = fc.nat(8).map((number) => `t${number}`);
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), id, lifetime: fc.integer({ min: -2, max: 30 }) }) },
    fc.record({ kind: fc.constant('take' as const), id }),
    fc.record({ kind: fc.constant('advance' as const), by: fc.integer({ min: -5, max: 12 }) }),
  );
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), async (steps, cap) => {
        const clock = createClock();
        clock.freeze(100);
        const tickets = createExpiring<Ticket>({ clock, cap, indexes });
        let model: { id: string; endsAt: number; order: number }[] = [];
        let order = 0;
        for (const one of steps) {
          model = model.filter(({ endsAt }) => endsAt > clock.now());
          if (one.kind === 'advance') clock.advance(one.by);
          else if (one.kind === 'take') {
            const taken = await tickets.take(one.id);
            if (taken?.id !== model.find(({ id }) => id === one.id)?.id) throw new Error('another was taken');
            model = model.filter(({ id }) => id !== one.id);
          } else {
            const endsAt = clock.now() + one.lifetime;
            await tickets.put({ id: one.id, family: 'f' }, endsAt);
            const at = model.findIndex(({ id }) => id === one.id);
            order += 1;
            if (one.lifetime <= 0) model = model.filter(({ id }) => id !== one.id);
            else if (at >= 0) model[at] = { id: one.id, endsAt, order };
            else {
              while (model.length >= cap) {
                const [first] = [...model].sort((one, other) => one.endsAt - other.endsAt || one.order - other.order);
                model = model.filter((entry) => entry !== first);
              }
              model.push({ id: one.id, endsAt, order });
            }
          }
          model = model.filter(({ endsAt }) => endsAt > clock.now());
          if (names(await tickets.list()) !== names(model)) throw new Error('another list');
          if (names(await tickets.find('family', 'f')) !== names(model)) throw new Error('another finding');
          if ((await tickets.count()) !== model.length) throw new Error('another size');
        }
      }),
      { numRuns: 300 },
    ),
  );
});
