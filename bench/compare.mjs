// npm run bench:compare -- REV [--quick] [--markdown] [ROW…]: this build (npm run build) over that of another revision, in one
// interleaved run: above 1 is slower. REV may also be a folder with a build, as /somewhere/dist.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readArguments, scales } from './arguments.mjs';
import { firstFigures, ratiosOf, startFigures } from './measure.mjs';
import { repeated, repeatedFigures } from './rows.mjs';
import { distCli, startMock } from './server.mjs';
import { createTable, lineOf } from './table.mjs';

const root = new URL('..', import.meta.url).pathname;

const side = { isLimit: false };
const rows = {
  ...Object.fromEntries(
    Object.keys(repeated).map((name) => [
      name,
      (scale, begin) => repeatedFigures(name, begin, { ...scale, users: Math.min(scale.users, 2000) }, side),
    ]),
  ),
  first: (scale, begin) => firstFigures('flow', begin, { count: scale.first, rounds: scale.starts, ...side }),
  start: (scale, begin) => startFigures(begin, ['/healthz', '/healthz'], scale.starts),
};

function argumentsOrExit() {
  const [rev, ...words] = process.argv.slice(2);
  try {
    if (rev === undefined || rev.startsWith('--'))
      throw new Error('Which revision? npm run bench:compare -- REV [--quick] [--markdown] [ROW…]');
    return { rev, ...readArguments(words, Object.keys(rows)) };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

/** Builds a revision in a worktree; returns its command, and what removes it. */
function built(rev) {
  if (existsSync(join(rev, 'cli.js'))) return { cli: resolve(rev, 'cli.js'), remove() {} };
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-')), 'tree');
  const git = (...words) => execFileSync('git', words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const remove = () => {
    if (existsSync(folder)) git('worktree', 'remove', '--force', folder);
    rmSync(dirname(folder), { recursive: true, force: true });
  };
  try {
    git('worktree', 'add', '--quiet', '--detach', folder, rev);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, ['tools/build.mjs'], { cwd: folder, stdio: 'inherit' });
  } catch (error) {
    remove();
    throw error;
  }
  return { cli: join(folder, 'dist/cli.js'), remove };
}

const { rev, scale, markdown, only } = argumentsOrExit();
const before = built(rev);
const begin = [() => startMock({ cli: distCli }), () => startMock({ cli: before.cli })];
try {
  const add = createTable({ markdown, sides: `this build to ${rev}` });
  for (const [name, measure] of Object.entries(rows))
    if (only.length === 0 || only.includes(name)) add(lineOf(name, ratiosOf(await measure(scales[scale], begin), 'cpu')));
} finally {
  before.remove();
}
