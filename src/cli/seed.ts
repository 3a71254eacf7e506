import { existsSync } from 'node:fs';
import { unusableParts } from '../configuration/applications/unusable.js';
import { SeedError } from '../configuration/seed/index.js';
import { isAddress } from '../configuration/seed/url.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { openOffline } from './offline.js';

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Reads a seed as `start` does, references included, without a server. */
async function check(path: string): Promise<{ found: Record<'environments' | 'applications' | 'users', number>; warnings: string[] }> {
  if (!isAddress(path) && !existsSync(path)) throw new SettingsError(`${path} does not exist`);
  const context = await openOffline({ configFile: path });
  const found = { environments: 0, applications: 0, users: 0 };
  const warnings: string[] = [];
  for (const environment of context.environments.list()) {
    const { store } = environment;
    warnings.push(...(await unusableParts(environment)));
    found.environments += 1;
    found.applications += (await store.applications.list()).filter(({ grantTypes }) => grantTypes).length;
    found.users += await store.users.count();
  }
  return { found, warnings };
}

/** `seed check FILE`: exit code 0 for a valid seed, with a warning for what cannot be used; else 1 and a line for each problem. */
export const seed: Run = async ({ argv, output, errors }) => {
  const { values, words } = readArguments(argv, { json: 'alone' }, 2);
  const [action, path] = words;
  if (action !== 'check' || path === undefined) throw new SettingsError('expected: pingone-mock seed check FILE');
  try {
    const { found, warnings } = await check(path);
    const { environments, applications, users } = found;
    const text = [counted(environments, 'environment'), counted(applications, 'application'), counted(users, 'user')].join(', ');
    output.write(values.json ? `${JSON.stringify({ ok: true, source: path, ...found, warnings })}\n` : `✓ ${path}: ${text}\n`);
    if (!values.json) for (const warning of warnings) errors.write(`pingone-mock: warning: ${warning}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    const { message, problems } = error;
    if (values.json) output.write(`${JSON.stringify({ ok: false, source: path, message, faults: problems })}\n`);
    else for (const problem of problems) errors.write(`pingone-mock: ${problem}\n`);
    return 1;
  }
};
