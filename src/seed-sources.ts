import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SeedError } from './domain/seed.js';
import { defaultSeedJson } from './embedded.js';
import type { Settings } from './settings.js';
import { readTextFile, whyUnreadable } from './text-file.js';

/** A part of a seed as it was found, and where. */
export interface SeedText {
  readonly text: string;
  readonly source: string;
}

const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

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

/** Every *.json of a folder, in the order of the names. */
const readFolder = (path: string, from = ''): SeedText[] =>
  listFolder(path, from)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ text: asSeedError(() => readTextFile(join(path, name))), source: basename(name) }));

const longestMilliseconds = 10_000;
const mostBytes = 10_000_000;

/** Reads a body up to a size: what is announced may be wrong, and what is not may be endless. */
async function readBody({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw new SeedError(`it is larger than ${mostBytes / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A URL without the password that may stand in it. */
const shown = (address: string): string => address.replace(/\/\/[^/@]*@/, '//');

async function fetchText(address: string): Promise<SeedText> {
  const source = shown(address);
  if (!URL.canParse(address)) throw new SeedError(`${source}: is no URL`);
  const { username, password, href } = new URL(address);
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  try {
    const response = await fetch(shown(href), {
      signal: AbortSignal.timeout(longestMilliseconds),
      headers: { accept: 'application/json', ...(username !== '' && { authorization: `Basic ${credentials}` }) },
    });
    if (!response.ok) throw new SeedError(`it answers ${response.status}`);
    return { text: await readBody(response), source };
  } catch (error) {
    const { name, message, cause } = error as Error;
    const { code } = (cause ?? {}) as { code?: string };
    const reason = name === 'TimeoutError' ? `nothing within ${longestMilliseconds / 1000} s` : (code ?? message);
    throw new SeedError(`${source}: cannot be read (${reason})`);
  }
}

type SeedSettings = Pick<Settings, 'config' | 'configFile' | 'seedFolder'>;

/** The texts of the seed that the settings name: inline, a file, a folder, a URL; the built-in one where they name none. */
export async function readSeedTexts({ config, configFile, seedFolder }: SeedSettings): Promise<SeedText[]> {
  if (config !== undefined) return [{ text: config, source: 'PINGONE_MOCK_CONFIG' }];
  if (configFile !== undefined && isAddress(configFile)) return [await fetchText(configFile)];
  if (configFile !== undefined && isFolder(configFile)) {
    const parts = readFolder(configFile);
    if (parts.length === 0) throw new SeedError(`${configFile}: there is no *.json in this folder`);
    return parts;
  }
  if (configFile !== undefined) return [{ text: asSeedError(() => readTextFile(configFile)), source: configFile }];
  const parts = seedFolder === undefined ? [] : readFolder(seedFolder, 'PINGONE_MOCK_SEED_DIR: ');
  return parts.length > 0 ? parts : [{ text: defaultSeedJson, source: 'the built-in seed' }];
}

/** The file or folder that the seed comes from, where it can change under the server. */
export function watchedPath({ config, configFile, seedFolder }: SeedSettings): string | undefined {
  if (config !== undefined || (configFile !== undefined && isAddress(configFile))) return undefined;
  return configFile ?? seedFolder;
}
