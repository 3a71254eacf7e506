// npm run build && node bench/run.mjs [NAME…]: ratios to a bare server that only signs, in one interleaved run.
// CPU time comes first, because machines are noisy. Linux only: it reads /proc.
import { clientCredentialsOf, createClient, flowOf, getOf, median, repeat } from './client.mjs';
import { start } from './server.mjs';

const cli = process.env.BENCH_CLI ?? new URL('../dist/cli.js', import.meta.url).pathname;
const limit = new URL('limit.mjs', import.meta.url).pathname;
const only = process.argv.slice(2);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const startMock = (env = {}) =>
  start(process.execPath, [cli, '--port', '0', '--json', '--auto-login', 'alice'], { PINGONE_MOCK_LOG_LEVEL: 'error', ...env });
const startLimit = () => start(process.execPath, [limit]);
const say = (name, figure, more = '') => console.log(`${name.padEnd(46)} ${figure.padStart(8)}   ${more}`);

/**
 * CPU per job and jobs a second, of both in turn, once both are warm: V8 compiles for a few seconds, on threads of its own.
 * What a busy machine does to one round it does to both: each round has its ratio, and the median of them is told.
 */
async function compare(name, jobs, { warm, count, atOnce = 16 }) {
  const [mock, bare] = [await startMock(), await startLimit()];
  const measure = async (server, job, times) => {
    const before = server.cpu();
    const seconds = await repeat(times, atOnce, job);
    return { cpu: ((server.cpu() - before) / times) * 1000, rate: times / seconds };
  };
  const pairs = { mock: jobs.mock(createClient(mock.url, atOnce), mock), bare: jobs.bare(createClient(bare.url, atOnce)) };
  const cold = await measure(mock, pairs.mock, warm);
  await measure(bare, pairs.bare, warm);
  const [ours, theirs] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure(mock, pairs.mock, count));
    theirs.push(await measure(bare, pairs.bare, count));
  }
  await Promise.all([mock.stop(), bare.stop()]);
  const of = (figures, member) => median(figures.map((figure) => figure[member]));
  const ratio = (member) => median(ours.map((figure, round) => figure[member] / theirs[round][member])).toFixed(2);
  const both = (member, digits) => `${of(ours, member).toFixed(digits)} to ${of(theirs, member).toFixed(digits)}`;
  say(`${name}: CPU`, ratio('cpu'), `${both('cpu', 3)} ms; ${cold.cpu.toFixed(3)} ms in the first ${warm}`);
  say(`${name}: per second, ${atOnce} at once`, ratio('rate'), both('rate', 0));
}

async function coldStart() {
  const cpu = async (begin, path) => {
    const server = await begin();
    await createClient(server.url, 1)(path(server));
    const used = server.cpu();
    await server.stop();
    return used * 1000;
  };
  const [ours, theirs] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await cpu(startMock, ({ discovery }) => new URL(discovery).pathname));
    theirs.push(await cpu(startLimit, () => '/text'));
  }
  say('cold start to the first discovery: CPU', (median(ours) / median(theirs)).toFixed(2), `${median(ours)} ms to ${median(theirs)} ms`);
}

/** Memory after start and after many flows; CPU of the last fifth over that of the first. */
async function growth() {
  const mock = await startMock();
  const send = createClient(mock.url, 4);
  const flow = flowOf(send, mock.issuer);
  const before = mock.memory();
  const fifths = [];
  const memories = [];
  for (let fifth = 0; fifth < 5; fifth += 1) {
    const cpu = mock.cpu();
    await repeat(Number(process.env.BENCH_FLOWS ?? 20_000) / 5, 4, flow);
    fifths.push(mock.cpu() - cpu);
    memories.push(mock.memory());
  }
  await mock.stop();
  say('memory after start', `${before.toFixed(0)} MB`);
  say('memory after each fifth of the flows', `${memories.at(-1).toFixed(0)} MB`, memories.map((memory) => memory.toFixed(0)).join(' '));
  say('CPU of the last fifth over the first', (fifths[4] / fifths[0]).toFixed(2), fifths.map((cpu) => cpu.toFixed(2)).join(' '));
}

const jobs = {
  flow: () =>
    compare(
      'PKCE code flow',
      { mock: (send, { issuer }) => flowOf(send, issuer), bare: (send) => getOf(send, '/two') },
      { warm: 3000, count: 300 },
    ),
  credentials: () =>
    compare(
      'client_credentials',
      { mock: (send, { issuer }) => clientCredentialsOf(send, issuer), bare: (send) => getOf(send, '/one') },
      { warm: 3000, count: 500 },
    ),
  discovery: () =>
    compare(
      'discovery',
      { mock: (send, { discovery }) => getOf(send, new URL(discovery).pathname), bare: (send) => getOf(send, '/text') },
      { warm: 10_000, count: 3000 },
    ),
  jwks: () =>
    compare(
      'JWKS',
      { mock: (send, { issuer }) => getOf(send, `${new URL(issuer).pathname}/jwks`), bare: (send) => getOf(send, '/text') },
      { warm: 10_000, count: 3000 },
    ),
  start: coldStart,
  growth,
  management: async () => (await import('./management.mjs')).management(startMock, say, rounds),
};
for (const [name, job] of Object.entries(jobs)) if (only.length === 0 || only.includes(name)) await job();
