import type { Check } from '../check.js';
import { type RuleName, rules, type Text } from '../rules/index.js';
import type { Diagnosis } from './diagnosis.js';

const textOf = (text: Text, check: Check<RuleName>): string => (typeof text === 'string' ? text : text(check));

/** The reason that the row of a rule gives, without what was expected and received; empty if it gives none. */
export function reasonOf(check: Check<RuleName>): string {
  const { why } = rules[check.rule];
  return why === undefined ? '' : textOf(why, check);
}

/** Explains a refusal by the row of its rule, and by what was expected and received. */
export function diagnoseRule(check: Check<RuleName>): Diagnosis {
  const { title, fix } = rules[check.rule];
  const reason = reasonOf(check);
  const { got } = check;
  const values = [
    check.expected === undefined ? '' : `Expected: ${check.expected}.`,
    // Some reasons are what was received, and say it once.
    got === undefined || reason.toLowerCase().startsWith(`${got.toLowerCase()}.`) ? '' : `Received: ${got}.`,
    check.spec === undefined ? '' : `See ${check.spec}.`,
  ];
  return {
    code: check.rule,
    title: textOf(title, check),
    why: [reason, ...values].filter(Boolean).join(' ') || 'No values were compared.',
    fix: textOf(fix, check),
    confidence: 'exact',
  };
}
