import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.js';
import { rememberSeed } from './domain/baseline.js';
import { applySeed, readSeed, type Seed, SeedError } from './domain/seed.js';
import { defaultSeedJson } from './embedded.js';
import type { Settings } from './settings.js';
import { readTextFile, whyUnreadable } from './text-file.js';

const parse = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SeedError(`${source}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
};

const read = (path: string): string => {
  try {
    return readTextFile(path);
  } catch (error) {
    throw new SeedError(error instanceof Error ? error.message : String(error));
  }
};

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new SeedError(`PINGONE_MOCK_SEED_DIR: ${folder} ${whyUnreadable(folder, error)}`);
  }
};

/** The texts of the seed that the settings name, with where each comes from; the built-in one where they name none. */
function seedTexts({ config, configFile, seedFolder }: Settings): { text: string; source: string }[] {
  if (config !== undefined) return [{ text: config, source: 'PINGONE_MOCK_CONFIG' }];
  if (configFile !== undefined) return [{ text: read(configFile), source: configFile }];
  const names =
    seedFolder === undefined
      ? []
      : list(seedFolder)
          .filter((name) => name.endsWith('.json'))
          .sort();
  if (names.length === 0) return [{ text: defaultSeedJson, source: 'the built-in seed' }];
  return names.map((name) => ({ text: read(join(seedFolder as string, name)), source: name }));
}

/** Gives the first environment of a seed the id that the settings ask for. */
const withEnvironmentId = (seed: Seed, id: string): Seed => ({
  ...seed,
  environments: seed.environments.map((environment, at) => (at === 0 ? { ...environment, id } : environment)),
});

/** Fills a server that holds nothing yet. Every part is read and judged before the first is applied. */
export async function seed(context: Context): Promise<void> {
  const { environments, settings, waitingFor } = context;
  if (environments.list().length === 0) {
    const seeds = seedTexts(settings).map(({ text, source }) => readSeed(parse(text, source), source));
    const { environmentId } = settings;
    for (const [at, each] of seeds.entries())
      await applySeed(context, at === 0 && environmentId !== undefined ? withEnvironmentId(each, environmentId) : each);
  }
  await rememberSeed(context);
  waitingFor.delete('seed');
}
