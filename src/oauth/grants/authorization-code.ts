import type { Check } from '../../core/check.js';
import { transform } from '../../core/pkce.js';
import { checkRedemption } from '../../core/redemption.js';
import { decide } from '../../domain/decide.js';
import { getsRefreshToken, issueRefreshToken, revokeFamily } from '../../domain/refresh-tokens.js';
import { grantedScopes, resolveScopes } from '../../domain/scopes.js';
import { usableUser } from '../../domain/sessions.js';
import { makeAccessToken, makeIdToken } from '../../domain/tokens.js';
import { enforce } from '../../pingone/errors.js';
import type { AuthorizationCode } from '../../store/lifetimes.js';
import type { GrantInput, TokenResponse } from '../token.js';

const pkceRules = new Set(['no_verifier_without_challenge', 'verifier_present', 'verifier_length', 'verifier_characters']);

/** Splits the checks of a redemption into the steps that the transaction shows. */
function recordRedemption(
  { environment, transaction, body }: GrantInput,
  code: AuthorizationCode | undefined,
  checks: readonly Check[],
): void {
  const { codeChallenge } = code ?? {};
  const verifier = body.code_verifier;
  if (codeChallenge && verifier !== undefined) {
    const compared = checks.find(({ rule }) => rule === 'verifier_matches_challenge');
    Object.assign(transaction.pkce, { verifier, computed: transform(verifier, codeChallenge.method), match: compared?.ok ?? false });
  }
  const groups = [
    ['code.lookup', 'Code looked up', (rule: string) => rule.startsWith('code_')],
    ['redirect_uri.check', 'redirect_uri compared', (rule: string) => rule === 'redirect_uri_repeated'],
    ['pkce.transform', 'Verifier examined', (rule: string) => pkceRules.has(rule)],
    ['pkce.compare', 'Verifier compared with the challenge', (rule: string) => rule === 'verifier_matches_challenge'],
  ] as const;
  for (const [kind, title, belongs] of groups) {
    const made = checks.filter(({ rule }) => belongs(rule));
    if (made.length > 0) decide(environment, transaction, { kind, title, checks: made });
  }
}

/** Exchanges a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.6). */
export async function authorizationCodeGrant(input: GrantInput): Promise<TokenResponse> {
  const { environment, body, application, transaction, baseUrl } = input;
  const { store, clock } = environment;
  const present: Check = { rule: 'code_present', spec: 'RFC 6749 §4.1.3', ok: body.code !== undefined };
  if (body.code === undefined) decide(environment, transaction, { kind: 'code.lookup', title: 'Code looked up', checks: [present] });
  const presented = body.code as string;

  // Taken before it is checked: a code that was tried is spent, whoever tried it.
  const code = await store.codes.take(presented);
  const trace = code ? undefined : await store.traces.get(presented);
  // Brought a second time: whoever has the tokens of the first may be a thief (RFC 6749 §4.1.2).
  if (trace) await revokeFamily(environment, trace.familyId);
  const checks = checkRedemption(
    code,
    { clientId: application.id, redirectUri: body.redirect_uri, codeVerifier: body.code_verifier },
    clock.now(),
    trace !== undefined,
  );
  recordRedemption(input, code, checks);
  enforce(checks);
  const redeemed = code as AuthorizationCode;
  const { authentication, scopes, familyId } = redeemed;
  const user = await usableUser(environment, authentication.userId);
  if (!user) decide(environment, transaction, { kind: 'tokens', title: 'Tokens', checks: [{ rule: 'user_usable', ok: false }] });

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
  if (getsRefreshToken(application, granted, scopes))
    response.refresh_token = await issueRefreshToken(environment, application, issuer, redeemed);
  response.scope = scopes.join(' ');
  if (scopes.includes('openid') && user)
    response.id_token = await makeIdToken(environment, {
      issuer,
      application,
      user,
      scopes,
      authentication,
      nonce: redeemed.nonce,
      accessToken: token,
    });
  transaction.state = 'succeeded';
  environment.transactions.step(transaction, {
    kind: 'tokens',
    ok: true,
    title: 'Tokens issued',
    checks: [],
    data: { scope: response.scope, expiresInSeconds, refreshToken: response.refresh_token !== undefined },
  });
  return response;
}
