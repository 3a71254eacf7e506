import type { Test } from 'tap';
import { type Collection, type Index, UniquenessError } from '../../../src/lib/collections/types.js';

export interface Person {
  id: string;
  name?: string;
  town?: string;
  note?: unknown;
}

export const personIndexes: Index<Person>[] = [
  { name: 'name', of: ({ name }) => name, unique: true },
  { name: 'town', of: ({ town }) => town },
];

/** One kind of collection. */
export interface Kind {
  collection: Collection<Person>;
  /** The collection as it is after what this kind may go through between a write and a read: a restart, for one. */
  later(): Promise<Collection<Person>>;
}

export const names = (items: readonly { id: string }[]): string => items.map(({ id }) => id).join(' ');

const ada: Person = { id: 'ada', name: 'Ada', town: 'London' };
const bob: Person = { id: 'bob', name: 'Bob', town: 'Paris' };
const cyd: Person = { id: 'cyd', name: 'Cyd', town: 'London' };

type Fill = (people: Collection<Person>) => Promise<unknown>;
type Check = (t: Test, people: Collection<Person>) => Promise<unknown>;
const all =
  (...people: Person[]): Fill =>
  (collection) =>
    Promise.all(people.map((person) => collection.put(person)));

const cases: [name: string, fill: Fill, check: Check][] = [
  [
    'a new collection is empty',
    async () => {},
    async (t, people) => {
      t.equal(await people.count(), 0);
      t.same(await people.list(), []);
      t.same(await people.page({ limit: 5 }), { items: [] });
      t.equal(await people.get('ada'), undefined);
      t.equal(await people.take('ada'), undefined);
      t.same(await people.find('town', 'London'), []);
    },
  ],
  [
    'items are listed in the order in which they were put',
    all(cyd, ada, bob),
    async (t, people) => {
      t.equal(await people.count(), 3);
      t.same(await people.get('ada'), ada);
      t.equal(names(await people.list()), 'cyd ada bob');
      t.equal(names(await people.find('town', 'London')), 'cyd ada');
      t.equal(names(await people.find('name', 'Bob')), 'bob');
    },
  ],
  [
    'a replaced item keeps its place, in the list and in each index',
    async (people) => {
      await all(ada, bob, cyd)(people);
      await people.put({ id: 'ada', name: 'Augusta' });
      await people.put({ ...bob, town: 'London' });
      await people.put({ ...ada, name: 'Lady' });
    },
    async (t, people) => {
      t.equal(await people.count(), 3);
      t.equal(names(await people.list()), 'ada bob cyd');
      t.equal(names(await people.find('town', 'London')), 'ada bob cyd');
      t.same(await people.find('town', 'Paris'), []);
      t.same(await people.find('name', 'Ada'), []);
      t.same(await people.get('ada'), { ...ada, name: 'Lady' });
    },
  ],
  [
    'take gives an item to one of two callers, and leaves nothing of it',
    async (people) => {
      await all(ada, bob, cyd)(people);
      const taken = await Promise.all([people.take('ada'), people.take('ada')]);
      if (names(taken.filter((item) => item !== undefined)) !== 'ada') throw new Error('not taken once');
    },
    async (t, people) => {
      t.equal(await people.count(), 2);
      t.equal(await people.get('ada'), undefined);
      t.equal(names(await people.list()), 'bob cyd');
      t.equal(names(await people.find('town', 'London')), 'cyd');
      await people.put({ id: 'eve', name: 'Ada' });
      t.equal(names(await people.find('name', 'Ada')), 'eve', 'its name is free again');
    },
  ],
  [
    'an item put again after it was taken comes last',
    async (people) => {
      await all(ada, bob)(people);
      await people.take('ada');
      await all(cyd, ada)(people);
    },
    async (t, people) => {
      t.equal(names(await people.list()), 'bob cyd ada');
      t.equal(names(await people.find('town', 'London')), 'cyd ada');
    },
  ],
  [
    'a unique value belongs to one item, and a refused put changes nothing',
    all(ada, bob),
    async (t, people) => {
      await t.rejects(people.put({ id: 'eve', name: 'Ada', town: 'Rome' }), new UniquenessError('name', 'ada'));
      t.match(await people.put({ ...bob, name: 'Ada' }).catch((error: unknown) => error), { index: 'name', existingId: 'ada' });
      t.same(await people.get('bob'), bob);
      t.equal(names(await people.list()), 'ada bob');
      t.same(await people.find('town', 'Rome'), []);
      await t.resolves(people.put({ ...ada, town: 'Rome' }), 'an item may keep its own value');
      await t.resolves(all({ id: 'x' }, { id: 'y' })(people), 'having none is nothing to share');
    },
  ],
  [
    'of many simultaneous puts of one unique value, one succeeds',
    async (people) => {
      const puts = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => people.put({ id: `p${number}`, name: 'same' })));
      if (puts.filter(({ status }) => status === 'fulfilled').length !== 1) throw new Error('not one winner');
      const losers = puts.flatMap((put) => (put.status === 'rejected' ? [put.reason] : []));
      if (!losers.every((reason) => reason instanceof UniquenessError)) throw new Error('refused otherwise');
    },
    async (t, people) => {
      t.equal(names(await people.list()), 'p0');
      t.equal(names(await people.find('name', 'same')), 'p0');
    },
  ],
  [
    'pages are in order and of the size asked for, and the last has no next',
    all(...Array.from({ length: 7 }, (_, number) => ({ id: `p${number}`, town: number % 2 ? 'odd' : 'even' }))),
    async (t, people) => {
      const first = await people.page({ limit: 3 });
      const second = await people.page({ limit: 3, after: first.next });
      const third = await people.page({ limit: 3, after: second.next });
      t.same(
        [first, second, third].map(({ items }) => names(items)),
        ['p0 p1 p2', 'p3 p4 p5', 'p6'],
      );
      t.equal(third.next, undefined);
      t.same([first.previous, second.previous], [undefined, ''], 'nothing is before the first page, the first before the second');
      t.same((await people.page({ limit: 3, after: third.previous })).items, second.items, 'and back again');
      const back = await people.page({ limit: 1, after: third.previous });
      t.equal(names((await people.page({ limit: 1, after: back.previous })).items), 'p2', 'by steps of another size');
      t.equal((await people.page({ limit: 7 })).next, undefined, 'nothing comes after a full last page');

      const odd = await people.page({ limit: 2, where: ({ town }) => town === 'odd' });
      t.equal(names(odd.items), 'p1 p3');
      const rest = await people.page({ limit: 2, after: odd.next, where: ({ town }) => town === 'odd' });
      t.same([names(rest.items), rest.next, rest.previous], ['p5', undefined, '']);

      const even = await people.page({ limit: 3, among: { index: 'town', value: 'even' } });
      t.equal(names(even.items), 'p0 p2 p4');
      t.equal(names((await people.page({ limit: 3, after: even.next, among: { index: 'town', value: 'even' } })).items), 'p6');
      t.same(await people.page({ limit: 3, among: { index: 'town', value: 'none' } }), { items: [] });
    },
  ],
  [
    'a cursor outlives the item it refers to',
    all(...Array.from({ length: 6 }, (_, number) => ({ id: `p${number}` }))),
    async (t, people) => {
      const { next } = await people.page({ limit: 3 });
      await Promise.all(['p0', 'p2', 'p3'].map((id) => people.take(id)));
      await people.put({ id: 'p2' });
      t.equal(names((await people.page({ limit: 9, after: next })).items), 'p4 p5 p2');
    },
  ],
  [
    'an unknown cursor, limit or index is refused',
    all(ada, bob, cyd),
    async (t, people) => {
      const forged = [
        '"p",0',
        '"p",-1',
        '"p",1.5',
        '"p",1e3',
        ' "p",1',
        '"p",9007199254740993',
        '"p"',
        '1',
        '1,1',
        '"p","p"',
        '"a","b","c","d","e","f",1',
      ];
      for (const after of ['', '1', 'x', '{}', 'null', '__proto__', '["p",1', ...forged.map((members) => `[${members}]`)])
        await t.rejects(people.page({ after, limit: 1 }), RangeError, JSON.stringify(after));
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
        await t.rejects(people.page({ limit }), RangeError, String(limit));
      await t.rejects(people.find('age', '7'), RangeError);
      const beyond = await people.page({ after: '["a","b","c","d","e",9007199254740991]', limit: 1 });
      t.same([beyond.items, beyond.next], [[], undefined]);
      t.equal(names((await people.page({ after: beyond.previous, limit: 1 })).items), 'cyd');
    },
  ],
  [
    'values are kept as they are, hostile names included',
    async (people) => {
      const note: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}');
      await people.put({ id: '__proto__', name: '__proto__', town: 'constructor', note });
      await people.put({ id: 'constructor', town: '', note: '\u2028 \ud800 \u0000 "\n' });
      await people.put({ id: 'toString', note: [null, 1e300, -0.5, { deep: JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) }] });
    },
    async (t, people) => {
      t.equal(names(await people.list()), '__proto__ constructor toString');
      t.equal(names(await people.find('town', 'constructor')), '__proto__');
      t.equal(names(await people.find('town', '')), 'constructor', 'an empty text is a value');
      t.same(await people.find('town', '__proto__'), []);
      const found = (await people.get('__proto__'))?.note as object;
      t.same(Object.keys(found), ['__proto__', 'constructor', 'toString']);
      t.equal(Object.getPrototypeOf(found), Object.prototype);
      t.notOk('polluted' in {}, 'and nothing else has changed');
      t.equal((await people.get('constructor'))?.note, '\u2028 \ud800 \u0000 "\n');
      t.match((await people.get('toString'))?.note, [null, 1e300, -0.5]);
    },
  ],
  [
    'lists and indexes stay right over thousands of items, many of them gone',
    async (people) => {
      await all(...Array.from({ length: 3000 }, (_, number) => ({ id: `p${number}`, town: `t${number % 3}` })))(people);
      await Promise.all(Array.from({ length: 2900 }, (_, number) => people.take(`p${number}`)));
    },
    async (t, people) => {
      t.equal(await people.count(), 100);
      t.equal((await people.list())[0]?.id, 'p2900');
      t.equal((await people.find('town', 't0')).length, 33);
      t.equal(await people.count('town', 't0'), 33);
      t.equal(await people.count('town', 'nowhere'), 0);
      await t.rejects(people.count('age', '7'), RangeError);
      t.equal((await people.page({ limit: 100 })).items.at(-1)?.id, 'p2999');
    },
  ],
];

/** What every kind of collection does. */
export function conform(t: Test, name: string, make: (t: Test) => Promise<Kind>): void {
  t.test(name, async (t) => {
    for (const [name, fill, check] of cases)
      await t.test(name, async (t) => {
        const kind = await make(t);
        await fill(kind.collection);
        await check(t, await kind.later());
      });
  });
}
