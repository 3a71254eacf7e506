import { setMaxListeners } from 'node:events';
import type { FastifyRequest } from 'fastify';
import { parseDuration } from '../lib/duration.js';
import { valueRefused } from './control-error.js';

const longestMilliseconds = 60_000;

/** How long a request will wait, in milliseconds: `?wait=2s`, at most a minute. */
export function readWait(wait: string | undefined): number {
  if (wait === undefined) return 0;
  const milliseconds = parseDuration(wait);
  if (milliseconds === undefined || milliseconds < 0)
    throw valueRefused(`wait: expected a duration, got ${JSON.stringify(wait)}`, 'write it as 2s or 500ms');
  return Math.min(milliseconds, longestMilliseconds);
}

interface WaitOptions<T> {
  readonly milliseconds: number;
  /** Returns the result, or undefined to keep waiting. Called at once and after every change. */
  readonly look: () => T | undefined;
  /** Calls the listener on every change; returns the function that unsubscribes it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly request: FastifyRequest;
  readonly closing: AbortSignal;
  /** Aborted when the environment that the request is about is removed. */
  readonly removed?: AbortSignal | undefined;
}

/**
 * Waits for a result, until time is up, the client disconnects, the environment is removed or the server closes.
 * It measures real time: a test may have frozen the environment's clock.
 */
export function waitUntil<T>({ milliseconds, look, subscribe, request, closing, removed }: WaitOptions<T>): Promise<T | undefined> {
  const found = look();
  if (found !== undefined || milliseconds === 0 || closing.aborted) return Promise.resolve(found);
  const ends = removed ? [closing, removed] : [closing];
  setMaxListeners(0, ...ends);
  return new Promise((resolve) => {
    const finish = (result: T | undefined) => {
      clearTimeout(timer);
      unsubscribe();
      for (const end of ends) end.removeEventListener('abort', over);
      request.raw.removeListener('close', over);
      resolve(result);
    };
    const over = () => finish(look());
    const timer = setTimeout(over, milliseconds);
    const unsubscribe = subscribe(() => {
      const changed = look();
      if (changed !== undefined) finish(changed);
    });
    for (const end of ends) end.addEventListener('abort', over, { once: true });
    request.raw.once('close', over);
  });
}
