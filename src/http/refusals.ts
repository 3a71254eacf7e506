import type { FastifyError } from 'fastify';
import { malformed, PingOneError } from '../pingone/pingone-error.js';

/** How an error refuses a request: as it says if it is a refusal, as malformed if Fastify did not accept the request; undefined for a bug. */
export function refusalOf(error: FastifyError | PingOneError): PingOneError | undefined {
  if (error instanceof PingOneError) return error;
  const { statusCode = 500, message } = error;
  return statusCode < 500 ? malformed(message, statusCode) : undefined;
}
