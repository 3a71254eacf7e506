import type { FastifyBaseLogger } from 'fastify';
import type { Context } from './context.js';
import { type Clock, createClock } from './core/clock.js';
import { createRandom, createSeededRandom } from './core/random.js';
import { createEnvironments } from './environments.js';
import { createJournalBudget } from './journal/journal-budget.js';
import { createNameWarnings } from './journal/name-warnings.js';
import { createRequestJournal } from './journal/requests.js';
import { createTransactionEvents } from './journal/transaction-events.js';
import { createTransactions } from './journal/transactions.js';
import { readKeyFile } from './keys/key-file.js';
import { createKeyPool } from './keys/pool.js';
import { createSpareKeys } from './keys/spare-keys.js';
import { mendFolder } from './mend-folder.js';
import type { EnvironmentRecord } from './pingone/configuration.js';
import { createPublicUrls } from './public-urls.js';
import type { Settings } from './settings.js';
import { type CollectionFactory, serverWide } from './store/factory.js';

interface ContextInput {
  settings: Settings;
  log: FastifyBaseLogger;
  factory: CollectionFactory;
  clock?: Clock;
  /** PEM of the certificate of the server's own authority. */
  certificateAuthority?: string | undefined;
  /** Told of what was made good in what the factory holds. */
  onMended?: ((text: string) => void) | undefined;
}

/** Puts together what the endpoints work with. The environments are those that the factory holds. */
export async function createContext({
  settings,
  log,
  factory,
  clock = createClock(),
  certificateAuthority,
  onMended = () => {},
}: ContextInput): Promise<Context> {
  const { randomSeed, keyFile } = settings;
  const events = createTransactionEvents();
  const journalBudget = createJournalBudget();
  const random = randomSeed === undefined ? createRandom() : createSeededRandom(randomSeed);
  // Ids of their own: who asked for an environment that is not there must not change the ids that others get.
  const strayIds = randomSeed === undefined ? random : createSeededRandom(`${randomSeed}:strays`);
  const strays = createTransactions({ environmentId: '', now: clock.now, newId: strayIds.uuid, onClear: () => events.forget('') });
  strays.subscribe(events.push);
  // Named keys are all that there are to be; what is to be the same each time must not hang on how fast a key is made.
  const keyPool =
    keyFile === undefined
      ? createKeyPool(undefined, randomSeed === undefined ? createSpareKeys({ random: createRandom(), now: clock.now }) : undefined)
      : createKeyPool(readKeyFile(keyFile, clock.now(), createRandom()));
  const records = factory.collection<EnvironmentRecord>(serverWide, 'environments');
  for (const text of await mendFolder({ factory, records, clock })) onMended(text);
  const environments = await createEnvironments({
    clock,
    log,
    factory,
    events,
    randomSeed,
    journalBudget,
    keyPool,
    records,
  });
  return {
    settings,
    log,
    clock,
    random,
    environments,
    requests: createRequestJournal(journalBudget),
    strays,
    events,
    keyPool,
    waitingFor: new Set(['seed']),
    certificateAuthority,
    noteNames: createNameWarnings(log),
    ...createPublicUrls(settings, () => environments.list()[0]?.id),
  };
}
