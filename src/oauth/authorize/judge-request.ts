import { checkAcrValues } from '../../configuration/sign-on-policies/in-force.js';
import type { Environment } from '../../environment/context.js';
import { type Application, toClient } from '../../environment/model/application.js';
import { countBrokenPkce, pkcePolicyOf } from '../../faults/pkce-policy.js';
import {
  type AuthorizationParameters,
  type AuthorizationRequest,
  checkPrompt,
  checkResponseMode,
  checkResponseType,
  defaultResponseMode,
  parseResponseType,
  words,
} from '../../protocol/authorization-request.js';
import { type Check, check, type Decision, decide, decideByAll } from '../../protocol/check.js';
import { checkCodeChallenge, soundPolicies } from '../../protocol/pkce.js';
import { scopesOfSignOn } from '../tokens/scopes.js';
import { judgeLoginHintToken } from './login-hint-token.js';

export interface RequestToJudge {
  readonly application: Application;
  readonly parameters: AuthorizationParameters;
  /** The checks of `request` and `request_uri`. */
  readonly resolving: readonly Check[];
  /** Names of parameters that were sent more than once. */
  readonly repeated: readonly string[];
  readonly issuer: string;
}

/**
 * Judges everything but client and redirect_uri, in the order of the standards; the first rule that fails decides. An error
 * of these may go to the redirect_uri.
 */
export async function judgeAuthorizationRequest(environment: Environment, asked: RequestToJudge): Promise<Decision<AuthorizationRequest>> {
  const { application, parameters, resolving, repeated, issuer } = asked;
  const client = toClient(application);
  const { responseType, responseMode, prompt, maxAge, codeChallenge, codeChallengeMethod, loginHintToken, resource } = parameters;
  const responseTypes = parseResponseType(responseType) ?? [];
  const mode = decide(checkResponseMode(responseMode, responseTypes));
  // PKCE protects codes: a request that asks for none has nothing to protect.
  const usesCode = responseTypes.includes('code');
  const acrValues = words(parameters.acrValues);
  const policyNames = await checkAcrValues(environment, application.id, acrValues);
  const scopes = await scopesOfSignOn(environment, { applicationId: application.id, scopes: words(parameters.scope), audience: resource });
  const hint =
    loginHintToken === undefined ? undefined : await judgeLoginHintToken(environment, application, { token: loginHintToken, issuer });
  const policy = environment.faults.active ? pkcePolicyOf(environment, application) : soundPolicies[client.pkceEnforcement];
  const challenge = usesCode ? decide(checkCodeChallenge(codeChallenge, codeChallengeMethod, policy)) : undefined;
  const pkce = challenge?.refusedBy ? undefined : challenge?.value;
  const decision = decideByAll(
    [
      check('authorize_parameter_once', repeated.length === 0, { got: repeated[0] }),
      ...resolving,
      ...decide(checkResponseType(responseType, client)).checks,
      ...mode.checks,
      ...(challenge?.checks ?? []),
      ...scopes.checks,
      ...checkPrompt(prompt, maxAge),
      ...policyNames,
      ...(hint?.checks ?? []),
    ],
    {
      clientId: application.id,
      responseTypes,
      responseMode: mode.refusedBy ? defaultResponseMode(responseTypes) : mode.value,
      redirectUri: parameters.redirectUri,
      scopes: scopes.scopes,
      state: parameters.state,
      nonce: parameters.nonce,
      prompts: words(prompt),
      maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
      acrValues,
      loginHint: parameters.loginHint,
      userId: hint?.refusedBy ? undefined : hint?.value,
      audience: resource,
      codeChallenge: pkce?.codeChallenge,
    },
  );
  if (!decision.refusedBy && pkce?.plainAccepted) countBrokenPkce(environment, 'plain-accepted', application.id);
  return decision;
}
