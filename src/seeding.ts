import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from './context.js';
import { applySeed, readSeed, SeedError } from './domain/seed.js';
import { defaultSeedJson } from './embedded.js';
import type { Settings } from './settings.js';

const parse = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SeedError(`${source}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
};

const read = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fix = code === 'EACCES' ? `; make it readable: chmod a+r ${path}` : '';
    throw new SeedError(`${path}: cannot be read (${code ?? error})${fix}`);
  }
};

/** The texts of the seed that the settings name, with where each comes from; the built-in one where they name none. */
async function seedTexts({ config, configFile, seedFolder }: Settings): Promise<{ text: string; source: string }[]> {
  if (config !== undefined) return [{ text: config, source: 'PINGONE_MOCK_CONFIG' }];
  if (configFile !== undefined) return [{ text: await read(configFile), source: configFile }];
  const names = seedFolder === undefined ? [] : (await readdir(seedFolder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) return [{ text: defaultSeedJson, source: 'the built-in seed' }];
  return Promise.all(names.map(async (name) => ({ text: await read(join(seedFolder as string, name)), source: name })));
}

/** Fills a server that holds nothing yet. Every part is read and judged before the first is applied. */
export async function seed(context: Context): Promise<void> {
  if (context.environments.list().length > 0) return;
  const seeds = (await seedTexts(context.settings)).map(({ text, source }) => readSeed(parse(text, source), source));
  for (const each of seeds) await applySeed(context, each);
}
