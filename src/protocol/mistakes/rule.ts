import type { Check } from '../check.js';
import { type RuleName, rules, type Text } from '../rules/index.js';
import type { Diagnosis } from './diagnosis.js';

/** Explains a refusal by the row of its rule, and by what was expected and received. */
export function diagnoseRule(check: Check<RuleName>): Diagnosis {
  const { title, why, fix } = rules[check.rule];
  const textOf = (text: Text): string => (typeof text === 'string' ? text : text(check));
  const reason = why === undefined ? '' : textOf(why);
  const { got } = check;
  const values = [
    check.expected === undefined ? '' : `Expected: ${check.expected}.`,
    // Some reasons are what was received, and say it once.
    got === undefined || reason.toLowerCase().startsWith(`${got.toLowerCase()}.`) ? '' : `Received: ${got}.`,
    check.spec === undefined ? '' : `See ${check.spec}.`,
  ];
  return {
    code: check.rule,
    title: textOf(title),
    why: [reason, ...values].filter(Boolean).join(' ') || 'No values were compared.',
    fix: textOf(fix),
    confidence: 'exact',
  };
}
