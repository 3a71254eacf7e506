import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { App, Context } from '../environment/context.js';
import { reportFullServers } from './connection-limit.js';
import { declineConnect } from './tls/connect-proxy.js';
import type { Credentials } from './tls/index.js';

/** The open ports of a server. */
export interface Listeners {
  /** Undefined with `--https only`. */
  readonly httpPort: number | undefined;
  /** Undefined if HTTPS is off. */
  readonly httpsPort: number | undefined;
  close(): Promise<void>;
}

/** How long responses may take at a stop; then open connections (event streams, idle ones) are cut off. */
const graceMilliseconds = 200;

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: host === 'localhost' ? '127.0.0.1' : host }, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** `localhost` is two addresses, and some clients try only one. Connections to the second go to the first one's server. */
function listenBeside(server: Server): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const second = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
  server.once('close', () => second.close());
  return new Promise((resolve) => {
    // Not every machine has IPv6.
    second.once('error', () => resolve());
    second.listen({ port, host: '::1' }, resolve);
  });
}

/** Opens the ports of the settings: HTTP, HTTPS or both, with the same routes. */
export async function openListeners(
  app: App,
  { settings, storedDomain }: Pick<Context, 'settings' | 'storedDomain'>,
  credentials: Credentials | undefined,
): Promise<Listeners> {
  const { https, httpsPort, host, port, proxy } = settings;
  const servers: HttpServer[] = https === 'only' ? [] : [app.server];
  const tls = credentials && (await import('./tls/index.js'));
  const secure = tls?.createSecureServer(app, credentials as Credentials, storedDomain);
  if (secure && https !== 'off') servers.push(secure);
  const hosts = tls?.proxiedHosts(settings);
  const leadsTo = (host: string): boolean => hosts?.has(host) === true || storedDomain(host) !== undefined;
  const endTunnels = tls && secure && proxy ? tls.answerConnect({ servers, secure, leadsTo, log: app.log }) : undefined;
  if (!endTunnels) declineConnect(servers, app.log);

  const close = async (): Promise<void> => {
    const cut = setTimeout(() => {
      for (const server of new Set([app.server, ...(secure ? [secure] : [])])) server.closeAllConnections();
      endTunnels?.();
    }, graceMilliseconds);
    // The framework runs its onClose hooks and closes its own server, listening or not.
    await Promise.all([app.close(), secure && new Promise((resolve) => secure.close(resolve))]);
    endTunnels?.();
    clearTimeout(cut);
  };
  try {
    const httpPort = https === 'only' ? undefined : await listen(app.server, port, host);
    const openHttpsPort = secure && https !== 'off' ? await listenSecurely(secure, httpsPort, host) : undefined;
    if (host === 'localhost') await Promise.all(servers.map(listenBeside));
    reportFullServers(servers, app.log);
    return { httpPort, httpsPort: openHttpsPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Listens; an error names the setting of the port. */
async function listenSecurely(server: Server, port: number, host: string): Promise<number> {
  try {
    return await listen(server, port, host);
  } catch (error) {
    throw Object.assign(error as Error, { setting: { flag: '--https-port', variable: 'PINGONE_MOCK_HTTPS_PORT' } });
  }
}
