import type { FastifyRequest } from 'fastify';
import { formOf } from '../bodies.js';
import { repeatedParameters, toAuthorizationParameters } from '../core/authorization-parameters.js';
import type { AuthorizationParameters } from '../core/authorization-request.js';

/** What an authorization request carries in query and form together (the form goes first), and the names that came twice. */
export function readAuthorizationParameters(request: FastifyRequest): { parameters: AuthorizationParameters; repeated: string[] } {
  const wire = { ...(request.query as Readonly<Record<string, unknown>>), ...formOf(request) };
  return { parameters: toAuthorizationParameters(wire), repeated: repeatedParameters(wire) };
}
