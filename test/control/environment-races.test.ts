import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Environments } from '../../src/environment/context.js';
import { startStored } from '../helpers/stored-server.js';

type Started = Awaited<ReturnType<typeof startStored>>;

const id = 'e0000000-0000-4000-8000-0000000000aa';
const people = (count: number) => Array.from({ length: count }, (_, at) => ({ username: `user${at}`, email: 'u@example.com' }));
const good = { id, name: 'Good', users: people(3) };
/** Refused for its last member, when everything else is stored. */
const bad = { id, name: 'Bad', users: people(3), apps: [{ name: 'W', type: 'WORKER', roleAssignments: [{ role: 'Nobody' }] }] };

const post = ({ app }: Started, payload: object) => app.inject({ method: 'POST', url: '/__mock/v1/environments', payload });
const remove = ({ app }: Started) => app.inject({ method: 'DELETE', url: `/__mock/v1/environments/${id}` });

/** Waits until it is so, looking after every turn of the event loop: these moments are short. */
async function once(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}
const comes = ({ get }: Environments) => once(() => get(id) !== undefined);
const goes = ({ get }: Environments) => once(() => get(id) === undefined);

/** The name of the environment and its users, or undefined where there is none. */
async function look({ context }: Started): Promise<string | undefined> {
  const environment = context.environments.get(id);
  if (!environment) return undefined;
  const users = await environment.store.users.list();
  const sizes = [await environment.store.populations.count(), await environment.store.resources.count()];
  return `${environment.record.name}: ${users.map(({ username }) => username).join(' ')}, ${sizes}`;
}
const whole = 'Good: user0 user1 user2, 1,2';

t.test('a refused request for an environment removes nothing of another one for the same id', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  const { environments } = first.context;
  t.same(
    (await Promise.all([post(first, good), post(first, good), post(first, bad)])).map(({ statusCode }) => statusCode),
    [201, 409, 409],
    'of simultaneous ones the first has the id',
  );
  t.equal(await look(first), whole);

  await remove(first);
  const refused = post(first, bad);
  await comes(environments);
  await goes(environments);
  const accepted = await post(first, good);
  t.same([(await refused).statusCode, accepted.statusCode], [400, 201], 'one that comes while the refused one is taken back');
  t.equal(await look(first), whole);

  const removed = remove(first);
  await goes(environments);
  const again = await Promise.all([post(first, good), post(first, bad)]);
  t.same([(await removed).statusCode, ...again.map(({ statusCode }) => statusCode)], [204, 201, 409], 'or while another is removed');
  t.equal(await look(first), whole);
  await first.close();

  const second = await startStored(t, folder);
  t.same([second.damages, second.mended], [[], []]);
  t.equal(await look(second), whole, 'and it is there after a start');
});

t.test('an environment that is removed while it is made answers 409, and is not half there afterwards', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  const made = post(first, { ...good, users: people(100) });
  await comes(first.context.environments);
  t.equal((await remove(first)).statusCode, 204);
  t.match((await made).json(), { error: { code: 'environment_removed', message: /was removed while it was being created/ } });
  t.equal((await made).statusCode, 409);
  const replaced = post(first, { ...bad, users: people(100) });
  await comes(first.context.environments);
  t.equal((await remove(first)).statusCode, 204);
  t.equal((await post(first, good)).statusCode, 201);
  t.not((await replaced).statusCode, 201);
  t.equal(await look(first), whole, 'the later one stays, whatever becomes of the removed one');
  await first.close();
  const second = await startStored(t, folder);
  t.same([second.damages, second.mended, await look(second)], [[], [], whole]);
});

t.test('a kill while an environment is made, refused or removed leaves all of it or nothing', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, join(folder, 'data'));
  const asked: Record<string, [body: () => Promise<unknown>, looks: (string | undefined)[]]> = {
    made: [() => post(first, good), [undefined, whole]],
    removed: [() => remove(first), [whole, undefined]],
    refused: [() => post(first, bad), [undefined]],
  };
  for (const [what, [ask, looks]] of Object.entries(asked)) {
    let isPending = true;
    const answer = ask().finally(() => {
      isPending = false;
    });
    const copies: string[] = [];
    while (isPending) {
      const copy = join(folder, `${what}-${copies.length}`);
      try {
        cpSync(join(folder, 'data'), copy, { recursive: true });
        copies.push(copy);
      } catch {
        // Something vanished while it was copied: the next copy is without it.
        rmSync(copy, { recursive: true, force: true });
      }
      await new Promise(setImmediate);
    }
    await answer;
    t.ok(copies.length > 1, `${what}: ${copies.length} copies`);
    // Each start takes a while: some of them, first and last included.
    for (const copy of copies.filter((_, at) => at % Math.ceil(copies.length / 5) === 0 || at === copies.length - 1)) {
      rmSync(join(copy, '.lock'), { force: true });
      const killed = await startStored(t, copy);
      const found = await look(killed);
      if (!looks.includes(found)) t.fail(`${what}: ${found}`);
      t.same(killed.damages, []);
      await killed.close();
    }
  }
  await first.close();
});
