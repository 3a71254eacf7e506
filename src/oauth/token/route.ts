import { diagnoseEarlierAttempt } from '../../diagnosis/earlier-attempt.js';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import { knownGrantTypes } from '../../environment/model/application.js';
import type { Trace } from '../../environment/model/lifetimes.js';
import { beginTransaction, recordAndAssert, summaryOf } from '../../environment/record.js';
import { recordTokenActivity } from '../../environment/record-activity.js';
import { sendJson } from '../../http/answers.js';
import { check, type Decision, decideByAll } from '../../protocol/check.js';
import { type AuthenticatedClient, authenticateClient } from '../client/authenticate.js';
import { checkConfidential, checkGrant, checkOnce, readForm } from '../client/form-request.js';
import { requestDataOf } from '../tokens/request-data.js';
import { authorizationCodeGrant } from './authorization-code.js';
import { backchannelGrant } from './backchannel.js';
import { clientCredentialsGrant } from './client-credentials.js';
import { deviceCodeGrant } from './device-code.js';
import { type GrantHandler, type TokenRequest, tokenAnswer, tokenRequest } from './grant.js';
import { refreshTokenGrant } from './refresh-token.js';
import { tokenExchangeGrant } from './token-exchange.js';

/** The grants, by grant_type. */
const grants: Readonly<Record<string, GrantHandler>> = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
  'urn:ietf:params:oauth:grant-type:device_code': deviceCodeGrant,
  'urn:openid:params:grant-type:ciba': backchannelGrant,
  'urn:ietf:params:oauth:grant-type:token-exchange': tokenExchangeGrant,
};

/** The grants that no public client may use (docs/fidelity.md, 5.2). */
const confidentialGrants: readonly string[] = [
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
];

/** What a token request is, as far as its form and its grant_type say. */
interface JudgedRequest {
  readonly title: string;
  readonly decision: Decision<string>;
}

function judgeRequest(asked: string | undefined, repeated: string | undefined): JudgedRequest {
  const known = asked === undefined ? [] : [check('grant_type_known', knownGrantTypes.includes(asked), { got: asked })];
  return {
    title: `Token request, ${asked ?? 'no grant_type'}`,
    decision: decideByAll([checkOnce(repeated), check('grant_type_present', asked !== undefined), ...known], asked),
  };
}

/** The same for the grants that there are; a form with a repeated parameter counts as empty, and has none. */
const requestsOf = new Map(knownGrantTypes.map((grantType) => [grantType, judgeRequest(grantType, undefined)]));

/** The token endpoint (RFC 6749 §3.2). */
export const token: Endpoint = (app, context) => {
  app.post('/token', { config: { parameters: tokenRequest, answer: tokenAnswer } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { exchange } = request;
    const { form: body, repeated } = readForm(request, tokenRequest);
    const baseUrl = context.baseUrl(request, environment);
    const { grant_type: asked } = body;
    const { title, decision: readable } = (asked !== undefined && requestsOf.get(asked)) || judgeRequest(asked, repeated);
    const called = { issuer: `${baseUrl}/as`, endpoint: 'token' };
    const authenticated = await authenticateClient(environment, request.headers.authorization, body, called);
    const [presented, code] = await Promise.all([
      findPresented(environment, body),
      // Taken before it is checked: a code that was tried is spent, no matter who tried it.
      body.code !== undefined && mayRedeem(readable, authenticated) ? environment.store.codes.take(body.code) : undefined,
    ]);
    const transaction = beginTransaction(environment, { transactionId: presented?.transactionId, baseUrl });
    const grantType = recordAndAssert(environment, transaction, { kind: 'token', title, exchange }, readable);

    transaction.application ??= authenticated.client && summaryOf(authenticated.client);
    const authentication = { kind: 'client_auth', title: 'Client authenticated' } as const;
    const isOtherMethod = authenticated.diagnosis?.code === 'wrong_authentication_method';
    const before = isOtherMethod ? diagnoseEarlierAttempt(environment, transaction, exchange) : undefined;
    const diagnosis = before ?? authenticated.diagnosis;
    const { client, application } = recordAndAssert(environment, transaction, authentication, authenticated.decision, diagnosis);
    const confidential = confidentialGrants.includes(grantType) ? [checkConfidential(client)] : [];
    const allowed = decideByAll([checkGrant(client, grantType), ...confidential], grants[grantType]);
    const grant = allowed.refusedBy
      ? recordAndAssert<never>(environment, transaction, { kind: 'token', title: 'Grant' }, allowed)
      : allowed.value;
    // RFC 6749 §5.1: the answer must not be cached. Every answer says no-store already.
    const requestData = requestDataOf(body);
    const tokens = await grant({ environment, body, application, client, transaction, code, requestData, exchange, baseUrl, context });
    recordTokenActivity(environment, application, 'TOKEN.CREATED', exchange);
    return sendJson(reply, tokens);
  });
};

/** Whether a request gets as far as redeeming a code. */
const mayRedeem = (readable: Decision<string>, { decision }: AuthenticatedClient): boolean =>
  !readable.refusedBy &&
  readable.value === 'authorization_code' &&
  !decision.refusedBy &&
  checkGrant(decision.value.client, readable.value).ok;

/** What a token request presents, or its trace: both name the transaction that issued it. */
async function findPresented({ store }: Environment, body: TokenRequest): Promise<Pick<Trace, 'transactionId'> | undefined> {
  const { code, refresh_token, device_code, auth_req_id } = body;
  const presented = code ?? refresh_token ?? device_code ?? auth_req_id;
  if (presented === undefined) return undefined;
  return (
    (refresh_token === undefined ? undefined : await store.refreshTokens.get(refresh_token)) ??
    (device_code === undefined ? undefined : await store.deviceAuthorizations.get(device_code)) ??
    (auth_req_id === undefined ? undefined : await store.backchannelRequests.get(auth_req_id)) ??
    (await (refresh_token === undefined || code !== undefined ? store.codeTraces : store.traces).get(presented))
  );
}
