import { AsyncLocalStorage } from 'node:async_hooks';
import type { Backend, Fence, WriteOptions } from './backend.js';

/** A lock that work relies on. */
interface Turn extends Fence {
  /** Whether it was given back: what goes on afterwards does not rely on it. */
  isOver: boolean;
}

const turns = new AsyncLocalStorage<readonly Turn[]>();

/** Runs work that holds a lock. What it writes is written only while it holds it. */
export async function inTurnOf<T>(fence: Fence, work: () => Promise<T>): Promise<T> {
  const turn: Turn = { ...fence, isOver: false };
  try {
    return await turns.run([...(turns.getStore() ?? []), turn], work);
  } finally {
    turn.isOver = true;
  }
}

function fenced<O extends WriteOptions>(options?: O): O | WriteOptions | undefined {
  const fences = turns.getStore()?.filter(({ isOver }) => !isOver);
  return fences && fences.length > 0 ? { ...options, fences } : options;
}

/**
 * A backend whose writes end with the turn of the code that is running: a process that slept longer than its lock lasts must
 * not overwrite what the next holder has written.
 */
export const fencedBackend = (backend: Backend): Backend =>
  // All else is the backend's own, its getter included.
  Object.assign(Object.create(backend) as Backend, {
    put: (...[place, record, options]: Parameters<Backend['put']>) => backend.put(place, record, fenced(options)),
    take: (...[place, id, options]: Parameters<Backend['take']>) => backend.take(place, id, fenced(options)),
    takeAll: (...[place, index, value, options]: Parameters<Backend['takeAll']>) =>
      backend.takeAll(place, index, value, fenced(options) as typeof options),
  });
