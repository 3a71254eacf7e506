import { checkAcrValues } from '../../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../../environment/context.js';
import { type Application, toClient } from '../../environment/model/application.js';
import { enforcedOnPurpose } from '../../faults/broken-pkce.js';
import { OAuthError } from '../../pingone/errors.js';
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
} from '../../protocol/authorization-request.js';
import { type Check, check, failed } from '../../protocol/check.js';
import { checkCodeChallenge, recordedChallenge } from '../../protocol/pkce.js';
import { grantableScopes, resolveScopes } from '../tokens/scopes.js';
import { judgeLoginHintToken } from './login-hint-token.js';

/** An authorization request, judged; an error of these may go to the redirect_uri. */
export type JudgedRequest = { readonly checks: readonly Check[] } & (
  | { readonly refused: OAuthError }
  | { readonly refused?: undefined; readonly authorizationRequest: AuthorizationRequest }
);

export interface RequestToJudge {
  readonly application: Application;
  readonly parameters: AuthorizationParameters;
  /** What was found when `request` and `request_uri` were looked into. */
  readonly resolving: readonly Check[];
  /** Names of parameters that came more than once. */
  readonly repeated: readonly string[];
  readonly issuer: string;
}

/** Judges all but client and redirect_uri, in the order in which the standards name it; the first rule that fails decides. */
export async function judgeAuthorizationRequest(environment: Environment, asked: RequestToJudge): Promise<JudgedRequest> {
  const { application, parameters, resolving, repeated, issuer } = asked;
  const client = toClient(application);
  const { responseType, responseMode, prompt, maxAge, codeChallenge, codeChallengeMethod, loginHintToken, resource } = parameters;
  const responseTypes = parseResponseType(responseType) ?? [];
  const acrValues = words(parameters.acrValues);
  const granted = await grantableScopes(environment, application, resource);
  const scopes = resolveScopes(granted, words(parameters.scope), application.requestScopesForMultipleResourcesEnabled === true);
  const hinted =
    loginHintToken === undefined ? { checks: [] } : await judgeLoginHintToken(environment, application, { token: loginHintToken, issuer });
  const checks: Check[] = [
    check('authorize_parameter_once', repeated.length === 0, { got: repeated[0] }),
    ...resolving,
    ...checkResponseType(responseType, client),
    ...checkResponseMode(responseMode, responseTypes),
    // PKCE guards codes: where no code is asked for there is nothing to guard.
    ...(responseTypes.includes('code')
      ? checkCodeChallenge(codeChallenge, codeChallengeMethod, enforcedOnPurpose(environment, client, codeChallengeMethod))
      : []),
    ...scopes.checks,
    ...checkPrompt(prompt, maxAge),
    ...(await checkAcrValues(environment, application.id, acrValues)),
    ...hinted.checks,
  ];
  const refusedBy = failed(checks);
  if (refusedBy) return { checks, refused: new OAuthError(refusedBy.rule, checks) };
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
      acrValues,
      loginHint: parameters.loginHint,
      userId: hinted.userId,
      audience: resource,
      codeChallenge: responseTypes.includes('code') ? recordedChallenge(codeChallenge, codeChallengeMethod) : undefined,
    },
  };
}
