import type { FastifyBaseLogger } from 'fastify';
import { type Clock, createClock } from '../lib/clock.js';
import type { Collection } from '../lib/collections/types.js';
import { createRandom, createSeededRandom } from '../lib/random.js';
import type { Environment, Environments } from './context.js';
import { createClaimsRules } from './faults/claims-rules.js';
import { createHooks } from './faults/hooks.js';
import { createFaults } from './faults/registry.js';
import { createOutbox } from './journal/outbox.js';
import { logOutcomes } from './journal/outcome-log.js';
import { createRequestJournal, type JournalBudget } from './journal/request-journal.js';
import type { TransactionEvents } from './journal/transaction-events.js';
import { transactionUrl } from './journal/transaction-url.js';
import type { Transaction } from './journal/transactions.js';
import { createTransactions } from './journal/transactions.js';
import { createEnvironmentKeys } from './keys/environment-keys.js';
import type { KeyPool } from './keys/pool.js';
import type { EnvironmentRecord } from './model/configuration.js';
import { makePolicyKeys } from './policy-keys.js';
import { createStore, type StoreCaps } from './store/create-store.js';
import type { CollectionFactory } from './store/factory.js';
import { currentUnit, outsideUnit } from './store/unit.js';

interface EnvironmentsOptions {
  clock: Clock;
  keyPool: KeyPool;
  log: FastifyBaseLogger;
  factory: CollectionFactory;
  caps?: StoreCaps | undefined;
  events: TransactionEvents;
  /** The collection of the environments' records. */
  records: Collection<EnvironmentRecord>;
  randomSeed?: string | undefined;
  /** Whether the log leaves secrets out. */
  hideSecrets: boolean;
  /** Limits the memory of all journals together. */
  journalBudget: JournalBudget;
  /** Whether the server answers under a host name. */
  servesHost: Environment['servesHost'];
  /** Explains failures, before those who listen to transactions learn about them. */
  diagnose?: Diagnose | undefined;
}

/** Adds a diagnosis to a transaction whose last step has failed. */
export type Diagnose = (environment: Environment, transaction: Transaction) => void;

/** Key ids contain a time (UUID version 1); with a random seed it is fixed, so that they are reproducible. */
const seededKidTime = Date.UTC(2026, 0, 1);

/** Does work that may fail, and reverts memory if it does: now, or when a later write of the same request fails. */
async function orElse(undo: () => void, work: () => Promise<unknown>): Promise<void> {
  try {
    currentUnit()?.add(undo);
    await work();
  } catch (error) {
    undo();
    throw error;
  }
}

/** Opens the stored environments; more can be added. */
export async function createEnvironments({
  clock,
  keyPool,
  log,
  factory,
  caps,
  events,
  records,
  randomSeed,
  hideSecrets,
  journalBudget,
  servesHost,
  diagnose = () => {},
}: EnvironmentsOptions): Promise<Environments> {
  const environments = new Map<string, Environment>();
  const removals = new Map<string, AbortController>();
  let seeded: readonly Environment[] = [];

  const open = (record: EnvironmentRecord): Environment => {
    const own = createClock(clock);
    const random = randomSeed === undefined ? createRandom() : createSeededRandom(`${randomSeed}:${record.id}`);
    const transactions = createTransactions({
      environmentId: record.id,
      now: own.now,
      newId: random.uuid,
      onClear: () => events.forget(record.id),
      onFailure: (transaction) => diagnose(environment, transaction),
    });
    const hooks = createHooks();
    const removal = new AbortController();
    removals.set(record.id, removal);
    const environment: Environment = {
      id: record.id,
      record,
      clock: own,
      random,
      keys: createEnvironmentKeys({
        random,
        take: keyPool.take,
        newKid: () => random.uuidV1(randomSeed === undefined ? own.now() : seededKidTime),
        now: own.now,
        rotationDays: () => environment.record.rotationPeriod,
      }),
      store: createStore(factory, record.id, own, caps),
      transactions,
      faults: createFaults(random.uuid),
      hooks,
      claimsRules: createClaimsRules(hooks, random.uuid),
      requests: createRequestJournal(journalBudget),
      outbox: createOutbox({ now: own.now, newId: random.uuid }),
      log,
      servesHost,
      removed: removal.signal,
      others: () => [...environments.values()].filter((other) => other !== environment),
    };
    logOutcomes(transactions, log, { see: transactionUrl, hideSecrets });
    transactions.subscribe(events.push);
    environments.set(record.id, environment);
    return environment;
  };

  for (const record of await records.list()) await makePolicyKeys(open(record));

  return {
    get: (id) => environments.get(id),
    list: () => [...environments.values()],
    async add(record, fill) {
      const environment = open(record);
      const drop = () => {
        if (environments.get(record.id) === environment) environments.delete(record.id);
      };
      await orElse(drop, async () => {
        if (fill) {
          // If a kill comes in between, the next start removes it: it was never acknowledged.
          await records.put({ ...record, unfinished: true });
          await fill(environment);
        }
        await records.put(record);
      });
      return environment;
    },
    async replace(record) {
      const environment = environments.get(record.id);
      const before = environment?.record;
      if (environment) environment.record = record;
      await orElse(
        () => {
          if (before && environment?.record === record) environment.record = before;
        },
        () => records.put(record),
      );
    },
    async remove(id) {
      const inOrder = [...environments];
      const removed = environments.get(id);
      environments.delete(id);
      await orElse(
        () => {
          if (!removed || environments.has(id)) return;
          const added = [...environments].filter(([other]) => !inOrder.some(([known]) => known === other));
          const there = inOrder.filter(([known]) => known === id || environments.has(known));
          environments.clear();
          for (const [each, environment] of [...there, ...added]) environments.set(each, environment);
        },
        async () => {
          // A kill in between ends the removal at the next start.
          if (removed) await records.put({ ...removed.record, unfinished: true });
          await factory.removeEnvironment(id);
          // That cannot be undone, so neither is this: if it fails, the next start does it.
          await outsideUnit(() => records.take(id)).catch(() => {});
        },
      );
      removed?.requests.clear();
      if (!environments.has(id)) {
        removals.get(id)?.abort();
        removals.delete(id);
        if (removed) events.forget(id);
      }
      return removed !== undefined;
    },
    markSeeded(ids = [...environments.keys()]) {
      seeded = ids.flatMap((id) => environments.get(id) ?? []);
    },
    isSeeded: (id) => seeded.some((environment) => environment.id === id),
    async restoreSeeded() {
      for (const removed of seeded.filter(({ id }) => !environments.has(id))) {
        const record = removed.baseline?.record ?? removed.record;
        const again = open(record);
        if (removed.baseline) again.baseline = removed.baseline;
        await records.put(record);
      }
      // Keeps the order: the first environment is the default one.
      const others = [...environments.values()].filter(({ id }) => !seeded.some((environment) => environment.id === id));
      const inOrder = seeded.flatMap(({ id }) => environments.get(id) ?? []);
      environments.clear();
      for (const environment of [...inOrder, ...others]) environments.set(environment.id, environment);
      seeded = inOrder;
    },
  };
}
