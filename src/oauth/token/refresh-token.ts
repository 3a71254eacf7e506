import { diagnoseRefreshToken } from '../../diagnosis/authorization.js';
import type { RefreshToken } from '../../environment/model/lifetimes.js';
import { recordAndAssert } from '../../environment/record.js';
import { words } from '../../protocol/authorization-request.js';
import { type Check, check, failed } from '../../protocol/check.js';
import { issueUserTokens, type TokenResponse } from '../tokens/issue.js';
import { spendRefreshToken } from '../tokens/refresh-tokens.js';
import type { GrantInput } from './grant.js';

/** Exchanges a refresh token for new tokens, the refresh token's own successor among them (RFC 6749 §6). */
export async function refreshTokenGrant({ environment, body, application, transaction, baseUrl }: GrantInput): Promise<TokenResponse> {
  const { store, clock } = environment;
  const presented = body.refresh_token;
  const present: Check = check('refresh_token_present', presented !== undefined);
  const { checks, token } = presented === undefined ? { checks: [] } : await spendRefreshToken(environment, application, presented);
  const lost = ['refresh_token_known', 'refresh_token_session'].includes(failed(checks)?.rule ?? '');
  const diagnosis = lost ? await diagnoseRefreshToken(environment, presented as string, token?.authentication.sessionId) : undefined;
  recordAndAssert(environment, transaction, { kind: 'refresh', title: 'Refresh token looked up', checks: [present, ...checks] }, diagnosis);

  const { authentication, familyId, nonce, audience, scopes: refreshScopes } = token as RefreshToken;
  const asked = words(body.scope);
  // Never wider than it was; the successor keeps all of it.
  const scopes = asked.length === 0 ? refreshScopes : refreshScopes.filter((name) => asked.includes(name));
  recordAndAssert(environment, transaction, {
    kind: 'refresh',
    title: 'Refresh allowed',
    checks: [check('scope_granted', scopes.length > 0, { spec: 'RFC 6749 §6', expected: refreshScopes.join(' '), got: body.scope })],
  });
  const session = await store.sessions.get(authentication.sessionId);
  // A refresh shows that the session is in use; it never makes it longer (docs/fidelity.md, 3.9).
  if (session) await store.sessions.put({ ...session, activeAt: clock.now() }, session.expiresAt);
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
    title: 'Tokens refreshed',
  });
}
