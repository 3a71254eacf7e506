import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Random } from '../lib/random.js';

/** The error with which Node's HTTP parser gives up on a connection. */
interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: unknown;
}

const answers: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'Request Timeout'],
};

/** A TLS record starts with the type "handshake" and a version 3.x (RFC 8446 §5.1). */
const isTls = (packet: unknown): boolean => packet instanceof Uint8Array && packet[0] === 0x16 && packet[1] === 0x03;

/**
 * Answers what is not valid HTTP: headers above 16 KB, an unfinished request, anything else. It reaches neither a route
 * nor the journal; the answer has the format of PingOne's gateway (docs/fidelity.md, 1.1).
 */
export const answerMalformed =
  (log: FastifyBaseLogger, random: Random) =>
  (error: ParserError, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const [status, message] = answers[error.code ?? ''] ?? ['400 Bad Request', 'Bad Request'];
    const reason = isTls(error.rawPacket) ? 'a client uses TLS on the port for plain HTTP: does its URL begin with https?' : error.message;
    // Browsers open connections that they may never use.
    const level = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'debug' : 'warn';
    log[level]({ event: 'http', code: error.code }, `not an HTTP request: ${reason}`);
    const body = JSON.stringify({ message });
    socket.end(
      [
        `HTTP/1.1 ${status}`,
        'content-type: application/json',
        `content-length: ${body.length}`,
        `correlation-id: ${random.uuid()}`,
        'x-mock-diagnosis: malformed_request',
        'connection: close',
        '',
        body,
      ].join('\r\n'),
      () => socket.destroy(),
    );
  };

/**
 * Answers what Node's parser lets through and no router takes, before any hook has seen it: a request whose method has no
 * name in Node (`PRI /` without a version). The same answer as above.
 */
export function answerUnreadable(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.warn({ event: 'http' }, 'not an HTTP request: its method is unknown');
  return reply
    .code(400)
    .header('content-type', 'application/json')
    .header('correlation-id', request.id)
    .header('x-mock-diagnosis', 'malformed_request')
    .header('connection', 'close')
    .send('{"message":"Bad Request"}');
}
