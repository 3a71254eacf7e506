import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defaultSeedJson } from '../../embedded.js';
import { isFolder, readTextFile, whyUnreadable } from '../../lib/text-file.js';
import type { Settings } from '../../settings/read.js';
import { SeedError } from './index.js';
import { fetchSeed, isAddress } from './url.js';

/** The text of a part of a seed, and its source. */
export interface SeedText {
  readonly text: string;
  readonly source: string;
}

const asSeedError = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw new SeedError(error instanceof Error ? error.message : String(error));
  }
};

const listFolder = (path: string, from: string): string[] => {
  try {
    return readdirSync(path);
  } catch (error) {
    throw new SeedError(`${from}${path} ${whyUnreadable(path, error)}`);
  }
};

/** Every *.json of a folder, sorted by name. */
const readFolder = (path: string, from = ''): SeedText[] =>
  listFolder(path, from)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ text: asSeedError(() => readTextFile(join(path, name))), source: basename(name) }));

type SeedSettings = Pick<Settings, 'config' | 'configFile' | 'seedFolder'>;

/** The texts of the seed in the settings: inline, a file, a folder or a URL; otherwise the built-in one. */
export async function readSeedTexts({ config, configFile, seedFolder }: SeedSettings): Promise<SeedText[]> {
  if (config !== undefined) return [{ text: config, source: 'PINGONE_MOCK_CONFIG' }];
  if (configFile !== undefined && isAddress(configFile)) {
    const { text, source } = (await fetchSeed(configFile)) as SeedText;
    return [{ text, source }];
  }
  if (configFile !== undefined && isFolder(configFile)) {
    const parts = readFolder(configFile);
    if (parts.length === 0) throw new SeedError(`${configFile}: there is no *.json in this folder`);
    return parts;
  }
  if (configFile !== undefined) return [{ text: asSeedError(() => readTextFile(configFile)), source: configFile }];
  const parts = seedFolder === undefined ? [] : readFolder(seedFolder, 'PINGONE_MOCK_SEED_DIR: ');
  return parts.length > 0 ? parts : [{ text: defaultSeedJson, source: 'the built-in seed' }];
}

/** The file or folder of the seed, if it can change while the server runs. */
export function watchedPath({ config, configFile, seedFolder }: SeedSettings): string | undefined {
  if (config !== undefined || (configFile !== undefined && isAddress(configFile))) return undefined;
  return configFile ?? seedFolder;
}

/** The URL of the seed. */
export const polledAddress = ({ config, configFile }: SeedSettings): string | undefined =>
  config === undefined && configFile !== undefined && isAddress(configFile) ? configFile : undefined;
