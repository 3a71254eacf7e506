import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { openFolder } from '../../../src/environment/store/folder.js';
import { inUnit } from '../../../src/environment/store/unit.js';
import { refusalOf, WriteFailure } from '../../../src/environment/store/write-failure.js';
import { failingDisk, systemError } from '../../helpers/failing-disk.js';
import { until } from '../../helpers/until.js';
import { names, type Person, personIndexes } from './conformance.js';

async function open(t: Test, folder: string, idleMilliseconds = 60_000, onFailure: (error: unknown) => void = () => {}) {
  const factory = await openFolder(folder, { onDamage: (damage) => t.fail('damage', damage), idleMilliseconds, onFailure });
  t.teardown(() => factory.close().catch(() => {}));
  return { factory, people: factory.collection<Person>('one', 'people', personIndexes) };
}

const contents = async ({ people }: Awaited<ReturnType<typeof open>>) => ({
  list: await people.list(),
  london: await people.find('town', 'London'),
  paris: await people.find('town', 'Paris'),
  ada: await people.find('name', 'Ada'),
  count: await people.count('town', 'London'),
  size: await people.count(),
  pages: await people.page({ limit: 2 }),
});

const start = [
  { id: 'a', name: 'Ada', town: 'London' },
  { id: 'b', name: 'Bob', town: 'Paris' },
  { id: 'c', name: 'Cyd', town: 'London' },
];

t.test('a refused write is undone, whatever the system says', async (t) => {
  const disk = await failingDisk(t);
  for (const [code, reason] of [
    ['ENOSPC', 'disk full'],
    ['EDQUOT', 'disk quota exceeded'],
    ['EIO', 'disk error'],
    ['EROFS', 'file system is read-only'],
    ['EACCES', 'permission denied'],
    ['EMFILE', 'too many open files'],
  ] as const)
    await t.test(code, async (t) => {
      const folder = t.testdir();
      const opened = await open(t, folder);
      const { people, factory } = opened;
      for (const person of start) await people.put(person);
      const before = await contents(opened);
      const writes = [
        () => people.put({ id: 'd', name: 'Dan', town: 'London' }),
        () => people.put({ id: 'a', name: 'Augusta', town: 'Paris' }),
        () => people.take('b'),
        () => people.take('a'),
      ];
      disk.fail(code);
      for (const write of writes) {
        const error = await write().then(
          () => undefined,
          (error: unknown) => error,
        );
        t.match(error, {
          constructor: WriteFailure,
          reason,
          message: new RegExp(`^${reason}: \\S+changes\\.log could not be written \\(${code}`),
        });
        t.same(await contents(opened), before, 'everything is as before');
      }
      t.equal(factory.failure?.message.startsWith(`${reason}: `), true, 'and the factory says why');
      const together = await Promise.allSettled([...writes.map((write) => write()), people.put({ id: 'e', name: 'Eve' })]);
      t.same(new Set(together.map(({ status }) => status)), new Set(['rejected']));
      t.same(await contents(opened), before, 'as it is after several writes of one append');

      const copy = await readFile(path.join(folder, 'one', 'changes.log'), 'utf8');
      t.notMatch(copy, /Dan|Augusta|Eve|take/, 'nothing of them is in the log');
      disk.mend();
      for (const write of writes.slice(0, 3)) await write();
      t.equal(factory.failure, undefined, 'a write that succeeds ends it');
      t.same(names(await people.list()), 'a c d', 'what was refused can be sent again');
      await factory.close();
      const again = await open(t, folder);
      t.same(names(await again.people.list()), 'a c d');
      await again.factory.close();
    });
  t.equal(refusalOf(systemError('EWHATEVER')), undefined);
});

t.test('writes that wait behind a refused one are refused with it', async (t) => {
  const disk = await failingDisk(t);
  const opened = await open(t, t.testdir());
  const { people } = opened;
  for (const person of start) await people.put(person);
  const before = await contents(opened);
  disk.fail('ENOSPC');
  const first = people.put({ id: 'd', name: 'Dan' });
  // The append of the first has begun when these come: they build on it.
  await new Promise((resolve) => setImmediate(resolve));
  const later = [people.put({ id: 'd', name: 'Daniel' }), people.take('d'), people.put({ id: 'a', name: 'Dan' })];
  const results = await Promise.allSettled([first, ...later]);
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected', 'rejected'],
  );
  t.same(await contents(opened), before);
  disk.mend();
  await people.put({ id: 'x', name: 'Dan' });
  t.equal(names(await people.list()), 'a b c x');
});

t.test('a request that writes several times leaves nothing when a later write is refused', async (t) => {
  const disk = await failingDisk(t);
  const folder = t.testdir();
  const opened = await open(t, folder);
  const { people, factory } = opened;
  const towns = factory.collection<Person>('two', 'towns');
  for (const person of start) await people.put(person);
  const before = await contents(opened);
  const request = () =>
    inUnit(async () => {
      await people.put({ id: 'd', name: 'Dan' });
      await people.put({ id: 'a', name: 'Augusta' });
      await people.take('b');
      await towns.put({ id: 'rome' });
      await people.put({ id: 'e', name: 'Eve' });
    });
  for (let after = 0; after < 5; after += 1) {
    disk.fail('ENOSPC', after);
    // The log of the other environment begins with an append of its own.
    if ((await request().catch((error: unknown) => error)) === undefined) break;
    t.same([await contents(opened), await towns.count()], [before, 0], `after ${after} appends`);
  }
  disk.mend();
  const swallowing = inUnit(async () => {
    disk.fail('ENOSPC');
    await people.put({ id: 'd' }).catch(() => {});
    disk.mend();
    await people.put({ id: 'e' });
  });
  await t.rejects(swallowing, { message: /^disk full/ }, 'it writes nothing more then');
  t.same(await contents(opened), before);
  await request();
  await factory.close();
  const again = await open(t, folder);
  t.equal(names(await again.people.list()), 'a c d e');
});

t.test('a change that another request has replaced is not undone', async (t) => {
  const disk = await failingDisk(t);
  const { people } = await open(t, t.testdir());
  for (const person of start) await people.put(person);
  await inUnit(async () => {
    await people.put({ id: 'd', name: 'Dan' });
    await people.put({ id: 'a', name: 'Augusta' });
    await people.take('b');
    await new Promise<void>((resolve, reject) => {
      // Outside of the unit, as another request is.
      outside(async () => {
        await people.put({ id: 'd', name: 'Daniel' });
        await people.put({ id: 'x', name: 'Bob' });
      }).then(resolve, reject);
    });
    disk.fail('ENOSPC');
    await people.put({ id: 'e' });
  }).catch(() => {});
  disk.mend();
  const found = new Map((await people.list()).map(({ id, name }) => [id, name]));
  t.same(
    [...found],
    [
      ['a', 'Ada'],
      ['c', 'Cyd'],
      ['d', 'Daniel'],
      ['x', 'Bob'],
    ],
  );
});

/** Runs work in a unit of its own. */
const outside = <T>(work: () => Promise<T>): Promise<T> => inUnit(work);

t.test('the server finds out by itself that it can write again', async (t) => {
  const disk = await failingDisk(t);
  const { people, factory } = await open(t, t.testdir(), 10);
  disk.fail('ENOSPC');
  await t.rejects(people.put({ id: 'a' }));
  t.ok(factory.failure);
  disk.mend();
  await until(() => factory.failure === undefined);
  t.equal(await people.count(), 0);
});

// A file system of three megabytes that only this process and its children see: the real thing.
const mounts = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;

t.test('a full disk refuses writes, folds and starts, and loses nothing', { skip: !mounts && 'no mount namespaces here' }, async (t) => {
  const child = fileURLToPath(new URL('full-disk.js', import.meta.url));
  const mounted = 'mount -t tmpfs -o size=3m none "$1" && exec "$2" "$3" "$1"';
  const { stdout, stderr, status } = spawnSync('unshare', ['-m', 'sh', '-c', mounted, 'sh', t.testdir(), process.execPath, child], {
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
  const results = JSON.parse(stdout) as Record<string, unknown>;
  for (const [what, result] of Object.entries(results)) t.equal(result, true, what);
  t.ok(Object.keys(results).length > 10);
});
