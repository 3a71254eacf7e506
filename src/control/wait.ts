import { setMaxListeners } from 'node:events';
import type { FastifyRequest } from 'fastify';
import { parseDuration } from '../lib/duration.js';
import { ControlError } from './control-error.js';

const longestMilliseconds = 60_000;

/** The time that a request is willing to wait: `?wait=2s`. */
export function readWait(wait: string | undefined): number {
  if (wait === undefined) return 0;
  const milliseconds = parseDuration(wait);
  if (milliseconds === undefined || milliseconds < 0)
    throw new ControlError(400, 'value_refused', `wait: expected a length of time, got ${JSON.stringify(wait)}`, 'write it as 2s or 500ms');
  return Math.min(milliseconds, longestMilliseconds);
}

interface WaitOptions<T> {
  readonly milliseconds: number;
  /** What there is now; asked at once and whenever something changed. Undefined: go on waiting. */
  readonly look: () => T | undefined;
  /** Calls the listener at every change; answers the function that ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly request: FastifyRequest;
  readonly closing: AbortSignal;
  /** Of the environment that is waited for. */
  readonly removed?: AbortSignal | undefined;
}

/** Waits until there is something, the time is up, the client is gone or the server closes. Real time: a test's clock may stand still. */
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
