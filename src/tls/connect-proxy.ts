import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';

interface ProxyOptions {
  /** The servers whose ports take CONNECT. */
  readonly servers: readonly Server[];
  /** Who speaks TLS with whoever was let through. */
  readonly secure: Server;
  readonly hosts: ReadonlySet<string>;
  readonly log: FastifyBaseLogger;
}

const refusal = (host: string): string => {
  const text = `offline mock: this proxy leads to PingOne's host names alone, and those are pingone-mock; not to ${host}\n`;
  return (
    'HTTP/1.1 403 offline mock\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n' +
    `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  );
};

/** The host of "auth.pingone.com:443", without what could break a header or a log line. */
const hostOf = ({ url = '' }: IncomingMessage): string =>
  url
    .replace(/:\d*$/, '')
    .replace(/[^\w.:[\]-]/g, '')
    .toLowerCase();

/**
 * Answers CONNECT (RFC 9110 §9.3.6): a tunnel to one of our hosts ends in our own TLS server, and there is no other, so
 * that an application cannot reach the real tenant by mistake. Answers the function that ends what is still open.
 */
export function answerConnect({ servers, secure, hosts, log }: ProxyOptions): () => void {
  const tunnels = new Set<Duplex>();
  const connect = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that leaves early must not end the process.
    socket.on('error', () => socket.destroy());
    const host = hostOf(request);
    if (!hosts.has(host)) {
      log.warn({ event: 'proxy', ok: false, host }, `refused a connection to ${host}: offline mock`);
      socket.end(refusal(host));
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
