import { diagnoseCode } from '../../diagnosis/authorization.js';
import type { AuthorizationCode } from '../../environment/model/lifetimes.js';
import { recordAndAssert, recordStepsAndAssert } from '../../environment/record.js';
import { countBrokenPkce, pkcePolicyOf } from '../../faults/pkce-policy.js';
import { type Check, type Decision, decide, refuse } from '../../protocol/check.js';
import type { Diagnosis } from '../../protocol/mistakes/index.js';
import { soundPolicies, transform } from '../../protocol/pkce.js';
import { checkRedemption, type RedeemedCode } from '../../protocol/redemption.js';
import { refusals } from '../../protocol/rules/index.js';
import { issueUserTokens, type TokenResponse } from '../tokens/issue.js';
import { revokeFamily } from '../tokens/refresh-tokens.js';
import type { GrantInput } from './grant.js';

/** The steps that show a redemption; the row of a rule names its step. */
const redemptionSteps = [
  { kind: 'code.lookup', title: 'Code looked up' },
  { kind: 'redirect_uri.check', title: 'redirect_uri compared' },
  { kind: 'pkce.transform', title: 'Verifier examined' },
  { kind: 'pkce.compare', title: 'Verifier compared with the challenge' },
] as const;

const stepOf = ({ rule }: Check) => refusals[rule].step;

/** Records a decision in the steps that the transaction shows it by; returns the code, or throws. */
function recordRedemption(
  { environment, transaction, body }: GrantInput,
  code: AuthorizationCode | undefined,
  decision: Decision<RedeemedCode<AuthorizationCode>>,
  diagnosis: Diagnosis | undefined,
): AuthorizationCode {
  const { codeChallenge } = code ?? {};
  const verifier = body.code_verifier;
  if (codeChallenge && verifier !== undefined) {
    const last = decision.checks.at(-1);
    const compared = last?.rule === 'verifier_matches_challenge' ? last : undefined;
    transaction.pkce.verifier = verifier;
    transaction.pkce.computed = compared?.got ?? transform(verifier, codeChallenge.method);
    transaction.pkce.match = compared?.ok ?? false;
  }
  return recordStepsAndAssert(environment, transaction, redemptionSteps, decision, { kindOf: stepOf, diagnosis }).code;
}

/** Exchanges a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.6). */
export async function authorizationCodeGrant(input: GrantInput): Promise<TokenResponse> {
  const { environment, body, application, client, transaction, code, requestData, exchange, baseUrl } = input;
  const { store, clock } = environment;
  const presented = body.code;
  if (presented === undefined) return recordAndAssert<never>(environment, transaction, redemptionSteps[0], refuse('code_present'));

  const trace = code ? undefined : await store.codeTraces.get(presented);
  // Used a second time: the tokens of the first use may be in a thief's hands (RFC 6749 §4.1.2).
  if (trace) await revokeFamily(environment, trace.familyId);
  const redemption = { clientId: application.id, redirectUri: body.redirect_uri, codeVerifier: body.code_verifier };
  const policy = environment.faults.active ? pkcePolicyOf(environment, application) : soundPolicies[client.pkceEnforcement];
  const decision = decide(checkRedemption(code, redemption, { now: clock.now(), usedBefore: trace !== undefined, policy }));
  if (code && policy.codes === 'reusable') {
    await countBrokenPkce(environment, 'code-reusable', application.id, exchange);
    await store.codes.put(code, code.expiresAt);
  }
  if (!decision.refusedBy && decision.value.challengeIgnored)
    await countBrokenPkce(environment, 'challenge-ignored', application.id, exchange);
  const diagnosis = code || trace ? undefined : await diagnoseCode(environment, presented);
  const redeemed = recordRedemption(input, code, decision, diagnosis);
  if (redeemed.baseUrl !== baseUrl) input.context.warnOnHostMismatch(redeemed.baseUrl, baseUrl);
  const { authentication, scopes, familyId, nonce, audience } = redeemed;
  return issueUserTokens(environment, {
    transaction,
    baseUrl,
    application,
    authentication,
    scopes,
    nonce,
    audience,
    familyId,
    refreshScopes: scopes,
    requestData,
    title: 'Tokens issued',
  });
}
