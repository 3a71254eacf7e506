import { steadyTime } from '../../lib/clock.js';
import type { Backend } from './backend.js';

interface StoreTimeOptions {
  /** How often the difference is measured, in milliseconds. */
  readonly interval?: number;
}

const measurements = 3;

/**
 * The time of the store, read without asking it: a clock of this process that cannot be set, and the measured difference
 * between the two. If the store's own clock is set, all replicas follow it within the interval.
 */
export async function followStoreTime(
  backend: Pick<Backend, 'time'>,
  { interval = 1000 }: StoreTimeOptions = {},
): Promise<{ now(): number; close(): void }> {
  let difference: number | undefined;

  /** The difference, and how far it may be off. */
  async function measureOnce() {
    const before = steadyTime();
    const time = await backend.time();
    const took = steadyTime() - before;
    return { found: time - (before + took / 2), error: took / 2 + 1 };
  }
  async function measure(): Promise<void> {
    const all = [];
    for (let round = 0; round < measurements; round += 1) all.push(await measureOnce());
    const best = all.reduce((one, other) => (other.error < one.error ? other : one));
    // A slow answer says little: while it does not contradict what is known, time must not jump.
    if (difference === undefined || Math.abs(best.found - difference) > best.error) difference = best.found;
  }
  await measure();
  const timer = setInterval(() => void measure().catch(() => {}), interval);
  timer.unref();
  return { now: () => Math.round(steadyTime() + (difference ?? 0)), close: () => clearInterval(timer) };
}
