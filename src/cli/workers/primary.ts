import { createMemoryStore } from '../../environment/shared/memory/memory-store.js';
import { createClock } from '../../lib/clock.js';
import type { ServerFacts } from '../../server/start.js';
import type { Settings } from '../../settings/read.js';
import type { Invocation } from '../command.js';
import { aborted, longestStopMilliseconds, settleEngine, warnFirst } from '../serving.js';
import { startFleet } from './fleet.js';

/** How much longer than a worker this process waits for the end, in milliseconds: a worker that is late says so itself. */
const leeway = 500;

/** PEM of the certificate authority that all workers share, with its key. */
async function openAuthority(settings: Settings, warn: (text: string) => void): Promise<string | undefined> {
  if (settings.https === 'off' && !settings.proxy) return undefined;
  const { openSharedAuthority } = await import('../../server/tls/index.js');
  const { pem, warnings } = openSharedAuthority(settings);
  for (const text of warnings) warn(text);
  return pem;
}

export interface LeadOptions {
  /** How many workers. */
  readonly count: number;
  readonly warnings: readonly string[];
  readonly announce: (facts: ServerFacts) => string;
}

/** The primary process: holds the state of its workers, replaces those that end, and serves nothing itself. */
export async function lead(invocation: Invocation, settings: Settings, { count, warnings, announce }: LeadOptions): Promise<number> {
  const { output, errors, stop } = invocation;
  const warn = warnFirst(invocation, settings, warnings);
  const authority = await openAuthority(settings, warn);
  const store = settings.store === undefined ? createMemoryStore(createClock().now) : undefined;
  const fleet = startFleet({ count, store, authority, onWarning: warn });
  const [facts, failed] = await Promise.race([
    fleet.ready.then((facts) => [facts] as const),
    fleet.failed.then((failed) => [undefined, failed] as const),
    aborted(stop).then(() => [] as const),
  ]);
  if (failed) errors.write(`pingone-mock: ${failed.message}\n`);
  // The workers end with this process.
  if (!facts) process.exit(failed?.exitCode ?? 0);
  output.write(announce(facts));
  fleet.serve();
  settleEngine();
  await aborted(stop);
  setTimeout(() => process.exit(1), longestStopMilliseconds + leeway).unref();
  process.exit(await fleet.stop());
}
