import type { FastifyRequest } from 'fastify';
import { repeatedParameters, toAuthorizationParameters } from '../core/authorization-parameters.js';
import type { AuthorizationParameters } from '../core/authorization-request.js';

type Wire = Readonly<Record<string, unknown>>;

/** The members of a form, or of anything that was read as an object. */
export const formOf = (request: FastifyRequest): Wire =>
  typeof request.body === 'object' && request.body !== null && !Array.isArray(request.body) ? (request.body as Wire) : {};

/** What an authorization request carries in query and form together (the form goes first), and the names that came twice. */
export function readAuthorizationParameters(request: FastifyRequest): { parameters: AuthorizationParameters; repeated: string[] } {
  const wire = { ...(request.query as Wire), ...formOf(request) };
  return { parameters: toAuthorizationParameters(wire), repeated: repeatedParameters(wire) };
}
