import { diagnoseAuthorizationRequest } from '../../diagnosis/authorization.js';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { recordAndAssert } from '../../environment/record.js';
import { sendJson } from '../../http/answers.js';
import { formOf, isForm } from '../../http/bodies.js';
import { OAuthError } from '../../pingone/errors.js';
import { repeatedParameters, toAuthorizationParameters } from '../../protocol/authorization-parameters.js';
import type { AuthorizationParameters } from '../../protocol/authorization-request.js';
import { type Check, check } from '../../protocol/check.js';
import { authenticateClient, type ClientParameters } from '../client/authenticate.js';
import { judgeClient } from './judge-client.js';
import { judgeAuthorizationRequest } from './judge-request.js';

const defaultTimeoutSeconds = 60;

const clientParameters = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'] as const;

/** The members that name or prove the client. One that came twice is none. */
const clientOf = (form: Readonly<Record<string, unknown>>): ClientParameters =>
  Object.fromEntries(clientParameters.flatMap((name) => (typeof form[name] === 'string' && form[name] !== '' ? [[name, form[name]]] : [])));

/** Keeps a request until it is used, or its time is over. */
async function push(
  { random, clock, store }: Environment,
  { id: clientId, parTimeout }: Application,
  parameters: AuthorizationParameters,
  transactionId: string,
): Promise<{ request_uri: string; expires_in: number }> {
  const seconds = typeof parTimeout === 'number' ? parTimeout : defaultTimeoutSeconds;
  const id = `urn:ietf:params:oauth:request_uri:${random.uuid()}`;
  await store.pushedRequests.put({ id, clientId, parameters, transactionId }, clock.now() + seconds * 1000);
  return { request_uri: id, expires_in: seconds };
}

/** Pushed authorization requests (RFC 9126; docs/fidelity.md, 7.5). */
export const par: Endpoint = (app, context) => {
  app.post('/par', async (request, reply) => {
    const environment = environmentOf(context, request);
    const { exchange } = request;
    const contentType = request.headers['content-type'];
    if (!isForm(request) && (contentType !== undefined || request.body))
      throw new OAuthError('content_type_form', [check('content_type_form', false, { got: contentType ?? 'none' })]);
    const form = formOf(request);
    const baseUrl = context.baseUrl(request, environment);
    const issuer = `${baseUrl}/as`;
    const transaction = environment.transactions.start({ application: undefined });
    transaction.baseUrls.push(baseUrl);
    const twice = clientParameters.find((name) => Array.isArray(form[name]));
    recordAndAssert(environment, transaction, {
      kind: 'authorize',
      title: 'Authorization request pushed',
      checks: [check('parameter_once', twice === undefined, { got: twice })],
      exchange,
    });

    const authenticated = await authenticateClient(environment, request.headers.authorization, clientOf(form), { issuer, endpoint: 'par' });
    const { client } = authenticated;
    if (client) transaction.application = { id: client.id, name: client.name, pkceEnforcement: client.pkceEnforcement };
    recordAndAssert(
      environment,
      transaction,
      { kind: 'client_auth', title: 'Client authenticated', checks: authenticated.checks },
      authenticated.diagnosis,
    );
    const application = authenticated.application as Application;
    const pushes: Check = check(
      'application_pushes',
      client?.grantTypes.some((grant) => grant === 'authorization_code' || grant === 'implicit') ?? false,
      { expected: 'the grant AUTHORIZATION_CODE or IMPLICIT', got: client?.grantTypes.join(', ') },
    );
    recordAndAssert(environment, transaction, { kind: 'authorize', title: 'Pushing', checks: [pushes] });

    const parameters = { ...toAuthorizationParameters(form), clientId: application.id };
    const repeated = repeatedParameters(form);
    const judged = await judgeClient(environment, { parameters, repeated, issuer, pushing: true });
    const diagnose = (checks: readonly Check[]) => diagnoseAuthorizationRequest(environment, judged.parameters, client, checks);
    const place = { kind: 'authorize', title: 'Client and redirect_uri', checks: judged.checks } as const;
    recordAndAssert(environment, transaction, place, await diagnose(judged.checks));
    if (judged.refused) throw judged.refused;
    const found = await judgeAuthorizationRequest(environment, { ...judged, repeated, issuer });
    const rest = { kind: 'authorize', title: 'Pushed request', checks: found.checks } as const;
    recordAndAssert(environment, transaction, rest, await diagnose(found.checks));
    const parametersToKeep = { ...judged.parameters, clientId: application.id };
    return sendJson(reply.code(201), await push(environment, application, parametersToKeep, transaction.id));
  });
};
