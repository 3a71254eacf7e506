import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { unusableParts } from '../configuration/applications/unusable.js';
import { type SeedWatch, watchSeed } from '../configuration/seed/reload.js';
import type { App, Context } from '../environment/context.js';
import type { Backend } from '../environment/shared/backend.js';
import { type Settings, SettingsError } from '../settings/read.js';
import { openListeners } from './listeners.js';
import { missingTargets } from './missing-references.js';
import { openFilled, openStore } from './open-server.js';
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
  readonly watch?: boolean | SeedWatch;
  /** Called with each warning at once, so that none is lost if the start fails later. */
  readonly onWarning?: (text: string) => void;
  /** Where this server keeps what it shares with the other workers of the command. */
  readonly backend?: Backend | undefined;
  /** PEM of the certificate authority that it shares with them, with its key. */
  readonly authority?: string | undefined;
  /** What the server is still waiting for once it listens, as `/readyz` says it: delete it from `waitingFor` then. */
  readonly waitsFor?: string;
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
  const { context, texts } = await openFilled({
    settings,
    log: logger,
    factory,
    certificateAuthority: credentials?.authority,
    onMended: warn,
    watch: watch !== false,
  });
  for (const text of await missingTargets(context)) warn(text);
  for (const environment of context.environments.list()) for (const text of await unusableParts(environment)) warn(text);
  const watcher = watch === false ? undefined : watchSeed(context, texts, watch === true ? {} : watch);
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
