import { setFlagsFromString } from 'node:v8';
import { createLogger } from '../server/log.js';
import type { RunningServer } from '../server/start.js';
import type { Settings } from '../settings/read.js';
import type { Invocation } from './command.js';

/** How long a stop may take: container engines wait 10 seconds before they kill, CI systems often 5. */
export const longestStopMilliseconds = 4000;

/** Settles once the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * For after the start, in V8's terms (bench/README.md has what it gains). Garbage is collected once the heap has grown by half, not
 * fourfold, and the space for new objects stays as large as it was. The optimizing compiler inlines half as much: it has less to do
 * during the first requests, and leaves less code.
 */
export function settleEngine(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=460');
}

/** Writes the warnings that come before the start. Returns the function that writes later ones. */
export function warnFirst({ env, output, errors }: Invocation, settings: Settings, warnings: readonly string[]): (text: string) => void {
  const logger = settings.logFormat === 'json' ? createLogger(settings, { output, errors }) : undefined;
  const warn = (text: string) => (logger ? logger.warn({ event: 'start' }, text) : errors.write(`pingone-mock: ${text}\n`));
  for (const warning of warnings) warn(warning);
  if (env.NODE_ENV === 'production') warn('NODE_ENV is production, but this is a mock: it verifies no one and protects nothing');
  return warn;
}

/** Closes a server, and ends the process. */
export async function closeAndExit(server: RunningServer, warn: (text: string) => void): Promise<never> {
  setTimeout(() => {
    warn(`did not stop within ${longestStopMilliseconds / 1000} seconds`);
    process.exit(1);
  }, longestStopMilliseconds);
  await server.close();
  // Do not wait for open timers and client sockets.
  process.exit(0);
}
