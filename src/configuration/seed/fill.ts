import { defaultSeedJson } from '../../embedded.js';
import type { Context } from '../../environment/context.js';
import { derivedId } from '../../lib/derived-id.js';
import { positionAt, scanJson } from '../../lib/json-position.js';
import { parseJson } from '../../lib/unknown.js';
import { rememberSeed } from '../baseline.js';
import { applySeed, readKnownSeed, readSeed, type Seed, SeedError } from './index.js';
import { readSeedTexts, type SeedText } from './sources.js';
import type { SeedEnvironment } from './types.js';

const parse = ({ text: raw, source }: SeedText): Seed => {
  if (raw === defaultSeedJson) return readKnownSeed(parseJson(raw), source);
  // Some editors write a byte order mark, which JSON does not allow (RFC 8259 §8.1).
  const text = raw.replace(/^\uFEFF/, '');
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    const { offset, reason } = scanJson(text) ?? { offset: 0, reason: (error as Error).message };
    const { line, column } = positionAt(text, offset);
    throw new SeedError(`${source}: not JSON: line ${line}, column ${column}: ${reason.replace(/^not JSON: /, '')}`);
  }
  return readSeed(json, source);
};

/** The ids of environments: their own, or derived from their names, so that they are the same at every start. */
function idsOf(environments: readonly SeedEnvironment[]): string[] {
  const twins = new Map<string, number>();
  return environments.map(({ id, name = '' }) => {
    twins.set(name, (twins.get(name) ?? 0) + 1);
    return id?.toLowerCase() ?? derivedId('environment', name, String(twins.get(name)));
  });
}

/** Gives each environment an id: the first one that of the settings, and a renamed one, while the server runs, that it had before. */
function withIds(seeds: readonly Seed[], first: string | undefined, before: readonly string[]): Seed[] {
  const ids = idsOf(seeds.flatMap(({ environments }) => environments));
  const [named, known] = [new Set(ids), new Set(before)];
  let at = 0;
  return seeds.map((seed) => ({
    ...seed,
    environments: seed.environments.map((environment) => {
      const [id, earlier] = [ids[at] as string, before[at]];
      const renamed = environment.id === undefined && earlier !== undefined && !known.has(id) && !named.has(earlier);
      at += 1;
      return { ...environment, id: (at === 1 ? first : undefined) ?? (renamed ? earlier : id) };
    }),
  }));
}

/** Applies the seed of the settings to an empty server. All parts are read and checked before the first is applied. */
export async function fill(context: Context, texts: readonly SeedText[], idsBefore: readonly string[] = []): Promise<void> {
  const seeds = texts.map(parse);
  for (const each of withIds(seeds, context.settings.environmentId, idsBefore)) await applySeed(context, each);
}

/** Seeds an empty server; returns the texts that were read. */
export async function seedServer(context: Context): Promise<readonly SeedText[]> {
  const { environments, settings, waitingFor } = context;
  const texts = (await environments.beginSeed()) ? await readSeedTexts(settings) : [];
  await fill(context, texts);
  // Another replica has remembered it, with what it was before tests changed it.
  if (!environments.list().some(({ id }) => environments.isSeeded(id))) await rememberSeed(context);
  waitingFor.delete('seed');
  return texts;
}
