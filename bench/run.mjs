// npm run bench [-- [--quick] [ROW…]]: the mock over the limit (limit.mjs), both in one interleaved run. CPU time comes first, because
// machines are noisy. BENCH_NODES names more Node.js programs, separated by colons: start, memory and library are measured on each.
import { execFileSync } from 'node:child_process';
import { createClient, median, repeat } from './client.mjs';
import { flow } from './jobs.mjs';
import { firstFigures, ratiosOf, startFigures, warmFigures } from './measure.mjs';
import { startLimit, startMock } from './server.mjs';

const argv = process.argv.slice(2);
const quick = argv.includes('--quick');
const only = argv.filter((word) => !word.startsWith('--'));
const nodes = [process.execPath, ...(process.env.BENCH_NODES ?? '').split(':').filter(Boolean)];
const versionOf = (node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();

const head = (name, figure, quartiles, target, more) =>
  console.log(`${name.padEnd(44)} ${figure.padStart(8)} ${quartiles.padStart(15)} ${target.padStart(8)}   ${more}`);
function say(name, { median: middle, quartiles, sides, unit = 'ms' }, target = '') {
  const digits = unit === 'ms' ? 3 : 0;
  const [low, high] = quartiles.map((figure) => figure.toFixed(2));
  head(
    name,
    middle.toFixed(2),
    `${low} to ${high}`,
    target,
    sides
      .map((side) => side.toFixed(digits))
      .join(` ${unit} to `)
      .concat(` ${unit}`),
  );
}
const begin = [startMock, startLimit];

const compared = (name, label, target, options) => async () =>
  say(
    `${label}: CPU`,
    ratiosOf(await warmFigures(name, begin, { warm: 2000, count: 300, rounds: quick ? 3 : 9, ...options }), 'cpu'),
    target,
  );

async function perSecond() {
  const pinned = [startMock, () => startLimit({ cores: '0' })];
  const figures = await warmFigures('flow', pinned, { warm: 3000, count: 500, rounds: quick ? 3 : 9 });
  say('flows a second, 16 clients, limit on one core', { ...ratiosOf(figures, 'rate'), unit: '/s' }, '>= 1.10');
}

async function start(node) {
  const on = [() => startMock({ node }), () => startLimit({ node })];
  const { discovery } = await startMock({ node }).then(async (mock) => {
    await mock.stop();
    return mock;
  });
  const path = new URL(discovery).pathname;
  const target = Number(versionOf(node).slice(1).split('.')[0]) < 22 ? '<= 0.40' : '<= 0.45';
  // The limit has no discovery: its 404 goes the same way.
  say(`cold start to discovery, ${versionOf(node)}: CPU`, ratiosOf(await startFigures(on, [path, path], quick ? 3 : 9), 'cpu'), target);
}

/** Resident memory after start and after many flows, in fifths: flat if the last is no higher than the first. */
async function memory(node) {
  const flows = Number(process.env.BENCH_FLOWS ?? (quick ? 5000 : 100_000));
  const mock = await startMock({ node });
  const send = createClient(mock.url, 4);
  await send({ path: new URL(mock.discovery).pathname });
  const after = [mock.memory()];
  for (let fifth = 0; fifth < 5; fifth += 1) {
    await repeat(flows / 5, 4, () => flow(send));
    after.push(mock.memory());
  }
  await mock.stop();
  const target = Number(versionOf(node).slice(1).split('.')[0]) < 22 ? '<= 100' : '<= 110';
  const figures = after.map((megabytes) => megabytes.toFixed(0));
  head(`memory after start, ${versionOf(node)}, MB`, figures[0], '', '<= 60', '');
  head(`memory after ${flows} flows, MB`, figures[5], '', target, `after each fifth: ${figures.slice(1).join(' ')}`);
}

function library(node) {
  const file = new URL('library.mjs', import.meta.url).pathname;
  const runs = Array.from({ length: quick ? 3 : 9 }, () => JSON.parse(execFileSync(node, [file], { encoding: 'utf8' })));
  const of = (member) => median(runs.map((run) => run[member]));
  head(
    `import of the library, ${versionOf(node)}, ms CPU`,
    of('imported').toFixed(0),
    '',
    '<= 200',
    `Node.js itself: ${of('node').toFixed(0)} ms`,
  );
  head('startMock() and close(), ms CPU', of('closed').toFixed(0), '', '<= 300', '');
}

const onEach = (measure) => async () => {
  for (const node of nodes) await measure(node);
};

const users = 10_000;
const rows = {
  flow: compared('flow', 'PKCE flow, warm', '<= 1.25', { warm: 3000 }),
  first: async () =>
    say(
      'the first 1,000 flows: CPU',
      ratiosOf(await firstFigures('flow', begin, { count: 1000, rounds: quick ? 3 : 9 }), 'cpu'),
      '<= 1.60',
    ),
  rate: perSecond,
  credentials: compared('credentials', 'client_credentials', '<= 1.25', { warm: 3000, count: 500 }),
  refresh: compared('refresh', 'refresh_token', '<= 1.25'),
  userinfo: compared('userinfo', 'userinfo', '<= 4', { count: 500 }),
  introspection: compared('introspection', 'introspection', '<= 4', { count: 500 }),
  create: compared('create', 'create application', '<= 5', { warm: 1000 }),
  filter: compared('filter', `read one of ${users} users by filter`, '<= 5', { users, count: 500 }),
  list: compared('list', `list 100 of ${users} users`, '<= 12', { users, warm: 1000, count: 200 }),
  discovery: compared('discovery', 'discovery', '<= 1.10', { warm: 5000, count: 2000 }),
  jwks: compared('jwks', 'JWKS', '<= 1.10', { warm: 5000, count: 2000 }),
  start: onEach(start),
  memory: onEach(memory),
  library: onEach(library),
};

// These take minutes each: only when they are asked for.
const apart = { management: async () => (await import('./management.mjs')).management() };

head('', 'median', 'quartiles', 'target', 'the mock to the limit');
for (const [name, row] of Object.entries(rows)) if (only.length === 0 || only.includes(name)) await row();
for (const [name, row] of Object.entries(apart)) if (only.includes(name)) await row();
