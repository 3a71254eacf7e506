import type { FastifyBaseLogger } from 'fastify';
import { type Clock, createClock } from '../lib/clock.js';
import type { Collection } from '../lib/collections/types.js';
import { createRandom, createSeededRandom, type Random } from '../lib/random.js';
import type { Environment, Environments } from './context.js';
import { dropRolesOn, scopesIn } from './drop-roles.js';
import { EnvironmentClash } from './environment-clash.js';
import { createClaimsRules } from './faults/claims-rules.js';
import { createHooks } from './faults/hooks.js';
import { createLeases } from './faults/leases.js';
import { createFaults } from './faults/registry.js';
import { type Activity, createActivities } from './journal/activities.js';
import type { ActivityFeed } from './journal/activity-feed.js';
import { createOutbox } from './journal/outbox.js';
import { logOutcomes } from './journal/outcome-log.js';
import { createRequestJournal, type JournalBudget } from './journal/request-journal.js';
import type { RouteSchemas } from './journal/route-schemas.js';
import type { TransactionEvents } from './journal/transaction-events.js';
import { transactionUrl } from './journal/transaction-url.js';
import type { Transaction } from './journal/transactions.js';
import { createTransactions } from './journal/transactions.js';
import { createEnvironmentKeys } from './keys/environment-keys.js';
import type { KeyMaker } from './keys/key-maker.js';
import type { KeyPool } from './keys/pool.js';
import { createBaselines } from './model/baseline.js';
import type { EnvironmentRecord } from './model/configuration.js';
import { followPolicyKeys, makePolicyKeys } from './policy-keys.js';
import { createSeeded } from './seeded.js';
import { serialize } from './serialize.js';
import { openSharedRecordings } from './shared/journal/open-recordings.js';
import type { SharedEvents } from './shared/journal/shared-events.js';
import { openSharedSeed } from './shared/open-shared-seed.js';
import { openSharedParts, type SharedParts } from './shared/shared-parts.js';
import { createStore, type StoreCaps } from './store/create-store.js';
import type { CollectionFactory } from './store/factory.js';
import { currentUnit, outsideUnit } from './store/unit.js';
import { WriteFailure } from './store/write-failure.js';

interface EnvironmentsOptions {
  clock: Clock;
  keyPool: KeyPool;
  keyMaker: KeyMaker;
  log: FastifyBaseLogger;
  factory: CollectionFactory;
  caps?: StoreCaps | undefined;
  events: TransactionEvents;
  /** The same, where replicas share them. */
  sharedEvents?: SharedEvents | undefined;
  activityFeed: ActivityFeed;
  routeSchemas: RouteSchemas;
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

/** Removes what belongs to a lease that has ended. */
async function takeBack({ faults, claimsRules, keys }: Environment, lease: string): Promise<void> {
  for (const { id } of claimsRules.list().filter((rule) => rule.lease === lease)) await claimsRules.remove(id);
  await keys.restoreApplications();
  for (const { id } of faults.list().filter((fault) => fault.lease === lease)) await faults.remove(id);
}

/** Removes what requests under way have recorded of an environment after its removal: the next one of its id begins without. */
function startOver({ transactions, requests, activities }: Environment): void {
  transactions.clear();
  requests.clear();
  activities.clear();
}

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
  keyMaker,
  log,
  factory,
  caps,
  events,
  sharedEvents,
  activityFeed,
  routeSchemas,
  records,
  randomSeed,
  hideSecrets,
  journalBudget,
  servesHost,
  diagnose = () => {},
}: EnvironmentsOptions): Promise<Environments> {
  const environments = new Map<string, Environment>();
  const removals = new Map<string, AbortController>();
  /** Those that are being filled here. */
  const unfinishedIds = new Set<string>();
  const { sharing } = factory;
  const { seeded, baselines } = sharing ? await openSharedSeed(sharing) : { seeded: createSeeded(), baselines: createBaselines() };
  const isSeeded = (id: string) => seeded.list().some((record) => record.id === id);
  const alone = <T>(name: string, work: () => Promise<T>, patience?: number): Promise<T> =>
    sharing ? sharing.locks.hold(name, work, patience) : work();
  const newKid = (random: Random, now: () => number) => () => random.uuidV1(randomSeed === undefined ? now() : seededKidTime);
  /** What other replicas have in common with an environment here; undefined where there are none. */
  const partsOf = async (environmentId: string): Promise<SharedParts | undefined> => {
    if (!sharing) return undefined;
    const random = createRandom();
    return openSharedParts({
      sharing,
      environmentId,
      clock,
      newId: random.uuid,
      newKid: newKid(random, clock.now),
      take: keyPool.take,
      onError: (error) => log.error({ error, environmentId }, 'a lease that is over could not be ended'),
    });
  };

  const open = (record: EnvironmentRecord, parts?: SharedParts): Environment => {
    const own = parts?.clock ?? createClock(clock);
    const random = randomSeed === undefined ? createRandom() : createSeededRandom(`${randomSeed}:${record.id}`);
    // A separate source of ids: events must not change the ids that the environment's contents get.
    const activityIds = randomSeed === undefined ? random : createSeededRandom(`${randomSeed}:${record.id}:activities`);
    const onFailure = (transaction: Transaction) => diagnose(environment, transaction);
    const onActivity = (activity: Activity) => activityFeed.added(record.id, activity);
    const onActivitiesCleared = () => activityFeed.cleared(record.id);
    const shared =
      sharing &&
      sharedEvents &&
      openSharedRecordings(
        { sharing, events: sharedEvents },
        {
          environmentId: record.id,
          now: own.now,
          newId: random.uuid,
          budget: journalBudget,
          schemasOf: routeSchemas.of,
          onFailure,
          onActivity,
          onActivitiesCleared,
        },
      );
    const transactions =
      shared?.transactions ??
      createTransactions({
        environmentId: record.id,
        now: own.now,
        newId: random.uuid,
        onClear: () => events.forget(record.id),
        onFailure,
      });
    const hooks = createHooks();
    const onLeaseEnd = (lease: string): Promise<void> =>
      takeBack(environment, lease).catch((error: unknown) => log.error({ error }, 'what a lease had changed could not be taken back'));
    const removal = new AbortController();
    removals.set(record.id, removal);
    const environment: Environment = {
      id: record.id,
      record,
      clock: own,
      random,
      keys: createEnvironmentKeys({
        random,
        keyMaker,
        makeRing: parts?.makeRing,
        applicationKeys: parts?.applicationKeys,
        take: keyPool.take,
        newKid: newKid(random, own.now),
        now: own.now,
        rotationDays: () => environment.record.rotationPeriod,
      }),
      keyMaker,
      store: createStore(factory, record.id, own, caps),
      transactions,
      faults: parts?.faults ?? createFaults(random.uuid),
      inTurn: parts?.inTurn,
      hooks,
      claimsRules: parts?.claimsRulesOf(hooks) ?? createClaimsRules(hooks, random.uuid),
      leases: parts?.leasesOf(onLeaseEnd) ?? createLeases({ newId: random.uuid, onEnd: onLeaseEnd }),
      requests: shared?.requests ?? createRequestJournal(journalBudget),
      outbox: parts?.outbox ?? createOutbox({ now: own.now, newId: random.uuid }),
      activities:
        shared?.activities ?? createActivities({ now: own.now, newId: activityIds.uuid, onAdd: onActivity, onClear: onActivitiesCleared }),
      log,
      servesHost,
      removed: removal.signal,
      others: () => [...environments.values()].filter((other) => other !== environment),
    };
    logOutcomes(transactions, log, { see: transactionUrl, hideSecrets });
    if (!shared) transactions.subscribe(events.push);
    environments.set(record.id, environment);
    if (sharing) followPolicies(environment);
    return environment;
  };

  /** The keys of key rotation policies that another replica makes or removes. */
  const followPolicies = (environment: Environment): void => {
    const follow = () => serialize(environment, 'key rotation policies', () => followPolicyKeys(environment));
    environment.store.keyRotationPolicies.onChange(() => {
      follow().catch((error: unknown) => log.error({ error, environmentId: environment.id }, 'the keys of a policy could not be read'));
    });
  };

  const openStored = async (record: EnvironmentRecord): Promise<void> => {
    const parts = await partsOf(record.id);
    // Opened meanwhile by a request that adds it, or removed again.
    if (environments.has(record.id)) return;
    const environment = open(record, parts);
    await Promise.all([makePolicyKeys(environment), environment.store.activeDomains.load()]);
  };
  /** Removes what a replica left that was killed while it added an environment; one that is still adding it keeps it. */
  const dropUnfinished = ({ id }: EnvironmentRecord): Promise<void> =>
    alone(
      `environment:${id}`,
      async () => {
        if (!(await records.get(id))?.unfinished) return;
        await factory.removeEnvironment(id);
        await records.take(id);
      },
      0,
    ).catch(() => {});
  for (const record of await records.list()) {
    if (sharing && record.unfinished) await dropUnfinished(record);
    else await openStored(record);
  }
  putInOrder();

  /** Those of the seed come first: the first environment is the default one. */
  function putInOrder(): void {
    const ids = seeded.list().map(({ id }) => id);
    const others = [...environments.values()].filter(({ id }) => !ids.includes(id));
    const inOrder = ids.flatMap((id) => environments.get(id) ?? []);
    environments.clear();
    for (const environment of [...inOrder, ...others]) environments.set(environment.id, environment);
  }

  /** Removals under way. The next environment of the same id waits for them: they would take what it stores. */
  const leaving = new Map<string, Promise<void>>();
  const leave = (id: string, work: () => Promise<void>): Promise<void> => {
    const done = work();
    const settled = done
      .catch(() => {})
      .then(() => {
        leaving.delete(id);
      });
    leaving.set(id, settled);
    return done;
  };

  /** Erases what is stored of an environment. A kill in between ends the removal at the next start. */
  const erase = async ({ id, record, store }: Environment, restored: EnvironmentRecord): Promise<void> => {
    const scopes = await scopesIn(id, store);
    // Outside of the unit: a later failure of the request must not undo it.
    await outsideUnit(() => records.put({ ...record, unfinished: true }));
    try {
      await factory.removeEnvironment(id);
    } catch (error) {
      await outsideUnit(() => records.put(restored)).catch(() => {});
      throw error;
    }
    // That cannot be undone, so neither is this: if it fails, the next start does it.
    await outsideUnit(async () => {
      await dropRolesOn(
        [...environments.values()].map((other) => other.store),
        scopes,
      );
      await records.take(id);
    }).catch(() => {});
  };

  /** Those that another replica has added, until they are open here. */
  const opening = new Map<string, EnvironmentRecord>();
  /** Follows what other replicas add, change and remove. */
  if (sharing)
    records.onChange((id, record) => {
      const environment = environments.get(id);
      if (!record || record.unfinished) {
        // One that this replica is adding itself is there already, and goes by itself if that fails.
        if (record || !environment) return;
        environments.delete(id);
        removals.get(id)?.abort();
        removals.delete(id);
        sharing.forget(id);
        events.forget(id);
      } else if (environment) environment.record = record;
      else {
        opening.set(id, record);
        openStored(record)
          .finally(() => opening.delete(id))
          .then(putInOrder)
          .catch((error: unknown) => log.error({ error, environmentId: id }, 'the environment could not be opened'));
      }
    });

  const add: Environments['add'] = async (record, fill) => {
    const { id } = record;
    // Without a removal there is no await: whether a name is taken is decided in one step with adding.
    for (let before = leaving.get(id); before; before = leaving.get(id)) await before;
    const parts = sharing ? await partsOf(id) : undefined;
    if (environments.has(id)) throw new EnvironmentClash(id, 'exists');
    const environment = open(record, parts);
    if (sharing) startOver(environment);
    const isThere = () => environments.get(id) === environment;
    const drop = () => {
      if (isThere()) environments.delete(id);
    };
    await orElse(drop, async () => {
      // If a kill comes in between, the next start removes it: it was never acknowledged.
      const unfinished: EnvironmentRecord = { ...record, unfinished: true };
      try {
        if (fill) {
          unfinishedIds.add(id);
          await records.put(unfinished);
          await fill(environment);
        }
        if (!isThere()) throw new EnvironmentClash(id, 'removed');
        unfinishedIds.delete(id);
        // What fills it may have changed its record.
        await records.put(environment.record);
      } catch (error) {
        unfinishedIds.delete(id);
        // The store itself undoes what the disk refuses.
        if (isThere() && !(error instanceof WriteFailure)) {
          drop();
          await leave(id, () => erase(environment, unfinished));
        }
        throw error;
      }
    });
    return environment;
  };

  const remove: Environments['remove'] = async (id) => {
    const removed = environments.get(id);
    if (!removed) {
      await leaving.get(id);
      return false;
    }
    const inOrder = [...environments];
    let isErased = false;
    environments.delete(id);
    await leave(id, async () => {
      await orElse(
        () => {
          if (isErased || environments.has(id)) return;
          const added = [...environments].filter(([other]) => !inOrder.some(([known]) => known === other));
          const there = inOrder.filter(([known]) => known === id || environments.has(known));
          environments.clear();
          for (const [each, environment] of [...there, ...added]) environments.set(each, environment);
        },
        async () => {
          await erase(removed, removed.record);
          isErased = true;
        },
      );
      removed.requests.clear();
      removals.get(id)?.abort();
      removals.delete(id);
      events.forget(id);
      if (!isSeeded(id)) await baselines.drop(id);
    });
    return true;
  };

  return {
    get: (id) => environments.get(id),
    list: () => [...environments.values()],
    records: () => [...[...environments.values()].map(({ record }) => record), ...opening.values()],
    add: (record, fill) =>
      alone(`environment:${record.id}`, async () => {
        const stored = sharing && (await records.get(record.id));
        if (stored && !stored.unfinished) throw new EnvironmentClash(record.id, 'exists');
        // A replica was killed while it added it.
        if (stored) await factory.removeEnvironment(record.id);
        return add(record, fill);
      }),
    async replace(record) {
      const environment = environments.get(record.id);
      if (!environment) return;
      const before = environment.record;
      environment.record = record;
      await orElse(
        () => {
          if (environment.record === record) environment.record = before;
        },
        () => records.put(unfinishedIds.has(record.id) ? { ...record, unfinished: true } : record),
      );
    },
    remove: (id) => alone(`environment:${id}`, () => remove(id)),
    baselines,
    alone: (work) => alone('environments', work),
    async markSeeded(ids = [...environments.keys()]) {
      await seeded.mark(ids.flatMap((id) => environments.get(id)?.record ?? []));
    },
    isSeeded,
    async beginSeed() {
      if (seeded.isUnfinished()) for (const id of [...environments.keys()]) await remove(id);
      if (environments.size > 0) return false;
      await seeded.begin();
      return true;
    },
    async restoreSeeded() {
      await Promise.all(leaving.values());
      for (const removed of seeded.list().filter(({ id }) => !environments.has(id))) {
        const record = (await baselines.of(removed.id))?.record ?? removed;
        const parts = await partsOf(record.id);
        if (!environments.has(record.id)) open(record, parts);
        await records.put(record);
      }
      putInOrder();
    },
  };
}
