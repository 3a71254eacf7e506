import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { runChild } from '../helpers/child.js';
import { withoutRedis } from '../helpers/redis.js';

const root = process.cwd();
const load = (file: string): Promise<unknown> => import(pathToFileURL(join(root, 'bench', file)).href);
const { readArguments } = (await load('arguments.mjs')) as {
  readArguments(argv: readonly string[], names: readonly string[]): { scale: string; markdown: boolean; only: string[] };
};
const { createTable, lineOf } = (await load('table.mjs')) as {
  createTable(options: { markdown: boolean; sides?: string; write(line: string): void }): (line: object) => void;
  lineOf(name: string, figures: { median: number; quartiles: number[]; sides: number[] }, more?: object): object;
};
const { ratiosOf } = (await load('measure.mjs')) as {
  ratiosOf(figures: readonly (readonly object[])[], member: string): { median: number; quartiles: number[]; sides: number[] };
};

t.test('the harness takes rows and three options, and says what it does not know', async (t) => {
  const names = ['flow', 'list'];
  t.same(readArguments([], names), { scale: 'full', markdown: false, only: [] });
  t.same(readArguments(['--quick', 'list', '--markdown'], names), { scale: 'quick', markdown: true, only: ['list'] });
  t.equal(readArguments(['--smoke'], names).scale, 'smoke');
  t.throws(() => readArguments(['--fast'], names), /--fast is not an option: there are --quick, --smoke and --markdown/);
  t.throws(() => readArguments(['--quick', '--smoke'], names), /exclude each other/);
  t.throws(() => readArguments(['lists'], names), /There is no row lists. The rows: flow, list./);
});

t.test('a ratio is of each round, and its table is for the terminal or in Markdown', async (t) => {
  const ours = [1, 3, 5, 4, 2].map((cpu) => ({ cpu }));
  const theirs = [1, 1, 1, 2, 2].map((cpu) => ({ cpu }));
  const figures = ratiosOf([ours, theirs], 'cpu');
  t.same(figures, { median: 2, quartiles: [1, 3], sides: [3, 1] });
  const written: string[] = [];
  const write = (line: string) => written.push(line);
  createTable({ markdown: true, write })(lineOf('flow', figures, { target: '<= 1.25' }));
  t.same(written.splice(0), [
    '| row | target | median | quartiles | the mock to the limit |',
    '|---|---|---|---|---|',
    '| flow | <= 1.25 | 2.00 | 1.00 to 3.00 | 3.000 ms to 1.000 ms |',
  ]);
  createTable({ markdown: false, sides: 'this to that', write })(lineOf('flow', figures));
  t.match(written, [/^row +median +quartiles +target +this to that$/, /^flow +2\.00 +1\.00 to 3\.00 +3\.000 ms to 1\.000 ms$/]);
});

/** The figures of the harness come from Linux's kernel. */
const skip = process.platform === 'linux' ? false : 'Linux only';

t.test('each row of the harness runs', { skip }, async (t) => {
  const { code, output, errors } = await runChild(process.execPath, [join(root, 'bench/run.mjs'), '--smoke', '--markdown']);
  t.equal(code, 0, errors);
  const lines = output.split('\n').filter((line) => line.startsWith('| '));
  const names = lines.map((line) => line.split(' | ', 1)[0]?.slice(2).replaceAll(process.version, 'VERSION'));
  t.same(names, [
    'row',
    'PKCE flow, warm: CPU',
    'the first 4 flows: CPU',
    'the very first flow: CPU',
    'flows a second, 16 clients, limit on one core',
    'client_credentials: CPU',
    'refresh_token: CPU',
    'userinfo: CPU',
    'introspection: CPU',
    'create application: CPU',
    'read one of 5 users by filter: CPU',
    'list 100 of 5 users: CPU',
    'discovery: CPU',
    'JWKS: CPU',
    'cold start to discovery, VERSION: CPU',
    'memory after start, VERSION, MB',
    'memory after 2 flows, VERSION, MB',
    'memory after 10 flows, VERSION, MB',
    'memory, 10 over 2 flows, VERSION',
    'import of the library, VERSION, ms CPU',
    'startMock() and close(), VERSION, ms CPU',
  ]);
  for (const line of lines.slice(1))
    t.match(line, /^\| [^|]+ \| [^|]* \| (\d+(\.\d\d)?|NaN|Infinity) \|/, 'it has a figure, unless the kernel counted no time at all');
  t.match(output, /smoke, Node\.js v\d+.*, \d+ cores, load .*, \d+ seconds\n$/, 'the conditions come last');
});

t.test('the management API is measured as an environment fills', { skip }, async (t) => {
  const argv = [join(root, 'bench/run.mjs'), '--smoke', '--markdown', 'management'];
  const { code, output, errors } = await runChild(process.execPath, argv);
  t.equal(code, 0, errors);
  t.match(output, /^\| 10 users on disk, last tenth over first: CPU \| {2}\| \d+\.\d\d \|/m);
  t.match(output, /^\| with 10 users: memory, stop, start \| {2}\| \d+ MB \|/m);
  for (const name of ['a page of 100', 'the page after it', 'one user', 'username eq', 'id eq', 'population.id eq, a page of 100'])
    t.match(output, `| ${name}: CPU, 130 over 120 |  | `, name);
});

t.test('two builds are compared', { skip }, async (t) => {
  const argv = [join(root, 'bench/compare.mjs'), join(root, 'dist'), '--smoke', 'first', 'start', 'filter'];
  const { code, output, errors } = await runChild(process.execPath, argv);
  t.equal(code, 0, errors);
  // A single request may take less than the kernel counts: it has no ratio then.
  t.match(output, /^row .*\n((filter|first|start) +(\d+\.\d\d|NaN) .*\n){3}$/);
  const without = await runChild(process.execPath, [join(root, 'bench/compare.mjs')]);
  t.strictSame([without.code, without.output], [2, ''], 'without a revision it asks for one');
  t.match(without.errors, /^Which revision\?/);
});

t.test('replicas are measured, and a flow asks Redis no more often than it should', { skip: skip || withoutRedis }, async (t) => {
  const { code, output, errors } = await runChild(process.execPath, [join(root, 'bench/replicas.mjs'), '--smoke', '--markdown']);
  t.equal(code, 0, errors);
  const figures = new Map(
    output.split('\n').flatMap((line): [string, string][] => {
      const [, name, , figure] = line.split(' | ').length > 3 ? ['', ...line.slice(2).split(' | ')] : [];
      return name === undefined || figure === undefined ? [] : [[name, figure]];
    }),
  );
  for (const kind of ['signed on already', 'a new session each time']) {
    t.ok(Number(figures.get(`commands: ${kind}`)) <= 12, `commands: ${kind}`);
    t.ok(Number(figures.get(`round trips: ${kind}`)) > 0, `round trips: ${kind}`);
  }
  t.equal(figures.get('codes with one winner, of 10'), '10');
  for (const name of ['CPU of a flow, 2 replicas, TCP', 'flows a second, 2 replicas, TCP', 'a rotated secret', 'a deleted user'])
    t.ok(figures.has(name), name);
  for (const name of ['username eq', 'email eq', 'first page of 100', 'a page of 100 in the middle'])
    t.ok(figures.has(`${name}, 200 users over 130: CPU`), name);
});

t.test('the comparison of workers runs', { skip }, async (t) => {
  const argv = [join(root, 'bench/workers.mjs'), '--rounds', '1', '--flows', '8', '--workers', '2'];
  const { code, output, errors } = await runChild(process.execPath, argv);
  t.equal(code, 0, errors);
  t.match(output, /^one process \| 1\.00[\s\S]*^2 workers, state in the primary process \| \d/m);
});
