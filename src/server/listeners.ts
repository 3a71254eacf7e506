import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { App } from '../environment/context.js';
import type { Settings } from '../settings/read.js';
import { declineConnect } from './tls/connect-proxy.js';
import type { Credentials } from './tls/index.js';

/** The open ports of a server. */
export interface Listeners {
  /** Undefined under `--https only`. */
  readonly httpPort: number | undefined;
  /** Undefined where https is off. */
  readonly httpsPort: number | undefined;
  close(): Promise<void>;
}

/** What is answered at a stop gets so long; what is open then (an event stream, an idle connection) is cut off. */
const graceMilliseconds = 200;

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: host === 'localhost' ? '127.0.0.1' : host }, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** `localhost` is two addresses, and some clients try one of them only. What comes to the second one goes on to the first one's server. */
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

/** Opens the ports that the settings ask for: HTTP, HTTPS, or both, all of them with the same routes. */
export async function openListeners(app: App, settings: Settings, credentials: Credentials | undefined): Promise<Listeners> {
  const { https, httpsPort, host, port, proxy } = settings;
  const servers: HttpServer[] = https === 'only' ? [] : [app.server];
  const tls = credentials && (await import('./tls/index.js'));
  const secure = tls?.createSecureServer(app, credentials as Credentials);
  if (secure && https !== 'off') servers.push(secure);
  const endTunnels =
    tls && secure && proxy ? tls.answerConnect({ servers, secure, hosts: tls.proxiedHosts(settings), log: app.log }) : undefined;
  if (!endTunnels) declineConnect(servers, app.log);

  const close = async (): Promise<void> => {
    const cut = setTimeout(() => {
      for (const server of new Set([app.server, ...(secure ? [secure] : [])])) server.closeAllConnections();
      endTunnels?.();
    }, graceMilliseconds);
    // The framework tells those who hold connections open, and closes its own server, listening or not.
    await Promise.all([app.close(), secure && new Promise((resolve) => secure.close(resolve))]);
    endTunnels?.();
    clearTimeout(cut);
  };
  try {
    const httpPort = https === 'only' ? undefined : await listen(app.server, port, host);
    const openHttpsPort = secure && https !== 'off' ? await listenSecurely(secure, httpsPort, host) : undefined;
    if (host === 'localhost') await Promise.all(servers.map(listenBeside));
    return { httpPort, httpsPort: openHttpsPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same; an error says which setting named the port. */
async function listenSecurely(server: Server, port: number, host: string): Promise<number> {
  try {
    return await listen(server, port, host);
  } catch (error) {
    throw Object.assign(error as Error, { setting: { flag: '--https-port', variable: 'PINGONE_MOCK_HTTPS_PORT' } });
  }
}
