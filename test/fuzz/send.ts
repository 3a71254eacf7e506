import { Agent, request as ask } from 'node:http';
import { connect } from 'node:net';
import type { App } from '../../src/environment/context.js';
import { bytesOf, type FuzzAnswer, type FuzzRequest, type Send } from './request.js';

/** How requests reach the server. */

/** An answer that has not come by then never comes: a busy machine takes a tenth of it. */
const patience = 90_000;

export const host = 'localhost:9400';

export const sendInProcess =
  (app: App): Send =>
  async ({ method, path, headers, body, binary = false }) => {
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      headers: { host, ...headers },
      ...(body !== undefined && { payload: bytesOf({ body, binary }) }),
    });
    return { status: answer.statusCode, headers: answer.headers as FuzzAnswer['headers'], body: answer.payload };
  };

/** Over sockets that are kept open, one for each lane. */
export function sendOverSockets(port: number, lanes: number): { send: Send; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes, scheduling: 'fifo' });
  const once = ({ method, path, headers, body, binary = false }: FuzzRequest): Promise<FuzzAnswer & { readonly reused: boolean }> =>
    new Promise((resolve, reject) => {
      const sent = ask(
        {
          agent,
          port,
          host: '127.0.0.1',
          method,
          path,
          headers: { host, ...headers, ...(body !== undefined && { 'content-length': bytesOf({ body, binary }).length }) },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            clearTimeout(timer);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString(),
              reused: sent.reusedSocket,
            });
          });
        },
      );
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${patience / 1000} s`)), patience);
      sent.on('error', (error) => {
        clearTimeout(timer);
        reject(Object.assign(error, { reused: sent.reusedSocket }));
      });
      sent.end(body === undefined ? undefined : bytesOf({ body, binary }));
    });
  const send: Send = async (request) => {
    try {
      return await once(request);
    } catch (error) {
      // The server may close a socket between two requests (RFC 9112 §9.3.1): this one was not read.
      if ((error as { code?: string; reused?: boolean }).code === 'ECONNRESET' && (error as { reused?: boolean }).reused === true)
        return once(request);
      throw error;
    }
  };
  return { send, close: () => agent.destroy() };
}

/** Sends bytes on a socket of their own and ends it; what came back until the server closed its side. */
export const sendBytes = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(bytes, 'latin1')));
    const done = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).toString('latin1'));
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the socket is open after ${patience / 1000} s`));
    }, patience);
    socket.on('data', (part) => parts.push(part));
    socket.on('close', done);
    // The server resets a connection whose bytes it does not read to the end.
    socket.on('error', done);
  });
