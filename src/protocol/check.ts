import { type CheckValues, type RefusalRule, type RuleName, rules } from './rules/index.js';

/** One rule that was applied: whether it held, what it expected, and what it got. */
export interface Check<Name extends RuleName = RefusalRule> extends CheckValues {
  readonly rule: Name;
  readonly ok: boolean;
  /** The section that demands it, as "RFC 7636 §4.6". */
  readonly spec?: string | undefined;
}

/** What a rule was applied with, and its section where that is not the one of its row. */
type Applied = CheckValues & { readonly spec?: string | undefined };

const passed = new Map<RuleName, Check<RuleName>>(
  Object.entries(rules).map(([rule, { spec }]) => [rule as RuleName, { rule: rule as RuleName, spec, ok: true }]),
);

const noValues: Applied = {};

/** Applies a rule. One that held, and was applied with nothing that is worth showing, is always the same check. */
export function check<Name extends RuleName>(rule: Name, ok: boolean, values?: Applied): Check<Name> {
  if (ok && values === undefined) return passed.get(rule) as Check<Name>;
  const { spec = rules[rule].spec, using, expected, got } = values ?? noValues;
  return { rule, spec, ok, using, expected, got };
}

/** The first check that did not hold, or undefined if all did. */
export function failed<Name extends RuleName>(checks: readonly Check<Name>[]): Check<Name> | undefined {
  for (const each of checks) if (!each.ok) return each;
  return undefined;
}

/** Checks of which one did not hold. */
export interface Refused<Name extends RuleName = RefusalRule> {
  readonly checks: readonly Check<Name>[];
  readonly refusedBy: Check<Name>;
}

/** What some checks led to: a value if all of them held, and the check that refused if one did not. */
export type Decision<T = undefined, Name extends RuleName = RefusalRule> =
  | { readonly checks: readonly Check<Name>[]; readonly refusedBy?: undefined; readonly value: T }
  | Refused<Name>;

/** Refuses by a rule that is known not to hold, or by one of the checks before it. */
export function refuse(rule: RefusalRule, values?: Applied, before: readonly Check[] = []): Refused {
  const last = check(rule, false, values);
  return { checks: [...before, last], refusedBy: failed(before) ?? last };
}

/** Checks that are made one after the other, each only if those before it held; at the end, what they led to. */
export type Checks<T = undefined, Name extends RuleName = RefusalRule> = Generator<Check<Name>, T, undefined>;

/** Makes checks up to the first that fails. */
export function decide<T, Name extends RuleName = RefusalRule>(steps: Checks<T, Name>): Decision<T, Name> {
  const checks: Check<Name>[] = [];
  for (;;) {
    const step = steps.next();
    if (step.done) return { checks, value: step.value };
    checks.push(step.value);
    if (!step.value.ok) return { checks, refusedBy: step.value };
  }
}

/** A check that something is there; the checks after it may rely on that. */
export function* need<T, Name extends RuleName>(rule: Name, value: T | undefined, values?: Applied): Checks<T, Name> {
  yield check(rule, value !== undefined, values);
  // After a check that failed, `decide` does not go on.
  return value as T;
}

/** Decides by checks that were all made, so that all of them are shown. What follows from them, `value`, is there if all held. */
export function decideByAll<Name extends RuleName>(checks: readonly Check<Name>[]): Decision<undefined, Name>;
export function decideByAll<T, Name extends RuleName>(
  checks: readonly Check<Name>[],
  // Not the constant `undefined`: there would be nothing to go on with.
  value: [T] extends [undefined] ? never : T,
): Decision<Exclude<T, undefined>, Name>;
export function decideByAll<T, Name extends RuleName>(
  checks: readonly Check<Name>[],
  ...values: [value?: T]
): Decision<T | undefined, Name> {
  const refusedBy = failed(checks);
  if (refusedBy) return { checks, refusedBy };
  const [value] = values;
  if (values.length > 0 && value === undefined) throw new Error('every check passed, but there is no value to continue with');
  return { checks, value };
}
