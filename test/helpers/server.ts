import { pino } from 'pino';
import type { Test } from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import type { App, Context, Environment } from '../../src/environment/context.js';
import { memoryFactory } from '../../src/environment/store/factory.js';
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

/** The whole server in process, with the default seed, real keys and the real store; it ends with the test. */
export async function buildTestServer(t: Test, settings: Partial<Settings> = {}, log = pino({ level: 'silent' })): Promise<TestServer> {
  const clock = createClock();
  clock.freeze(Date.UTC(2026, 10, 22, 12));
  const context = await openContext({
    settings: { ...defaultSettings, ...settings },
    log,
    factory: memoryFactory(),
    clock,
  });
  await seedServer(context);
  const app = await buildServer(context);
  t.teardown(() => app.close());
  return { app, context, environment: context.environments.list()[0] as Environment, clock };
}

/** The same, listening on a free port of 127.0.0.1. With TEST_STORE, three replicas that share that store, behind a load balancer. */
export async function listen(t: Test, settings: Partial<Settings> = {}): Promise<TestServer & { url: string; issuer: string }> {
  const { TEST_STORE: store } = process.env;
  if (store !== undefined) {
    const { listenSpread } = await import('./spread.js');
    const spread = await listenSpread(t, store, settings);
    return { ...spread, issuer: `${spread.url}/${environmentId}/as` };
  }
  const server = await buildTestServer(t, settings);
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...server, url, issuer: `${url}/${environmentId}/as` };
}
