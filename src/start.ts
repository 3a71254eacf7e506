import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Context } from './context.js';
import { createContext } from './create-context.js';
import { seed } from './seeding.js';
import { buildServer } from './server.js';
import type { Settings } from './settings.js';
import { type CollectionFactory, memoryFactory } from './store/factory.js';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly environmentId: string;
  readonly issuer: string;
  readonly discovery: string;
  readonly inspector: string;
  readonly warnings: readonly string[];
  readonly users: readonly { readonly username: string; readonly password?: string }[];
  readonly applications: readonly { readonly id: string; readonly name: string; readonly type: string }[];
  readonly context: Context;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Where events are logged; nowhere by default. */
  readonly logger?: FastifyBaseLogger;
}

/** Opens the folder of the settings; only then is lowdb loaded. */
async function openStore({ dataFolder }: Settings, warnings: string[]): Promise<CollectionFactory> {
  if (dataFolder === undefined) return memoryFactory();
  const { openFolder } = await import('./store/folder.js');
  return openFolder(dataFolder, {
    onDamage: ({ file, line, column, reason, setAside }) =>
      warnings.push(`${file}:${line}:${column} is damaged (${reason}); it was set aside as ${setAside}`),
  });
}

const shownHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host);

/** Starts the whole server: keys and seed are in place before the port opens. */
export async function startServer(settings: Settings, { logger = pino({ level: 'silent' }) }: StartOptions = {}): Promise<RunningServer> {
  const warnings: string[] = [];
  const factory = await openStore(settings, warnings);
  const context = await createContext({ settings, log: logger, factory });
  await seed(context);
  const app = await buildServer(context);
  await app.listen({ port: settings.port, host: settings.host });

  const { port } = app.server.address() as AddressInfo;
  const url = settings.baseUrl ?? `http://${shownHost(settings.host)}:${port}`;
  const environment = context.environments.list()[0];
  const environmentId = environment?.id ?? '';
  const users = environment ? (await environment.store.users.page({ limit: 20 })).items : [];
  const applications = environment ? (await environment.store.applications.list()).filter(({ grantTypes }) => grantTypes) : [];
  return {
    url,
    environmentId,
    issuer: `${url}/${environmentId}/as`,
    discovery: `${url}/${environmentId}/as/.well-known/openid-configuration`,
    inspector: `${url}/__mock/`,
    warnings,
    users: await Promise.all(
      users.map(async ({ id, username }) => {
        const password = await environment?.store.passwords.get(id);
        return { username, ...(password && { password: password.value }) };
      }),
    ),
    applications: applications.map(({ id, name, type }) => ({ id, name, type })),
    context,
    async close() {
      await app.close();
      await factory.close();
    },
  };
}
