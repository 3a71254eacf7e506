import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';

interface ProxyOptions {
  /** The servers whose ports accept CONNECT. */
  readonly servers: readonly Server[];
  /** The TLS server at the end of each tunnel. */
  readonly secure: Server;
  /** Whether the proxy leads to a host. */
  leadsTo(host: string): boolean;
  readonly log: FastifyBaseLogger;
}

/** The response to a refused CONNECT. */
interface Refusal {
  readonly status: string;
  readonly text: string;
  readonly header?: string;
}

const refuse = (socket: Duplex, { status, text, header = '' }: Refusal): void => {
  const body = `${text}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\n${header}content-type: text/plain; charset=utf-8\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};

/** A text from a client, cleaned and shortened for display; never for comparison. */
const shown = (text: string): string => text.replace(/[^\w.:[\]-]/g, '').slice(0, 255);

/** The host and port of a CONNECT request; undefined if one is missing or malformed (RFC 9110 §9.3.6). */
function readTarget({ url = '' }: IncomingMessage): { host: string; port: number } | undefined {
  const [, host, digits] = /^([^:[\]]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(url) ?? [];
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65535 ? undefined : { host: host.toLowerCase(), port };
}

/** Why a target is refused, or undefined. */
function judge(target: ReturnType<typeof readTarget>, leadsTo: ProxyOptions['leadsTo']): Refusal | undefined {
  if (!target)
    return { status: '400 Bad Request', text: 'CONNECT needs a host name and a port from 1 to 65535, such as auth.pingone.com:443' };
  const { host, port } = target;
  const status = '403 offline mock';
  if (!leadsTo(host))
    return {
      status,
      text: `offline mock: this proxy leads only to PingOne's host names, all of which are pingone-mock; not to ${shown(host)}`,
    };
  return port === 443 ? undefined : { status, text: `offline mock: ${host} is served only on port 443, not on ${port}` };
}

/**
 * Answers CONNECT (RFC 9110 §9.3.6). A tunnel to one of our hosts ends in our own TLS server; all others are refused, so
 * that an application cannot reach the real tenant by mistake. Returns a function that closes the open tunnels.
 */
export function answerConnect({ servers, secure, leadsTo, log }: ProxyOptions): () => void {
  const tunnels = new Set<Duplex>();
  const connect = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that leaves early must not end the process.
    socket.on('error', () => socket.destroy());
    const target = readTarget(request);
    const refused = judge(target, leadsTo);
    if (refused) {
      const host = shown(target?.host ?? request.url ?? '');
      log.warn({ event: 'proxy', ok: false, host, port: target?.port }, `refused a connection to ${host}: ${refused.text}`);
      refuse(socket, refused);
      return;
    }
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    secure.emit('connection', socket);
  };
  for (const server of servers) server.on('connect', connect);
  return () => {
    for (const socket of tunnels) socket.destroy();
  };
}

/** Refuses CONNECT while the proxy is off. Node itself would close the connection without a response. */
export function declineConnect(servers: readonly Server[], log: FastifyBaseLogger): void {
  const text = 'this is pingone-mock, and its proxy is off: start it with --proxy or PINGONE_MOCK_PROXY=on';
  for (const server of servers)
    server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      const host = shown(request.url ?? '');
      log.warn({ event: 'proxy', ok: false, host }, `refused a connection to ${host}: the proxy is off; start with --proxy`);
      // RFC 9110 §15.5.6 requires the list of methods.
      refuse(socket, { status: '405 Method Not Allowed', text, header: 'allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n' });
    });
}
