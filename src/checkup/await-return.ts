import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../lib/within.js';
import { createBrowser } from './browser.js';

/** Between two attempts. */
const pauseMilliseconds = 500;

/**
 * Waits until an application answers again, whatever it answers.
 * @param patience in milliseconds, however long a single attempt hangs
 * @returns false if it has not answered by then
 * @throws the reason of `stop` if that aborts
 */
export async function awaitReturn(start: URL, patience: number, stop?: AbortSignal): Promise<boolean> {
  const answers = async (signal: AbortSignal): Promise<boolean> => {
    const { failure, visits } = await createBrowser(signal).open(start, { stopAt: ({ href }) => href !== start.href });
    return failure !== 'no answer' || visits.length > 0;
  };
  const isBack = await within(
    patience,
    async (signal) => {
      while (!(await answers(signal))) await sleep(pauseMilliseconds, undefined, { signal });
      return true;
    },
    stop,
  ).catch(() => false);
  stop?.throwIfAborted();
  return isBack;
}
