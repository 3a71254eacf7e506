import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreUnavailable } from '../environment/shared/errors.js';
import { WriteFailure } from '../environment/store/write-failure.js';
import { ownType } from '../http/answers.js';
import { unexpected } from '../pingone/pingone-error.js';
import { prettyJson } from '../pingone/pretty-json.js';
import { type Diagnosis, diagnosisHeader } from '../protocol/mistakes/index.js';

/** Why a request could not be kept: not the client's mistake, nor a bug. */
export const diagnoseWriteFailure = ({ reason, message }: WriteFailure): Diagnosis => ({
  code: reason.replaceAll(' ', '_').replaceAll('-', '_'),
  title: `The data folder refused a write: ${reason}`,
  why: `${message}. Nothing from this request was saved.`,
  fix: 'Fix what the message names, then send the request again. The server retries by itself, and /readyz answers 200 once it can write.',
  confidence: 'exact',
});

/** Logs why a request is answered with 500: the data folder that refused a write, or a bug. */
export function reportFailure(request: FastifyRequest, reply: FastifyReply, error: Error): void {
  const { url } = request;
  if (error instanceof StoreUnavailable) {
    reportUnavailable(request, reply, error);
    return;
  }
  if (!(error instanceof WriteFailure)) {
    request.log.error({ error, url }, 'bug in pingone-mock: please report it');
    return;
  }
  const diagnosis = diagnoseWriteFailure(error);
  request.log.error({ event: 'storage', diagnosis: diagnosis.code, url }, diagnosis.why);
  reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, '/readyz'));
}

/** Why the shared store did not do what a request needs: neither the client's mistake, nor a bug. */
export const diagnoseUnavailable = ({ message, kind }: StoreUnavailable): Diagnosis =>
  kind === 'full'
    ? {
        code: 'store_full',
        title: 'The shared store is full',
        why: `${message}. What this request had already changed may be stored.`,
        fix: 'Raise maxmemory of Redis or Valkey, or remove data from it. Reads go on meanwhile; writes do as soon as there is memory.',
        confidence: 'exact',
      }
    : {
        code: 'store_unavailable',
        title: 'The shared store does not answer',
        why: `${message}. What this request had already changed may be stored.`,
        fix: 'Start Redis or Valkey again, or make it reachable. The server goes on by itself, and /readyz answers 200 once it can.',
        confidence: 'exact',
      };

/** The seconds after which a client may try again (RFC 9110 §10.2.3). */
const retryAfter = 1;

function reportUnavailable(request: FastifyRequest, reply: FastifyReply, error: StoreUnavailable): void {
  const diagnosis = diagnoseUnavailable(error);
  request.log.error({ event: 'storage', diagnosis: diagnosis.code, url: request.url }, diagnosis.why);
  reply.header('x-mock-diagnosis', diagnosisHeader(diagnosis, '/readyz')).header('retry-after', retryAfter);
}

type Headers = Readonly<Record<string, unknown>>;

/**
 * A header whose value HTTP cannot carry (RFC 9110 §5.5), as it was about to be sent. Headers that equal those in `sound`,
 * which can be sent, are skipped.
 */
export function unsendableHeader(headers: Headers, sound: Headers = {}): string | undefined {
  for (const name in headers) {
    const value = headers[name];
    // Of a list, the comma between two values is harmless.
    if (value !== sound[name] && /[^\t\x20-\x7e\x80-\xff]/.test(String(value))) return name;
  }
  return undefined;
}

/**
 * Replaces an answer that cannot be sent: a bug, found after the endpoint was done. Fastify would answer in a
 * format of its own. Its redirect and its cookies are dropped with its answer.
 */
export function replaceAnswer(request: FastifyRequest, reply: FastifyReply, error: Error): string {
  reportFailure(request, reply, error);
  const unsendable = unsendableHeader(reply.getHeaders());
  for (const name of ['location', 'set-cookie', 'content-length', 'content-encoding', ...(unsendable === undefined ? [] : [unsendable])])
    reply.removeHeader(name);
  reply.code(500).header('content-type', ownType(request));
  return prettyJson(unexpected(error.message).envelope(request.id));
}
