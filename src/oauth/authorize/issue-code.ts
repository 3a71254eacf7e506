import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { AuthorizationCode, Flow } from '../../environment/model/lifetimes.js';
import { notFound, unexpected } from '../../pingone/pingone-error.js';
import type { AuthorizationRequest } from '../../protocol/authorization-request.js';
import { transactionOf } from '../../signon/flows.js';
import { makeAccessToken, makeIdToken } from '../tokens/make.js';
import { grantedScopes, resolveScopes } from '../tokens/scopes.js';

/** For how long a used or expired code is still recognised. */
const traceMilliseconds = 3_600_000;

/** The parameters of a successful authorization response (RFC 6749 §4.1.2, OpenID Connect Core §3.2.2.5, §3.3.2.5). */
export type AuthorizationResponse = Record<string, string>;

async function issueCode(
  environment: Environment,
  flow: Flow,
  request: AuthorizationRequest,
  codeLifetimeSeconds: number,
): Promise<AuthorizationCode> {
  const { random, clock, store } = environment;
  const now = clock.now();
  if (!flow.authentication) throw unexpected('a code was requested before the sign-on');
  const code: AuthorizationCode = {
    id: random.uuid(),
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    scopes: request.scopes,
    nonce: request.nonce,
    audience: request.audience,
    codeChallenge: request.codeChallenge,
    authentication: flow.authentication,
    familyId: random.uuid(),
    transactionId: flow.transactionId,
    baseUrl: flow.baseUrl,
    issuedAt: now,
    expiresAt: now + codeLifetimeSeconds * 1000,
  };
  const { id, clientId, familyId, transactionId } = code;
  const endsAt = code.expiresAt + traceMilliseconds;
  await Promise.all([store.codeTraces.put({ id, clientId, familyId, transactionId }, endsAt), store.codes.put(code, endsAt)]);
  return code;
}

interface FinishOptions {
  readonly codeLifetimeSeconds: number;
  readonly exchange?: Exchange | undefined;
  /** Whether the flow was stored, so that others may resume it too. */
  readonly isStored: boolean;
}

/** Ends a completed flow and makes what the request asked for. This spends the flow: of two calls at once, one gets the answer. */
export async function finishAuthorization(
  environment: Environment,
  completed: Flow,
  { codeLifetimeSeconds, exchange, isStored }: FinishOptions,
): Promise<AuthorizationResponse> {
  const { request } = completed;
  // In one step. Where the flow was taken by another call, or has another session by now, the code is never handed out.
  const [flow, made] = await Promise.all([
    isStored ? environment.store.flows.take(completed.id) : completed,
    request.responseTypes.includes('code') ? issueCode(environment, completed, request, codeLifetimeSeconds) : undefined,
  ]);
  if (!flow?.authentication) throw notFound({ reason: `the flow ${completed.id} has already been resumed` });
  const { authentication } = flow;
  const response: AuthorizationResponse = {};
  const transaction = transactionOf(environment, flow);

  if (made) {
    const isOfFlow = isDeepStrictEqual(made.authentication, authentication);
    const code = isOfFlow ? made : await issueCode(environment, flow, request, codeLifetimeSeconds);
    response.code = code.id;
    transaction.state = 'code_issued';
    environment.transactions.step(transaction, {
      kind: 'code',
      ok: true,
      title: 'Authorization code issued',
      checks: [],
      exchange,
      data: { code: code.id, expiresAt: code.expiresAt },
    });
  }
  if (request.responseTypes.some((type) => type !== 'code'))
    Object.assign(response, await frontChannelTokens(environment, flow, request, authentication, response.code, transaction));
  if (request.state !== undefined) response.state = request.state;
  return response;
}

async function frontChannelTokens(
  environment: Environment,
  flow: Flow,
  request: AuthorizationRequest,
  authentication: NonNullable<Flow['authentication']>,
  code: string | undefined,
  transaction: Transaction,
): Promise<AuthorizationResponse> {
  const { store } = environment;
  const issuer = `${flow.baseUrl}/as`;
  const response: AuthorizationResponse = {};
  const [application, user] = [await store.applications.get(flow.applicationId), await store.users.get(authentication.userId)];
  if (!application || !user) throw notFound({ reason: 'the application or the user no longer exists' });
  const granted = await grantedScopes(environment, application.id, request.audience);
  const { resource, furtherResources } = resolveScopes(granted, request.scopes, true);
  if (request.responseTypes.includes('token')) {
    const { token, expiresInSeconds } = await makeAccessToken(environment, {
      issuer,
      application,
      scopes: request.scopes,
      resource,
      furtherResources,
      authentication,
      request: { transaction },
    });
    Object.assign(response, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: String(expiresInSeconds),
      scope: request.scopes.join(' '),
    });
  }
  if (request.responseTypes.includes('id_token') && request.scopes.includes('openid'))
    response.id_token = await makeIdToken(environment, {
      issuer,
      application,
      user,
      scopes: request.scopes,
      authentication,
      nonce: request.nonce,
      accessToken: response.access_token,
      code,
      request: { transaction },
    });
  return response;
}
