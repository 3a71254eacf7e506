import type { Redis } from 'iovalkey';
import { AddressProblem, readRedisAddress } from '../../../lib/redis-address.js';
import { StoreError, StoreUnavailable, stepPatience } from '../errors.js';
import { clientOptions } from './client-options.js';
import { inspect, markFormat } from './inspect.js';
import { followPulse } from './pulse.js';
import { explainAtStart } from './refusals.js';

/** The connections of one replica: a connection that listens can do nothing else. */
export interface RedisConnections {
  readonly commands: Redis;
  readonly subscriber: Redis;
  readonly database: number;
  /** Why nothing can be asked at the moment. */
  failure(): Error | undefined;
  /** Notes in the store which version of the mock uses it. */
  claim(): Promise<void>;
  /** What a failure means while the server starts. */
  explain(error: Error): StoreError;
  close(): Promise<void>;
}

/** In milliseconds. */
const pauseAfterEnd = 100;

/** The client listens to the first error of a connection only. With TLS a second one can follow, which would end the process. */
function expectErrors(client: Redis): Redis {
  const { connector } = client as unknown as { connector: { connect(...args: unknown[]): Promise<NodeJS.ReadableStream> } };
  const connect = connector.connect.bind(connector);
  connector.connect = async (...args) => {
    const stream = await connect(...args);
    stream.on('error', () => {});
    return stream;
  };
  return client;
}

/** The client gives up where its connection is dropped while it asks the sentinels for the primary. */
function connectForEver(client: Redis): void {
  client.on('end', () => {
    const timer = setTimeout(() => client.connect().catch(() => {}), pauseAfterEnd);
    timer.unref();
  });
}

/**
 * Connects, and checks that the server can be used. Throws a StoreError that says what is wrong and what to do.
 * @param patience how long a command may take, in milliseconds
 */
export async function connectRedis(text: string, prefix: string, patience = stepPatience): Promise<RedisConnections> {
  const address = readRedisAddress(text);
  if (address instanceof AddressProblem) throw new StoreError(`the address ${address.message}`);
  const { shown, database } = address;
  const { Redis: Client } = await import('./redis-client.js');
  let isStarting = true;
  const options = clientOptions(address, { patience, isStarting: () => isStarting });
  const commands = expectErrors(new Client(options, patience));
  const subscriber = expectErrors(new Client({ ...options, autoResubscribe: false }, patience));
  let lastError: Error | undefined;
  // Without a listener, the client writes errors to the terminal.
  commands.on('error', (error: Error) => {
    lastError = error;
  });
  // Either of the two may be the first that cannot connect.
  subscriber.on('error', (error: Error) => {
    if (isStarting) lastError ??= error;
  });
  try {
    await Promise.all([commands.connect(), subscriber.connect()]);
    // The client goes on where the database of its options cannot be selected.
    await commands.select(database);
    await inspect(commands, shown, prefix);
  } catch (error) {
    commands.disconnect();
    subscriber.disconnect();
    throw error instanceof StoreError ? error : explainAtStart(shown, lastError ?? (error as Error));
  }
  isStarting = false;
  connectForEver(commands);
  connectForEver(subscriber);
  commands.on('ready', () => {
    lastError = undefined;
  });
  const pulse = followPulse([commands, subscriber]);
  return {
    commands,
    subscriber,
    database,
    failure() {
      if (commands.status === 'ready') return pulse.failure();
      return new StoreUnavailable(`${shown} does not answer${lastError ? ` (${lastError.message})` : ''}`);
    },
    claim: () => markFormat(commands, prefix),
    explain: (error) => explainAtStart(shown, error.cause instanceof Error ? error.cause : error),
    async close() {
      pulse.close();
      for (const client of [commands, subscriber]) client.removeAllListeners('end');
      await Promise.allSettled([commands.quit(), subscriber.quit()]);
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
