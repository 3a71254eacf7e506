import type { FastifyBaseLogger } from 'fastify';
import { type Clock, createClock } from '../lib/clock.js';
import type { Collection } from '../lib/collections/types.js';
import { createRandom, createSeededRandom } from '../lib/random.js';
import type { Settings } from '../settings/read.js';
import type { Context } from './context.js';
import { createEnvironments, type Diagnose } from './environments.js';
import { createJournalBudget } from './journal/journal-budget.js';
import { createNameWarnings } from './journal/name-warnings.js';
import { createRequestJournal } from './journal/requests.js';
import { createTransactionEvents } from './journal/transaction-events.js';
import { createTransactions } from './journal/transactions.js';
import { readKeyFile } from './keys/key-file.js';
import { createKeyPool } from './keys/pool.js';
import { createSpareKeys } from './keys/spare-keys.js';
import type { EnvironmentRecord } from './model/configuration.js';
import { createPublicUrls } from './public-urls.js';
import { type CollectionFactory, serverWide } from './store/factory.js';

/** Where the environments themselves are kept. */
export const environmentRecords = (factory: CollectionFactory): Collection<EnvironmentRecord> =>
  factory.collection(serverWide, 'environments');

export interface ContextInput {
  settings: Settings;
  log: FastifyBaseLogger;
  factory: CollectionFactory;
  clock?: Clock;
  /** PEM of the certificate of the server's own authority. */
  certificateAuthority?: string | undefined;
  /** The environments that the factory holds already. */
  records?: Collection<EnvironmentRecord>;
  diagnose?: Diagnose;
}

/** Puts together what the endpoints work with. The environments are those that the factory holds. */
export async function createContext({
  settings,
  log,
  factory,
  clock = createClock(),
  certificateAuthority,
  records = environmentRecords(factory),
  diagnose,
}: ContextInput): Promise<Context> {
  const { randomSeed, keyFile } = settings;
  const events = createTransactionEvents();
  const journalBudget = createJournalBudget();
  const random = randomSeed === undefined ? createRandom() : createSeededRandom(randomSeed);
  // Ids of their own: who asked for an environment that is not there must not change the ids that others get.
  const strayIds = randomSeed === undefined ? random : createSeededRandom(`${randomSeed}:unmatched`);
  const unmatched = createTransactions({ environmentId: '', now: clock.now, newId: strayIds.uuid, onClear: () => events.forget('') });
  unmatched.subscribe(events.push);
  // Named keys are all that there are to be; what is to be the same each time must not hang on how fast a key is made.
  const keyPool =
    keyFile === undefined
      ? createKeyPool(undefined, randomSeed === undefined ? createSpareKeys({ random: createRandom(), now: clock.now }) : undefined)
      : createKeyPool(readKeyFile(keyFile, clock.now(), createRandom()));
  const environments = await createEnvironments({
    clock,
    log,
    factory,
    events,
    randomSeed,
    journalBudget,
    keyPool,
    records,
    diagnose,
  });
  return {
    settings,
    log,
    clock,
    random,
    environments,
    requests: createRequestJournal(journalBudget),
    unmatched,
    events,
    keyPool,
    waitingFor: new Set(['seed']),
    certificateAuthority,
    warnOnHostMismatch: createNameWarnings(log),
    ...createPublicUrls(settings, () => environments.list()[0]?.id),
  };
}
