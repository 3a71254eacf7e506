import type { FastifyRequest } from 'fastify';
import { formOf, hasOtherBody } from '../../http/bodies.js';
import { OAuthError } from '../../pingone/errors.js';
import { repeatedParameters, toAuthorizationParameters } from '../../protocol/authorization-parameters.js';
import type { AuthorizationParameters } from '../../protocol/authorization-request.js';
import { check } from '../../protocol/check.js';

/** What an authorization request carries in query and form together (the form goes first), and the names that came twice. */
export function readAuthorizationParameters(request: FastifyRequest): { parameters: AuthorizationParameters; repeated: string[] } {
  const wire = { ...(request.query as Readonly<Record<string, unknown>>), ...formOf(request) };
  return { parameters: toAuthorizationParameters(wire), repeated: repeatedParameters(wire) };
}

/** A body that is no form is refused, rather than read in part or passed over (docs/fidelity.md, 3.1). */
export function refuseOtherBody(request: FastifyRequest): void {
  if (hasOtherBody(request))
    throw new OAuthError('content_type_form', [
      check('content_type_form', false, { spec: 'RFC 6749 §3.1', got: request.headers['content-type'] ?? 'none' }),
    ]);
}
