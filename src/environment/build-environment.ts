import type { FastifyBaseLogger } from 'fastify';
import { type Clock, createClock } from '../lib/clock.js';
import { createRandom, createSeededRandom, type Random } from '../lib/random.js';
import type { Environment } from './context.js';
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
import type { EnvironmentRecord } from './model/configuration.js';
import { followPolicyKeys } from './policy-keys.js';
import { serialize } from './serialize.js';
import { openSharedRecordings } from './shared/journal/open-recordings.js';
import type { SharedEvents } from './shared/journal/shared-events.js';
import { openSharedParts, type SharedParts } from './shared/shared-parts.js';
import { createStore, type StoreCaps } from './store/create-store.js';
import type { CollectionFactory } from './store/factory.js';

/** Adds a diagnosis to a transaction whose last step has failed. */
export type Diagnose = (environment: Environment, transaction: Transaction) => void;

/** What the environments of a server have in common. */
export interface EnvironmentBuilderOptions {
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

/** What one environment has from those around it. */
interface Surroundings {
  /** What other replicas have in common with it; undefined where there are none. */
  readonly parts: SharedParts | undefined;
  /** Aborted once the environment is removed. */
  readonly removed: AbortSignal;
  /** All open environments. */
  readonly others: () => Environment[];
}

/** Builds environments from their records. */
export interface EnvironmentBuilder {
  /** What other replicas have in common with an environment here; undefined where there are none. */
  partsOf(environmentId: string): Promise<SharedParts | undefined>;
  build(record: EnvironmentRecord, surroundings: Surroundings): Environment;
}

/** Key ids contain a time (UUID version 1); with a random seed it is fixed, so that they are reproducible. */
const seededKidTime = Date.UTC(2026, 0, 1);

/** Removes what belongs to a lease that has ended. */
async function takeBack({ faults, claimsRules, keys }: Environment, lease: string): Promise<void> {
  for (const { id } of claimsRules.list().filter((rule) => rule.lease === lease)) await claimsRules.remove(id);
  await keys.restoreApplications();
  for (const { id } of faults.list().filter((fault) => fault.lease === lease)) await faults.remove(id);
}

/** Follows the keys of key rotation policies that another replica makes or removes. */
function followPolicies(environment: Environment): void {
  const follow = () => serialize(environment, 'key rotation policies', () => followPolicyKeys(environment));
  environment.store.keyRotationPolicies.onChange(() => {
    follow().catch((error: unknown) =>
      environment.log.error({ error, environmentId: environment.id }, 'the keys of a policy could not be read'),
    );
  });
}

/** Decides once, for all environments of a server, where each of their parts comes from. */
export function createEnvironmentBuilder({
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
  randomSeed,
  hideSecrets,
  journalBudget,
  servesHost,
  diagnose = () => {},
}: EnvironmentBuilderOptions): EnvironmentBuilder {
  const { sharing } = factory;
  const newKid = (random: Random, now: () => number) => () => random.uuidV1(randomSeed === undefined ? now() : seededKidTime);
  const partsOf: EnvironmentBuilder['partsOf'] = async (environmentId) => {
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

  const build: EnvironmentBuilder['build'] = (record, { parts, removed, others }) => {
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
      removed,
      others: () => others().filter((other) => other !== environment),
    };
    logOutcomes(transactions, log, { see: transactionUrl, hideSecrets });
    if (!shared) transactions.subscribe(events.push);
    if (sharing) followPolicies(environment);
    return environment;
  };

  return { partsOf, build };
}
