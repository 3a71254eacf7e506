import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { Test } from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import type { App, Context, Environment } from '../../src/environment/context.js';
import { type CollectionFactory, memoryFactory } from '../../src/environment/store/factory.js';
import { type Clock, createClock } from '../../src/lib/clock.js';
import { buildServer } from '../../src/server/server.js';
import { defaultSettings, type Settings } from '../../src/settings/read.js';

export const environmentId = 'e0000000-0000-4000-8000-000000000001';
export const ids = {
  worker: 'a0000000-0000-4000-8000-000000000001',
  spa: 'a0000000-0000-4000-8000-000000000002',
  native: 'a0000000-0000-4000-8000-000000000003',
  web: 'a0000000-0000-4000-8000-000000000004',
  service: 'a0000000-0000-4000-8000-000000000005',
  device: 'a0000000-0000-4000-8000-000000000006',
  alice: 'b0000000-0000-4000-8000-000000000001',
  bob: 'b0000000-0000-4000-8000-000000000002',
} as const;

export interface TestServer {
  app: App;
  context: Context;
  /** The environment of the default seed. */
  environment: Environment;
  /** The server's clock, frozen until a test moves it. */
  clock: Clock;
}

/** Whether servers of tests keep their state in a shared store (`npm run test:store`): the address, and how many replicas share it. */
export const { TEST_STORE: store, TEST_REPLICAS: replicas } = process.env;

/** Where a server of this process keeps its state: in memory, or in the shared store, which does not go with a random seed. */
async function openTestFactory(t: Test, { randomSeed }: Partial<Settings>): Promise<CollectionFactory> {
  if (store === undefined || randomSeed !== undefined) return memoryFactory();
  const { openTestStore } = await import('./shared-store.js');
  return openTestStore(t, store);
}

/** What a request has recorded is in the store once its answer is here. Tests look at it without asking for it. */
function readingBack(app: App, { recordings }: Context): App {
  const inject = app.inject.bind(app) as (request: InjectOptions) => Promise<LightMyRequestResponse>;
  return Object.assign(app, {
    async inject(request: InjectOptions) {
      const answer = await inject(request);
      await recordings.caughtUp();
      return answer;
    },
  });
}

/** What `skip` says of a test that is about a server with its state in its own memory. */
export const ownMemoryOnly = (why: string): string | false => store !== undefined && why;

/** The whole server in process, with the default seed, real keys and the real store; it ends with the test. */
export async function buildTestServer(t: Test, settings: Partial<Settings> = {}, log = pino({ level: 'silent' })): Promise<TestServer> {
  const clock = createClock();
  clock.freeze(Date.UTC(2026, 10, 22, 12));
  const factory = await openTestFactory(t, settings);
  const context = await openContext({ settings: { ...defaultSettings, ...settings }, log, factory, clock });
  await seedServer(context);
  const app = factory.sharing ? readingBack(await buildServer(context), context) : await buildServer(context);
  t.teardown(async () => {
    await app.close();
    await factory.close();
  });
  return { app, context, environment: context.environments.list()[0] as Environment, clock };
}

/** The same, listening on a free port of 127.0.0.1. With TEST_REPLICAS, so many of them behind a load balancer. */
export async function listen(t: Test, settings: Partial<Settings> = {}): Promise<TestServer & { url: string; issuer: string }> {
  if (store !== undefined && replicas !== undefined) {
    const { listenSpread } = await import('./spread.js');
    const spread = await listenSpread(t, store, Number(replicas), settings);
    return { ...spread, issuer: `${spread.url}/${environmentId}/as` };
  }
  const server = await buildTestServer(t, settings);
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...server, url, issuer: `${url}/${environmentId}/as` };
}
