import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { checkWritable, whyUnwritable } from '../../src/lib/text-file.js';
import { run } from '../helpers/command.js';

const folder = mkdtempSync(join(tmpdir(), 'output-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const inFolder = (path: string): string => join(folder, path);
mkdirSync(inFolder('folder'));
writeFileSync(inFolder('file'), '');
symlinkSync(inFolder('gone/away'), inFolder('link'));

/** Paths that cannot be written, and what the message says besides the path. */
const unwritable = [
  ['gone/x.json', /cannot be written: the folder .*gone does not exist\. Run mkdir -p .*gone, or choose another file$/],
  ['folder', /folder is a folder: name a file in it$/],
  ['file/x.json', /x\.json cannot be written: a part of this path is a file, not a folder\. Choose another file$/],
] as const;

const tenant = ['--environment', 'e', '--client-id', 'c', '--client-secret-file', inFolder('file')];
/** Every command that writes a file. None of these reaches a server. */
const commands = [
  ['init', '--out'],
  ['export', '--url', 'http://127.0.0.1:9', '--out'],
  ['postman', '--url', 'http://127.0.0.1:9', '--out'],
  ['pull', ...tenant, '--out'],
  ['verify', ...tenant, '--report'],
  ['ca', '--ca-dir', inFolder('ca'), '--export'],
] as const;

for (const [name, ...rest] of commands)
  t.test(`${name} says why a file cannot be written, and what to do, before it does its work`, async (t) => {
    for (const [path, message] of unwritable) {
      const { code, output, errors } = await run([name, ...rest, inFolder(path)]);
      t.match({ code, output, errors: errors.trimEnd() }, { code: 2, output: '', errors: message }, path);
      t.ok(errors.includes(`pingone-mock: ${rest.at(-1)}: `), 'the flag is named');
      t.notMatch(errors, /\bE[A-Z]{4,}\b/, 'no code of the system');
    }
  });

t.test('each reason why a file cannot be written has its own sentence', async (t) => {
  const file = inFolder('file');
  for (const [path, code, message] of [
    [file, 'EACCES', /^cannot be written by this user: run chmod a\+w .*file, or choose another file$/],
    [inFolder('folder/new'), 'EPERM', /^cannot be written by this user: run chmod a\+w .*folder, or choose another file$/],
    [file, 'EROFS', /file system is read-only/],
    [file, 'ENOSPC', /there is no space left/],
    [inFolder('link'), 'ENOENT', /^cannot be written \(ENOENT\)\. Choose another file$/],
    [file, 'EMFILE', /^cannot be written \(EMFILE\)/],
  ] as const)
    t.match(whyUnwritable(path, Object.assign(new Error(code), { code })), message, `${code} ${path}`);
  for (const path of [file, inFolder('folder/new'), '/dev/null']) t.doesNotThrow(() => checkWritable(path), path);
});
