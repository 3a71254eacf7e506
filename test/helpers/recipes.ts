import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { runChild } from './child.js';

const root = process.cwd();

/** The project that the recipes of docs/testing.md are the files of, with the runners that the mock itself does not need. */
export const recipesFolder = join(root, 'examples', 'recipes');

const installed = join(recipesFolder, 'node_modules');

/** The files that the page shows, by their names. */
export const shownRecipes = (): Map<string, string> =>
  new Map(
    Array.from(
      readFileSync(join(root, 'docs', 'testing.md'), 'utf8').matchAll(/^```js file=(\S+)\n(.*?)^```$/gms),
      ([, name = '', code = '']) => [name, code] as const,
    ),
  );

/** Why a recipe cannot be run here, or false. */
export function notRunnable(program?: string): string | false {
  if (!existsSync(join(root, 'dist', 'index.js'))) return 'dist is not built: npm run build';
  if (program !== undefined && !existsSync(join(installed, program)))
    return 'the runner is not installed: npm ci --prefix examples/recipes';
  return false;
}

/** The files in a folder where nothing is installed but the mock and what it is tested with. */
function bareProject(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, code] of shownRecipes()) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'pingone-mock'));
  symlinkSync(join(root, 'node_modules', 'tap'), join(folder, 'node_modules', 'tap'));
  return folder;
}

export interface Recipe {
  /** Of the runner, below node_modules of the project; without it Node.js itself runs the file. */
  readonly program?: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a recipe as its reader does; what the runner wrote, and the code it ended with. */
export async function runRecipe(t: Test, { program, argv, env }: Recipe): Promise<{ code: number | null; output: string }> {
  // Nothing of the runner that runs this test is for the one that it starts.
  const clean = Object.entries(process.env).filter(([key]) => !/^(TAP|NODE_TEST|NODE_OPTIONS|_TAPJS)/.test(key));
  const { code, output, errors } = await runChild(process.execPath, program === undefined ? argv : [join(installed, program), ...argv], {
    cwd: program === undefined ? bareProject(t) : recipesFolder,
    env: { ...Object.fromEntries(clean), NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
  });
  return { code, output: `${output}\n${errors}` };
}
