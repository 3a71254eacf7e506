import { type IncomingMessage, request as requestPlain } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { membersOf } from './unknown.js';
import { within } from './within.js';

export interface Post {
  readonly url: string;
  /** Sent as they are. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For https: the authorities to trust, the client's own certificate, and whether the server's is verified. */
  readonly tls?: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> & { readonly rejectUnauthorized?: boolean };
}

interface Limits {
  /** From the beginning to the end of the answer. */
  readonly milliseconds: number;
  /** How much of the unused answer is read; then the connection is closed. */
  readonly mostBytes?: number;
  readonly stop?: AbortSignal;
}

/** Names below localhost are this machine (RFC 6761 §6.3), even if the resolver does not know them. */
const lookUp: LookupFunction = (hostname, options, callback) =>
  process.getBuiltinModule('node:dns').lookup(hostname.toLowerCase().endsWith('.localhost') ? 'localhost' : hostname, options, callback);

/**
 * Posts a text, on a connection of its own, without following redirects.
 * @returns the status of the answer
 * @throws if no answer begins within the time, or the signal aborts
 */
export const post = ({ url, headers, body, tls = {} }: Post, { milliseconds, mostBytes = 65_536, stop }: Limits): Promise<number> =>
  within(
    milliseconds,
    (signal) =>
      new Promise((resolve, reject) => {
        let response: IncomingMessage | undefined;
        const end = (error?: Error) => {
          if (response?.statusCode === undefined) reject(error ?? new Error('the connection closed without an answer'));
          else resolve(response.statusCode);
        };
        const payload = Buffer.from(body);
        const options = {
          method: 'POST',
          agent: false,
          lookup: lookUp,
          signal,
          headers: { ...headers, 'content-length': payload.length },
        } as const;
        const sent = /^https:/i.test(url)
          ? process.getBuiltinModule('node:https').request(url, { ...options, ...tls })
          : requestPlain(url, options);
        sent.on('response', (answer) => {
          response = answer;
          let size = 0;
          answer.on('data', (chunk: Uint8Array) => {
            size += chunk.length;
            if (size > mostBytes) answer.destroy();
          });
          answer.on('error', () => {});
          answer.on('close', () => end());
        });
        sent.on('error', end);
        sent.on('close', () => end());
        sent.end(payload);
      }),
    stop,
  );

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'its host has no address',
  EAI_AGAIN: 'its host has no address now',
};

/** Why a request got no answer, in words. */
export function reasonOf(error: unknown): string {
  const { code, message, errors } = membersOf(error instanceof AggregateError ? { ...error, errors: error.errors } : Object(error));
  // A name with several addresses: each failed.
  if (Array.isArray(errors) && errors.length > 0) return reasonOf(errors[0]);
  if (typeof code === 'string' && reasons[code] !== undefined) return reasons[code];
  const text = error instanceof Error ? error.message : typeof message === 'string' ? message : String(error);
  return text.slice(0, 300);
}
