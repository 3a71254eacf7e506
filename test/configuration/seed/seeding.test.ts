import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createEnvironment } from '../../../src/configuration/environments/create.js';
import { openContext } from '../../../src/configuration/open-context.js';
import { seedServer } from '../../../src/configuration/seed/fill.js';
import { watchSeed } from '../../../src/configuration/seed/reload.js';
import type { Context } from '../../../src/environment/context.js';
import { memoryFactory } from '../../../src/environment/store/factory.js';
import { defaultSettings, type Settings } from '../../../src/settings/read.js';
import { until } from '../../helpers/until.js';

const id = 'e0000000-0000-4000-8000-00000000000a';
const seedOf = (name: string, usernames: readonly string[] = [], more: object = {}) =>
  JSON.stringify({
    environments: [
      {
        id,
        name,
        users: usernames.map((username) => ({ username, password: 'Secret-Passw0rd', email: `${username}@example.com` })),
        ...more,
      },
    ],
  });

const folderOf = (t: Test): string => {
  const folder = mkdtempSync(join(tmpdir(), 'seeding-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
};

async function open(settings: Partial<Settings>) {
  const lines: { ok?: boolean; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const context = await openContext({ settings: { ...defaultSettings, ...settings }, log, factory: memoryFactory() });
  const texts = await seedServer(context);
  return { context, lines, texts };
}

const usernames = async ({ environments }: Context) => (await environments.get(id)?.store.users.list())?.map(({ username }) => username);

t.test('a seed is read from a text, a file or a folder', async (t) => {
  const folder = folderOf(t);
  const file = join(folder, 'b.json');
  writeFileSync(file, seedOf('File', ['carol']));
  writeFileSync(join(folder, 'a.json'), seedOf('First', ['dave']));
  writeFileSync(join(folder, 'notes.txt'), 'no seed');
  t.equal((await open({ config: seedOf('Text') })).context.environments.get(id)?.record.name, 'Text');
  t.same(await usernames((await open({ configFile: file })).context), ['carol']);
  for (const settings of [{ configFile: folder }, { seedFolder: folder }]) {
    const { context } = await open(settings);
    t.same(await usernames(context), ['dave', 'carol'], 'every *.json, in the order of the names');
    t.equal(context.environments.get(id)?.record.name, 'First');
  }
  t.equal(
    (await open({ configFile: file, environmentId: 'f0000000-0000-4000-8000-000000000001' })).context.environments.list()[0]?.id,
    'f0000000-0000-4000-8000-000000000001',
  );
  const empty = folderOf(t);
  await t.rejects(open({ configFile: empty }), { message: /there is no \*\.json in this folder/ });
  t.equal((await open({ seedFolder: empty })).context.environments.list()[0]?.record.name, 'Demo');
  await t.rejects(open({ configFile: join(empty, 'none.json') }), { message: /none\.json does not exist/ });
  await t.rejects(open({ seedFolder: join(empty, 'none') }), { message: /PINGONE_MOCK_SEED_DIR: .*none does not exist/ });
  writeFileSync(file, `\uFEFF${seedOf('Marked', ['carol'])}`);
  t.same(await usernames((await open({ configFile: file })).context), ['carol'], 'a byte order mark is no fault');
  writeFileSync(file, '{"environments":[');
  await t.rejects(open({ configFile: file }), { message: /b\.json: not JSON/ });
});

t.test('a seed is read from a URL, without its password in error messages', async (t) => {
  const server = createServer((request, response) => {
    const { url, headers } = request;
    if (url === '/seed.json') response.end(seedOf('Remote', ['erin']));
    else if (url === '/moved.json') response.writeHead(302, { location: '/seed.json' }).end();
    else if (url === '/closed.json' && headers.authorization === `Basic ${Buffer.from('user:pa ss').toString('base64')}`)
      response.end(seedOf('Closed', ['frank']));
    else if (url === '/endless.json') {
      const more = () => response.write('x'.repeat(1_000_000), (error) => error ?? more());
      more();
    } else if (url === '/half.json') response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.same(await usernames((await open({ configFile: `http://${origin}/seed.json` })).context), ['erin']);
  t.same(await usernames((await open({ configFile: `http://${origin}/moved.json` })).context), ['erin']);
  t.same(await usernames((await open({ configFile: `http://user:pa%20ss@${origin}/closed.json` })).context), ['frank']);
  const cases = [
    ['none.json', /none\.json: cannot be read \(it answers 404\)/],
    ['endless.json', /it is larger than 10 MB/],
    ['half.json', /half\.json: cannot be read/],
  ] as const;
  for (const [path, message] of cases) await t.rejects(open({ configFile: `http://${origin}/${path}` }), { message }, path);
  await t.rejects(open({ configFile: 'http://user:secret@127.0.0.1:1/x' }), {
    message: /^http:\/\/127\.0\.0\.1:1\/x: cannot be read \(.+\)$/,
  });
  await t.rejects(open({ configFile: 'http://' }), { message: /not a URL/ });
});

/** Waits for the next line of the log that says how a reload went. */
async function nextLine(lines: { ok?: boolean; msg: string }[]) {
  await until(() => lines.length > 0);
  return lines.shift();
}

t.test('a changed seed is reloaded, and a bad one leaves the old one in force', async (t) => {
  const folder = folderOf(t);
  const file = join(folder, 'seed.json');
  writeFileSync(file, seedOf('One', ['carol']));
  const { context, lines, texts } = await open({ configFile: file });
  const other = await createEnvironment(context, { name: 'Of a test' });
  const watcher = watchSeed(context, texts);
  t.teardown(() => watcher.close());
  await wait(150);

  writeFileSync(file, seedOf('Two', ['carol', 'dave']));
  t.match(await nextLine(lines), { ok: true, msg: /seed reloaded from .*seed\.json/ });
  t.same(await usernames(context), ['carol', 'dave']);
  t.equal(context.environments.get(id)?.record.name, 'Two');
  t.ok(context.environments.get(other.id), 'what a test has made stays');
  t.equal(context.environments.list()[0]?.id, id, 'the default environment stays the first');

  writeFileSync(file, seedOf('Three', ['dave'], { aplications: [] }));
  t.match(await nextLine(lines), {
    ok: false,
    msg: /previous one stays in use: .*seed\.json: environments\[0\]: unknown name "aplications"/,
  });
  t.same(await usernames(context), ['carol', 'dave']);
  writeFileSync(file, '{');
  t.match(await nextLine(lines), { ok: false, msg: /not JSON/ });

  // As editors and Kubernetes do it: another file takes the name.
  writeFileSync(join(folder, 'new'), seedOf('Four', []));
  renameSync(join(folder, 'new'), file);
  t.match(await nextLine(lines), { ok: true });
  t.same(await usernames(context), []);

  writeFileSync(file, JSON.stringify({ environments: [{ name: 'Without an id' }] }));
  t.match(await nextLine(lines), { ok: true });
  t.equal(context.environments.get(id)?.record.name, 'Without an id', 'it keeps the id');

  writeFileSync(file, JSON.stringify({ environments: [{ id: 'e0000000-0000-4000-8000-00000000000b', name: 'Another' }] }));
  t.match(await nextLine(lines), { ok: true });
  t.same(
    context.environments.list().map(({ record }) => record.name),
    ['Another', 'Of a test'],
  );

  writeFileSync(file, JSON.stringify({ environments: [{ id: 'e0000000-0000-4000-8000-00000000000b', name: 'Another' }] }));
  await wait(300);
  t.same(lines, [], 'the same text again is no change');

  writeFileSync(file, JSON.stringify({ environments: [{ id: other.id, name: 'Of the seed' }] }));
  t.match(await nextLine(lines), { environmentId: other.id, msg: /names the environment .*a test created; its contents are replaced/ });
  t.match(await nextLine(lines), { ok: true });
  t.same(
    context.environments.list().map(({ record }) => record.name),
    ['Of the seed'],
  );

  rmSync(file);
  t.match(await nextLine(lines), { ok: false, msg: /does not exist/ });
  for (let written = 0; written < 4; written += 1) {
    writeFileSync(join(folder, 'mock.log'), `${written}`);
    await wait(150);
  }
  t.same(lines, [], 'a file that is gone is told of once, whatever else is written beside it');
});

t.test('a seed folder is watched, unless there is a data folder', async (t) => {
  const folder = join(folderOf(t), 'seeds');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.json'), seedOf('One', ['carol']));
  const { context, lines, texts } = await open({ seedFolder: folder });
  const watcher = watchSeed(context, texts);
  t.teardown(() => watcher.close());
  await wait(150);
  writeFileSync(join(folder, 'b.json'), seedOf('One', ['dave']));
  t.match(await nextLine(lines), { ok: true });
  t.same(await usernames(context), ['carol', 'dave']);
  rmSync(join(folder, 'a.json'));
  t.match(await nextLine(lines), { ok: true });
  t.same(await usernames(context), ['dave']);

  const { context: kept, lines: said } = await open({ seedFolder: folder, dataFolder: '/data' });
  watchSeed(kept, []).close();
  const still = watchSeed(kept, []);
  t.teardown(() => still.close());
  await wait(150);
  writeFileSync(join(folder, 'b.json'), seedOf('Two', ['erin']));
  await nextLine(lines);
  t.same(said, []);
});

t.test('a seed behind a URL is polled, and reloaded once it has changed', async (t) => {
  let now = { body: seedOf('One', ['carol']), headers: { etag: '"1"' } as Record<string, string>, status: 200 };
  const asked: { none?: string; since?: string; status: number }[] = [];
  const server = createServer(({ headers }, response) => {
    const [none, since] = [headers['if-none-match'], headers['if-modified-since']];
    const same = none !== undefined ? none === now.headers.etag : since !== undefined && since === now.headers['last-modified'];
    const status = same ? 304 : now.status;
    asked.push({ ...(none !== undefined && { none }), ...(since !== undefined && { since }), status });
    response.writeHead(status, now.headers).end(same ? undefined : now.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const configFile = `http://127.0.0.1:${(server.address() as AddressInfo).port}/seed.json`;
  const { context, lines, texts } = await open({ configFile, seedPollSeconds: 1 });
  const watcher = watchSeed(context, texts);
  t.teardown(() => watcher.close());
  /** Waits until the server was asked so many times more. */
  const polls = async (times: number) => {
    const wanted = asked.length + times;
    await until(() => asked.length >= wanted);
    await wait(50);
  };

  await polls(2);
  t.same(asked, [{ status: 200 }, { status: 200 }, { none: '"1"', status: 304 }], 'with the ETag that it gave');
  t.same(lines, [], 'what has not changed is not loaded again');

  now = { ...now, body: seedOf('Two', ['carol', 'dave']), headers: { 'last-modified': 'Tue, 01 Jan 2030 00:00:00 GMT' } };
  t.match(await nextLine(lines), { ok: true, msg: `seed reloaded from ${configFile}` });
  t.same(await usernames(context), ['carol', 'dave']);
  await polls(1);
  t.same(asked.at(-1), { since: 'Tue, 01 Jan 2030 00:00:00 GMT', status: 304 }, 'without an ETag with the date that it gave');

  now = { ...now, body: seedOf('Three', [], { aplications: [] }), headers: {} };
  t.match(await nextLine(lines), {
    ok: false,
    msg: /previous one stays in use: .*seed\.json: environments\[0\]: unknown name "aplications"/,
  });
  await polls(2);
  now = { ...now, status: 503 };
  t.match(await nextLine(lines), { ok: false, msg: /previous one stays in use: .*cannot be read \(it answers 503\)/ });
  await polls(2);
  t.same(lines, [], 'each is told of once');
  t.same(await usernames(context), ['carol', 'dave'], 'the last good one');

  now = { ...now, status: 200, body: seedOf('Four', ['erin']) };
  t.match(await nextLine(lines), { ok: true });
  t.same(await usernames(context), ['erin']);
  watcher.close();
  const before = asked.length;
  await wait(1200);
  t.equal(asked.length, before, 'and no more once it is closed');

  const never = await open({ configFile, seedPollSeconds: 0 });
  watchSeed(never.context, never.texts).close();
});
