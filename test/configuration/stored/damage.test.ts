import { existsSync } from 'node:fs';
import { chmod, cp, link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { repairFolder } from '../../../src/configuration/stored/repair.js';
import { environmentRecords } from '../../../src/environment/create-context.js';
import { DataFolderError, describeDamage } from '../../../src/environment/store/damage.js';
import { openFolder } from '../../../src/environment/store/folder.js';
import { createClock } from '../../../src/lib/clock.js';
import type { Item } from '../../../src/lib/collections/types.js';

const environments = ['one', 'two'];
const collections = ['applications', 'passwords', 'populations', 'users'];

/** Items of each collection: those in the readable files, and those that only the log has. */
function itemsOf(environmentId: string, collection: string, part: 'file' | 'log'): Item[] {
  const environment = { id: environmentId };
  const names = part === 'file' ? ['ada', 'bob'] : ['cyd'];
  return names.map((name) => {
    const id = `${environmentId}-${name}`;
    if (collection === 'users') return { id, environment, username: name, population: { id } };
    if (collection === 'passwords') return { id, value: `secret of ${name}` };
    return { id, environment, name, default: name === 'ada' };
  });
}

/** A data folder as a server that was killed leaves it: readable files, and a log with later changes. */
async function writeFolder(folder: string): Promise<void> {
  for (const part of ['file', 'log'] as const) {
    const factory = await openFolder(folder, { onDamage: () => {}, idleMilliseconds: 60_000 });
    for (const id of environments) {
      await factory
        .collection('server', 'environments')
        .put({ id, name: id, organization: { id: 'ours' }, license: { id: 'ours' }, [part]: true } as Item);
      for (const name of collections) for (const item of itemsOf(id, name, part)) await factory.collection(id, name).put(item);
    }
    if (part === 'file') await factory.close();
    else {
      const copy = `${folder}-copy`;
      await cp(folder, copy, { recursive: true });
      await factory.close();
      await rm(folder, { recursive: true });
      await rename(copy, folder);
      await rm(path.join(folder, '.lock'));
    }
  }
}

type Found = Record<string, string[]>;

interface Started {
  readonly found?: Found;
  readonly warnings: readonly string[];
  /** Why the start was refused. */
  readonly refusal?: string;
}

/** Starts on a folder as the server does, and lists what is there. */
async function start(folder: string): Promise<Started> {
  const warnings: string[] = [];
  try {
    const factory = await openFolder(folder, { onDamage: (damage) => warnings.push(describeDamage(damage)), idleMilliseconds: 60_000 });
    try {
      const records = environmentRecords(factory);
      warnings.push(...(await repairFolder({ factory, records, clock: createClock() })));
      const found: Found = { records: (await records.list()).map(({ id }) => id) };
      for (const id of environments)
        for (const name of collections)
          found[`${id}/${name}`] = (await factory.collection(id, name).list()).map((item) => JSON.stringify(item));
      return { found, warnings };
    } finally {
      await factory.close();
    }
  } catch (error) {
    if (!(error instanceof DataFolderError)) throw error;
    return { warnings, refusal: error.message };
  }
}

// Where memory is a disk, thousands of starts take seconds.
const base = await mkdtemp(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'damage-'));
t.teardown(() => rm(base, { recursive: true, force: true }));
const killed = path.join(base, 'killed');
const closed = path.join(base, 'closed');
await writeFolder(killed);
await cp(killed, closed, { recursive: true });
const acknowledged = (await start(closed)).found as Found;

let copies = 0;

/** Applies one damage to a copy, starts on it, and demands that nothing is lost in silence. */
async function judge(t: Test, whole: string, place: string, damage: string, apply: (place: string, folder: string) => Promise<unknown>) {
  copies += 1;
  const folder = path.join(base, `copy-${copies}`);
  await cp(whole, folder, { recursive: true });
  await apply(path.join(folder, place), folder);
  const { found, warnings, refusal } = await start(folder);
  const told = [...warnings, ...(refusal === undefined ? [] : [refusal])];
  const label = `${path.basename(whole)}: ${place}: ${damage}`;
  const lost = Object.entries(acknowledged).filter(([name, items]) => !items.every((item) => found?.[name]?.includes(item)));
  // A file is named by itself; a folder by its name.
  const names = place.includes('/') ? [place, path.basename(place)] : [place];
  if (lost.length > 0 && !told.some((text) => names.some((name) => text.includes(name)))) t.fail(label, { lost, told });
  // A reported problem is not reported again, and existing items stay.
  if (refusal === undefined && lost.length > 0) {
    const again = await start(folder);
    if (JSON.stringify(again.found) !== JSON.stringify(found)) t.fail(`${label}: another start`, { found, again });
  }
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true });
  return { lost, told };
}

const read = (file: string) => readFile(file, 'utf8');
const edit = (change: (text: string) => string) => async (file: string) => writeFile(file, change(await read(file)));

const wrongKinds = (name: string) => [
  '',
  'null',
  '7',
  '"text"',
  '[]',
  '{}',
  `{"${name}": null}`,
  `{"${name}": {}}`,
  `{"${name}": [7]}`,
  `{"${name}": [{}]}`,
  `{"${name}": [{"id": 7}]}`,
];

/** Where a cut may hurt: around each line, and in the middle of it. */
function cutsOf(text: string, isLog: boolean): number[] {
  if (isLog)
    return Array.from({ length: text.length }, (_, at) => at).filter((at) => at % 41 === 0 || text[at] === '\n' || text[at - 1] === '\n');
  const cuts = new Set([0, 1]);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) for (const each of [at - 1, at, at + 1]) cuts.add(each);
  return [...cuts].filter((at) => at >= 0 && at < text.length);
}

for (const whole of [killed, closed]) {
  const inOne = await readdir(path.join(whole, 'one'));
  const files = [...inOne.map((name) => `one/${name}`), ...(await readdir(path.join(whole, 'server'))).map((name) => `server/${name}`)];

  t.test(`every damage to a file of a folder that was ${path.basename(whole)} is harmless or reported`, async (t) => {
    t.same(
      inOne.sort(),
      [...collections.map((name) => `${name}.json`), 'meta.json', ...(whole === killed ? ['changes.log'] : [])].sort(),
      'all that there is gets damaged',
    );
    for (const place of files) {
      const isLog = place.endsWith('.log');
      // Read by the same code as users.json.
      const isLike = place.startsWith('one/') && !/users|meta|changes/.test(place);
      const text = await read(path.join(whole, place));
      const name = path.basename(place, '.json');
      const damages: [string, (file: string, folder: string) => Promise<unknown>][] = [
        ['deleted', (file) => rm(file)],
        ['a folder', (file) => rm(file).then(() => mkdir(file))],
        ['a link to itself', (file) => rm(file).then(() => symlink(file, file))],
        ['a link to nothing', (file) => rm(file).then(() => symlink(`${file}.gone`, file))],
        [
          'a link to the file elsewhere',
          (file, folder) => rename(file, path.join(folder, 'elsewhere')).then(() => symlink(path.join(folder, 'elsewhere'), file)),
        ],
        ['a hard link', (file, folder) => link(file, path.join(folder, 'elsewhere'))],
        ['CRLF', edit((text) => text.replaceAll('\n', '\r\n'))],
        ['a byte order mark', edit((text) => `\uFEFF${text}`)],
        ['read-only', (file) => chmod(file, 0o444)],
        ['zeroes at the end', edit((text) => `${text}${'\0'.repeat(10)}`)],
        ['nothing but zeroes', edit((text) => '\0'.repeat(text.length))],
        ['a last line by hand', edit((text) => `${text}{"collection":"users"`)],
        ...wrongKinds(name).map(
          (kind) =>
            [`contents ${JSON.stringify(kind)}`, (file: string) => writeFile(file, kind)] as [string, (file: string) => Promise<void>],
        ),
        ...(isLike ? [] : cutsOf(text, isLog)).map(
          (at) => [`cut at ${at}`, edit((text) => text.slice(0, at))] as [string, (file: string) => Promise<void>],
        ),
        ...(isLike ? '' : text)
          .split('\n')
          .slice(0, 10)
          .flatMap((_, at): [string, (file: string) => Promise<void>][] => {
            const inLines = (change: (lines: string[]) => unknown) =>
              edit((text) => {
                const lines = text.split('\n');
                change(lines);
                return lines.join('\n');
              });
            return [
              [`line ${at + 1} twice`, inLines((lines) => lines.splice(at, 0, lines[at] as string))],
              [
                `no newline after line ${at + 1}`,
                edit((text) =>
                  text
                    .split('\n')
                    .map((line, each) => line + (each === at ? '' : '\n'))
                    .join('')
                    .replace(/\n$/, ''),
                ),
              ],
              ...(isLog
                ? [[`line ${at + 1} deleted`, inLines((lines) => lines.splice(at, 1))] as [string, (file: string) => Promise<void>]]
                : []),
            ];
          }),
        ...files
          .filter((other) => other !== place && path.dirname(other) === path.dirname(place))
          .map(
            (other) =>
              [
                `swapped with ${other}`,
                async (file: string, folder: string) => {
                  const second = path.join(folder, other);
                  await rename(file, `${file}.kept`);
                  await rename(second, file);
                  await rename(`${file}.kept`, second);
                },
              ] as [string, (file: string, folder: string) => Promise<void>],
          ),
      ];
      for (const [damage, apply] of damages) await judge(t, whole, place, damage, apply);
    }
    t.ok(copies > 100, `${copies} damages`);
  });
}

t.test('everything that is whole is kept', async (t) => {
  const kept = async (place: string, damage: string, apply: (file: string, folder: string) => Promise<unknown>) => {
    const { lost, told } = await judge(t, killed, place, damage, apply);
    t.same([lost, told], [[], []], `${place}: ${damage}`);
  };
  await kept(
    'one/changes.log',
    'without its last newline',
    edit((text) => text.slice(0, -1)),
  );
  await kept(
    'one/changes.log',
    'with CRLF',
    edit((text) => text.replaceAll('\n', '\r\n')),
  );
  await kept(
    'one/changes.log',
    'without its first line',
    edit((text) => text.slice(text.indexOf('\n') + 1)),
  );
  await kept(
    'one/users.json',
    'with a byte order mark',
    edit((text) => `\uFEFF${text}`),
  );
  await kept('one/meta.json', 'deleted', (file) => rm(file));
});

t.test('a line added to the log by hand is applied, with or without its newline', async (t) => {
  for (const end of ['', '\n']) {
    const folder = t.testdir();
    await cp(killed, folder, { recursive: true });
    const log = path.join(folder, 'one', 'changes.log');
    await writeFile(
      log,
      `${await read(log)}{"collection":"users","add":{"id":"eve","username":"eve","population":{"id":"one-ada"}}}${end}`,
    );
    const { found, warnings } = await start(folder);
    t.same(warnings, []);
    t.match(found?.['one/users']?.at(-1), /"eve"/);
  }
});

t.test('a warning says what is missing, where, and what to do', async (t) => {
  const { told } = await judge(t, closed, 'one/users.json', 'deleted', (file) => rm(file));
  t.match(told, [/one\/users\.json is missing \(3 items were in it\): .* stop the server and put the file back from a copy$/]);
  const gone = await judge(t, closed, 'one', 'deleted', (folder) => rm(folder, { recursive: true }));
  t.match(
    gone.told[0],
    /^environment one is in server\/environments\.json, but its folder one is missing or empty, .* put the folder back from a copy$/,
  );
  const log = await judge(t, killed, 'one/changes.log', 'deleted', (file) => rm(file));
  t.match(log.told, [/one\/changes\.log is missing \(the last changes were in it\)/]);
  const cut = await judge(
    t,
    killed,
    'one/changes.log',
    'cut after a line',
    edit((text) => `${text.split('\n').slice(0, -2).join('\n')}\n`),
  );
  t.match(cut.told, [
    /one\/changes\.log:\d+:1 is damaged \(\d+ bytes of acknowledged changes are missing here\); it was set aside as \S+\.damaged-1$/,
  ]);
});

t.test('a folder of an environment is there, or the start says that it is not', async (t) => {
  const away = (folder: string) => rename(folder, `${folder}.away`);
  const damages: [string, (place: string, folder: string) => Promise<unknown>][] = [
    ['deleted', (place) => rm(place, { recursive: true })],
    ['empty', (place) => rm(place, { recursive: true }).then(() => mkdir(place))],
    ['a file', (place) => rm(place, { recursive: true }).then(() => writeFile(place, ''))],
    ['renamed', away],
    ['a link to it elsewhere', (place) => away(place).then(() => symlink(`${place}.away`, place))],
    ['a link to nothing', (place) => away(place).then(() => symlink(`${place}.gone`, place))],
    ['a link to itself', (place) => away(place).then(() => symlink(place, place))],
    [
      'a link to the other environment',
      (place, folder) => away(place).then(() => symlink(path.join(folder, place.endsWith('two') ? 'one' : 'two'), place)),
    ],
    [
      'a link to a file',
      (place, folder) =>
        away(place)
          .then(() => writeFile(path.join(folder, 'file'), ''))
          .then(() => symlink(path.join(folder, 'file'), place)),
    ],
  ];
  for (const whole of [killed, closed])
    for (const place of [...environments, 'server'])
      for (const [damage, apply] of damages) {
        const { lost, told } = await judge(t, whole, place, damage, apply);
        t.ok(lost.length === 0 || told.length > 0, `${path.basename(whole)}: ${place}: ${damage}`);
        if (damage.startsWith('a link to')) t.match(told.join(), /symbolic link|is a file/, `${place}: ${damage}`);
      }
});

t.test('folders and files in the place of another environment’s are reported', async (t) => {
  const swapped = async (one: string, two: string) =>
    judge(t, closed, one, `swapped with ${two}`, async (place, folder) => {
      await rename(place, `${place}.kept`);
      await rename(path.join(folder, two), place);
      await rename(`${place}.kept`, path.join(folder, two));
    });
  for (const name of collections) t.match((await swapped(`one/${name}.json`, `two/${name}.json`)).told.join('\n'), `one/${name}.json`);
  t.match((await swapped('one', 'two')).told.join('\n'), /one\/users\.json: 3 of its 3 items belong to the environment two/);
});

t.test('the data folder may be a link, and one that leads nowhere is refused', async (t) => {
  const folder = t.testdir();
  const real = path.join(folder, 'real');
  await cp(killed, real, { recursive: true });
  await symlink(real, path.join(folder, 'linked'));
  const { found, warnings } = await start(path.join(folder, 'linked'));
  t.same([found, warnings], [acknowledged, []]);
  t.ok((await lstat(path.join(folder, 'linked'))).isSymbolicLink(), 'the link stays');
  t.equal((await stat(path.join(real, 'one', 'users.json'))).isFile(), true);
  await t.rejects(stat(path.join(real, 'one', 'changes.log')), { code: 'ENOENT' }, 'and what it leads to was written');

  await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling'));
  await symlink(path.join(folder, 'loop'), path.join(folder, 'loop'));
  await symlink(path.join(real, 'one', 'users.json'), path.join(folder, 'file'));
  for (const [name, message] of [
    ['dangling', /dangling cannot be used: \S+dangling is a symbolic link to \S+nowhere, which does not exist\./],
    ['loop', /loop cannot be used: \S+loop is a symbolic link to \S+loop, which does not exist\./],
    ['file', /file cannot be used: \S+file is a file, not a folder\./],
  ] as const)
    t.match((await start(path.join(folder, name))).refusal, message, name);
});

t.test('files that this user may not read or write are refused by name', { skip: process.platform === 'win32' }, async (t) => {
  const isRoot = process.geteuid?.() === 0;
  const folder = path.join(base, 'shut');
  for (const [place, mode, expected] of [
    ['one/users.json', 0o000, /shut cannot be used: .*one\/users\.json/],
    ['one/changes.log', 0o000, /shut cannot be used: .*one\/changes\.log/],
    ['one', 0o000, /shut cannot be used: .*\/one\b/],
    ['server/environments.json', 0o000, /shut cannot be used: .*environments\.json/],
  ] as const) {
    await cp(killed, folder, { recursive: true });
    for (const entry of ['', ...(await readdir(folder, { recursive: true }))]) await chmod(path.join(folder, String(entry)), 0o777);
    await chmod(base, 0o755);
    await chmod(path.join(folder, place), mode);
    // Root may read everything, so this runs as another user for a while.
    if (isRoot) process.seteuid?.(65_534);
    try {
      t.match((await start(folder)).refusal, expected, place);
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(path.join(folder, place), 0o777);
      await rm(folder, { recursive: true });
    }
  }
});
