import type { Recordings } from '../../context.js';
import type { TransactionEvent, TransactionEvents } from '../../journal/transaction-events.js';
import type { Transaction } from '../../journal/transactions.js';
import { serverWide } from '../../store/factory.js';
import type { Backend } from '../backend.js';
import type { SharedLog } from './shared-log.js';
import type { SharedTransactions } from './shared-transactions.js';

/** Where the transactions of an environment come from. */
interface Source {
  readonly log: SharedLog;
  readonly transactions: SharedTransactions;
}

/** The changes in the transactions of all environments, whichever replica makes them. Their numbers are those of the logs’ entries. */
export interface SharedEvents extends TransactionEvents, Recordings {
  /** Adds an environment. */
  join(environmentId: string, source: Source): void;
  /** Entries of an environment were read. */
  read(environmentId: string): void;
}

export function createSharedEvents(backend: Pick<Backend, 'watch'>, onError: (error: unknown) => void): SharedEvents {
  const sources = new Map<string, Source>();
  const listeners = new Set<(event: TransactionEvent) => void>();
  /** Of each environment, the last entry of which the listeners know. */
  const known = new Map<string, number>();
  let lastNumber = 0;
  let watching: Promise<() => void> | undefined;

  const eventsOf = (environmentId: string, after: number): TransactionEvent[] => {
    const { transactions } = sources.get(environmentId) ?? {};
    if (!transactions) return [];
    const { clearedAt } = transactions;
    const deleted = clearedAt > after ? [{ number: clearedAt, environmentId }] : [];
    const changed = transactions.changedSince(after).map(([number, transaction]) => ({ number, environmentId, transaction }));
    return [...deleted, ...changed].sort((one, other) => one.number - other.number);
  };
  const caughtUp = async (environmentId?: string) => {
    const asked = environmentId === undefined ? [...sources.values()] : [sources.get(environmentId)];
    await Promise.all(asked.map((source) => source?.log.caughtUp()));
  };
  /** Called with the name of the log that has grown: that of no environment has another one. */
  const catchUp = (logId?: string) => void caughtUp(logId === serverWide ? '' : logId).catch(onError);

  return {
    join: (environmentId, source) => void sources.set(environmentId, source),
    read(environmentId) {
      const { log } = sources.get(environmentId) ?? {};
      if (!log) return;
      const after = known.get(environmentId) ?? 0;
      known.set(environmentId, log.lastNumber);
      lastNumber = Math.max(lastNumber, log.lastNumber);
      if (listeners.size === 0) return;
      for (const event of eventsOf(environmentId, after)) for (const listener of listeners) listener(event);
    },
    areShared: true,
    caughtUp,
    answered(environmentId) {
      if (environmentId !== undefined) sources.get(environmentId)?.log.send();
      else for (const { log } of sources.values()) log.send();
    },
    push: (transaction: Transaction) => sources.get(transaction.environmentId)?.transactions.touch(transaction),
    forget(environmentId) {
      sources.delete(environmentId);
      known.delete(environmentId);
      for (const listener of listeners) listener({ number: lastNumber, environmentId });
    },
    since: (number) =>
      [...sources.keys()].flatMap((environmentId) => eventsOf(environmentId, number)).sort((one, other) => one.number - other.number),
    get lastNumber() {
      return lastNumber;
    },
    subscribe(listener) {
      listeners.add(listener);
      watching ??= backend.watch(catchUp).then((stop) => {
        // What was recorded before this replica began to listen.
        catchUp();
        return stop;
      });
      watching.catch(onError);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        void watching?.then((stop) => stop()).catch(() => {});
        watching = undefined;
      };
    },
  };
}
