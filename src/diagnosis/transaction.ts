import type { Environment } from '../environment/context.js';
import type { Transaction } from '../environment/journal/transactions.js';
import { pairsOf } from '../lib/form-pairs.js';
import { type Check, failed } from '../protocol/check.js';
import {
  type Diagnosis,
  diagnoseCodeOfOtherClient,
  diagnoseExpiredCode,
  diagnosePkce,
  diagnoseRedirectUri,
  diagnoseRule,
  diagnoseSessionCookie,
  diagnoseUsedCode,
} from '../protocol/mistakes/index.js';
import { type RuleName, rules } from '../protocol/rules/index.js';
import { diagnoseMisplaced } from './misplaced.js';

type Diagnose = (environment: Environment, transaction: Transaction, check: Check<RuleName>) => Diagnosis | undefined;

const ofSameApplication = ({ transactions }: Environment, { id, application }: Transaction): Transaction[] =>
  transactions.list().filter((other) => other.id !== id && application !== undefined && other.application?.id === application.id);

/** A parameter of the authorization request that began a transaction, as it was sent. */
function requested({ steps }: Transaction, name: string): string | undefined {
  const exchange = steps.find(({ kind }) => kind === 'authorize')?.exchange;
  if (!exchange) return undefined;
  for (const text of [exchange.body ?? '', exchange.url.split('?').slice(1).join('?')])
    for (const [sent, value] of pairsOf(text)) if (sent === name) return value;
  return undefined;
}

/** state or nonce, if another sign-on of the same application used the same value. */
function reusedParameter(environment: Environment, transaction: Transaction): 'state' | 'nonce' | undefined {
  const others = ofSameApplication(environment, transaction);
  return (['state', 'nonce'] as const).find((name) => {
    const value = requested(transaction, name);
    return value !== undefined && others.some((other) => requested(other, name) === value);
  });
}

const pkce: Diagnose = (environment, transaction) => {
  const { challenge, method, verifier } = transaction.pkce;
  const found = diagnosePkce({
    challenge,
    method,
    methodNamed: Boolean(requested(transaction, 'code_challenge_method')),
    // A transaction keeps every verifier, except one without a challenge.
    verifier: challenge === undefined ? '' : verifier,
    otherTransactions: ofSameApplication(environment, transaction).map(({ id, pkce: other }) => ({ id, ...other })),
  });
  if (found?.code !== 'different_verifier') return found;
  const reused = reusedParameter(environment, transaction);
  if (reused === undefined) return found;
  return {
    ...found,
    code: `${reused}_reused`,
    title: `The verifier does not match, and ${reused} is the same in several sign-ons`,
    why: `${found.why} Another sign-on of this application had the same ${reused}, so one verifier stored under it overwrote the other.`,
    fix: `Make a new ${reused} for each authorization request, and store the verifier under it.`,
  };
};

const codeLifetimeSeconds = ({ steps }: Transaction): number => {
  const code = steps.find(({ kind }) => kind === 'code');
  return code ? (Number(code.data?.expiresAt) - code.at) / 1000 : 0;
};

/** The rules that can be explained from the transaction; every other rule is explained by its row. */
const diagnoses: Readonly<Partial<Record<RuleName, Diagnose>>> = {
  no_verifier_without_challenge: pkce,
  verifier_present: pkce,
  verifier_length: pkce,
  verifier_characters: pkce,
  verifier_matches_challenge: pkce,
  code_unused: (environment, transaction) => diagnoseUsedCode(reusedParameter(environment, transaction) === 'state'),
  code_fresh: (_environment, transaction, { expected = '', got = '' }) =>
    diagnoseExpiredCode(Date.parse(expected.replace('before ', '')), Date.parse(got), codeLifetimeSeconds(transaction)),
  code_client: (_environment, { application, baseUrls }, { expected = '', got = '' }) =>
    diagnoseCodeOfOtherClient(application?.id === expected ? `${application.name} (${expected})` : expected, got, baseUrls),
  session_cookie: (_environment, { baseUrls }, check) => diagnoseSessionCookie(baseUrls, check.got ?? ''),
  redirect_uri_repeated: (_environment, _transaction, check) =>
    check.expected === undefined || check.got === undefined || check.expected === 'none' || check.got === 'none'
      ? diagnoseRule({ ...check, rule: 'redirect_uri_repeated' })
      : diagnoseRedirectUri({ got: check.got, expected: [check.expected], source: 'authorization request' }),
};

/** Why a step failed, by its check and its transaction. */
export const diagnoseCheck = (environment: Environment, transaction: Transaction, check: Check<RuleName>): Diagnosis =>
  diagnoses[check.rule]?.(environment, transaction, check) ?? diagnoseRule(check);

/** Whether a refusal is what the client expects or asked for, so that there is nothing to put right. */
export const isExpectedByClient = ({ rule }: Check<RuleName>): boolean => 'expectedByClient' in rules[rule];

/** Gives a transaction whose last step has failed a diagnosis, unless the client expects that answer. */
export function completeDiagnosis(environment: Environment, transaction: Transaction): void {
  const step = transaction.steps.at(-1);
  if (step?.ok !== false) return;
  const check = failed(step.checks);
  const exchange = step.exchange ?? transaction.steps.findLast((each) => each.exchange)?.exchange;
  // A missing value may have been sent in another place, which explains more than the consequences of its absence.
  const misplaced = check && exchange && diagnoseMisplaced(exchange, check);
  if (misplaced) transaction.diagnosis = misplaced;
  if (transaction.diagnosis) return;
  if (check && isExpectedByClient(check)) return;
  transaction.diagnosis = check
    ? diagnoseCheck(environment, transaction, check)
    : {
        code: step.kind === 'fault' ? 'fault_injected' : 'step_failed',
        title: step.title,
        why: step.kind === 'fault' ? 'A test asked for this failure; the client did nothing wrong.' : 'No check of this step failed.',
        fix: 'See how the client handles it.',
        confidence: 'exact',
      };
}
