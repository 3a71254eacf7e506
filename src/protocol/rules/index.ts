/**
 * Every rule that the server decides by, one row each: the section that demands it, what the client gets when it fails,
 * and what a person reads then. To add a rule, add its row; `check` in ../check.ts applies it by its name.
 */
import { authorizeRules } from './authorize.js';
import { clientRules } from './client.js';
import { codeRules } from './code.js';
import { davinciRules } from './davinci.js';
import { exchangeRules } from './exchange.js';
import { externalRules } from './external.js';
import { loginHintTokenRules } from './login-hint-token.js';
import { observedRules } from './observed.js';
import { challengeRules, verifierRules } from './pkce.js';
import { polledRules } from './polled.js';
import { refreshRules } from './refresh.js';
import { requestObjectRules } from './request-object.js';
import type { ObservedRule, Rule } from './row.js';
import { secondFactorRules } from './second-factor.js';
import { signOffRules } from './sign-off.js';
import { tokenRules } from './token.js';

const refusing = {
  ...clientRules,
  ...tokenRules,
  ...codeRules,
  ...challengeRules,
  ...verifierRules,
  ...refreshRules,
  ...exchangeRules,
  ...polledRules,
  ...authorizeRules,
  ...requestObjectRules,
  ...loginHintTokenRules,
  ...signOffRules,
};

/** A rule whose failure refuses a request with an OAuth error. */
export type RefusalRule = keyof typeof refusing;

/** The rules that refuse with an OAuth error, by name. */
export const refusals: Readonly<Record<RefusalRule, Rule>> = refusing;

/** Every rule there is. */
export type RuleName =
  | RefusalRule
  | keyof typeof observedRules
  | keyof typeof externalRules
  | keyof typeof secondFactorRules
  | keyof typeof davinciRules;

export const rules: Readonly<Record<RuleName, Rule | ObservedRule>> = {
  ...refusing,
  ...observedRules,
  ...externalRules,
  ...secondFactorRules,
  ...davinciRules,
};

export type { CheckValues, Evidence, Explanation, OAuthErrorCode, Prefix, Refusal, Text } from './row.js';
export { challengeRules };
