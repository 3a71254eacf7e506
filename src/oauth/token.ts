import { sendJson } from '../answers.js';
import { isForm } from '../bodies.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../context.js';
import { type AuthenticatedClient, authenticateClient } from '../domain/client-authentication.js';
import { decide } from '../domain/decide.js';
import type { TokenResponse } from '../domain/token-response.js';
import type { Exchange } from '../journal/exchange.js';
import type { Transaction } from '../journal/transactions.js';
import { type Application, knownGrantTypes, toClient } from '../pingone/application.js';
import { OAuthError } from '../pingone/errors.js';
import { type Infer, object, string } from '../schema.js';
import { authorizationCodeGrant } from './grants/authorization-code.js';
import { clientCredentialsGrant } from './grants/client-credentials.js';
import { refreshTokenGrant } from './grants/refresh-token.js';

const tokenRequest = object(
  {},
  {
    grant_type: string,
    client_id: string,
    client_secret: string,
    client_assertion: string,
    client_assertion_type: string,
    code: string,
    redirect_uri: string,
    code_verifier: string,
    refresh_token: string,
    scope: string,
  },
);
export type TokenRequest = Infer<typeof tokenRequest>;

/** What a grant works with. */
export interface GrantInput {
  readonly environment: Environment;
  readonly body: TokenRequest;
  readonly application: Application;
  readonly transaction: Transaction;
  readonly exchange: Exchange;
  /** The base URL under which this request came, as http://localhost:9400/{environmentId}. */
  readonly baseUrl: string;
  readonly context: Context;
}

type Grant = (input: GrantInput) => Promise<TokenResponse>;

/** The grants, by grant_type. */
const grants: Readonly<Record<string, Grant>> = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
};

/** An empty parameter counts as absent (RFC 6749 §3.2). */
const withoutEmpty = (body: TokenRequest): TokenRequest =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '')) as TokenRequest;

/** The token endpoint (RFC 6749 §3.2). */
export const token: Endpoint = (app, context) => {
  app.post(
    '/token',
    { schema: { body: { oneOf: [tokenRequest, { type: ['null', 'string'] }] } }, attachValidation: true },
    async (request, reply) => {
      const environment = environmentOf(context, request);
      const { exchange } = request;
      if (!isForm(request) && (request.headers['content-type'] !== undefined || request.body))
        throw new OAuthError('content_type_form', [
          { rule: 'content_type_form', ok: false, got: request.headers['content-type'] ?? 'none' },
        ]);
      const sent = (typeof request.body === 'object' ? request.body : null) ?? {};
      const repeated = Object.keys(tokenRequest.properties).find((name) => Array.isArray((sent as Record<string, unknown>)[name]));
      const body = repeated === undefined ? withoutEmpty(sent as TokenRequest) : {};
      const baseUrl = context.baseUrl(request, environment);

      const transaction = await transactionOfTokenRequest(environment, body);
      if (!transaction.via.includes(baseUrl)) transaction.via.push(baseUrl);
      decide(environment, transaction, {
        kind: 'token',
        title: `Token request, ${body.grant_type ?? 'no grant_type'}`,
        checks: [
          { rule: 'parameter_once', spec: 'RFC 6749 §3.2', ok: repeated === undefined, got: repeated },
          { rule: 'grant_type_present', spec: 'RFC 6749 §4.1.3', ok: body.grant_type !== undefined },
          ...(body.grant_type === undefined
            ? []
            : [{ rule: 'grant_type_known', spec: 'RFC 6749 §5.2', ok: knownGrantTypes.includes(body.grant_type), got: body.grant_type }]),
        ],
        exchange,
      });

      const client = await authenticateClient(environment, request.headers.authorization, body, {
        issuer: `${baseUrl}/as`,
        endpoint: 'token',
      });
      nameApplication(transaction, client);
      decide(environment, transaction, { kind: 'client_auth', title: 'Client authenticated', checks: client.checks }, client.diagnosis);
      const application = client.application as Application;
      const grantType = body.grant_type as string;
      const allowed = client.client?.grantTypes.some((grant) => grant === grantType) ?? false;
      const grant = grants[grantType];
      if (!allowed || !grant)
        decide(environment, transaction, {
          kind: 'token',
          title: 'Grant',
          checks: [
            {
              rule: 'grant_type_allowed',
              spec: 'RFC 6749 §5.2',
              ok: false,
              expected: client.client?.grantTypes.join(', '),
              got: grantType,
            },
          ],
        });
      const response = await (grant as Grant)({ environment, body, application, transaction, exchange, baseUrl, context });
      // RFC 6749 §5.1: must not be kept by anybody on the way. The global headers say no-store already.
      return sendJson(reply, response);
    },
  );
};

/** The transaction of the code or refresh token that a token request brings; a new one where it brings neither. */
async function transactionOfTokenRequest({ store, transactions }: Environment, body: TokenRequest): Promise<Transaction> {
  const trace =
    body.code !== undefined
      ? await store.traces.get(body.code)
      : body.refresh_token !== undefined
        ? ((await store.refreshTokens.get(body.refresh_token)) ?? (await store.traces.get(body.refresh_token)))
        : undefined;
  return (trace && transactions.get(trace.transactionId)) ?? transactions.start({ application: undefined });
}

const nameApplication = (transaction: Transaction, { application }: AuthenticatedClient): void => {
  if (transaction.application || !application) return;
  const { id, name, pkceEnforcement } = toClient(application);
  transaction.application = { id, name, pkceEnforcement };
};
