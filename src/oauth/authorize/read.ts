import type { FastifyRequest } from 'fastify';
import { formOf, hasOtherBody } from '../../http/bodies.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { membersOf } from '../../lib/unknown.js';
import { enforce } from '../../pingone/errors.js';
import { parameterNames, readParameters, type SentParameters } from '../../protocol/authorization-parameters.js';
import { refuse } from '../../protocol/check.js';

/** The parameters by their names on the wire, and the ID token that some clients send along. */
export const authorizationParameters = object(
  {},
  {
    ...Object.fromEntries(Object.values(parameterNames).map((name) => [name, string])),
    // A request object may hold any of the others.
    request: secret(string),
    login_hint_token: secret(string),
    id_token_hint: secret(string),
  },
);

/** What is secret of an answer under `pi.flow`; addresses and pages are known without a schema. */
export const authorizationAnswer = object(
  {},
  {
    authorizeResponse: object({}, { code: secret(string), access_token: secret(string), id_token: secret(string) }),
    interactionToken: secret(string),
  },
);

/** The parameters in query and form together (the form takes precedence), and the names that were sent twice. */
export function readAuthorizationParameters(request: FastifyRequest): SentParameters {
  const query = membersOf(request.query);
  const wire = request.body === undefined || request.body === null ? query : { ...query, ...formOf(request) };
  return readParameters(wire);
}

/** A body that is not a form is refused, rather than read in part or ignored (docs/fidelity.md, 3.1). */
export function refuseOtherBody(request: FastifyRequest): void {
  if (hasOtherBody(request))
    enforce(refuse('content_type_form', { spec: 'RFC 6749 §3.1', got: request.headers['content-type'] ?? 'none' }));
}
