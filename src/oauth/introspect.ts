import type { FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../environment/context.js';
import { sendJson } from '../http/answers.js';
import { object, string } from '../lib/schema/types.js';
import { enforce } from '../pingone/errors.js';
import { decide, decideByAll, need } from '../protocol/check.js';
import { authenticateResource, type ClientParameters } from './client/authenticate.js';
import { checkOnce, clientMembers, formRoute, readClientRequest, readForm } from './client/form-request.js';
import { type Caller, introspectToken } from './introspection.js';

const introspectionRequest = object({}, { ...clientMembers, token: string, token_type_hint: string });

/** Token introspection (RFC 7662; docs/fidelity.md, 7.2): by the client that got the token, or the resource it is for. */
export const introspect: Endpoint = (app, context) => {
  app.post('/introspect', formRoute(introspectionRequest), async (request, reply) => {
    const environment = environmentOf(context, request);
    const { form, repeated } = readForm(request, introspectionRequest);
    enforce(decideByAll([checkOnce(repeated)]));
    const caller = await callerOf(context, environment, request, form);
    const presented = enforce(decide(need('token_present', form.token, { spec: 'RFC 7662 §2.1' })));
    return sendJson(reply, await introspectToken(environment, caller, presented));
  });
};

async function callerOf(context: Context, environment: Environment, request: FastifyRequest, form: ClientParameters): Promise<Caller> {
  const called = { issuer: `${context.baseUrl(request, environment)}/as`, endpoint: 'introspect' };
  const asResource = await authenticateResource(environment, request.headers.authorization, form, called);
  if (asResource) return { resource: enforce(asResource) };
  const { application } = await readClientRequest(context, request, { schema: introspectionRequest, endpoint: 'introspect' });
  return { application };
}
