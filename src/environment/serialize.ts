import type { Environment } from './context.js';

const turns = new WeakMap<Environment, Map<string, Promise<unknown>>>();

/**
 * Does some work on a thing of an environment when earlier work on it is done: what reads, decides and writes is then
 * one step. Five wrong passwords at once are five.
 */
export async function serialize<T>(environment: Environment, id: string, work: () => Promise<T>): Promise<T> {
  const waiting = turns.get(environment) ?? new Map<string, Promise<unknown>>();
  turns.set(environment, waiting);
  const turn = (waiting.get(id) ?? Promise.resolve()).then(work, work);
  waiting.set(id, turn);
  try {
    return await turn;
  } finally {
    if (waiting.get(id) === turn) waiting.delete(id);
  }
}

/**
 * The same for work on things of several kinds: what points to something waits for those who remove it. The kinds are
 * always named in one order, so that no two wait for each other.
 */
export const inTurns = <T>(environment: Environment, ids: readonly string[], work: () => Promise<T>): Promise<T> =>
  ids.reduceRight<() => Promise<T>>((inner, id) => () => serialize(environment, id, inner), work)();
