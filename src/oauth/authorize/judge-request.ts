import type { Environment } from '../../environment/context.js';
import { type Application, pkceEnforcementOf } from '../../environment/model/application.js';
import { countBrokenPkce, pkcePolicyOf } from '../../faults/pkce-policy.js';
import type { AuthorizationParameters, AuthorizationRequest } from '../../protocol/authorization-request.js';
import { type Check, check, type Decision, decide, decideByAll } from '../../protocol/check.js';
import { checkCodeChallenge, soundPolicies } from '../../protocol/pkce.js';
import { judgeLoginHintToken } from './login-hint-token.js';
import { requestPlan } from './request-plan.js';

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
  const { codeChallenge, codeChallengeMethod, loginHintToken, resource } = parameters;
  const plan = await requestPlan(environment, { applicationId: application.id, parameters });
  const hint =
    loginHintToken === undefined ? undefined : await judgeLoginHintToken(environment, application, { token: loginHintToken, issuer });
  const policy = environment.faults.active ? pkcePolicyOf(environment, application) : soundPolicies[pkceEnforcementOf(application)];
  // PKCE protects codes: a request that asks for none has nothing to protect.
  const challenge = plan.usesCode ? decide(checkCodeChallenge(codeChallenge, codeChallengeMethod, policy)) : undefined;
  const pkce = challenge?.refusedBy ? undefined : challenge?.value;
  const decision = decideByAll(
    [
      check('authorize_parameter_once', repeated.length === 0, { got: repeated[0] }),
      ...resolving,
      ...plan.before,
      ...(challenge?.checks ?? []),
      ...plan.after,
      ...(hint?.checks ?? []),
    ],
    {
      clientId: application.id,
      responseTypes: plan.responseTypes,
      responseMode: plan.responseMode,
      redirectUri: parameters.redirectUri,
      scopes: plan.scopes,
      state: parameters.state,
      nonce: parameters.nonce,
      prompts: plan.prompts,
      maxAgeSeconds: plan.maxAgeSeconds,
      acrValues: plan.acrValues,
      loginHint: parameters.loginHint,
      userId: hint?.refusedBy ? undefined : hint?.value,
      audience: resource,
      codeChallenge: pkce?.codeChallenge,
    },
  );
  if (!decision.refusedBy && pkce?.plainAccepted) await countBrokenPkce(environment, 'plain-accepted', application.id);
  return decision;
}
