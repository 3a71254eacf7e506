import type { Redis } from 'iovalkey';
import type { StoreUnavailable } from '../errors.js';
import { unavailable } from './refusals.js';

/** How often a connection is tried that nothing else may use, in milliseconds. */
const interval = 1000;

/** Notices that a server has fallen silent without closing its connections, as one that is stopped or cut off does. */
interface Pulse {
  /** Why nothing can be asked at the moment. */
  failure(): StoreUnavailable | undefined;
  close(): void;
}

/**
 * Connects again after an error that the next command would meet too. Answers come in the order of the commands: what waits
 * behind one that got none need not wait as long. A primary that has become a replica no longer writes.
 */
export function dropIfUseless(connection: Redis, { message }: Error): void {
  if (/\bREADONLY\b/.test(message)) connection.disconnect(true);
  if (!/timed out/.test(message)) return;
  const { stream } = connection;
  const read = stream.bytesRead;
  // If it was this process that was late, the answer is here by then.
  setImmediate(() => {
    if (connection.stream === stream && stream.bytesRead === read) connection.disconnect(true);
  });
}

export function followPulse(connections: readonly Redis[]): Pulse {
  let failure: StoreUnavailable | undefined;
  const feel = async (connection: Redis): Promise<StoreUnavailable | undefined> => {
    // One that is connecting says so by its status.
    if (connection.status !== 'ready') return undefined;
    try {
      await connection.ping();
      return undefined;
    } catch (error) {
      dropIfUseless(connection, error as Error);
      return unavailable(error as Error);
    }
  };
  const timer = setInterval(async () => {
    const failures = await Promise.all(connections.map(feel));
    failure = failures.find((each) => each !== undefined);
  }, interval);
  timer.unref();
  return { failure: () => failure, close: () => clearInterval(timer) };
}
