/** Names the mistake behind a refusal. Run only after the real check has failed; never changes the answer. */
export { diagnoseAccessToken, type PresentedToken } from './access-token.js';
export { type ChallengeRequest, diagnoseChallengeRequest } from './challenge-request.js';
export {
  diagnoseAuthenticationMethod,
  diagnoseSecret,
  diagnoseSeveralMethods,
  diagnoseUnknownClient,
  diagnoseUnknownEnvironment,
  diagnoseUnreadableAssertion,
  type Named,
  type UnknownClient,
  type WrongSecret,
} from './client.js';
export { type Diagnosis, diagnosisHeader } from './diagnosis.js';
export { type ActionQuestion, diagnoseFlowAction } from './flow-action.js';
export { diagnoseForm, type SentForm } from './form.js';
export { type MadePair, madeMistakes } from './made.js';
export { diagnoseUnrouted, type Unrouted } from './path.js';
export { diagnosePkce, type PkceAttempt } from './pkce.js';
export { candidates } from './pkce-candidates.js';
export type { OtherTransaction } from './pkce-evidence.js';
export {
  diagnoseCodeOfOtherClient,
  diagnoseEndedSession,
  diagnoseExpiredCode,
  diagnoseRefreshTokenElsewhere,
  diagnoseSessionCookie,
  diagnoseUnknownCode,
  diagnoseUsedCode,
} from './redemption.js';
export { diagnoseRedirectUri, type RedirectUriQuestion } from './redirect-uri.js';
export { diagnoseRule, reasonOf } from './rule.js';
export { diagnoseScopes, diagnoseScopesLeftOut, type KnownScope, type ScopeQuestion } from './scopes.js';
export { type Language, languageNames, pkceSnippets } from './snippets.js';
export { diagnoseTimes, type Times } from './times.js';
export { davinciNodesNotShown, diagnoseNothingRevoked, nonceMissing, pingSdkHeaderMissing } from './without-effect.js';
