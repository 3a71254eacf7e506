import type { Check } from '../check.js';
import { type RuleName, rules, type Text } from '../rules/index.js';
import type { Diagnosis } from './diagnosis.js';

/** Explains a refusal by the row of its rule, and by what was expected and received. */
export function diagnoseRule(check: Check<RuleName>): Diagnosis {
  const { title, why, fix } = rules[check.rule];
  const textOf = (text: Text): string => (typeof text === 'string' ? text : text(check));
  const values = [
    check.expected === undefined ? '' : `Expected: ${check.expected}.`,
    check.got === undefined ? '' : `Received: ${check.got}.`,
    check.spec === undefined ? '' : `See ${check.spec}.`,
  ];
  return {
    code: check.rule,
    title: textOf(title),
    why: [why === undefined ? '' : textOf(why), ...values].filter(Boolean).join(' ') || 'No values were compared.',
    fix: textOf(fix),
    confidence: 'exact',
  };
}
