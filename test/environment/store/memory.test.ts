import fc from 'fast-check';
import t from 'tap';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import { createCollection } from '../../../src/lib/collections/memory.js';
import { insertRow, type OrderedRows, type Row, removeRow, rowsAfter } from '../../../src/lib/collections/ordered-rows.js';
import { conform, names, type Person, personIndexes } from './conformance.js';

conform(t, 'in memory', async () => {
  const collection = createCollection<Person>(personIndexes);
  return { collection, later: async () => collection };
});

t.test('paging while items come and go skips nothing and repeats nothing', async (t) => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), id: fc.nat(40) }),
    fc.record({ kind: fc.constant('take' as const), id: fc.nat(40) }),
    fc.record({ kind: fc.constant('page' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  );
  const options = fc.constantFrom({}, { where: ({ town }: Person) => town === 't1' }, { among: { index: 'town', value: 't1' } });
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.nat(30), fc.array(step, { maxLength: 60 }), options, async (count, steps, chosen) => {
        const people = createCollection<Person>(personIndexes);
        const person = (id: number) => ({ id: `p${id}`, town: `t${id % 2}` });
        const isWanted = ({ town }: Person) => Object.keys(chosen).length === 0 || town === 't1';
        for (let id = 0; id < count; id += 1) await people.put(person(id));
        // What was there all the time, and how often anything came or came back.
        const throughout = new Set((await people.list()).filter(isWanted).map(({ id }) => id));
        const lives = new Map([...throughout].map((id) => [id, 1]));

        const seen: string[] = [];
        let after: string | undefined;
        let done = false;
        const read = async (limit: number) => {
          if (done) return;
          const page = await people.page({ after, limit, ...chosen });
          if (page.items.length > limit || (page.next !== undefined && page.items.length < limit)) throw new Error('a wrong size');
          seen.push(...page.items.map(({ id }) => id));
          after = page.next;
          done = after === undefined;
        };
        for (const { kind, ...rest } of steps) {
          if ('limit' in rest) await read(rest.limit);
          else if (kind === 'put') {
            const item = person(rest.id);
            if (!(await people.get(item.id))) lives.set(item.id, (lives.get(item.id) ?? 0) + 1);
            await people.put(item);
          } else if (await people.take(`p${rest.id}`)) throughout.delete(`p${rest.id}`);
        }
        while (!done) await read(3);

        for (const id of throughout) if (seen.filter((one) => one === id).length !== 1) throw new Error(`${id} was not seen once`);
        for (const id of seen) if (seen.filter((one) => one === id).length > (lives.get(id) ?? 0)) throw new Error(`${id} was repeated`);
      }),
      { numRuns: 300 },
    ),
  );
});

t.test('ordered rows behave like a sorted list, across many pieces too', async (t) => {
  const row = (sequence: number): Row<number> => ({ sequence, item: sequence, values: [] });
  const model = new Map<number, Row<number>>();
  const rows: OrderedRows<number> = [];
  const check = (label: string) => {
    const sorted = [...model.keys()].sort((one, other) => one - other);
    t.same(
      [...rowsAfter(rows, 0)].map(({ sequence }) => sequence),
      sorted,
      label,
    );
    const middle = sorted[sorted.length >> 1] ?? 0;
    t.equal(
      rowsAfter(rows, middle).next().value?.sequence,
      sorted.find((sequence) => sequence > middle),
      `${label}, from the middle`,
    );
    t.ok(
      rows.every((piece) => piece.length > 0 && piece.length <= 512),
      `${label}, in short pieces`,
    );
  };
  const add = (sequence: number) => {
    const one = row(sequence);
    model.set(sequence, one);
    insertRow(rows, one);
  };
  // 1009 is prime: every number comes once, in no order.
  for (let number = 1; number < 1009; number += 1) add((number * 421) % 1009);
  check('added in no order');
  for (let number = 2000; number < 4000; number += 1) add(number);
  check('added at the end');
  for (const [sequence, one] of [...model]) {
    if (sequence % 7 === 0) continue;
    removeRow(rows, one);
    model.delete(sequence);
  }
  check('mostly removed');
  removeRow(rows, row(7));
  removeRow([], row(1));
  check('another row with the same sequence is not removed');
});

t.test('a page looks only at the items it returns and those of the page before', async (t) => {
  for (const size of [1000, 100_000]) {
    const people = createCollection<Person>();
    let looked = 0;
    for (let number = 0; number < size; number += 1) void people.put({ id: `p${number}` });
    const half = await people.page({ limit: size / 2 });
    const where = () => {
      looked += 1;
      return true;
    };
    t.equal((await people.page({ after: half.next, limit: 100, where })).items.length, 100);
    // One to know that there is a next page, and those before that tell where the page before starts.
    t.equal(looked, 101 + 105, `among ${size}`);
  }
});

t.test('a change that cannot be kept is not made', async (t) => {
  const people = createCollection<Person>(personIndexes, () => {
    throw new Error('no room');
  });
  await t.rejects(people.put({ id: 'ada', name: 'Ada' }), { message: 'no room' });
  t.equal(await people.count(), 0);
  t.same(await people.find('name', 'Ada'), []);
});

t.test('changes that are undone, the last first, leave the collection as it was', async (t) => {
  const change = fc.record({ take: fc.boolean(), id: fc.nat(5), name: fc.nat(3), town: fc.nat(2) });
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), fc.array(change, { maxLength: 12 }), async (first, second) => {
        const undos: (() => void)[] = [];
        const people = createCollection<Person>(personIndexes, (_change, undo) => {
          undos.push(undo);
          return undefined;
        });
        const make = async ({ take, id, name, town }: { take: boolean; id: number; name: number; town: number }) => {
          if (take) await people.take(`p${id}`);
          else await people.put({ id: `p${id}`, name: `n${name}`, town: `t${town}` }).catch(() => {});
        };
        const everything = async () =>
          JSON.stringify([
            await people.list(),
            ...(await Promise.all([0, 1, 2, 3].map((name) => people.find('name', `n${name}`)))),
            ...(await Promise.all([0, 1, 2].map((town) => people.find('town', `t${town}`)))),
          ]);
        for (const one of first) await make(one);
        const before = await everything();
        undos.length = 0;
        for (const one of second) await make(one);
        for (const undo of undos.reverse()) undo();
        if ((await everything()) !== before) throw new Error('not as before');
      }),
      { numRuns: 300 },
    ),
  );
});

t.test('a write can be read at once, and is acknowledged when it is safe', async (t) => {
  const changes: unknown[] = [];
  let settle = () => {};
  const people = createCollection<Person>([], (change) => {
    changes.push(change);
    return new Promise((resolve) => {
      settle = resolve;
    });
  });
  let isAnswered = false;
  const put = people.put({ id: 'ada' }).then(() => {
    isAnswered = true;
  });
  t.equal((await people.get('ada'))?.id, 'ada');
  t.notOk(isAnswered);
  settle();
  await put;
  void people.put({ id: 'ada', name: 'Ada' });
  void people.take('ada');
  void people.take('nobody');
  t.same(changes, [{ add: { id: 'ada' } }, { put: { id: 'ada', name: 'Ada' } }, { take: 'ada' }]);
});

t.test('the memory factory returns one collection for each name, and refuses unsafe names', async (t) => {
  const factory = memoryFactory();
  const people = factory.collection<Person>('one', 'people', personIndexes);
  await people.put({ id: 'ada', name: 'Ada' });
  await factory.collection('server', 'environments').put({ id: 'one' });
  factory.collection('empty', 'people');
  t.equal(factory.collection('one', 'people'), people, 'the same collection each time');
  t.same(await factory.environmentIds(), ['one']);
  for (const name of ['', '..', 'a/b', '.lock', 'a.b', '__proto__', 'x'.repeat(101)]) {
    t.throws(() => factory.collection(name, 'people'), RangeError, name);
    t.throws(() => factory.collection('one', name), RangeError, name);
  }
  await factory.removeEnvironment('one');
  t.equal(names(await factory.collection('one', 'people').list()), '');
  await factory.flush();
  await factory.close();
});
