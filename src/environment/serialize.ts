import type { Environment } from './context.js';

const turns = new WeakMap<Environment, Map<string, Promise<unknown>>>();

/**
 * Runs work on an item after earlier work on it, so that reading, deciding and writing are one step: five concurrent
 * wrong passwords count as five, also where each is sent to another replica.
 */
export async function serialize<T>(environment: Environment, id: string, work: () => Promise<T>): Promise<T> {
  const waiting = turns.get(environment) ?? new Map<string, Promise<unknown>>();
  turns.set(environment, waiting);
  const { inTurn } = environment;
  const alone = inTurn ? () => inTurn(id, work) : work;
  const turn = (waiting.get(id) ?? Promise.resolve()).then(alone, alone);
  waiting.set(id, turn);
  try {
    return await turn;
  } finally {
    if (waiting.get(id) === turn) waiting.delete(id);
  }
}

/** The same for work on several items. All callers must name them in the same order, or they deadlock. */
export const serializeAll = <T>(environment: Environment, ids: readonly string[], work: () => Promise<T>): Promise<T> =>
  ids.reduceRight<() => Promise<T>>((inner, id) => () => serialize(environment, id, inner), work)();
