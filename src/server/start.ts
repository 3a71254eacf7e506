import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { unusableParts } from '../configuration/applications/unusable.js';
import { openContext } from '../configuration/open-context.js';
import { seedServer } from '../configuration/seed/fill.js';
import { watchSeed } from '../configuration/seed/reload.js';
import { readSeedTexts } from '../configuration/seed/sources.js';
import type { App, Context } from '../environment/context.js';
import type { Backend } from '../environment/shared/backend.js';
import type { Sharing } from '../environment/shared/sharing.js';
import { inStartTurn } from '../environment/shared/start-turn.js';
import { isOfUsers } from '../environment/store/create-store.js';
import { type CollectionFactory, memoryFactory } from '../environment/store/factory.js';
import { Gone } from '../environment/store/presence.js';
import { type Settings, SettingsError } from '../settings/read.js';
import { openListeners } from './listeners.js';
import { missingTargets } from './missing-references.js';
import { buildServer } from './server.js';

/** What a server says about itself, once it listens. */
export interface ServerFacts {
  readonly url: string;
  /** If HTTPS is on beside HTTP. */
  readonly httpsUrl?: string | undefined;
  /** PEM of the certificate authority that clients must trust. */
  readonly ca?: string | undefined;
  /** For Chromium's --ignore-certificate-errors-spki-list. */
  readonly keyHash?: string | undefined;
  readonly environmentId: string;
  readonly issuer: string;
  readonly discovery: string;
  readonly inspector: string;
  readonly warnings: readonly string[];
  readonly users: readonly { readonly username: string; readonly password?: string }[];
  readonly applications: readonly { readonly id: string; readonly name: string; readonly type: string }[];
}

/** A listening server. */
export interface RunningServer extends ServerFacts {
  readonly context: Context;
  readonly app: App;
  close(): Promise<void>;
}

export interface StartOptions {
  /** The log; none by default. */
  readonly logger?: FastifyBaseLogger;
  /** Whether to reload the seed when its file, folder or URL changes. */
  readonly watch?: boolean;
  /** Called with each warning at once, so that none is lost if the start fails later. */
  readonly onWarning?: (text: string) => void;
  /** Where this server keeps what it shares with the other workers of the command. */
  readonly backend?: Backend | undefined;
  /** PEM of the certificate authority that it shares with them, with its key. */
  readonly authority?: string | undefined;
  /** What the server is still waiting for once it listens, as `/readyz` says it: delete it from `waitingFor` then. */
  readonly waitsFor?: string;
}

/** Opens what this server shares with others: a store, or that of the primary process. The client of Redis is loaded for the former only. */
async function openShared(place: Backend | string, prefix: string, log: FastifyBaseLogger): Promise<CollectionFactory> {
  const { openSharedStore, shareThrough } = await import('../environment/shared/open-store.js');
  const onError = (error: unknown) =>
    log.error({ event: 'storage', error }, 'the shared configuration could not be read again; the server tries again');
  return typeof place === 'string' ? openSharedStore(place, { prefix, isOfUsers, onError }) : shareThrough(place, { isOfUsers, onError });
}

/** Opens the shared store or the data folder, if there is one; only then is lowdb loaded. */
async function openStore(
  { dataFolder, store, storePrefix }: Settings,
  log: FastifyBaseLogger,
  warn: (text: string) => void,
  backend?: Backend,
): Promise<CollectionFactory> {
  const place = store ?? backend;
  if (place !== undefined) return openShared(place, storePrefix, log);
  if (dataFolder === undefined) return memoryFactory();
  const [{ openFolder }, { describeDamage }, { storedProblem }] = await Promise.all([
    import('../environment/store/folder.js'),
    import('../environment/store/damage.js'),
    import('../configuration/stored/validate.js'),
  ]);
  return openFolder(dataFolder, {
    validate: storedProblem,
    onDamage: (damage) => warn(describeDamage(damage)),
    onFailure: (error) =>
      error instanceof Gone
        ? log.error({ event: 'storage' }, error.message)
        : log.warn({ error }, 'the readable files could not be written; changes.log keeps what they lack'),
  });
}

/** Applies the seed again where the shared store comes back empty. */
function seedAfterLoss(context: Context, { locks, onLoss }: Sharing): void {
  const { log } = context;
  onLoss(() => {
    log.error({ event: 'storage' }, 'the shared store has lost data. The seed is applied again where nothing is left');
    inStartTurn(locks, () => seedServer(context)).catch((error: unknown) =>
      log.error({ event: 'storage', error }, 'the seed could not be applied again. Restart this server'),
    );
  });
}

const shownHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host);

/** Starts the whole server. Keys and seed are in place before the port opens. */
export async function startServer(
  settings: Settings,
  { logger = pino({ level: 'silent' }), watch = false, onWarning = () => {}, backend, authority, waitsFor }: StartOptions = {},
): Promise<RunningServer> {
  if (settings.workers !== 1)
    throw new SettingsError('--workers (PINGONE_MOCK_WORKERS) is for the command "pingone-mock start" alone. Leave it out');
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
    onWarning(text);
  };
  const factory = await openStore(settings, logger, warn, backend);
  const credentials =
    settings.https !== 'off' || settings.proxy ? (await import('./tls/index.js')).openCredentials(settings, authority) : undefined;
  for (const text of credentials?.warnings ?? []) warn(text);
  const open = async () => {
    const context = await openContext({ settings, log: logger, factory, certificateAuthority: credentials?.authority, onMended: warn });
    const texts = await seedServer(context);
    // What another one has seeded is watched as well, from what it says now.
    return { context, texts: watch && factory.sharing && texts.length === 0 ? await readSeedTexts(settings) : texts };
  };
  // Of the replicas that share a store, the first one seeds it, and the others see what it has done.
  const { context, texts } = await (factory.sharing ? inStartTurn(factory.sharing.locks, open) : open());
  if (factory.sharing) seedAfterLoss(context, factory.sharing);
  for (const text of await missingTargets(context)) warn(text);
  for (const environment of context.environments.list()) for (const text of await unusableParts(environment)) warn(text);
  const watcher = watch ? watchSeed(context, texts) : undefined;
  if (waitsFor !== undefined) context.waitingFor.add(waitsFor);
  const app = await buildServer(context);
  const listeners = await openListeners(app, context, credentials);

  const urlOf = (scheme: string, port: number): string => `${scheme}://${shownHost(settings.host)}:${port}`;
  const { httpPort, httpsPort } = listeners;
  const httpsUrl = httpsPort === undefined ? undefined : urlOf('https', httpsPort);
  const url = settings.baseUrl ?? (httpPort === undefined ? (httpsUrl as string) : urlOf('http', httpPort));
  const environment = context.environments.get(settings.environmentId ?? '') ?? context.environments.list()[0];
  const environmentId = environment?.id ?? '';
  const users = environment ? (await environment.store.users.page({ limit: 20 })).items : [];
  const applications = environment ? (await environment.store.applications.list()).filter(({ grantTypes }) => grantTypes) : [];
  const issuer = `${context.environmentUrl(url, environmentId)}/as`;
  return {
    url,
    ...(httpPort !== undefined && { httpsUrl }),
    ca: credentials?.authority,
    keyHash: credentials?.keyHash,
    environmentId,
    issuer,
    discovery: `${issuer}/.well-known/openid-configuration`,
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
    app,
    async close() {
      watcher?.close();
      await listeners.close();
      await factory.close();
    },
  };
}
