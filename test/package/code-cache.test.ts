import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { endGroup, runChild, startChild } from '../helpers/child.js';
import { until } from '../helpers/until.js';

// What the stage of the Dockerfile does that makes the image's code cache, with the Node.js of this test.

const folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const dist = join(folder, 'dist');
cpSync('dist', dist, { recursive: true });
cpSync('tools/make-code-cache.mjs', join(folder, 'make-code-cache.mjs'));
const env = { PATH: process.env.PATH };
const node = (...argv: readonly string[]) => runChild(process.execPath, argv, { cwd: folder, env });
const pathOf = (name: string): string => join(dist, 'cache', name);

/** Which files V8 compiled with a cache (`false`), although there was one (`true`) and without (`undefined`). */
const probe = `
const { loaderOf } = require('./dist/code-cache.cjs');
const { load, loaded } = loaderOf(process.cwd() + '/dist', require);
load('./run-command.cjs');
load('./server.cjs');
console.log(JSON.stringify(Object.fromEntries(Array.from(loaded, ([name, { script }]) => [name, script.cachedDataRejected ?? 'none']))));`;
const rejected = async (...flags: readonly string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await node(...flags, '-e', probe)).output) as Record<string, unknown>;

t.before(async () => {
  const { code, output, errors } = await node('make-code-cache.mjs', 'dist');
  t.strictSame({ code, output, errors }, { code: 0, output: '', errors: '' });
});

t.test('the cache has the files that a start and a sign-on load, and V8 takes it', async (t) => {
  const names = readdirSync(join(dist, 'cache')).sort();
  t.strictSame(names, ['command.cjs', 'library.cjs', 'run-command.cjs', 'server.cjs']);
  t.strictSame(await rejected(), Object.fromEntries(names.map((name) => [name, false])));
});

/** The server's cache with other bytes than it was made with. */
const spoiled: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  short: (data) => data.subarray(0, 20),
  'cut off': (data) => data.subarray(0, -100),
  'with another byte': (data) => {
    const copy = Buffer.from(data);
    copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
    return copy;
  },
  // V8's data begin with a mark, then its version.
  'of another Node.js': (data) => {
    const other = Buffer.from(data.subarray(32));
    other.writeUInt32LE(~other.readUInt32LE(4) >>> 0, 4);
    return Buffer.concat([
      createHash('sha256')
        .update(readFileSync(join(dist, 'server.cjs')))
        .update(other)
        .digest(),
      other,
    ]);
  },
};

/** Starts the server, and ends it once it has answered. */
async function startsWell(t: Test, ...flags: readonly string[]): Promise<void> {
  const { child, ended } = startChild(process.execPath, [...flags, 'dist/cli.js', '--json', '--port', '0'], { cwd: folder, env });
  t.teardown(() => endGroup(child));
  let output = '';
  child.stdout.on('data', (part) => {
    output += String(part);
  });
  await until(() => output.includes('\n'));
  const { discovery } = JSON.parse(output.split('\n')[0] ?? '') as { discovery: string };
  t.equal((await fetch(discovery)).status, 200);
  child.kill('SIGTERM');
  t.match(await ended, { code: 0, errors: '' });
}

t.test('with its cache the command starts', (t) => startsWell(t));

for (const [how, spoil] of Object.entries(spoiled))
  t.test(`a cache ${how} is ignored without a word`, async (t) => {
    const whole = readFileSync(pathOf('server.cjs'));
    t.teardown(() => writeFileSync(pathOf('server.cjs'), whole));
    writeFileSync(pathOf('server.cjs'), spoil(whole));
    t.equal((await rejected())['server.cjs'], how === 'of another Node.js' ? true : 'none');
    await startsWell(t);
  });

t.test('a cache made under other flags is ignored, and so is that of a file that was changed since', async (t) => {
  t.equal((await rejected('--max-lazy'))['server.cjs'], true);
  await startsWell(t, '--max-lazy');
  const path = join(dist, 'server.cjs');
  const before = readFileSync(path, 'utf8');
  t.teardown(() => writeFileSync(path, before));
  writeFileSync(path, before.replace('use strict', 'use Strict'));
  t.equal((await rejected())['server.cjs'], 'none');
  await startsWell(t);
});
