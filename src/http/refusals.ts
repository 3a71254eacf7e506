import type { FastifyError } from 'fastify';
import { malformed, PingOneError } from '../pingone/pingone-error.js';

/** The refusal that an error means: its own if it is one, that of a malformed request if Fastify rejected it; undefined for a bug. */
export function refusalOf(error: FastifyError | PingOneError): PingOneError | undefined {
  if (error instanceof PingOneError) return error;
  const { statusCode = 500, message } = error;
  return statusCode < 500 ? malformed(message, statusCode) : undefined;
}
