// npm run bench:compare -- REV [ROW…]: this build (npm run build) over that of another revision, in one interleaved run: above 1 is
// slower. REV may also be a folder with a build, as /somewhere/dist.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstFigures, ratiosOf, startFigures, warmFigures } from './measure.mjs';
import { distCli, startMock } from './server.mjs';

const root = new URL('..', import.meta.url).pathname;
const [rev, ...only] = process.argv.slice(2);
if (rev === undefined) {
  console.error('Which revision? node bench/compare.mjs REV [ROW…]');
  process.exit(2);
}

/** Builds a revision in a worktree; returns its command, and what removes it. */
function built() {
  if (existsSync(join(rev, 'cli.js'))) return { cli: join(rev, 'cli.js'), remove() {} };
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-')), 'tree');
  const git = (...words) => execFileSync('git', words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  git('worktree', 'add', '--detach', folder, rev);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, ['tools/build.mjs'], { cwd: folder, stdio: 'inherit' });
  return { cli: join(folder, 'dist/cli.js'), remove: () => git('worktree', 'remove', '--force', folder) };
}

const before = built();
const begin = [() => startMock({ cli: distCli }), () => startMock({ cli: before.cli })];
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);

const warm = (name, options) => () => warmFigures(name, begin, { warm: 2000, count: 300, rounds, isLimit: false, ...options });
const rows = {
  flow: warm('flow', { warm: 3000 }),
  first: () => firstFigures('flow', begin, { count: 1000, rounds, isLimit: false }),
  credentials: warm('credentials', { count: 500 }),
  refresh: warm('refresh'),
  userinfo: warm('userinfo', { count: 500 }),
  introspection: warm('introspection', { count: 500 }),
  create: warm('create', { warm: 1000 }),
  filter: warm('filter', { users: 2000, count: 500 }),
  list: warm('list', { users: 2000, warm: 500, count: 200 }),
  discovery: warm('discovery', { warm: 5000, count: 2000 }),
  jwks: warm('jwks', { warm: 5000, count: 2000 }),
  start: () => startFigures(begin, ['/healthz', '/healthz'], rounds),
};

try {
  for (const [name, measure] of Object.entries(rows)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const { median, quartiles, sides } = ratiosOf(await measure(), 'cpu');
    const [low, high] = quartiles.map((figure) => figure.toFixed(2));
    console.log(`${name.padEnd(14)} ${median.toFixed(2)} (${low} to ${high})   ${sides.map((side) => side.toFixed(3)).join(' ms to ')} ms`);
  }
} finally {
  before.remove();
}
