// What the management API costs as an environment fills. Loaded by run.mjs: node bench/run.mjs management
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { some } from './arguments.mjs';
import { createClient, median, repeat } from './client.mjs';
import { workerToken } from './jobs.mjs';
import { startMock } from './server.mjs';

const environment = 'e0000000-0000-4000-8000-000000000001';
const users = `/v1/environments/${environment}/users`;

/** Asks the management API as the default worker. */
async function managementOf({ url }, connections) {
  const send = createClient(url, connections);
  const authorization = `Bearer ${await workerToken(send)}`;
  return async (method, path, body) => {
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
    const { status, text } = await send({ method, path, headers, ...(body && { body: JSON.stringify(body) }) });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  };
}

const newUser = (number) => ({
  username: `user${number}`,
  email: `user${number}@example.com`,
  externalId: `external${number}`,
  name: { given: 'Given', family: `Family ${number}` },
});

/** Ten thousand users, one after another, each on disk before the next: the last tenth over the first. */
async function creation(say, scale) {
  const step = some(1000, scale);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const mock = await startMock({ env: { PINGONE_MOCK_DATA: folder } });
  const call = await managementOf(mock, 1);
  const [cpu, seconds] = [[], []];
  let number = 0;
  // What the engine still compiles is not what is asked about: some go before, and are removed.
  const before = [];
  for (; number < some(500, scale); number += 1) before.push(JSON.parse(await call('POST', users, newUser(number))).id);
  for (const id of before) await call('DELETE', `${users}/${id}`);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const used = mock.cpu();
    seconds.push(await repeat(step, 1, () => call('POST', users, newUser(number++))));
    cpu.push((mock.cpu() - used) / step);
  }
  const memory = mock.memory();
  const timeOf = async (work) => {
    const began = performance.now();
    const result = await work();
    return [performance.now() - began, result];
  };
  const [stopping] = await timeOf(() => mock.stop());
  const [starting, second] = await timeOf(() => startMock({ env: { PINGONE_MOCK_DATA: folder } }));
  await second.stop();
  rmSync(folder, { recursive: true });
  const list = (figures) => figures.map((figure) => figure.toFixed(2)).join(' ');
  const all = (10 * step).toLocaleString('en');
  say(`${all} users on disk, last tenth over first: CPU`, (cpu[9] / cpu[0]).toFixed(2), `ms each: ${list(cpu)}`);
  say(`${all} users on disk, last tenth over first: time`, (seconds[9] / seconds[0]).toFixed(2), `seconds: ${list(seconds)}`);
  say(`with ${all} users: memory, stop, start`, `${memory.toFixed(0)} MB`, `${stopping.toFixed(0)} ms, ${starting.toFixed(0)} ms`);
}

/** A server with so many users. */
async function filled(count) {
  const mock = await startMock();
  const call = await managementOf(mock, 8);
  let number = 0;
  await repeat(count, 8, () => call('POST', users, newUser(number++)));
  return { mock, call };
}

/** What is asked of them. */
async function pathsOf({ call }) {
  const first = JSON.parse(await call('GET', `${users}?limit=100`));
  const next = new URL(first._links.next.href);
  const { id, population } = first._embedded.users[50];
  const filter = (text) => `${users}?filter=${encodeURIComponent(text)}`;
  return {
    'a page of 100': `${users}?limit=100`,
    'the page after it': next.pathname + next.search,
    'one user': `${users}/${id}`,
    'username eq': filter('username eq "user700"'),
    'id eq': filter(`id eq "${id}"`),
    'email eq, as Terraform asks': filter('((email eq "user700@example.com"))'),
    'externalId eq': filter('externalId eq "external700"'),
    'population.id eq, a page of 100': `${filter(`population.id eq "${population.id}"`)}&limit=100`,
  };
}

/** Reads among 100,000 users over the same among 1,000, in turn. */
async function reading(say, scale) {
  const [many, few] = [Number(process.env.BENCH_USERS ?? scale.many), scale.few];
  const servers = [await filled(many), await filled(few)];
  const paths = [await pathsOf(servers[0]), await pathsOf(servers[1])];
  const times = some(300, scale);
  for (const name of Object.keys(paths[0])) {
    const figures = [[], []];
    // The first round is for the engine.
    for (let round = 0; round <= 5; round += 1)
      for (const [at, { mock, call }] of servers.entries()) {
        const used = mock.cpu();
        await repeat(times, 4, () => call('GET', paths[at][name]));
        if (round > 0) figures[at].push((mock.cpu() - used) / times);
      }
    const [large, small] = figures.map(median);
    say(`${name}: CPU, ${many} over ${few}`, (large / small).toFixed(2), `${large.toFixed(2)} ms to ${small.toFixed(2)} ms`);
  }
  await Promise.all(servers.map(({ mock }) => mock.stop()));
}

/** Adds its lines to a table (table.mjs). */
export async function management(add, scale) {
  const say = (name, figure, more) => add({ name, figure, more });
  await creation(say, scale);
  await reading(say, scale);
}
