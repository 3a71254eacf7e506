import type { Environment } from '../../environment/context.js';
import { type Application, isAfterChange, isJwtRefreshToken, refreshTokenTypeOf, toClient } from '../../environment/model/application.js';
import type { AuthorizationCode, RefreshToken, Trace } from '../../environment/model/lifetimes.js';
import { sessionSeconds } from '../../environment/sessions.js';
import { toSeconds } from '../../lib/clock.js';
import { type Check, check } from '../../protocol/check.js';
import { makeJwtRefreshToken } from './make.js';
import type { GrantedScopes } from './scopes.js';

const refreshTokenSeconds = 2_592_000;

/**
 * Whether an application gets a refresh token: it has the grant, and `offline_access` is either not granted to it or was
 * requested (docs/fidelity.md, 3.8).
 */
export function getsRefreshToken(application: Application, granted: GrantedScopes, scopes: readonly string[]): boolean {
  const { grantTypes } = toClient(application);
  const viaUser = grantTypes.includes('authorization_code') || grantTypes.includes('urn:ietf:params:oauth:grant-type:device_code');
  if (!grantTypes.includes('refresh_token') || !viaUser) return false;
  return !granted.openid.includes('offline_access') || scopes.includes('offline_access');
}

/** What a refresh token takes over from the code, or from the refresh token before it. */
export type RefreshTokenInput = Pick<AuthorizationCode, 'familyId' | 'scopes' | 'nonce' | 'audience' | 'authentication' | 'transactionId'>;

/** Makes and stores a refresh token, in the application's format. It never outlives the longest session. */
export async function issueRefreshToken(
  environment: Environment,
  application: Application,
  issuer: string,
  { familyId, scopes, nonce, audience, authentication, transactionId }: RefreshTokenInput,
): Promise<string> {
  const { clock, random, store } = environment;
  const now = clock.now();
  const rolling = application.refreshTokenRollingDuration;
  const signedOnAt = authentication.authenticatedAt;
  const expiresAt = Math.min(
    now + (application.refreshTokenDuration ?? refreshTokenSeconds) * 1000,
    signedOnAt + sessionSeconds * 1000,
    rolling === undefined ? Number.POSITIVE_INFINITY : signedOnAt + rolling * 1000,
  );
  const id =
    refreshTokenTypeOf(application, now) === 'JSON_WEB_TOKEN'
      ? await makeJwtRefreshToken(environment, {
          sub: authentication.userId,
          jti: random.uuid(),
          exp: toSeconds(expiresAt),
          sid: authentication.sessionId,
          scope: scopes.join(' '),
          auth_time: toSeconds(signedOnAt),
          acr: authentication.acr,
          amr: authentication.amr,
          iss: issuer,
        })
      : random.bytes(48).toString('base64url');
  const token: RefreshToken = {
    id,
    familyId,
    clientId: application.id,
    scopes,
    nonce,
    audience,
    authentication,
    transactionId,
    issuedAt: now,
    expiresAt,
  };
  await store.refreshTokens.put(token, expiresAt);
  return id;
}

/** The check that a refresh token has a format that is still accepted: not a JWT, from March 2, 2027 on (docs/fidelity.md, 5.4). */
export const checkRefreshTokenForm = ({ clock }: Environment, presented: string): Check =>
  check('refresh_token_form', !isJwtRefreshToken(presented) || !isAfterChange(clock.now()), {
    expected: 'an opaque refresh token',
    got: isJwtRefreshToken(presented) ? 'a JWT' : 'an opaque token',
  });

export interface SpentRefreshToken {
  readonly checks: readonly Check[];
  /** The token, if it was found; valid only if every check held. */
  readonly token?: RefreshToken | undefined;
}

/**
 * Takes a refresh token, leaves its trace in the same step, and checks it. A rotated token may be used again within the
 * application's grace period; after that it counts as stolen (RFC 9700 §4.14.2).
 */
export async function spendRefreshToken(environment: Environment, application: Application, presented: string): Promise<SpentRefreshToken> {
  const { store, clock } = environment;
  const now = clock.now();
  const kept = await store.refreshTokens.get(presented);
  const trace = kept ? undefined : await store.traces.get(presented);
  const owner = (kept ?? trace)?.clientId ?? application.id;
  const checks: Check[] = [
    checkRefreshTokenForm(environment, presented),
    check('refresh_token_client', owner === application.id, { expected: owner, got: application.id }),
  ];
  // Presenting another client's token must not harm that client.
  if (checks.some(({ ok }) => !ok)) return { checks };

  const grace = application.refreshTokenRollingGracePeriodDuration ?? 0;
  const [spent] = await Promise.all([
    store.refreshTokens.take(presented),
    kept && store.traces.put(traceOf(kept, now + grace * 1000), kept.expiresAt),
  ]);
  const left = spent ? undefined : (trace ?? (await store.traces.get(presented)));
  // A token that ended with its session was not used twice.
  const lost = left?.ended ? undefined : left;
  const again = lost?.rotated && now < lost.rotated.reusableUntil ? lost.rotated.token : undefined;
  if (lost && !again) {
    checks.push(check('refresh_token_unused', false));
    if (application.additionalRefreshTokenReplayProtectionEnabled !== false) await revokeFamily(environment, lost.familyId);
    return { checks };
  }
  const token = spent ?? again;
  const living = token !== undefined && now < token.expiresAt && (await store.revocations.get(token.familyId)) === undefined;
  checks.push(check('refresh_token_known', living));
  if (token) {
    const session = await store.sessions.get(token.authentication.sessionId);
    checks.push(check('refresh_token_session', session !== undefined));
  }
  return { checks, token };
}

const traceOf = (token: RefreshToken, reusableUntil: number): Trace => ({
  id: token.id,
  familyId: token.familyId,
  clientId: token.clientId,
  transactionId: token.transactionId,
  rotated: { token, reusableUntil },
});

/** Revokes a family of tokens: its refresh tokens at once, its access tokens wherever revocation is checked. */
export async function revokeFamily({ store, clock }: Environment, familyId: string): Promise<void> {
  await Promise.all([
    store.revocations.put({ id: familyId }, clock.now() + refreshTokenSeconds * 1000),
    store.refreshTokens.takeAll('familyId', familyId),
  ]);
}
