import type { Environment } from './context.js';

const turns = new WeakMap<Environment, Map<string, Promise<unknown>>>();

async function takeTurn<T>(environment: Environment, id: string, alone: () => Promise<T>): Promise<T> {
  const waiting = turns.get(environment) ?? new Map<string, Promise<unknown>>();
  turns.set(environment, waiting);
  const turn = (waiting.get(id) ?? Promise.resolve()).then(alone, alone);
  waiting.set(id, turn);
  try {
    return await turn;
  } finally {
    if (waiting.get(id) === turn) waiting.delete(id);
  }
}

const nothing = async (): Promise<void> => {};

/**
 * Runs work on an item after earlier work on it, so that reading, deciding and writing are one step: five concurrent
 * wrong passwords count as five, also where each is sent to another replica.
 */
export function serialize<T>(environment: Environment, id: string, work: () => Promise<T>): Promise<T> {
  const { inTurn } = environment;
  return takeTurn(environment, id, inTurn ? () => inTurn(id, nothing, work) : work);
}

/** The same for work that begins with reading something: where replicas share it, taking the turn and reading are one round trip. */
export function serializeOn<R, T>(
  environment: Environment,
  id: string,
  read: () => Promise<R>,
  work: (found: R) => Promise<T>,
): Promise<T> {
  const { inTurn } = environment;
  return takeTurn(environment, id, inTurn ? () => inTurn(id, read, work) : async () => work(await read()));
}

/** The same for work on several items. All callers must name them in the same order, or they deadlock. */
export const serializeAll = <T>(environment: Environment, ids: readonly string[], work: () => Promise<T>): Promise<T> =>
  ids.reduceRight<() => Promise<T>>((inner, id) => () => serialize(environment, id, inner), work)();
