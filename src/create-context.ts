import type { FastifyBaseLogger } from 'fastify';
import type { Context } from './context.js';
import { type Clock, createClock } from './core/clock.js';
import { originOf } from './core/origin.js';
import { createRandom, createSeededRandom } from './core/random.js';
import { createEnvironments } from './environments.js';
import { createKeyPool } from './keys/pool.js';
import type { EnvironmentRecord } from './pingone/configuration.js';
import { PingOneError } from './pingone/errors.js';
import type { Settings } from './settings.js';
import { type CollectionFactory, serverWide } from './store/factory.js';

interface ContextInput {
  settings: Settings;
  log: FastifyBaseLogger;
  factory: CollectionFactory;
  clock?: Clock;
}

/** Puts together what the endpoints work with. The environments are those that the factory holds. */
export async function createContext({ settings, log, factory, clock = createClock() }: ContextInput): Promise<Context> {
  const { randomSeed, baseUrl } = settings;
  const origin: Context['origin'] = (request) => {
    const found = originOf({ encrypted: request.protocol === 'https', host: request.headers.host }, baseUrl);
    if (found === undefined) throw new PingOneError(400, 'INVALID_REQUEST', [], undefined, 'the Host header is missing or malformed');
    return found;
  };
  return {
    settings,
    log,
    clock,
    random: randomSeed === undefined ? createRandom() : createSeededRandom(randomSeed),
    environments: await createEnvironments({
      clock,
      log,
      factory,
      randomSeed,
      keyPool: createKeyPool(),
      records: factory.collection<EnvironmentRecord>(serverWide, 'environments'),
    }),
    origin,
    baseUrl: (request, environment) => `${origin(request)}/${environment.id}`,
  };
}
