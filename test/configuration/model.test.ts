import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import t from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import { storedProblem } from '../../src/configuration/stored/validate.js';
import type { App } from '../../src/environment/context.js';
import { openFolder } from '../../src/environment/store/folder.js';
import { buildServer } from '../../src/server/server.js';
import { defaultSettings } from '../../src/settings/read.js';
import { type Call, managementClient } from '../helpers/management.js';

/** What ought to be there: users by id, in the order in which they were made. */
type Model = Map<string, { username: string; population: string }>;

interface Real {
  call: Call;
  restart(): Promise<void>;
  end(): Promise<void>;
}

type Command = fc.AsyncCommand<Model, Real>;

const known = (model: Model, at: number): string | undefined => [...model.keys()][at % Math.max(1, model.size)];
const taken = (model: Model, username: string, but?: string): boolean =>
  [...model].some(([id, user]) => id !== but && user.username.toLowerCase() === username.toLowerCase());

const wanted = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

/** A command from what it does; it may always be run. */
const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const create = (username: string) =>
  command(`create ${username}`, async (model, { call }) => {
    const response = await call('POST', 'users', { body: { username, email: `${username}@example.com` } });
    wanted(response.statusCode === (taken(model, username) ? 400 : 201), `create ${username}: ${response.statusCode}`);
    if (response.statusCode !== 201) return;
    const { id, population } = response.json() as { id: string; population: { id: string } };
    model.set(id, { username, population: population.id });
  });

const createTwice = (username: string) =>
  command(`create ${username} twice at once`, async (model, { call }) => {
    const ask = () => call('POST', 'users', { body: { username, email: `${username}@example.com` } });
    const answers = await Promise.all([ask(), ask()]);
    const made = answers.filter(({ statusCode }) => statusCode === 201);
    wanted(made.length === (taken(model, username) ? 0 : 1), `${made.length} were made`);
    for (const answer of made) {
      const { id, population } = answer.json() as { id: string; population: { id: string } };
      model.set(id, { username, population: population.id });
    }
  });

const rename = (at: number, username: string) =>
  command(`rename ${at} to ${username}`, async (model, { call }) => {
    const id = known(model, at);
    if (id === undefined) return;
    const response = await call('PATCH', `users/${id}`, { body: { username } });
    const free = !taken(model, username, id);
    wanted(response.statusCode === (free ? 200 : 400), `rename: ${response.statusCode} ${response.payload}`);
    const user = model.get(id);
    if (free && user) model.set(id, { ...user, username });
  });

const remove = (at: number) =>
  command(`remove ${at}`, async (model, { call }) => {
    const id = known(model, at);
    if (id === undefined) return;
    wanted((await call('DELETE', `users/${id}`)).statusCode === 204, 'removed');
    wanted((await call('GET', `users/${id}`)).statusCode === 404, 'and gone');
    model.delete(id);
  });

const restart = command('restart', async (_model, real) => real.restart());

/** What happens after a page that ended with this user. */
type Between = (model: Model, real: Real, lastId: string) => Promise<void>;

/** Page by page: no item that exists throughout is skipped or repeated, whatever `between` does after each page. */
const list = (limit: number, between: Between = async () => {}, name = '') =>
  command(`list by ${limit}${name}`, async (model, real) => {
    const expected = [...model.keys()].join();
    const seen: string[] = [];
    let path: string | undefined = `users?limit=${limit}`;
    while (path !== undefined) {
      const body = (await real.call('GET', path)).json() as {
        _embedded: { users: { id: string; username: string }[] };
        _links: { next?: { href: string } };
        count: number;
      };
      wanted(body.count === model.size, `count ${body.count} of ${model.size}`);
      for (const { id, username } of body._embedded.users) {
        wanted(model.get(id)?.username === username, `${username} is not what it was`);
        seen.push(id);
      }
      path = body._links.next?.href.replace(/^.*\/v1/, '');
      if (path !== undefined) await between(model, real, seen.at(-1) as string);
    }
    wanted(seen.join() === expected, 'each once, in the order in which they were made');
  });

/** The same with a restart after each page, and with the first or the last of it removed before. */
const listOverRestarts = (limit: number, removes: 'the first' | 'the last' | 'none') =>
  list(
    limit,
    async (model, real, last) => {
      const [first] = model.keys();
      const id = removes === 'the last' ? last : first;
      if (removes !== 'none' && id !== undefined) {
        wanted((await real.call('DELETE', `users/${id}`)).statusCode === 204, 'removed');
        model.delete(id);
      }
      await real.restart();
    },
    `, restarts between, ${removes} removed`,
  );

const find = (username: string) =>
  command(`find ${username}`, async (model, { call }) => {
    const filter = encodeURIComponent(`username eq "${username}"`);
    const body = (await call('GET', `users?filter=${filter}`)).json() as { _embedded: { users: { id: string }[] } };
    const expected = [...model].filter(([, user]) => user.username.toLowerCase() === username.toLowerCase()).map(([id]) => id);
    wanted(body._embedded.users.map(({ id }) => id).join() === expected.join(), `found ${body._embedded.users.length}`);
  });

async function open(folder: string): Promise<{ app: App; close(): Promise<void> }> {
  const factory = await openFolder(folder, { validate: storedProblem, onDamage: ({ reason }) => wanted(false, `damaged: ${reason}`) });
  const context = await openContext({ settings: { ...defaultSettings, dataFolder: folder }, log: pino({ level: 'silent' }), factory });
  await seedServer(context);
  const app = await buildServer(context);
  return {
    app,
    async close() {
      await app.close();
      await factory.close();
    },
  };
}

async function begin(folder: string): Promise<Real> {
  let server = await open(folder);
  const real: Real = {
    call: await managementClient(server.app),
    async restart() {
      await server.close();
      server = await open(folder);
      real.call = await managementClient(server.app);
    },
    end: () => server.close(),
  };
  return real;
}

t.test('random operations with restarts in between match a simple model', async (t) => {
  const usernames = fc.constantFrom('anna', 'Anna', 'ben', 'cleo', 'dora', 'emil', 'ALICE');
  const commands = fc.commands(
    [
      usernames.map(create),
      usernames.map(createTwice),
      fc.tuple(fc.nat(9), usernames).map(([at, username]) => rename(at, username)),
      fc.nat(9).map(remove),
      fc.integer({ min: 1, max: 4 }).map((limit) => list(limit)),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('the first', 'the last', 'none'))
        .map(([limit, removes]) => listOverRestarts(limit, removes)),
      usernames.map(find),
      fc.constant(restart),
    ],
    { maxCommands: 25 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const folder = await mkdtemp(join(tmpdir(), 'model-'));
      const real = await begin(folder);
      try {
        const { _embedded } = (await real.call('GET', 'users')).json() as {
          _embedded: { users: { id: string; username: string; population: { id: string } }[] };
        };
        const model: Model = new Map(_embedded.users.map(({ id, username, population }) => [id, { username, population: population.id }]));
        await fc.asyncModelRun(() => ({ model, real }), sequence);
      } finally {
        await real.end();
        await rm(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 8 },
  );
  t.pass('the server did what the model says');
});
