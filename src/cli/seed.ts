import { statSync } from 'node:fs';
import { SeedError } from '../domain/seed.js';
import { SettingsError } from '../settings.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { openOffline } from './offline.js';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Reads a seed as `start` would, down to what points at what, and starts nothing. */
async function check(path: string): Promise<Record<'environments' | 'applications' | 'users', number>> {
  const context = await openOffline(isFolder(path) ? { seedFolder: path } : { configFile: path });
  const found = { environments: 0, applications: 0, users: 0 };
  for (const { store } of context.environments.list()) {
    found.environments += 1;
    found.applications += (await store.applications.list()).filter(({ grantTypes }) => grantTypes).length;
    found.users += store.users.size;
  }
  return found;
}

/** `seed check FILE`: exit code 0 for a seed that can be used, 2 and one message for one that cannot. */
export const seed: Run = async ({ argv, output }) => {
  const { values, words } = readArguments(argv, { json: 'alone' }, 2);
  const [action, path] = words;
  if (action !== 'check' || path === undefined) throw new SettingsError('expected: pingone-mock seed check FILE');
  try {
    const found = await check(path);
    const { environments, applications, users } = found;
    const text = [counted(environments, 'environment'), counted(applications, 'application'), counted(users, 'user')].join(', ');
    output.write(values.json ? `${JSON.stringify({ ok: true, source: path, ...found })}\n` : `✓ ${path}: ${text}\n`);
    return 0;
  } catch (error) {
    if (!values.json || !(error instanceof SeedError)) throw error;
    output.write(`${JSON.stringify({ ok: false, source: path, message: error.message })}\n`);
    return 2;
  }
};
