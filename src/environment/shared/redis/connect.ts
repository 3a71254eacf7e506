import type { Redis, RedisOptions } from 'iovalkey';
import { StoreError, StoreUnavailable } from '../errors.js';

/** The connections of one replica: a connection that listens can do nothing else. */
export interface RedisConnections {
  readonly commands: Redis;
  readonly subscriber: Redis;
  /** Why nothing can be asked at the moment. */
  failure(): Error | undefined;
  close(): Promise<void>;
}

/** The oldest version that has all the commands that are used. */
const oldest = [6, 2] as const;

/** How long a request waits for the store, in milliseconds. */
const patience = 900;

/** The version of what is stored: another one is not read. */
const format = '1';

/** An address without the password, for messages. */
export function shownAddress(address: string): string {
  const url = new URL(address);
  if (url.password) url.password = '***';
  return url.href;
}

function optionsOf(address: string): RedisOptions {
  const url = new URL(address);
  const isTls = url.protocol === 'rediss:' || url.protocol === 'valkeys:';
  const database = url.pathname.slice(1);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(database && { db: Number(database) }),
    ...(isTls && { tls: { servername: url.hostname } }),
    connectTimeout: patience,
    commandTimeout: patience,
    // A command that was sent may have been carried out: it is never sent again.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    lazyConnect: true,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, 500),
  };
}

/** What is wrong with the server at this address, as a sentence for a person; undefined for other errors. */
function explain(shown: string, error: NodeJS.ErrnoException): StoreError {
  const { code = '', message } = error;
  const refuse = (text: string) => new StoreError(`${shown}: ${text}`, { cause: error });
  if (/WRONGPASS|invalid password|invalid username-password/i.test(message))
    return refuse('the server refuses the user or the password. Correct them in the address');
  if (/NOAUTH/.test(message)) return refuse('the server asks for a password. Write it into the address: redis://:PASSWORD@HOST');
  if (/NOPERM/.test(message)) return refuse(`the user lacks a permission (${message}). Grant it all commands on the keys of the prefix`);
  if (/DB index is out of range|invalid DB index/i.test(message)) return refuse('the server has no such database. Choose another number');
  if (/^(CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS|ERR_SSL|EPROTO)/.test(code))
    return refuse(
      `its TLS certificate or protocol is not accepted (${message}). Use the name in its certificate, and NODE_EXTRA_CA_CERTS for your own authority`,
    );
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return refuse('unknown host name. Correct the address');
  return refuse(`no Redis or Valkey server answers there (${message || code}). Start it, or correct the address`);
}

/** Refuses a server that cannot be used, before anything is written. */
async function inspect(redis: Redis, shown: string, prefix: string): Promise<void> {
  const info = await redis.info();
  const fieldOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = fieldOf('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw new StoreError(
      `${shown}: the server is Redis ${version || 'of an unknown version'}; version ${oldest.join('.')} or newer is needed`,
    );
  if (fieldOf('redis_mode') === 'cluster' || fieldOf('cluster_enabled') === '1')
    throw new StoreError(`${shown}: the server is part of a Redis Cluster, which is not supported. Use a single server, or Sentinel`);
  if (fieldOf('role') === 'slave')
    throw new StoreError(`${shown}: the server is a read-only replica. Use the address of its primary, or Sentinel`);
  const type = await redis.type(`${prefix}:format`);
  const found = type === 'string' ? await redis.get(`${prefix}:format`) : type === 'none' ? undefined : type;
  if (found !== undefined && found !== format)
    throw new StoreError(
      `${shown}: what is stored under the prefix ${prefix} is not of this version of pingone-mock (format ${String(found).slice(0, 20)}, expected ${format}). Choose another prefix with PINGONE_MOCK_STORE_PREFIX, or delete it`,
    );
  if (found === undefined) await redis.set(`${prefix}:format`, format, 'NX');
}

/** Connects, and checks that the server can be used. Throws a StoreError that says what is wrong and what to do. */
export async function connectRedis(address: string, prefix: string): Promise<RedisConnections> {
  const { Redis: Client } = await import('./redis-client.js');
  const shown = shownAddress(address);
  const commands = new Client(optionsOf(address));
  const subscriber = new Client({ ...optionsOf(address), autoResubscribe: false });
  let lastError: Error | undefined;
  // Without a listener, the client writes errors to the terminal.
  commands.on('error', (error: Error) => {
    lastError = error;
  });
  subscriber.on('error', () => {});
  try {
    await Promise.all([commands.connect(), subscriber.connect()]);
    // The client goes on where the database of its options cannot be selected.
    await commands.select(commands.options.db ?? 0);
    await inspect(commands, shown, prefix);
  } catch (error) {
    commands.disconnect();
    subscriber.disconnect();
    throw error instanceof StoreError ? error : explain(shown, lastError ?? (error as Error));
  }
  commands.on('ready', () => {
    lastError = undefined;
  });
  return {
    commands,
    subscriber,
    failure: () =>
      commands.status === 'ready'
        ? undefined
        : new StoreUnavailable(`${shown} does not answer${lastError ? ` (${lastError.message})` : ''}`),
    async close() {
      await Promise.allSettled([commands.quit(), subscriber.quit()]);
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
