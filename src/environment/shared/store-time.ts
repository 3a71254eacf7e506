import { createClock } from '../../lib/clock.js';
import type { Backend } from './backend.js';

/** How often the difference is measured, in milliseconds. */
const interval = 10_000;
const measurements = 3;

/** The time of the store, read without asking it: the host's clock and the measured difference between the two. */
export async function followStoreTime(backend: Backend): Promise<{ now(): number; close(): void }> {
  const host = createClock();
  let difference = 0;
  /** The measurement that took the shortest is the most exact one. */
  async function measure(): Promise<void> {
    let shortest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < measurements; round += 1) {
      const before = host.now();
      const time = await backend.time();
      const took = host.now() - before;
      if (took >= shortest) continue;
      shortest = took;
      difference = Math.round(time - (before + took / 2));
    }
  }
  await measure();
  const timer = setInterval(() => void measure().catch(() => {}), interval);
  timer.unref();
  return { now: () => host.now() + difference, close: () => clearInterval(timer) };
}
