import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { notRunnable, recipesFolder, runRecipe, shownRecipes } from '../helpers/recipes.js';

// Those for Playwright: test/browser/recipes.browser.ts.
const recipes = [
  ['node:test', { argv: ['--test', 'node-test.test.mjs'] }, /^# pass 1$/m],
  ['tap', { argv: ['tap.test.mjs'] }, /^# \{ total: 2, pass: 2 \}$/m],
  ['vitest', { program: 'vitest/vitest.mjs', argv: ['run'] }, /Tests +1 passed/],
  ['jest', { program: 'jest/bin/jest.js', argv: [], env: { NODE_OPTIONS: '--experimental-vm-modules' } }, /Tests: +1 passed, 1 total/],
] as const;

for (const [name, recipe, passed] of recipes)
  t.test(
    `the recipe for ${name} works exactly as written`,
    { skip: notRunnable('program' in recipe ? recipe.program : undefined) },
    async (t) => {
      const { code, output } = await runRecipe(t, recipe);
      t.equal(code, 0, output.slice(-2000));
      t.match(output, passed, 'its test was run');
    },
  );

t.test('the page shows every file of examples/recipes as it is', async (t) => {
  const files = readdirSync(recipesFolder).filter((name) => name.endsWith('.mjs'));
  t.same([...shownRecipes().keys()].sort(), files.sort());
  for (const [name, code] of shownRecipes()) t.equal(code, readFileSync(join(recipesFolder, name), 'utf8'), name);
});

t.test('the recipes pin their dependencies, and their lockfile names no registry', async (t) => {
  const lockfile = readFileSync(join(recipesFolder, 'package-lock.json'), 'utf8');
  t.same(
    [...lockfile.matchAll(/"resolved": "(.*)"/g)].map(([, from]) => from),
    ['../..'],
  );
  const { devDependencies } = JSON.parse(readFileSync(join(recipesFolder, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  for (const [name, version] of Object.entries(devDependencies)) t.match(version, /^(\d+\.\d+\.\d+|file:\.\.\/\.\.)$/, `${name} is pinned`);
});
