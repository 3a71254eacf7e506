import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Test } from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import type { Environment } from '../../src/environment/context.js';
import { followChanges } from '../../src/environment/shared/changes.js';
import { connectRedis } from '../../src/environment/shared/redis/connect.js';
import { createRedisBackend } from '../../src/environment/shared/redis/redis-backend.js';
import { createSharedFactory } from '../../src/environment/shared/shared-factory.js';
import { followStoreTime } from '../../src/environment/shared/store-time.js';
import { isOfUsers } from '../../src/environment/store/create-store.js';
import { buildServer } from '../../src/server/server.js';
import { defaultSettings, type Settings } from '../../src/settings/read.js';
import { newPrefix } from './shared-store.js';

/** One replica in this process. */
async function startReplica(t: Test, store: string, prefix: string, settings: Partial<Settings>) {
  const backend = await createRedisBackend(await connectRedis(store, prefix), prefix);
  const changes = await followChanges(backend, (error) => t.fail(String(error)));
  const factory = createSharedFactory({ backend, changes, isOfUsers, time: await followStoreTime(backend) });
  const context = await openContext({ settings: { ...defaultSettings, ...settings }, log: pino({ level: 'silent' }), factory });
  await seedServer(context);
  const app = await buildServer(context);
  t.teardown(async () => {
    await app.close();
    await factory.close();
  });
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  return { app, context, port, backend, reached: changes.reached };
}

/**
 * Replicas behind a load balancer that sends each request to one at random, once that one has heard of all changes: tests
 * that change something and ask for it in the next moment would otherwise depend on which of the two is faster.
 */
export async function listenSpread(t: Test, store: string, count: number, settings: Partial<Settings>) {
  const prefix = newPrefix();
  const first = await startReplica(t, store, prefix, settings);
  const replicas = [first];
  while (replicas.length < count) replicas.push(await startReplica(t, store, prefix, settings));
  const balancer = createServer(async (incoming, outgoing) => {
    const replica = replicas[Math.floor(Math.random() * replicas.length)] as typeof first;
    await replica.reached(await replica.backend.version());
    const { method, url: path, headers } = incoming;
    const forwarded = ask({ host: '127.0.0.1', port: replica.port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode as number, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  balancer.listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  t.teardown(() => {
    balancer.closeAllConnections();
    balancer.close();
  });
  const { app, context } = first;
  return {
    url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`,
    ...{ app, context, clock: context.clock, environment: context.environments.list()[0] as Environment },
  };
}
