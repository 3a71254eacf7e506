import { diagnoseRefreshToken } from '../../diagnosis/authorization.js';
import { recordAndAssert } from '../../environment/record.js';
import { touchSession } from '../../environment/sessions.js';
import { words } from '../../protocol/authorization-request.js';
import { check, decideByAll, refuse } from '../../protocol/check.js';
import { issueUserTokens, type TokenResponse } from '../tokens/issue.js';
import { spendRefreshToken } from '../tokens/refresh-tokens.js';
import type { GrantInput } from './grant.js';

/** Exchanges a refresh token for new tokens, including its own successor (RFC 6749 §6). */
export async function refreshTokenGrant({
  environment,
  body,
  application,
  transaction,
  requestData,
  baseUrl,
}: GrantInput): Promise<TokenResponse> {
  const presented = body.refresh_token;
  const step = { kind: 'refresh', title: 'Refresh token looked up' } as const;
  if (presented === undefined) return recordAndAssert<never>(environment, transaction, step, refuse('refresh_token_present'));
  const { checks, token } = await spendRefreshToken(environment, application, presented);
  const decision = decideByAll([check('refresh_token_present', true), ...checks], token);
  const lost = decision.refusedBy?.rule === 'refresh_token_known' || decision.refusedBy?.rule === 'refresh_token_session';
  const diagnosis = lost ? await diagnoseRefreshToken(environment, presented, token?.authentication.sessionId) : undefined;
  const spent = recordAndAssert(environment, transaction, step, decision, diagnosis);

  const { authentication, familyId, nonce, audience, scopes: refreshScopes } = spent;
  const asked = words(body.scope);
  // Never more than before; the successor keeps all of them.
  const scopes = asked.length === 0 ? refreshScopes : refreshScopes.filter((name) => asked.includes(name));
  const values = { spec: 'RFC 6749 §6', expected: refreshScopes.join(' '), got: body.scope };
  const granted = check('scope_granted', scopes.length > 0, values);
  recordAndAssert(environment, transaction, { kind: 'refresh', title: 'Refresh allowed' }, decideByAll([granted]));
  await touchSession(environment, authentication.sessionId);
  return issueUserTokens(environment, {
    transaction,
    baseUrl,
    application,
    authentication,
    scopes,
    nonce,
    audience,
    familyId,
    refreshScopes,
    requestData,
    title: 'Tokens refreshed',
  });
}
