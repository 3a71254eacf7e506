import type { Check } from '../check.js';
import type { Diagnosis } from './diagnosis.js';
import { requestRules } from './request-rule-rows.js';
import { type Row, type Text, tokenRules } from './rule-rows.js';

const rows: Readonly<Record<string, Row>> = { ...tokenRules, ...requestRules };

const text = (given: Text, check: Check): string => (typeof given === 'string' ? given : given(check));

/** Explains a refusal by its own check. Every rule has an explanation, if only of what was expected. */
export function diagnoseRule(check: Check): Diagnosis {
  const row = rows[check.rule];
  const values = [
    check.expected === undefined ? '' : `Expected: ${check.expected}.`,
    check.got === undefined ? '' : `Came: ${check.got}.`,
    check.spec === undefined ? '' : `See ${check.spec}.`,
  ];
  return {
    code: check.rule,
    title: row ? text(row.title, check) : `Refused by the rule ${check.rule.replaceAll('_', ' ')}`,
    why: [row?.why === undefined ? '' : text(row.why, check), ...values].filter(Boolean).join(' ') || 'The rule’s name says it.',
    fix: row ? text(row.fix, check) : 'Compare what was expected with what came.',
    confidence: 'exact',
  };
}
