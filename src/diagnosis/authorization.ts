import type { Environment } from '../environment/context.js';
import { sessionTraceId } from '../environment/sessions.js';
import { type AuthorizationParameters, words } from '../protocol/authorization-request.js';
import { type Check, failed } from '../protocol/check.js';
import type { Client } from '../protocol/client.js';
import {
  type Diagnosis,
  diagnoseChallengeRequest,
  diagnoseEndedSession,
  diagnoseRedirectUri,
  diagnoseRefreshTokenElsewhere,
  diagnoseRule,
  diagnoseUnknownCode,
} from '../protocol/mistakes/index.js';
import { matchRedirectUri } from '../protocol/redirect-uri.js';
import { challengeRules } from '../protocol/rules/index.js';
import { diagnoseUnknown } from './client.js';
import { diagnoseUngranted } from './scopes.js';

async function registeredBy({ store }: Environment, redirectUri: string, but: string): Promise<string | undefined> {
  const applications = await store.applications.list();
  return applications.find(({ id, redirectUris = [] }) => id !== but && matchRedirectUri(redirectUri, redirectUris) !== undefined)?.name;
}

/** Why an authorization request was refused; undefined if it was not. */
export async function diagnoseAuthorizationRequest(
  environment: Environment,
  { clientId, redirectUri = '', scope, codeChallenge, codeChallengeMethod }: AuthorizationParameters,
  client: Client | undefined,
  checks: readonly Check[],
): Promise<Diagnosis | undefined> {
  const check = failed(checks);
  if (!check) return undefined;
  if (check.rule === 'client_id_present' || check.rule === 'authorize_client_known') return diagnoseUnknown(environment, clientId);
  if (!client) return diagnoseRule(check);
  if (check.rule === 'redirect_uri_registered')
    return diagnoseRedirectUri({
      got: redirectUri,
      expected: client.redirectUris,
      registeredBy: await registeredBy(environment, redirectUri, client.id),
    });
  if (check.rule === 'scope_granted') return (await diagnoseUngranted(environment, words(scope), client.name)) ?? diagnoseRule(check);
  const challenge =
    check.rule in challengeRules
      ? diagnoseChallengeRequest({ challenge: codeChallenge, method: codeChallengeMethod, enforcement: client.pkceEnforcement })
      : undefined;
  return challenge ?? diagnoseRule(check);
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.trim()).trim();
  } catch {
    return text.trim();
  }
};

/** Why a code is unknown: it belongs to another environment, or was changed on the way. */
export async function diagnoseCode(environment: Environment, code: string): Promise<Diagnosis> {
  for (const other of environment.others())
    if (await other.store.codeTraces.get(code))
      return diagnoseUnknownCode({ code, elsewhere: { environment: { id: other.id, name: other.record.name } } });
  return diagnoseUnknownCode({
    code,
    altered: decoded(code) !== code && (await environment.store.codeTraces.get(decoded(code))) !== undefined,
  });
}

/** Why a refresh token is unknown or has no session: the session ended, or the token belongs elsewhere; undefined if neither is known. */
export async function diagnoseRefreshToken(
  environment: Environment,
  token: string,
  sessionId: string | undefined,
): Promise<Diagnosis | undefined> {
  const { ended } = (await environment.store.traces.get(sessionId === undefined ? token : sessionTraceId(sessionId))) ?? {};
  if (ended !== undefined) return diagnoseEndedSession(ended);
  for (const { store, id, record } of environment.others())
    if ((await store.refreshTokens.get(token)) ?? (await store.traces.get(token)))
      return diagnoseRefreshTokenElsewhere({ id, name: record.name });
  return undefined;
}
