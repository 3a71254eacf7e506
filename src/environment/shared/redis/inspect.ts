import type { Redis } from 'iovalkey';
import { StoreError } from '../errors.js';
import { keysOf } from './keys.js';

/** The oldest version that has all the commands that are used. */
const oldest = [6, 2] as const;

/** The version of what is stored: another one is not read. */
const format = '2';

/** Refuses a server that has not what is needed. */
function requireServer(info: string): string | undefined {
  const fieldOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = fieldOf('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    return `the server is Redis ${version || 'of an unknown version'}. Use version ${oldest.join('.')} or newer, or Valkey`;
  if (fieldOf('redis_mode') === 'cluster' || fieldOf('cluster_enabled') === '1')
    return 'the server is part of a Redis Cluster, which is not supported. Use a single server, or Sentinel';
  if (fieldOf('role') === 'slave') return 'the server is a read-only replica. Use the address of its primary, or Sentinel';
  return undefined;
}

/** Refuses keys that another program, or another version of this one, has written. */
async function requireKeys(redis: Redis, prefix: string): Promise<string | undefined> {
  const keys = keysOf(prefix);
  const advice = 'Choose another prefix with PINGONE_MOCK_STORE_PREFIX, or delete those keys';
  const types = await Promise.all([keys.format, keys.version, keys.places].map((key) => redis.type(key)));
  const isTyped = [/^(none|string)$/, /^(none|string)$/, /^(none|set)$/].every((pattern, at) => pattern.test(types[at] as string));
  const [found, version] = isTyped ? await Promise.all([redis.get(keys.format), redis.get(keys.version)]) : [];
  if (!isTyped || !/^\d*$/.test(version ?? '')) return `another program keeps something else in keys that begin with ${prefix}:. ${advice}`;
  if (found && found !== format)
    return `what is stored under the prefix ${prefix} is not of this version of pingone-mock (format ${found.slice(0, 20)}, expected ${format}). ${advice}`;
  return undefined;
}

/** Notes under a prefix which version has written there. */
export const markFormat = async (redis: Redis, prefix: string): Promise<void> => {
  await redis.set(keysOf(prefix).format, format, 'NX');
};

/** Refuses a server that cannot be used, before anything is written there. Throws a StoreError. */
export async function inspect(redis: Redis, shown: string, prefix: string): Promise<void> {
  const problem = requireServer(await redis.info()) ?? (await requireKeys(redis, prefix));
  if (problem !== undefined) throw new StoreError(`${shown}: ${problem}`);
}
