import { ExpressionError } from './expressions/error.js';
import { parseTemplate } from './expressions/expression.js';

/** The facts that conditions of sign-on policy actions can refer to. */
export interface ConditionFacts {
  /** Seconds since the last valid sign-on with this authenticator (`pwd`, `mfa`); undefined if there is none. */
  secondsSince(authenticator: string): number | undefined;
  readonly user?: object | undefined;
  /** The time, in milliseconds since 1970. */
  readonly now: number;
}

/** Limits the nesting, and so the stack. */
const maxDepth = 16;

/** The value of an expression; undefined if it has none. */
function resolve(value: unknown, { user, now }: ConditionFacts): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseTemplate(value).evaluate({ user }, now) ?? undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** `{ secondsSince: '${session.lastSignOn.withAuthenticator.pwd.at}', greater: 3600 }`: true if the last sign-on is older. */
const isOlder = (reference: string, greater: number, facts: ConditionFacts): boolean => {
  const [, authenticator = 'pwd'] = /\.withAuthenticator\.(\w+)\./.exec(reference) ?? [];
  const seconds = facts.secondsSince(authenticator);
  return seconds === undefined || seconds > greater;
};

/**
 * Whether the condition of an action is true, so that the action runs (docs/fidelity.md, 3.4). A missing condition is
 * true, and so is one about facts that the mock does not have, such as IP addresses and locations.
 */
export function conditionHolds(condition: unknown, facts: ConditionFacts, depth = 0): boolean {
  if (typeof condition !== 'object' || condition === null || depth > maxDepth) return true;
  const { and, or, not, secondsSince, greater, value, equals, contains } = condition as Record<string, unknown>;
  const holds = (inner: unknown) => conditionHolds(inner, facts, depth + 1);
  if (Array.isArray(and)) return and.every(holds);
  if (Array.isArray(or)) return or.some(holds);
  if (not !== undefined) return !holds(not);
  if (typeof secondsSince === 'string' && typeof greater === 'number') return isOlder(secondsSince, greater, facts);
  if (value === undefined) return true;
  const [actual, compared] = [resolve(value, facts), resolve(equals ?? contains, facts)];
  if (equals !== undefined) return actual === compared;
  if (contains === undefined) return true;
  return Array.isArray(compared)
    ? compared.includes(actual)
    : typeof compared === 'string' && compared.includes(typeof actual === 'object' ? JSON.stringify(actual) : String(actual));
}
