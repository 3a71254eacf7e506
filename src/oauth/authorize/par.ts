import { diagnoseAuthorizationRequest } from '../../diagnosis/authorization.js';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { beginTransaction, recordAndAssert, summaryOf } from '../../environment/record.js';
import { sendJson } from '../../http/answers.js';
import { formOf, isForm } from '../../http/bodies.js';
import { enforce } from '../../pingone/errors.js';
import { readParameters } from '../../protocol/authorization-parameters.js';
import type { AuthorizationParameters } from '../../protocol/authorization-request.js';
import { check, type Decision, decideByAll, refuse } from '../../protocol/check.js';
import { authenticateClient, type ClientParameters } from '../client/authenticate.js';
import { clientMembers } from '../client/form-request.js';
import { judgeClient } from './judge-client.js';
import { judgeAuthorizationRequest } from './judge-request.js';
import { authorizationParameters } from './read.js';

const defaultTimeoutSeconds = 60;

const clientParameters = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'] as const;

/** The members that name or prove the client, except those that were sent twice. */
const clientOf = (form: Readonly<Record<string, unknown>>): ClientParameters =>
  Object.fromEntries(clientParameters.flatMap((name) => (typeof form[name] === 'string' && form[name] !== '' ? [[name, form[name]]] : [])));

/** Keeps a request until it is used or expires. */
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
  const config = { parameters: { ...authorizationParameters, properties: { ...authorizationParameters.properties, ...clientMembers } } };
  app.post('/par', { config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { exchange } = request;
    const contentType = request.headers['content-type'];
    if (!isForm(request) && (contentType !== undefined || request.body))
      enforce(refuse('content_type_form', { got: contentType ?? 'none' }));
    const form = formOf(request);
    const baseUrl = context.baseUrl(request, environment);
    const issuer = `${baseUrl}/as`;
    const transaction = beginTransaction(environment, { baseUrl });
    const twice = clientParameters.find((name) => Array.isArray(form[name]));
    const once = decideByAll([check('parameter_once', twice === undefined, { got: twice })]);
    recordAndAssert(environment, transaction, { kind: 'authorize', title: 'Authorization request pushed', exchange }, once);

    const authenticated = await authenticateClient(environment, request.headers.authorization, clientOf(form), { issuer, endpoint: 'par' });
    if (authenticated.client) transaction.application = summaryOf(authenticated.client);
    const authentication = { kind: 'client_auth', title: 'Client authenticated' } as const;
    const { application, client } = recordAndAssert(
      environment,
      transaction,
      authentication,
      authenticated.decision,
      authenticated.diagnosis,
    );
    const mayPush = client.grantTypes.some((grant) => grant === 'authorization_code' || grant === 'implicit');
    const pushes = check('application_pushes', mayPush, {
      expected: 'the grant AUTHORIZATION_CODE or IMPLICIT',
      got: client.grantTypes.join(', '),
    });
    recordAndAssert(environment, transaction, { kind: 'authorize', title: 'Pushing' }, decideByAll([pushes]));

    const { parameters: sent, repeated } = readParameters(form);
    const parameters = { ...sent, clientId: application.id };
    const judged = await judgeClient(environment, { parameters, repeated, issuer, pushing: true });
    const record = async <T>(title: string, decision: Decision<T>): Promise<T> => {
      const diagnosis = await diagnoseAuthorizationRequest(environment, judged.parameters, client, decision.checks);
      return recordAndAssert(environment, transaction, { kind: 'authorize', title }, decision, diagnosis);
    };
    const accepted = await record('Client and redirect_uri', judged.decision);
    await record(
      'Pushed request',
      await judgeAuthorizationRequest(environment, { ...accepted, parameters: judged.parameters, repeated, issuer }),
    );
    const parametersToKeep = { ...judged.parameters, clientId: application.id };
    return sendJson(reply.code(201), await push(environment, application, parametersToKeep, transaction.id));
  });
};
