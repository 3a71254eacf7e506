import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import { type Application, knownGrantTypes } from '../../environment/model/application.js';
import { recordAndAssert } from '../../environment/record.js';
import { sendJson } from '../../http/answers.js';
import { check, failed } from '../../protocol/check.js';
import type { Client } from '../../protocol/client.js';
import { authenticateClient } from '../client/authenticate.js';
import { applicationOf, checkConfidential, checkGrant, checkOnce, formRoute, readForm } from '../client/form-request.js';
import { authorizationCodeGrant } from './authorization-code.js';
import { backchannelGrant } from './backchannel.js';
import { clientCredentialsGrant } from './client-credentials.js';
import { deviceCodeGrant } from './device-code.js';
import { type Grant, type TokenRequest, tokenRequest } from './grant.js';
import { refreshTokenGrant } from './refresh-token.js';
import { tokenExchangeGrant } from './token-exchange.js';

/** The grants, by grant_type. */
const grants: Readonly<Record<string, Grant>> = {
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

/** The token endpoint (RFC 6749 §3.2). */
export const token: Endpoint = (app, context) => {
  app.post('/token', formRoute(tokenRequest), async (request, reply) => {
    const environment = environmentOf(context, request);
    const { exchange } = request;
    const { form: body, repeated } = readForm(request, tokenRequest);
    const baseUrl = context.baseUrl(request, environment);

    const transaction = await transactionOfTokenRequest(environment, body);
    if (!transaction.baseUrls.includes(baseUrl)) transaction.baseUrls.push(baseUrl);
    recordAndAssert(environment, transaction, {
      kind: 'token',
      title: `Token request, ${body.grant_type ?? 'no grant_type'}`,
      checks: [
        checkOnce(repeated),
        check('grant_type_present', body.grant_type !== undefined),
        ...(body.grant_type === undefined
          ? []
          : [check('grant_type_known', knownGrantTypes.includes(body.grant_type), { got: body.grant_type })]),
      ],
      exchange,
    });

    const called = { issuer: `${baseUrl}/as`, endpoint: 'token' };
    const authenticated = await authenticateClient(environment, request.headers.authorization, body, called);
    const step = { kind: 'client_auth', title: 'Client authenticated', checks: authenticated.checks } as const;
    transaction.application ??= applicationOf(authenticated.client);
    recordAndAssert(environment, transaction, step, authenticated.diagnosis);
    const client = authenticated.client as Client;
    const application = authenticated.application as Application;
    const grantType = body.grant_type as string;
    const allowed = [checkGrant(client, grantType), ...(confidentialGrants.includes(grantType) ? [checkConfidential(client)] : [])];
    if (failed(allowed)) recordAndAssert(environment, transaction, { kind: 'token', title: 'Grant', checks: allowed });
    const response = await (grants[grantType] as Grant)({ environment, body, application, transaction, exchange, baseUrl, context });
    // RFC 6749 §5.1: must not be kept by anybody on the way. The global headers say no-store already.
    return sendJson(reply, response);
  });
};

/** The transaction of what a token request brings; a new one where it brings nothing that is known. */
async function transactionOfTokenRequest({ store, transactions }: Environment, body: TokenRequest): Promise<Transaction> {
  const { code, refresh_token, device_code, auth_req_id } = body;
  const presented = code ?? refresh_token ?? device_code ?? auth_req_id;
  const found =
    presented === undefined
      ? undefined
      : ((refresh_token === undefined ? undefined : await store.refreshTokens.get(refresh_token)) ??
        (device_code === undefined ? undefined : await store.deviceAuthorizations.get(device_code)) ??
        (auth_req_id === undefined ? undefined : await store.backchannelRequests.get(auth_req_id)) ??
        (await store.traces.get(presented)));
  return (found && transactions.get(found.transactionId)) ?? transactions.start({ application: undefined });
}
