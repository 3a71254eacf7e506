import type { FastifyBaseLogger } from 'fastify';
import { type Clock, createClock } from '../lib/clock.js';
import type { Collection } from '../lib/collections/types.js';
import { createRandom, createSeededRandom } from '../lib/random.js';
import type { Settings } from '../settings/read.js';
import type { Diagnose } from './build-environment.js';
import type { Context, Recordings } from './context.js';
import { createEnvironments } from './create-environments.js';
import { createActivityFeed } from './journal/activity-feed.js';
import { createHostMismatchWarning } from './journal/host-mismatch.js';
import { createJournalBudget, createRequestJournal } from './journal/request-journal.js';
import { createRouteSchemas } from './journal/route-schemas.js';
import { createTransactionEvents } from './journal/transaction-events.js';
import { createTransactions } from './journal/transactions.js';
import { readKeyFile } from './keys/key-file.js';
import { createKeyMaker } from './keys/key-maker.js';
import { createKeyPool } from './keys/pool.js';
import { createSpareKeys } from './keys/spare-keys.js';
import type { EnvironmentRecord } from './model/configuration.js';
import { createPublicUrls } from './public-urls.js';
import { openSharedStray } from './shared/journal/open-recordings.js';
import { createSharedEvents } from './shared/journal/shared-events.js';
import type { StoreCaps } from './store/create-store.js';
import { type CollectionFactory, serverWide } from './store/factory.js';

/** The collection of the environments' records. */
export const environmentRecords = (factory: CollectionFactory): Collection<EnvironmentRecord> =>
  factory.collection(serverWide, 'environments');

/** A single server has all recordings itself, and passes none on. */
const alone: Recordings = { caughtUp: async () => {}, answered() {}, areShared: false };

export interface ContextInput {
  settings: Settings;
  log: FastifyBaseLogger;
  factory: CollectionFactory;
  clock?: Clock;
  /** How much an environment holds of what has a lifetime. */
  caps?: StoreCaps | undefined;
  /** PEM of the certificate of the server's own certificate authority. */
  certificateAuthority?: string | undefined;
  /** The records of the environments that the factory already holds. */
  records?: Collection<EnvironmentRecord>;
  diagnose?: Diagnose;
}

/** Creates the context, with the environments that the factory holds. */
export async function createContext({
  settings,
  log,
  factory,
  clock = createClock(),
  caps,
  certificateAuthority,
  records = environmentRecords(factory),
  diagnose,
}: ContextInput): Promise<Context> {
  const { randomSeed, keyFile, hideSecrets } = settings;
  const { sharing } = factory;
  const sharedEvents =
    sharing &&
    createSharedEvents(sharing, (error) => log.error({ event: 'storage', error }, 'what other replicas have recorded could not be read'));
  const events = sharedEvents ?? createTransactionEvents();
  const activityFeed = createActivityFeed();
  const routeSchemas = createRouteSchemas();
  const journalBudget = createJournalBudget();
  const random = randomSeed === undefined ? createRandom() : createSeededRandom(randomSeed);
  // A separate source of ids: a request to an unknown environment must not change the ids that seeded environments get.
  const unmatchedIds = randomSeed === undefined ? random : createSeededRandom(`${randomSeed}:unmatched`);
  const stray =
    sharing &&
    sharedEvents &&
    openSharedStray({ sharing, events: sharedEvents, budget: journalBudget, schemasOf: routeSchemas.of, now: clock.now });
  const unmatched =
    stray?.transactions ??
    createTransactions({ environmentId: '', now: clock.now, newId: unmatchedIds.uuid, onClear: () => events.forget('') });
  if (!stray) unmatched.subscribe(events.push);
  // No spare keys beside a key file, which names all keys, nor with a random seed: the result would depend on timing.
  const keyPool =
    keyFile === undefined
      ? createKeyPool(undefined, randomSeed === undefined ? createSpareKeys({ random: createRandom(), now: clock.now }) : undefined)
      : createKeyPool(readKeyFile(keyFile, clock.now(), createRandom()));
  const keyMaker = createKeyMaker();
  const urls = createPublicUrls(settings, () => environments);
  const environments = await createEnvironments({
    clock,
    caps,
    log,
    factory,
    events,
    sharedEvents,
    activityFeed,
    routeSchemas,
    randomSeed,
    hideSecrets,
    journalBudget,
    keyPool,
    keyMaker,
    records,
    servesHost: urls.servesHost,
    diagnose,
  });
  return {
    settings,
    log,
    clock,
    random,
    environments,
    requests: stray?.requests ?? createRequestJournal(journalBudget),
    unmatched,
    events,
    recordings: sharedEvents ?? alone,
    activityFeed,
    routeSchemas,
    keyPool,
    keyMaker,
    waitingFor: new Set(['seed']),
    storageFailure: () => factory.failure,
    certificateAuthority,
    warnOnHostMismatch: createHostMismatchWarning(log),
    ...urls,
  };
}
