import { compileExpression } from './expressions.js';

/** What the condition of a sign-on policy's action is judged by. */
export interface ConditionFacts {
  /** Seconds since a sign-on with this authenticator (`pwd`, `mfa`) that still counts, or undefined where there is none. */
  secondsSince(authenticator: string): number | undefined;
  readonly user?: object | undefined;
}

/** Deep enough for anybody, and far from the end of the stack. */
const deepest = 16;

const say = (value: unknown, { user }: ConditionFacts): unknown =>
  typeof value === 'string' ? compileExpression(value)?.evaluate(user ? { user } : {}) : value;

/** `{ secondsSince: '${session.lastSignOn.withAuthenticator.pwd.at}', greater: 3600 }`: the last sign-on is older. */
const isOlder = (reference: string, greater: number, facts: ConditionFacts): boolean => {
  const [, authenticator = 'pwd'] = /\.withAuthenticator\.(\w+)\./.exec(reference) ?? [];
  const seconds = facts.secondsSince(authenticator);
  return seconds === undefined || seconds > greater;
};

/**
 * Whether the condition of an action holds, so that the action runs (docs/fidelity.md, 3.4). One that is absent always
 * holds; so does one that speaks of what the mock does not know, such as addresses and locations.
 */
export function conditionHolds(condition: unknown, facts: ConditionFacts, depth = 0): boolean {
  if (typeof condition !== 'object' || condition === null || depth > deepest) return true;
  const { and, or, not, secondsSince, greater, value, equals, contains } = condition as Record<string, unknown>;
  const holds = (inner: unknown) => conditionHolds(inner, facts, depth + 1);
  if (Array.isArray(and)) return and.every(holds);
  if (Array.isArray(or)) return or.some(holds);
  if (not !== undefined) return !holds(not);
  if (typeof secondsSince === 'string' && typeof greater === 'number') return isOlder(secondsSince, greater, facts);
  if (value === undefined) return true;
  const [said, compared] = [say(value, facts), say(equals ?? contains, facts)];
  if (equals !== undefined) return said === compared;
  if (contains === undefined) return true;
  return Array.isArray(compared) ? compared.includes(said) : typeof compared === 'string' && compared.includes(String(said));
}
