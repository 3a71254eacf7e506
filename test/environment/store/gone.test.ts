import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { openFolder } from '../../../src/environment/store/folder.js';
import { Gone } from '../../../src/environment/store/presence.js';
import { environmentId } from '../../helpers/server.js';
import { startStored } from '../../helpers/stored-server.js';
import { until } from '../../helpers/until.js';
import { names, type Person } from './conformance.js';

/** A data folder that is removed, or replaced, under the running server. */

async function open(t: Test, folder: string, idleMilliseconds = 60_000) {
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const factory = await openFolder(folder, { onDamage: (damage) => t.fail('damage', damage), idleMilliseconds, onFailure });
  t.teardown(() => factory.close().catch(() => {}));
  return { factory, failures, people: factory.collection<Person>('one', 'people') };
}

/** What happens to a folder, and how it is put right. */
const accidents: readonly (readonly [string, (place: string) => Promise<unknown>])[] = [
  ['removed', (place) => rename(place, `${place}.away`)],
  ['replaced by a file', (place) => rename(place, `${place}.away`).then(() => writeFile(place, 'x'))],
  ['replaced by an empty folder', (place) => rename(place, `${place}.away`).then(() => mkdir(place))],
];
const putBack = (place: string) => rm(place, { recursive: true, force: true }).then(() => rename(`${place}.away`, place));

for (const [what, happen] of accidents)
  for (const [whose, placeOf] of [
    ['the data folder', (folder: string) => folder],
    ['an environment’s folder', (folder: string) => path.join(folder, 'one')],
  ] as const)
    for (const isFolded of [false, true])
      t.test(`${whose}, ${what} ${isFolded ? 'while its log is folded' : 'with a log'}`, async (t) => {
        const folder = path.join(t.testdir(), 'data');
        const { factory, people } = await open(t, folder);
        await people.put({ id: 'a', name: 'Ada' });
        if (isFolded) await factory.flush();
        const place = placeOf(folder);
        await happen(place);
        const before = existsSync(path.join(folder, 'one', 'people.json'));
        for (const write of [() => people.put({ id: 'b', name: 'Bob' }), () => people.take('a')])
          await t.rejects(async () => void (await write()), {
            constructor: Gone,
            reason: 'data folder gone',
            message: /was removed or replaced while the server was running, along with its contents: put it back, or restart the server/,
          });
        t.same(names(await people.list()), 'a', 'what was refused is undone');
        await factory.flush().catch(() => {});
        t.match(factory.failure, { constructor: Gone });
        t.equal(existsSync(path.join(folder, 'one', 'people.json')), before, 'nothing is written elsewhere');

        await putBack(place);
        await people.put({ id: 'b', name: 'Bob' });
        t.equal(factory.failure, undefined, 'once it is back, writing goes on');
        await factory.close();
        const again = await open(t, folder);
        t.same(names(await again.people.list()), 'a b');
      });

t.test('a new environment is not stored below a data folder that is gone', async (t) => {
  const folder = path.join(t.testdir(), 'data');
  const { factory } = await open(t, folder);
  await rm(folder, { recursive: true });
  const refused = await factory
    .collection<Person>('new', 'people')
    .put({ id: 'a', name: 'Ada' })
    .catch((error: unknown) => error);
  t.match(refused, { constructor: Gone });
  t.notOk(existsSync(folder));
});

t.test('a log that was removed refuses writes until all of it is in the readable files', async (t) => {
  const folder = path.join(t.testdir(), 'data');
  const { factory, people } = await open(t, folder, 10);
  await people.put({ id: 'a', name: 'Ada' });
  const log = path.join(folder, 'one', 'changes.log');
  if (existsSync(log)) {
    await rm(log);
    await people.put({ id: 'b', name: 'Bob' }).catch((error: unknown) => t.match(error, { constructor: Gone }));
  }
  await until(() => factory.failure === undefined);
  await people.put({ id: 'c', name: 'Cyd' });
  await factory.flush();
  t.match(await readFile(path.join(folder, 'one', 'people.json'), 'utf8'), /"Ada".*"Cyd"/s);
});

t.test('a fold into a folder that is gone says so by itself', async (t) => {
  const folder = path.join(t.testdir(), 'data');
  const { factory, people, failures } = await open(t, folder, 10);
  const written = people.put({ id: 'a', name: 'Ada' });
  await written;
  await rename(folder, `${folder}.away`);
  await people.put({ id: 'b', name: 'Bob' }).catch(() => {});
  await until(() => factory.failure instanceof Gone);
  await rename(`${folder}.away`, folder);
  await until(() => factory.failure === undefined);
  t.ok(failures.length <= 1, 'and says it once');
});

t.test('a server whose data folder is gone answers 500, is not ready, and says what to do', async (t) => {
  const folder = path.join(t.testdir(), 'data');
  const lines: string[] = [];
  const { app, call, close } = await startStored(t, folder, pino({ level: 'info' }, { write: (line) => void lines.push(line) }));
  const own = path.join(folder, environmentId);
  await rename(own, `${own}.away`);
  const create = () => call('POST', 'populations', { body: { name: 'Lost' } });
  const refused = await create();
  t.equal(refused.statusCode, 500);
  t.match(refused.json(), { code: 'UNEXPECTED_ERROR', id: /./, message: /./ });
  t.match(refused.headers['x-mock-diagnosis'], /^data_folder_gone; /);
  t.equal((await app.inject('/readyz')).statusCode, 503);
  t.match(
    lines.map((line) => JSON.parse(line)).findLast(({ event }) => event === 'storage'),
    { level: 50, msg: new RegExp(`${environmentId} was removed or replaced .*put it back, or restart the server`) },
  );
  t.equal(
    (await call('GET', 'populations')).json()._embedded.populations.some(({ name }: { name: string }) => name === 'Lost'),
    false,
  );
  await rename(`${own}.away`, own);
  t.equal((await create()).statusCode, 201);
  t.equal((await app.inject('/readyz')).statusCode, 200);
  await close();
});
