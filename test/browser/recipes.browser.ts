import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { notRunnable, runRecipe } from '../helpers/recipes.js';

const program = '@playwright/test/cli.js';
const skip = notRunnable(program);

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const recipes = [
  ['a mock for each worker', []],
  ['a mock that Playwright starts', ['--config=playwright.server.config.mjs']],
] as const;

for (const [name, argv] of recipes)
  t.test(`the recipe for Playwright works as written: ${name}`, { skip }, async (t) => {
    const results = mkdtempSync(join(tmpdir(), 'recipes-'));
    t.teardown(() => rmSync(results, { recursive: true, force: true }));
    const env = { CHROMIUM_PATH: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', PORT: String(await freePort()) };
    const { code, output } = await runRecipe(t, { program, argv: ['test', `--output=${results}`, ...argv], env });
    t.equal(code, 0, output.slice(-2000));
    t.match(output, /1 passed/, 'its test was run');
  });
