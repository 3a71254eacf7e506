import type { MockOptions } from './options.js';
import type { Mock } from './types.js';

/**
 * Starts a mock in this process: on a free port of 127.0.0.1, without a log, in memory. `await using` or `close()` stops it.
 * The server is loaded now, so that importing the package costs little.
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  return (await import('./in-process.js')).startMock(options);
}

/** A mock that does not listen: the same object, with `inject` instead of a port. For the fastest unit tests. */
export async function createMock(options: MockOptions = {}): Promise<Mock> {
  return (await import('./in-process.js')).createMock(options);
}
