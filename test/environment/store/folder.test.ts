import { once } from 'node:events';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { createChangeLog } from '../../../src/environment/store/change-log.js';
import { type Damage, DataFolderError } from '../../../src/environment/store/damage.js';
import type { FolderOptions } from '../../../src/environment/store/environment-folder.js';
import { openFolder } from '../../../src/environment/store/folder.js';
import { createCollection } from '../../../src/lib/collections/memory.js';
import { endGroup, startChild } from '../../helpers/child.js';
import { unlessGone } from '../../helpers/unless-gone.js';
import { until } from '../../helpers/until.js';
import { conform, names, type Person, personIndexes } from './conformance.js';

/** Opens a folder that is closed at the end of the test; a damage that the test does not expect fails it. */
async function open(t: Test, folder: string, options: Partial<FolderOptions> = {}) {
  const onDamage = (damage: Damage) => t.fail('damage', damage);
  const factory = await openFolder(folder, { onDamage, idleMilliseconds: 60_000, ...options });
  t.teardown(() => factory.close().catch(unlessGone));
  return { ...factory, people: factory.collection<Person>('one', 'people', personIndexes) };
}

/** What a kill would leave: the folder as it is now, without its lock. */
async function copyOf(t: Test, folder: string) {
  const copy = await mkdtemp(path.join(tmpdir(), 'store-'));
  t.teardown(() => rm(copy, { recursive: true }));
  for (const environment of await readdir(folder, { withFileTypes: true })) {
    if (!environment.isDirectory()) continue;
    await mkdir(path.join(copy, environment.name), { recursive: true });
    for (const file of await readdir(path.join(folder, environment.name)))
      await writeFile(path.join(copy, environment.name, file), await readFile(path.join(folder, environment.name, file)));
  }
  return copy;
}

const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
const filesOf = async (folder: string) => (await readdir(folder)).sort().join(' ');

conform(t, 'in a folder', async (t) => {
  const { people } = await open(t, t.testdir());
  return { collection: people, later: async () => people };
});

conform(t, 'in a folder, after a restart', async (t) => {
  const folder = t.testdir();
  const first = await open(t, folder);
  const later = async () => {
    await first.close();
    return (await open(t, folder)).people;
  };
  return { collection: first.people, later };
});

conform(t, 'in a folder, after a kill', async (t) => {
  const folder = t.testdir();
  const { people } = await open(t, folder);
  return { collection: people, later: async () => (await open(t, await copyOf(t, folder))).people };
});

conform(t, 'in a folder, after a kill between folding and ending the log', async (t) => {
  const folder = t.testdir();
  const first = await open(t, folder);
  const later = async () => {
    const log = path.join(folder, 'one', 'changes.log');
    const lines = await readFile(log).catch(() => undefined);
    await first.close();
    if (lines) await writeFile(log, lines);
    return (await open(t, folder)).people;
  };
  return { collection: first.people, later };
});

t.test('a cursor outlives a restart and the removal of items around it', async (t) => {
  const folder = t.testdir();
  const first = await open(t, folder);
  for (let number = 0; number < 10; number += 1) await first.people.put({ id: `p${number}` });
  for (const id of ['p0', 'p2']) await first.people.take(id);
  const { items, next } = await first.people.page({ limit: 4 });
  t.equal(names(items), 'p1 p3 p4 p5');
  await first.people.take('p1');
  await first.close();

  const second = await open(t, folder);
  t.equal(names((await second.people.page({ limit: 9, after: next })).items), 'p6 p7 p8 p9', 'its place is known by the item');
  await second.people.take('p5');
  await second.people.put({ id: 'p5' });
  t.equal(names((await second.people.page({ limit: 9, after: next })).items), 'p6 p7 p8 p9 p5', 'without it, by the one before');
  await second.close();
  const third = await open(t, folder);
  for (const id of ['p3', 'p4', 'p5']) await third.people.take(id);
  t.equal(names((await third.people.page({ limit: 2, after: next })).items), 'p6 p7', 'and without any that was given');
});

t.test('the files are readable, and extra members and foreign files are left alone', async (t) => {
  const folder = t.testdir({
    one: { 'people.json': '{ "note": "ours", "people": [{"id":"ada","name":"Ada"}] }' },
    '.git': { config: '' },
    'README.md': '',
  });
  const { people, flush, collection, environmentIds } = await open(t, folder);
  t.same(await people.list(), [{ id: 'ada', name: 'Ada' }]);
  await people.put({ id: 'bob' });
  await collection('server', 'environments').put({ id: 'one' });
  t.same(await environmentIds(), ['one']);
  t.equal(await filesOf(path.join(folder, 'one')), 'changes.log meta.json people.json');
  await flush();
  t.equal(await filesOf(path.join(folder, 'one')), 'meta.json people.json', 'the log ends');
  t.equal(
    await readFile(path.join(folder, 'one', 'people.json'), 'utf8'),
    '{\n  "note": "ours",\n  "people": [\n    {\n      "id": "ada",\n      "name": "Ada"\n    },\n    {\n      "id": "bob"\n    }\n  ]\n}\n',
  );
  const before = await stat(path.join(folder, 'one', 'people.json'));
  await collection('one', 'towns').put({ id: 'rome' });
  await flush();
  t.equal((await stat(path.join(folder, 'one', 'people.json'))).ino, before.ino, 'a collection that did not change is not written');
  t.equal(await filesOf(path.join(folder, 'one')), 'meta.json people.json towns.json');
});

t.test('the change log is folded into the files after a quiet while', async (t) => {
  const folder = t.testdir();
  const { people } = await open(t, folder, { idleMilliseconds: 10 });
  await people.put({ id: 'ada' });
  await until(async () => (await filesOf(path.join(folder, 'one'))) === 'meta.json people.json');
  t.same(await json(path.join(folder, 'one', 'people.json')), { people: [{ id: 'ada' }] });
});

t.test('a write appends one line, and simultaneous writes share an append', async (t) => {
  const folder = t.testdir();
  const { people } = await open(t, folder);
  const log = path.join(folder, 'one', 'changes.log');
  const sizes: number[] = [];
  for (let number = 1000; number < 3000; number += 1) {
    await people.put({ id: `p${number}` });
    if (number % 500 === 499) sizes.push((await stat(log)).size);
  }
  const line = '{"collection":"people","add":{"id":"p1000"}}\n'.length;
  t.same(
    sizes.map((size) => size - (sizes[0] as number)),
    [0, 1, 2, 3].map((part) => part * 500 * line),
  );
  t.equal(await filesOf(path.join(folder, 'one')), 'changes.log meta.json', 'and no collection is written whole');

  const answered = new Set(
    await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        people
          .put({ id: `q${number}` })
          .then(() => stat(log))
          .then(({ size }) => size),
      ),
    ),
  );
  t.equal(answered.size, 1, 'a hundred at once are answered with one append');
});

t.test('every acknowledged write survives kill -9', async (t) => {
  const folder = t.testdir();
  const writer = fileURLToPath(new URL('writer.js', import.meta.url));
  const kept: string[] = [];
  const gone: string[] = [];
  for (const [prefix, writers, answers] of [
    ['a', 1, 30],
    ['b', 20, 400],
    ['c', 7, 170],
  ] as const) {
    const { child, ended } = startChild(process.execPath, [writer, folder, String(writers), prefix]);
    let count = 0;
    for await (const line of createInterface(child.stdout)) {
      (line.startsWith('+') ? kept : gone).push(line.slice(1));
      count += 1;
      if (count === answers) child.kill('SIGKILL');
    }
    t.match(await ended, { code: null, errors: '' });
    t.equal(child.signalCode, 'SIGKILL');
  }
  const { people } = await open(t, folder);
  const ids = new Set((await people.list()).map(({ id }) => id));
  t.ok(kept.length > 300);
  t.same(
    kept.filter((id) => !ids.has(id)),
    [],
    'nothing is missing',
  );
  t.ok(gone.length > 100);
  t.same(
    gone.filter((id) => ids.has(id)),
    [],
    'nothing has come back',
  );
});

t.test('only an incomplete last line of the log is dropped', async (t) => {
  const folder = t.testdir();
  const first = await open(t, folder);
  await first.people.put({ id: 'ada', name: 'Ada' });
  const copy = await copyOf(t, folder);
  const log = path.join(copy, 'one', 'changes.log');
  await appendFile(log, '{"collection":"people","add":{"id":"bob","na');
  const second = await open(t, copy);
  t.equal(names(await second.people.list()), 'ada');
  await second.people.put({ id: 'cyd' });
  const third = await open(t, await copyOf(t, copy));
  t.equal(names(await third.people.list()), 'ada cyd');
});

const damaged: [name: string, files: Record<string, string | Buffer>, expected: Partial<Damage>[], left: string][] = [
  [
    'a file that ends too early',
    { 'people.json': '{\n  "people": [\n    { "id": "ada" },\n' },
    [{ line: 4, column: 1, reason: 'unexpected end, expected value' }],
    '',
  ],
  ['an empty file', { 'people.json': '' }, [{ line: 1, column: 1, reason: 'unexpected end, expected value' }], ''],
  [
    'a missing comma',
    { 'people.json': '{"people": [\n {"id": "ada"}\n {"id": "bob"}\n]}' },
    [{ line: 3, column: 2, reason: 'unexpected {, expected a comma or ]' }],
    '',
  ],
  [
    'a comma too many',
    { 'people.json': '{"people": [{"id": "ada",}]}' },
    [{ line: 1, column: 26, reason: 'unexpected }, expected name' }],
    '',
  ],
  ['a missing colon', { 'people.json': '{"people" []}' }, [{ line: 1, column: 11, reason: 'unexpected [, expected :' }], ''],
  ['a second value', { 'people.json': '{"people": []}\n{}' }, [{ line: 2, column: 1, reason: 'unexpected {, expected nothing more' }], ''],
  [
    'a conflict of git',
    { 'people.json': '{"people": [\n<<<<<<< ours\n]}' },
    [{ line: 2, column: 1, reason: 'not JSON: expected value or ]' }],
    '',
  ],
  ['a wrong escape', { 'people.json': '{"people": [{"id": "a\\x"}]}' }, [{ line: 1, column: 20, reason: 'not JSON: expected value' }], ''],
  [
    'a list for an object',
    { 'people.json': '["people"]' },
    [{ line: 1, column: 1, reason: 'expected an object with a list called "people"' }],
    '',
  ],
  ['an object for a list', { 'people.json': '{"people": {}}' }, [{ line: 1, column: 1 }], ''],
  [
    'bytes that are no text',
    { 'people.json': Buffer.from('{"people": [\n{"id": "\xff"}]}', 'latin1') },
    [{ line: 2, column: 9, reason: 'not UTF-8' }],
    '',
  ],
  [
    'items without an id, or with one that is there already',
    { 'people.json': '{\n"other": [1, {}],\n"people": [{"id": "ada"}, {"name": "x"},\n  {"id": ""}, 7, {"id": "ada"},\n {"id": "bob"}]}' },
    [
      { line: 3, column: 27, reason: 'not an object with an id' },
      { line: 4, column: 3, reason: 'not an object with an id' },
      { line: 4, column: 15 },
      { line: 4, column: 18, reason: 'an earlier item has the id "ada" too' },
    ],
    'ada bob',
  ],
  [
    'two items with one unique value',
    {
      'people.json':
        '{\n  "people": [\n    {\n      "id": "ada",\n      "name": "A"\n    },\n    {\n      "id": "bob",\n      "name": "A"\n    }\n  ]\n}\n',
    },
    [{ line: 7, column: 5, reason: 'the item "ada" has the same name' }],
    'ada',
  ],
  ['a file that is well but for the mark of its order of bytes', { 'people.json': '\uFEFF{"people": [{"id": "ada"}]}' }, [], 'ada'],
  [
    'lines of the log',
    {
      'people.json': '{"people": [{"id": "ada"}]}',
      'changes.log': Buffer.from(
        [
          '{"collection":"people","add":{"id":"bob"}}',
          '{"collection":"people","add":{"id":"eve"',
          '{"collection":"../people","add":{"id":"eve"}}',
          '{"collection":"people","add":{}}',
          '{"collection":"people","take":1}',
          '',
          'null',
          '\xff',
          '{"collection":"people","take":"ada"}',
          '{"collection":"people","put":{"id":"cyd"}}',
          '',
        ].join('\n'),
        'latin1',
      ),
    },
    [
      { line: 2, column: 41, reason: 'unexpected end, expected a comma or }' },
      { line: 3, column: 1, reason: 'not a change of a collection' },
      { line: 4, column: 1 },
      { line: 5, column: 1 },
      { line: 6, column: 1 },
      { line: 7, column: 1 },
      { line: 8, column: 1, reason: 'not UTF-8' },
    ],
    'bob cyd',
  ],
];

t.test('unreadable parts are reported with their place and set aside, and the rest is used', async (t) => {
  for (const [name, files, expected, left] of damaged)
    await t.test(name, async (t) => {
      const folder = t.testdir({
        one: { ...files, 'towns.json': '{"towns": [{"id": "rome"}]}', 'people.json.damaged-1': 'from last time' },
      });
      const damages: Damage[] = [];
      const { people, collection, close } = await open(t, folder, { onDamage: (damage) => damages.push(damage) });
      const damagedFile = path.join(folder, 'one', 'changes.log' in files ? 'changes.log' : 'people.json');
      t.match(damages, expected);
      t.equal(damages.length, expected.length);
      for (const { file, setAside } of damages) {
        t.equal(file, damagedFile);
        t.equal(setAside, `${damagedFile}.damaged-${'changes.log' in files ? 1 : 2}`);
        t.same(await readFile(setAside as string), Buffer.from(files[path.basename(file)] ?? ''), 'as it was');
      }
      t.equal(names(await people.list()), left);
      t.equal(names(await collection('one', 'towns').list()), 'rome');
      await people.put({ id: 'new' });
      await close();
      const again = await open(t, folder);
      t.equal(names(await again.people.list()), `${left} new`.trim(), 'and it is not reported twice');
    });
});

t.test('an item that an index cannot read is set aside', async (t) => {
  const folder = t.testdir({ one: { 'towns.json': '{\n  "towns": [\n    {\n      "id": "rome"\n    }\n  ]\n}\n' } });
  const damages: Damage[] = [];
  const { collection } = await open(t, folder, { onDamage: (damage) => damages.push(damage) });
  const towns = collection<{ id: string; country: { name: string } }>('one', 'towns', [
    { name: 'country', of: ({ country }) => country.name },
  ]);
  t.equal(await towns.count(), 0);
  t.match(damages, [{ line: 3, column: 5, reason: /^a member is missing/ }]);
});

t.test('only one process at a time has a folder open', async (t) => {
  const folder = t.testdir({ one: {} });
  const first = await open(t, folder);
  await t.rejects(open(t, folder), {
    message: `${folder} cannot be used: this process has already opened it. Stop it, or choose another data folder.`,
  });
  await first.close();
  await first.close();
  await t.rejects(first.people.put({ id: 'late' }), { message: 'the data folder is closed' });
  t.throws(() => first.collection('two', 'people'), { message: 'the data folder is closed' });
  t.equal(await first.people.count(), 0, 'and nothing was changed');

  const lock = path.join(folder, '.lock');
  await writeFile(lock, `${process.ppid}\n`);
  await t.rejects(open(t, folder), { message: new RegExp(`process ${process.ppid} has it open`) });
  if (process.platform === 'linux') {
    // A child that was killed, and whose parent never waits for it.
    const { child: parent } = startChild('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000']);
    t.teardown(() => endGroup(parent));
    const zombie = Number(await once(parent.stdout, 'data'));
    const statOf = (pid: number | undefined) => readFile(`/proc/${pid}/stat`, 'latin1');
    // The shell would wait for it; what it turns into does not.
    await until(async () => (await statOf(parent.pid)).includes('(sleep)'));
    process.kill(zombie, 'SIGKILL');
    await until(async () => /\) Z/.test(await statOf(zombie)));
    await writeFile(lock, `${zombie}\n`);
    await (await open(t, folder)).close();
  }
  // A process that is gone, one whose number was given again, and one that was killed before it wrote its number.
  for (const stale of ['99999999\n', ...(process.platform === 'linux' ? [`${process.ppid} 1\n`, `${process.pid} 1\n`] : []), '']) {
    await writeFile(lock, stale);
    const next = await open(t, folder);
    await next.close();
    t.equal(await filesOf(folder), 'one', JSON.stringify(stale));
  }
});

t.test('a folder that cannot be opened is not left locked', async (t) => {
  const folder = t.testdir({ one: { 'people.json': {} } });
  await t.rejects(open(t, folder), {
    message: `${path.join(folder, 'one', 'people.json')} is a folder where a file is expected. Put the file itself in its place.`,
  });
  t.equal(await filesOf(folder), 'one');
});

t.test('a folder that cannot hold data is refused with what to do about it', async (t) => {
  const base = t.testdir({ file: '', shut: {}, read: { one: { 'people.json': '{"people": []}' } } });
  await open(t, path.join(base, 'a', 'b', 'c'));
  t.equal(await filesOf(path.join(base, 'a', 'b', 'c')), '.lock', 'every missing folder is made');
  const cases: [folder: string, message: RegExp][] = [
    [path.join(base, 'file'), /file cannot be used: \S+\/file is a file, not a folder\. Choose another data folder\.$/],
    [path.join(base, 'file', 'below', 'it'), /it cannot be used: \S+\/file is a file, not a folder\./],
  ];
  if (process.platform === 'linux')
    cases.push(
      ['/proc/x', /^\/proc\/x cannot be used: .*\/proc\b.* another data folder\.$/],
      ['/proc/x/y', /^\/proc\/x\/y cannot be used: .*\/proc\b/],
      ['/dev/null/x', /^\/dev\/null\/x cannot be used: \/dev\/null is a file, not a folder/],
    );
  for (const [folder, message] of cases) await t.rejects(open(t, folder), { constructor: DataFolderError, message }, folder);

  // Root may write everywhere, so this runs as another user for a while.
  await chmod(base, 0o755);
  const isRoot = process.geteuid?.() === 0;
  const user = isRoot ? 65_534 : process.geteuid?.();
  await chmod(path.join(base, 'shut'), 0o555);
  await chmod(path.join(base, 'read', 'one', 'people.json'), 0o000);
  await chmod(path.join(base, 'read'), 0o777);
  if (isRoot) process.seteuid?.(65_534);
  try {
    for (const [folder, place] of [
      ['shut', 'shut'],
      ['shut/new', 'shut'],
    ])
      await t.rejects(open(t, path.join(base, folder as string)), {
        constructor: DataFolderError,
        message: new RegExp(
          `${folder} cannot be used: this user may not read and write \\S+/${place} \\(its mode is 0555, its owner \\d+, this user ${user}\\)\\. ` +
            `Run chmod a\\+rwx \\S+/${place}, or chown ${user} \\S+/${place}, or choose another data folder\\.$`,
        ),
      });
    await t.rejects(open(t, path.join(base, 'read')), { message: /people\.json \(its mode is 0000/ }, 'a file in it');
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(path.join(base, 'shut'), 0o755);
  }
});

t.test('removing an environment removes its folder', async (t) => {
  const folder = t.testdir({ '.removed-old': { 'people.json': '' } });
  const { people, collection, removeEnvironment, environmentIds, close } = await open(t, folder);
  await Promise.all([people.put({ id: 'ada' }), collection('two', 'towns').put({ id: 'rome' })]);
  const late = people.put({ id: 'late' });
  const removal = removeEnvironment('one');
  await t.resolves(people.put({ id: 'later' }), 'a write that comes too late has nothing to keep');
  const again = collection<Person>('one', 'people');
  await again.put({ id: 'eve' });
  await Promise.all([late, removal, removeEnvironment('never'), removeEnvironment('two'), removeEnvironment('two')]);
  t.same(await environmentIds(), ['one']);
  await close();
  t.equal(await filesOf(folder), 'one');
  t.equal(names(await (await open(t, folder)).people.list()), 'eve');
});

t.test('a half-written batch is cut off before the next one', async (t) => {
  const folder = path.join(t.testdir(), 'one');
  const log = createChangeLog(folder);
  await log.write('{"collection":"people","take":"a"}\n');
  await appendFile(log.path, '{"coll');
  await log.close();
  await log.write('{"collection":"people","take":"b"}\n');
  t.match(await log.read(), {
    changes: ['a', 'b'].map((take) => ({ collection: 'people', change: { take } })),
    problems: [],
    isWhole: true,
  });
  await log.close();
});

t.test('an item nested too deeply to be pretty-printed takes a single line', async (t) => {
  const folder = t.testdir();
  const { people, flush } = await open(t, folder);
  await people.put({ id: 'ada' });
  await people.put({ id: 'deep', note: JSON.parse(`${'['.repeat(1500)}${']'.repeat(1500)}`) });
  await t.rejects(people.put({ id: 'deeper', note: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) }), RangeError);
  t.equal(await people.count(), 2, 'one that can not be written is refused');
  await flush();
  const text = await readFile(path.join(folder, 'one', 'people.json'), 'utf8');
  t.ok(text.startsWith('{\n"people": [\n{"id":"ada"},\n{"id":"deep","note":[[['));
  t.equal(names((await json(path.join(folder, 'one', 'people.json'))).people), 'ada deep');
});

t.test('the folder holds what memory held, wherever a kill comes', async (t) => {
  const id = fc.nat(6).map((number) => `p${number}`);
  const name = fc.option(
    fc.nat(3).map((number) => `n${number}`),
    { nil: undefined },
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), id, name }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), id }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'close' as const, 'kill' as const, 'kill in a fold' as const) }),
    },
  );
  const base = t.testdir();
  let count = 0;
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        count += 1;
        const folder = path.join(base, String(count));
        const log = path.join(folder, 'one', 'changes.log');
        const model = createCollection<Person>(personIndexes);
        const start = async () => {
          const factory = await openFolder(folder, { onDamage: (damage) => t.fail('damage', damage), idleMilliseconds: 60_000 });
          return { ...factory, people: factory.collection<Person>('one', 'people', personIndexes) };
        };
        let current = await start();
        const isSame = async () => isDeepStrictEqual(await current.people.list(), JSON.parse(JSON.stringify(await model.list())));
        for (const one of steps) {
          if (one.kind === 'put') {
            const item = { id: one.id, ...(one.name === undefined ? {} : { name: one.name }) };
            const answers = await Promise.allSettled([current.people.put(item), model.put(item)]);
            if (answers[0]?.status !== answers[1]?.status) throw new Error('another answer');
          } else if (one.kind === 'take') await Promise.all([current.people.take(one.id), model.take(one.id)]);
          else if (one.kind === 'flush') await current.flush();
          else {
            const lines = await readFile(log).catch(() => Buffer.alloc(0));
            const files = ['people.json', 'meta.json'].map((name) => path.join(folder, 'one', name));
            const texts = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
            await current.close();
            // Closing folds: for a kill before, all is put back as it was; for a kill in the middle, only the log.
            if (one.kind === 'kill')
              for (const [at, file] of files.entries()) await (texts[at] ? writeFile(file, texts[at]) : rm(file, { force: true }));
            if (one.kind !== 'close' && lines.length > 0) await writeFile(log, lines);
            current = await start();
          }
          if (!(await isSame())) throw new Error(`not the same after ${one.kind}`);
        }
        await current.close();
      }),
      { numRuns: 40 },
    ),
  );
});

t.test('files with secrets can be read by their owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const folder = t.testdir();
  const { collection, flush } = await open(t, folder);
  const modeOf = async (file: string) => ((await stat(path.join(folder, 'one', file))).mode & 0o777).toString(8);
  await collection('one', 'users').put({ id: 'a' });
  const secrets = ['secrets', 'passwords', 'configuredKeys', 'keyRotationPolicies'];
  for (const name of secrets) await collection('one', name).put({ id: 'a' });
  t.equal(await modeOf('changes.log'), '600');
  await flush();
  for (const name of secrets) t.equal(await modeOf(`${name}.json`), '600', name);
  t.equal(await modeOf('users.json'), (0o666 & ~process.umask()).toString(8));
});
