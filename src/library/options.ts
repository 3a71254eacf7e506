import { SeedError } from '../configuration/seed/index.js';
import { StoreError, StoreUnavailable } from '../environment/shared/errors.js';
import { nearest } from '../lib/nearest.js';
import { defaultSettings, type Settings } from '../settings/read.js';
import { settingRows } from '../settings/table.js';
import { MockError } from './mock-error.js';

/** Every setting of the server, and a seed as an object. */
export interface MockOptions extends Partial<Settings> {
  /** What the mock starts with, instead of the default seed. */
  seed?: { readonly environments: readonly object[] };
}

const known = ['seed', ...settingRows.map(([name]) => name as string)];

/** Refuses a misspelt option, which would otherwise be ignored. */
function checkNames(options: object): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new MockError(`unknown option "${unknown}"; did you mean "${nearest(unknown, known)}"?`, {
    code: 'name_unknown',
    fix: `known names: ${known.join(', ')}`,
  });
}

/** What does not go with a store that several mocks share, and why. */
const apartFromStore = {
  dataFolder: 'set only one',
  randomSeed: 'leave it out: all mocks that share the store would issue the same codes',
} as const;

function checkStore(options: MockOptions): void {
  if (options.store === undefined) return;
  for (const [name, fix] of Object.entries(apartFromStore))
    if (options[name as keyof typeof apartFromStore] !== undefined)
      throw new MockError(`the options store and ${name} do not go together`, { code: 'options_exclude', fix });
}

/** Starts with the options; errors in an inline seed name the option `seed`. */
export async function startedWith<T>(options: MockOptions, start: (options: MockOptions) => Promise<T>): Promise<T> {
  checkNames(options);
  checkStore(options);
  try {
    return await start(options);
  } catch (error) {
    if (error instanceof StoreError || error instanceof StoreUnavailable)
      throw new MockError(`store: ${error.message}`, { code: 'store_unusable' });
    if (!options.seed || !(error instanceof SeedError)) throw error;
    const named = (text: string) => text.replace(/^PINGONE_MOCK_CONFIG\b/, 'seed');
    throw new SeedError(named(error.message), error.problems.map(named));
  }
}

/** Settings for tests: no log, no environment variables, and always the control API. */
export const settingsOf = ({ seed, ...settings }: MockOptions): Settings => ({
  ...defaultSettings,
  logFormat: 'off',
  ...settings,
  ...(seed && { config: JSON.stringify(seed) }),
  admin: true,
});
