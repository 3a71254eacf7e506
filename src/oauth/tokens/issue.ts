import type { Environment } from '../../environment/context.js';
import type { Transaction } from '../../environment/journal/transactions.js';
import type { Application } from '../../environment/model/application.js';
import type { Authentication } from '../../environment/model/lifetimes.js';
import { recordAndAssert } from '../../environment/record.js';
import { isActive } from '../../environment/sessions.js';
import { refuse } from '../../protocol/check.js';
import { makeAccessToken, makeIdToken } from './make.js';
import { getsRefreshToken, issueRefreshToken } from './refresh-tokens.js';
import type { RequestData } from './request-data.js';
import { scopesOfTokens } from './scopes.js';

/** RFC 6749 §5.1, in PingOne's order. */
export interface TokenResponse {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token?: string;
  scope?: string;
  id_token?: string;
  /** Of an exchanged token alone (RFC 8693 §2.2.1). */
  issued_token_type?: string;
}

export interface UserTokens {
  readonly transaction: Transaction;
  /** The base URL of this request, such as http://localhost:9400/{environmentId}. */
  readonly baseUrl: string;
  readonly application: Application;
  readonly authentication: Authentication;
  /** What was granted this time. */
  readonly scopes: readonly string[];
  readonly nonce?: string | undefined;
  /** The audience that `resource` named in the authorization request. */
  readonly audience?: string | undefined;
  /** The family that these tokens are revoked with. */
  readonly familyId: string;
  /** The scopes of the refresh token, which are those of the first one. Absent if the grant gives none. */
  readonly refreshScopes?: readonly string[] | undefined;
  /** The token request, for attribute mappings. */
  readonly requestData: RequestData;
  /** The title of the step in the transaction. */
  readonly title: string;
}

/**
 * Issues the tokens of a grant for a user: an access token, an ID token if `openid` is granted, and a refresh token if the
 * application gets one. Used by the code, refresh, device and backchannel grants.
 */
export async function issueUserTokens(environment: Environment, input: UserTokens): Promise<TokenResponse> {
  const { transaction, baseUrl, application, authentication, scopes, nonce, audience, familyId, refreshScopes, requestData, title } = input;
  const { store } = environment;
  const issuer = `${baseUrl}/as`;
  const { granted, resource, furtherResources } = await scopesOfTokens(environment, { applicationId: application.id, scopes, audience });
  const isRefreshable = refreshScopes !== undefined && getsRefreshToken(application, granted, refreshScopes);
  const carried = { familyId, scopes: refreshScopes ?? [], nonce, audience, authentication, transactionId: transaction.id };
  // In one step: mostly there is such a user.
  const [known, refreshToken] = await Promise.all([
    store.users.get(authentication.userId),
    isRefreshable ? issueRefreshToken(environment, application, issuer, carried) : undefined,
  ]);
  const user = known && isActive(known) ? known : undefined;
  if (!user) {
    if (refreshToken !== undefined) await store.refreshTokens.take(refreshToken);
    return recordAndAssert<never>(environment, transaction, { kind: 'tokens', title: 'Tokens' }, refuse('user_usable'));
  }
  const request = { transaction, requestData };
  const made = await makeAccessToken(environment, {
    issuer,
    application,
    scopes,
    resource,
    furtherResources,
    authentication,
    familyId,
    request,
  });
  const response: TokenResponse = { access_token: made.token, token_type: 'Bearer', expires_in: made.expiresInSeconds };
  if (refreshToken !== undefined) response.refresh_token = refreshToken;
  response.scope = scopes.join(' ');
  if (scopes.includes('openid'))
    response.id_token = await makeIdToken(environment, {
      issuer,
      application,
      user,
      scopes,
      authentication,
      nonce,
      accessToken: made.token,
      request,
    });
  transaction.state = 'succeeded';
  transaction.user = user.username;
  environment.transactions.issues(transaction, familyId);
  environment.transactions.step(transaction, {
    kind: 'tokens',
    ok: true,
    title,
    checks: [],
    data: { scope: response.scope, expiresInSeconds: made.expiresInSeconds, refreshToken: response.refresh_token !== undefined },
  });
  return response;
}
