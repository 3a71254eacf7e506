import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as modules from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { privateFolder } from '../../src/cli/compile-cache.js';
import { runChild } from '../helpers/child.js';

function temporary(mode = 0o700): string {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, mode);
  return folder;
}

const nameOf = (): string => basename(privateFolder(temporary()) ?? '');

t.test('compiled code is kept only in a folder that no other user can write to', { skip: process.getuid === undefined }, async (t) => {
  const made = privateFolder(temporary()) ?? '';
  t.equal(lstatSync(made).mode & 0o777, 0o700);
  t.equal(privateFolder(join(made, '..')), made, 'the next start finds it');
  const sticky = temporary(0o1777);
  t.equal(privateFolder(sticky), join(sticky, nameOf()), 'in a shared folder with the sticky bit, as /tmp');

  t.equal(privateFolder(temporary(0o777)), undefined, 'in a shared folder without it, where others may put another in its place');
  for (const mode of [0o770, 0o707, 0o722]) {
    const folder = temporary();
    mkdirSync(join(folder, nameOf()));
    chmodSync(join(folder, nameOf()), mode);
    t.equal(privateFolder(folder), undefined, `one of mode ${mode.toString(8)}`);
  }
  const linked = temporary();
  symlinkSync(temporary(), join(linked, nameOf()));
  t.equal(privateFolder(linked), undefined, 'a link');
  const occupied = temporary();
  writeFileSync(join(occupied, nameOf()), '');
  t.equal(privateFolder(occupied), undefined, 'a file');
  t.equal(privateFolder(join(occupied, nameOf())), undefined, 'below a file, where none can be made');
});

const built = new URL('../../../dist/cli.js', import.meta.url).pathname;
const hasCache = 'enableCompileCache' in modules;

t.test('the command runs as ever where compiled code cannot be kept, or was damaged', async (t) => {
  const folder = temporary();
  const version = (TMPDIR: string) => runChild(process.execPath, [built, '--version'], { env: { PATH: process.env.PATH, TMPDIR } });
  const files = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const expected = await version(folder);
  t.match(expected, { code: 0, errors: '' });
  t.equal(files().length > 0, hasCache, 'Node.js 22 and later keep it');
  for (const damaged of ['', 'no cache', '\0'.repeat(5000)]) {
    for (const { parentPath, name } of files()) writeFileSync(join(parentPath, name), damaged);
    t.strictSame(await version(folder), expected, JSON.stringify(damaged.slice(0, 8)));
  }
  const occupied = join(temporary(), 'file');
  writeFileSync(occupied, '');
  t.strictSame(await version(occupied), expected, 'the temporary folder is none');
});
