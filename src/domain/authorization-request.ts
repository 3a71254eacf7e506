import type { Environment } from '../context.js';
import {
  type AuthorizationParameters,
  type AuthorizationRequest,
  checkPrompt,
  checkResponseMode,
  checkResponseType,
  defaultResponseMode,
  parseResponseType,
  type ResponseMode,
  words,
} from '../core/authorization-request.js';
import { type Check, failed } from '../core/check.js';
import type { Client } from '../core/client.js';
import { checkCodeChallenge, recordedChallenge } from '../core/pkce.js';
import { matchRedirectUri } from '../core/redirect-uri.js';
import { type Application, toClient } from '../pingone/application.js';
import { OAuthError } from '../pingone/errors.js';
import type { RefusalRule } from '../pingone/refusals.js';
import { grantedScopes, resolveScopes } from './scopes.js';

const refusalOf = (checks: readonly Check[]): OAuthError | undefined => {
  const check = failed(checks);
  return check && new OAuthError(check.rule as RefusalRule, checks);
};

/** Who asks, and where the answer may go: nothing else may be said to anybody before both are right. */
export type JudgedClient = { readonly checks: readonly Check[]; readonly client?: Client } & (
  | { readonly refused: OAuthError }
  | { readonly refused?: undefined; readonly client: Client; readonly application: Application; readonly redirectUri: string | undefined }
);

/** What a teaching note of PingOne sends with `pi.flow` in place of a redirect URI. */
const redirectless = 'urn:pingidentity:redirectless';

/** Judges client_id and redirect_uri (RFC 6749 §4.1.2.1: an error of these two never goes to the redirect_uri). */
export async function judgeClient(
  { store }: Environment,
  parameters: AuthorizationParameters,
  repeated: readonly string[],
): Promise<JudgedClient> {
  const { clientId, redirectUri, responseMode } = parameters;
  const checks: Check[] = [];
  const twice = ['client_id', 'redirect_uri'].find((name) => repeated.includes(name));
  if (twice) checks.push({ rule: 'authorize_parameter_once', spec: 'RFC 6749 §3.1', ok: false, got: twice });
  checks.push({ rule: 'client_id_present', spec: 'RFC 6749 §4.1.1', ok: clientId !== undefined });
  const application = clientId === undefined ? undefined : await store.applications.get(clientId);
  const client = application?.protocol === 'OPENID_CONNECT' && application.grantTypes ? toClient(application) : undefined;
  checks.push({ rule: 'authorize_client_known', spec: 'RFC 6749 §4.1.2.1', ok: client !== undefined, got: clientId });
  if (!application || !client) return { checks, refused: refusalOf(checks) as OAuthError };
  checks.push({ rule: 'authorize_client_enabled', spec: 'RFC 6749 §4.1.2.1', ok: client.enabled });

  const mayBeAbsent = responseMode === 'pi.flow';
  if (redirectUri === undefined || (mayBeAbsent && redirectUri === redirectless))
    checks.push({ rule: 'redirect_uri_present', spec: 'RFC 6749 §3.1.2.3', ok: mayBeAbsent });
  else
    checks.push({
      rule: 'redirect_uri_registered',
      spec: 'RFC 6749 §3.1.2.3',
      ok: matchRedirectUri(redirectUri, client.redirectUris, { wildcards: client.wildcardRedirectUris }) !== undefined,
      expected: client.redirectUris.join(' or ') || 'no redirect URI is registered',
      got: redirectUri,
    });
  const refused = refusalOf(checks);
  return refused ? { checks, client, refused } : { checks, client, application, redirectUri };
}

/** The rest of an authorization request, judged; an error of these may go to the redirect_uri. */
export type JudgedRequest = { readonly checks: readonly Check[] } & (
  | { readonly refused: OAuthError }
  | { readonly refused?: undefined; readonly authorizationRequest: AuthorizationRequest }
);

/** Judges everything else, in the order in which the standards name it; the first rule that fails decides. */
export async function judgeAuthorizationRequest(
  environment: Environment,
  application: Application,
  parameters: AuthorizationParameters,
  repeated: readonly string[],
): Promise<JudgedRequest> {
  const client = toClient(application);
  const { responseType, responseMode, prompt, maxAge, codeChallenge, codeChallengeMethod } = parameters;
  const responseTypes = parseResponseType(responseType) ?? [];
  const scopes = resolveScopes(
    await grantedScopes(environment, application.id),
    words(parameters.scope),
    application.requestScopesForMultipleResourcesEnabled === true,
  );
  const checks: Check[] = [
    { rule: 'authorize_parameter_once', spec: 'RFC 6749 §3.1', ok: repeated.length === 0, got: repeated[0] },
    ...checkResponseType(responseType, client),
    ...checkResponseMode(responseMode, responseTypes),
    // PKCE guards codes: where no code is asked for there is nothing to guard.
    ...(responseTypes.includes('code') ? checkCodeChallenge(codeChallenge, codeChallengeMethod, client.pkceEnforcement) : []),
    ...scopes.checks,
    ...checkPrompt(prompt, maxAge),
  ];
  const refused = refusalOf(checks);
  if (refused) return { checks, refused };
  return {
    checks,
    authorizationRequest: {
      clientId: application.id,
      responseTypes,
      responseMode: (responseMode as ResponseMode | undefined) ?? defaultResponseMode(responseTypes),
      redirectUri: parameters.redirectUri,
      scopes: scopes.scopes,
      state: parameters.state,
      nonce: parameters.nonce,
      prompts: words(prompt),
      maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
      acrValues: words(parameters.acrValues),
      loginHint: parameters.loginHint,
      codeChallenge: responseTypes.includes('code') ? recordedChallenge(codeChallenge, codeChallengeMethod) : undefined,
    },
  };
}
