import { words } from '../../core/authorization-request.js';
import type { Check } from '../../core/check.js';
import { decide } from '../../domain/decide.js';
import { getsRefreshToken, issueRefreshToken, revokeFamily } from '../../domain/refresh-tokens.js';
import { grantedScopes, resolveScopes } from '../../domain/scopes.js';
import { usableUser } from '../../domain/sessions.js';
import { makeAccessToken, makeIdToken } from '../../domain/tokens.js';
import type { RefreshToken } from '../../store/lifetimes.js';
import type { GrantInput, TokenResponse } from '../token.js';

/** Takes the token, leaves its trace in the same step, and says what was wrong with it. */
async function spend({ environment, body, application }: GrantInput): Promise<{ checks: Check[]; spent?: RefreshToken | undefined }> {
  const { store, clock } = environment;
  const presented = body.refresh_token;
  const checks: Check[] = [{ rule: 'refresh_token_present', spec: 'RFC 6749 §6', ok: presented !== undefined }];
  if (presented === undefined) return { checks };
  const kept = await store.refreshTokens.get(presented);
  if (kept && kept.clientId !== application.id) {
    checks.push({ rule: 'refresh_token_client', spec: 'RFC 6749 §6', ok: false, expected: kept.clientId, got: application.id });
    return { checks };
  }
  const { familyId, clientId, transactionId } = kept ?? {};
  const [spent] = await Promise.all([
    store.refreshTokens.take(presented),
    kept &&
      store.traces.put(
        { id: presented, familyId: familyId as string, clientId: clientId as string, transactionId: transactionId as string },
        kept.expiresAt,
      ),
  ]);
  const trace = spent ? undefined : await store.traces.get(presented);
  // A rotated token that comes again was copied: the whole family ends (RFC 9700 §4.14.2).
  if (trace && application.additionalRefreshTokenReplayProtectionEnabled !== false) await revokeFamily(environment, trace.familyId);
  if (trace) checks.push({ rule: 'refresh_token_unused', spec: 'RFC 9700 §4.14.2', ok: false });
  else
    checks.push({
      rule: 'refresh_token_known',
      spec: 'RFC 6749 §5.2',
      ok: spent !== undefined && clock.now() < spent.expiresAt && (await store.revocations.get(spent.familyId)) === undefined,
    });
  if (spent)
    checks.push({
      rule: 'refresh_token_session',
      spec: 'PingOne sessions',
      ok: (await store.sessions.get(spent.authentication.sessionId)) !== undefined,
    });
  return { checks, spent };
}

/** Exchanges a refresh token for new tokens, the refresh token's own successor among them (RFC 6749 §6). */
export async function refreshTokenGrant(input: GrantInput): Promise<TokenResponse> {
  const { environment, body, application, transaction, baseUrl } = input;
  const { store, clock } = environment;
  const { checks, spent } = await spend(input);
  decide(environment, transaction, { kind: 'refresh', title: 'Refresh token looked up', checks });
  const earlier = spent as RefreshToken;
  const { authentication, familyId } = earlier;
  const user = await usableUser(environment, authentication.userId);
  const asked = words(body.scope);
  const scopes = asked.length === 0 ? earlier.scopes : earlier.scopes.filter((name) => asked.includes(name));
  decide(environment, transaction, {
    kind: 'refresh',
    title: 'Refresh allowed',
    checks: [
      { rule: 'user_usable', ok: user !== undefined },
      { rule: 'scope_granted', spec: 'RFC 6749 §6', ok: scopes.length > 0, expected: earlier.scopes.join(' '), got: body.scope },
    ],
  });
  const session = await store.sessions.get(authentication.sessionId);
  // A refresh shows that the session is in use; it never makes it longer (docs/fidelity.md, 3.9).
  if (session) await store.sessions.put({ ...session, activeAt: clock.now() }, session.expiresAt);

  const issuer = `${baseUrl}/as`;
  const granted = await grantedScopes(environment, application.id);
  const { resource } = resolveScopes(granted, scopes, application.requestScopesForMultipleResourcesEnabled === true);
  const { token, expiresInSeconds } = await makeAccessToken(environment, {
    issuer,
    application,
    scopes,
    resource,
    authentication,
    familyId,
  });
  const response: TokenResponse = { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds };
  // The successor carries all that the first token could, whatever was asked for this time.
  if (getsRefreshToken(application, granted, earlier.scopes))
    response.refresh_token = await issueRefreshToken(environment, application, issuer, earlier);
  response.scope = scopes.join(' ');
  if (scopes.includes('openid') && user)
    response.id_token = await makeIdToken(environment, {
      issuer,
      application,
      user,
      scopes,
      authentication,
      nonce: earlier.nonce,
      accessToken: token,
    });
  transaction.state = 'succeeded';
  environment.transactions.step(transaction, {
    kind: 'tokens',
    ok: true,
    title: 'Tokens refreshed',
    checks: [],
    data: { scope: response.scope, expiresInSeconds },
  });
  return response;
}
