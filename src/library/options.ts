import { defaultSettings, type Settings } from '../settings.js';

/** Every setting of the server, and a seed as an object. */
export interface MockOptions extends Partial<Settings> {
  /** What the mock starts with, in place of the default seed. */
  seed?: { readonly environments: readonly object[] };
}

/** Settings of a mock for tests: it says nothing, reads no environment variable, and always has its control API. */
export const settingsOf = ({ seed, ...settings }: MockOptions): Settings => ({
  ...defaultSettings,
  logFormat: 'off',
  ...settings,
  ...(seed && { config: JSON.stringify(seed) }),
  admin: true,
});
