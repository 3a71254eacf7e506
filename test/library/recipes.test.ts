import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';

const run = promisify(execFile);
const root = process.cwd();
const page = join(root, 'docs', 'testing.md');
const notBuilt = existsSync(join(root, 'dist', 'index.js')) && existsSync(page) ? false : 'dist is not built';

/** The files that the page shows, in a folder of their own, as a project that uses the package. */
function project(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [, name = '', code = ''] of readFileSync(page, 'utf8').matchAll(/^```js file=(\S+)\n(.*?)^```$/gms))
    writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'pingone-mock'));
  for (const name of ['tap', 'vitest', 'jest', '@playwright']) {
    const installed = join(root, 'node_modules', name);
    if (existsSync(installed)) symlinkSync(installed, join(folder, 'node_modules', name));
  }
  return folder;
}

const recipes = [
  ['node:test', undefined, ['--test', 'node-test.test.mjs'], {}],
  ['tap', undefined, ['tap.test.mjs'], {}],
  ['vitest', 'vitest/vitest.mjs', ['run'], {}],
  ['jest', 'jest/bin/jest.js', [], { NODE_OPTIONS: '--experimental-vm-modules' }],
  ['playwright', '@playwright/test/cli.js', ['test', 'sign-on.playwright.mjs'], {}],
] as const;

for (const [name, program, argv, env] of recipes) {
  const path = program === undefined ? undefined : join(root, 'node_modules', program);
  const skip = notBuilt || (path !== undefined && !existsSync(path) ? `${name} is not installed` : false);
  t.test(`the recipe for ${name} works as it is written`, { skip }, async (t) => {
    const cwd = project(t);
    // Nothing of the runner that runs this test is for the one that it starts.
    const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(TAP|NODE_TEST|NODE_OPTIONS|_TAPJS)/.test(key)));
    const argumentsOf = [...(path === undefined ? [] : [path]), ...argv];
    const {
      code = 0,
      stdout,
      stderr,
    } = (await run(process.execPath, argumentsOf, { cwd, env: { ...clean, ...env }, timeout: 60_000 }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    )) as { code?: number; stdout: string; stderr: string };
    t.equal(code, 0, `${stdout}\n${stderr}`.slice(-2000));
  });
}
