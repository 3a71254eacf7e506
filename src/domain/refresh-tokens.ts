import type { Environment } from '../context.js';
import { toSeconds } from '../core/clock.js';
import { type Application, toClient } from '../pingone/application.js';
import type { AuthorizationCode, RefreshToken } from '../store/lifetimes.js';
import type { GrantedScopes } from './scopes.js';
import { sessionSeconds } from './sessions.js';
import { makeJwtRefreshToken } from './tokens.js';

const refreshTokenSeconds = 2_592_000;

/**
 * Whether an application gets a refresh token: it has the grant, and either no resource grant holds `offline_access`
 * or `offline_access` was asked for (docs/fidelity.md, 3.8).
 */
export function getsRefreshToken(application: Application, granted: GrantedScopes, scopes: readonly string[]): boolean {
  const { grantTypes } = toClient(application);
  const viaUser = grantTypes.includes('authorization_code') || grantTypes.includes('urn:ietf:params:oauth:grant-type:device_code');
  if (!grantTypes.includes('refresh_token') || !viaUser) return false;
  return !granted.openid.includes('offline_access') || scopes.includes('offline_access');
}

/** What a refresh token carries on from the code or from the refresh token before it. */
export type RefreshTokenInput = Pick<AuthorizationCode, 'familyId' | 'scopes' | 'nonce' | 'authentication' | 'transactionId'>;

/** Makes and keeps a refresh token, in the form that the application asks for. Never longer than the session could live. */
export async function issueRefreshToken(
  environment: Environment,
  application: Application,
  issuer: string,
  { familyId, scopes, nonce, authentication, transactionId }: RefreshTokenInput,
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
    application.refreshTokenType === 'JSON_WEB_TOKEN'
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
    authentication,
    transactionId,
    issuedAt: now,
    expiresAt,
  };
  await store.refreshTokens.put(token, expiresAt);
  return id;
}

/** Ends a family of tokens: every refresh token of it at once, and access tokens wherever revocation is looked up. */
export async function revokeFamily({ store, clock }: Environment, familyId: string): Promise<void> {
  await store.revocations.put({ id: familyId }, clock.now() + refreshTokenSeconds * 1000);
  for (const { id } of await store.refreshTokens.find('familyId', familyId)) await store.refreshTokens.take(id);
}
