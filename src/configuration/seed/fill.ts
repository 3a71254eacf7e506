import type { Context } from '../../environment/context.js';
import { parseJson } from '../../lib/unknown.js';
import { rememberSeed } from '../baseline.js';
import { applySeed, readSeed, type Seed, SeedError } from './index.js';
import { readSeedTexts, type SeedText } from './sources.js';

const parse = ({ text, source }: SeedText): Seed => {
  try {
    // Some editors write a byte order mark, which JSON does not allow (RFC 8259 §8.1).
    return readSeed(parseJson(text.replace(/^\uFEFF/, '')), source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SeedError(`${source}: not JSON: ${error.message}`);
  }
};

/** Gives environments without an id the one that they had before, and the first one that of the settings. */
const withIds = (seeds: readonly Seed[], first: string | undefined, before: readonly string[]): Seed[] => {
  let at = 0;
  return seeds.map((seed) => ({
    ...seed,
    environments: seed.environments.map((environment) => {
      const [asked, earlier] = [at === 0 ? first : undefined, before[at]];
      at += 1;
      const id = asked ?? environment.id ?? earlier;
      return id === undefined ? environment : { ...environment, id };
    }),
  }));
};

/** Applies the seed of the settings to an empty server. All parts are read and checked before the first is applied. */
export async function fill(context: Context, texts: readonly SeedText[], idsBefore: readonly string[] = []): Promise<void> {
  const seeds = texts.map(parse);
  for (const each of withIds(seeds, context.settings.environmentId, idsBefore)) await applySeed(context, each);
}

/** Seeds an empty server; returns the texts that were read. */
export async function seedServer(context: Context): Promise<readonly SeedText[]> {
  const { environments, settings, waitingFor } = context;
  const texts = environments.list().length === 0 ? await readSeedTexts(settings) : [];
  await fill(context, texts);
  await rememberSeed(context);
  waitingFor.delete('seed');
  return texts;
}
