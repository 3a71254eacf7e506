import type { FastifyBaseLogger } from 'fastify';
import type { Context } from './context.js';
import { type Clock, createClock } from './core/clock.js';
import { createRandom, createSeededRandom } from './core/random.js';
import { createEnvironments } from './environments.js';
import { createNameWarnings } from './journal/name-warnings.js';
import { createRequestJournal } from './journal/requests.js';
import { createTransactionEvents } from './journal/transaction-events.js';
import { readKeyFile } from './keys/key-file.js';
import { createKeyPool } from './keys/pool.js';
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
}

/** Puts together what the endpoints work with. The environments are those that the factory holds. */
export async function createContext({
  settings,
  log,
  factory,
  clock = createClock(),
  certificateAuthority,
}: ContextInput): Promise<Context> {
  const { randomSeed, keyFile } = settings;
  const events = createTransactionEvents();
  const environments = await createEnvironments({
    clock,
    log,
    factory,
    events,
    randomSeed,
    keyPool: createKeyPool(keyFile === undefined ? undefined : readKeyFile(keyFile, clock.now(), createRandom())),
    records: factory.collection<EnvironmentRecord>(serverWide, 'environments'),
  });
  return {
    settings,
    log,
    clock,
    random: randomSeed === undefined ? createRandom() : createSeededRandom(randomSeed),
    environments,
    requests: createRequestJournal(),
    events,
    waitingFor: new Set(['seed']),
    certificateAuthority,
    noteNames: createNameWarnings(log),
    ...createPublicUrls(settings, () => environments.list()[0]?.id),
  };
}
