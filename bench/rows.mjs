// The rows of the table: what is measured, and the target where there is one. Each returns its lines.
import { execFileSync } from 'node:child_process';
import { some } from './arguments.mjs';
import { createClient, median, repeat } from './client.mjs';
import { flow } from './jobs.mjs';
import { firstFigures, ratiosOf, spread, startFigures, warmFigures } from './measure.mjs';
import { startLimit, startMock } from './server.mjs';
import { lineOf } from './table.mjs';

const begin = [startMock, startLimit];

const versionOf = (node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
const isOld = (node) => Number(versionOf(node).slice(1).split('.')[0]) < 22;

/** What a client does again and again: the jobs before and in a round, and whether they need an environment that is full of users. */
export const repeated = {
  flow: { label: 'PKCE flow, warm', target: '<= 1.25', warm: 3000, count: 300 },
  credentials: { label: 'client_credentials', target: '<= 1.25', warm: 3000, count: 500 },
  refresh: { label: 'refresh_token', target: '<= 1.25', warm: 2000, count: 300 },
  userinfo: { label: 'userinfo', target: '<= 4', warm: 2000, count: 500 },
  introspection: { label: 'introspection', target: '<= 4', warm: 2000, count: 500 },
  create: { label: 'create application', target: '<= 5', warm: 1000, count: 300 },
  filter: { label: 'read one of USERS users by filter', target: '<= 5', warm: 2000, count: 500, isFull: true },
  list: { label: 'list 100 of USERS users', target: '<= 12', warm: 1000, count: 200, isFull: true },
  discovery: { label: 'discovery', target: '<= 1.10', warm: 5000, count: 2000 },
  jwks: { label: 'JWKS', target: '<= 1.10', warm: 5000, count: 2000 },
};

/** Figures of such a row on two servers. */
export function repeatedFigures(name, servers, scale, { isLimit = true } = {}) {
  const { warm, count, isFull } = repeated[name];
  const users = isFull ? scale.users : 0;
  return warmFigures(name, servers, { warm: some(warm, scale), count: some(count, scale), rounds: scale.rounds, users, isLimit });
}

const overLimit = (name) => async (scale) => {
  const { label, target } = repeated[name];
  const figures = await repeatedFigures(name, begin, scale);
  return [lineOf(`${label.replace('USERS', scale.users.toLocaleString('en'))}: CPU`, ratiosOf(figures, 'cpu'), { target })];
};

const first = (label, target, countOf, atOnce) => async (scale) => {
  const count = countOf(scale);
  const figures = await firstFigures('flow', begin, { count, rounds: scale.starts, atOnce });
  return [lineOf(`${label.replace('COUNT', count.toLocaleString('en'))}: CPU`, ratiosOf(figures, 'cpu'), { target })];
};

/** The client shares the two cores: neither side has both of them. */
async function perSecond(scale) {
  const pinned = [startMock, () => startLimit({ cores: '0' })];
  const figures = await warmFigures('flow', pinned, { warm: some(3000, scale), count: some(500, scale), rounds: scale.rounds });
  return [lineOf('flows a second, 16 clients, limit on one core', ratiosOf(figures, 'rate'), { target: '>= 1.10', unit: '/s' })];
}

async function start(scale, node) {
  const on = [() => startMock({ node }), () => startLimit({ node })];
  const mock = await startMock({ node });
  await mock.stop();
  const path = new URL(mock.discovery).pathname;
  // The limit has no discovery: its 404 goes the same way.
  const figures = await startFigures(on, [path, path], scale.starts);
  const target = isOld(node) ? '<= 0.40' : '<= 0.45';
  return [lineOf(`cold start to discovery, ${versionOf(node)}: CPU`, ratiosOf(figures, 'cpu'), { target })];
}

/** Resident memory after the start and after many flows: flat if the end is no higher than after the first fifth. */
async function memory(scale, node) {
  const fifth = Math.ceil(Number(process.env.BENCH_FLOWS ?? scale.flows) / 5);
  const mock = await startMock({ node });
  try {
    const send = createClient(mock.url, 4);
    await send({ path: new URL(mock.discovery).pathname });
    const after = [mock.memory()];
    for (let part = 0; part < 5; part += 1) {
      await repeat(fifth, 4, () => flow(send));
      after.push(mock.memory());
    }
    const megabytes = after.map((figure) => figure.toFixed(0));
    const many = (flows) => flows.toLocaleString('en');
    const version = versionOf(node);
    const growth = after[5] / after[1];
    return [
      { name: `memory after start, ${version}, MB`, figure: megabytes[0], target: '<= 60' },
      { name: `memory after ${many(fifth)} flows, ${version}, MB`, figure: megabytes[1] },
      {
        name: `memory after ${many(5 * fifth)} flows, ${version}, MB`,
        figure: megabytes[5],
        target: isOld(node) ? '<= 100' : '<= 110',
        more: `after each fifth: ${megabytes.slice(1).join(' ')}`,
      },
      { name: `memory, ${many(5 * fifth)} over ${many(fifth)} flows, ${version}`, figure: growth.toFixed(2), target: '<= 1.05' },
    ];
  } finally {
    await mock.stop();
  }
}

async function library(scale, node) {
  const file = new URL('library.mjs', import.meta.url).pathname;
  const runs = Array.from({ length: scale.starts }, () => JSON.parse(execFileSync(node, [file], { encoding: 'utf8' })));
  const lineFor = (name, member, target, more) => {
    const { median: middle, quartiles } = spread(runs.map((run) => run[member]));
    return { name, figure: middle.toFixed(0), quartiles: quartiles.map((figure) => figure.toFixed(0)).join(' to '), target, more };
  };
  const version = versionOf(node);
  const alone = `Node.js itself: ${median(runs.map((run) => run.node)).toFixed(0)} ms`;
  return [
    lineFor(`import of the library, ${version}, ms CPU`, 'imported', '<= 200', alone),
    lineFor(`startMock() and close(), ${version}, ms CPU`, 'closed', '<= 300'),
  ];
}

/** Measures on each of the Node.js programs. */
const onEach = (measure) => async (scale, nodes) => {
  const lines = [];
  for (const node of nodes) lines.push(...(await measure(scale, node)));
  return lines;
};

const { flow: warmFlow, ...others } = Object.fromEntries(Object.keys(repeated).map((name) => [name, overLimit(name)]));

/** The rows by their names, in the order of the table. */
export const rows = {
  flow: warmFlow,
  first: first('the first COUNT flows', '<= 1.60', ({ first: count }) => count),
  one: first('the very first flow', '', () => 1, 1),
  rate: perSecond,
  ...others,
  start: onEach(start),
  memory: onEach(memory),
  library: onEach(library),
};
