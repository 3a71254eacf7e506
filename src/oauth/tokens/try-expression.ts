import { findUserByUsername } from '../../configuration/directory/users.js';
import { requireSavable } from '../../configuration/expressions.js';
import type { Environment } from '../../environment/context.js';
import { ExpressionError } from '../../pingone/expressions/error.js';
import { type Explained, type Expression, type PartValue, parseBare, parseTemplate } from '../../pingone/expressions/expression.js';
import { factsOf } from './mappings.js';

/** An expression to try, with what it may refer to. */
export interface ExpressionTrial {
  /** With `${…}` as the value of an attribute, or bare. */
  readonly expression: string;
  /** The id or the name of a user. */
  readonly user?: string | undefined;
  /** The id of an application. */
  readonly client?: string | undefined;
  /** `#root.context.requestData`. */
  readonly request?: Readonly<Record<string, unknown>> | undefined;
}

/** The result of a trial: a value or an error, and the value of each part. */
export interface TriedExpression {
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly at: number };
  readonly parts: readonly PartValue[];
}

/** A trial that names somebody who does not exist. */
export class UnknownInTrial extends Error {}

const shown = ({ value, error, parts }: Explained): TriedExpression =>
  error ? { error: { message: error.message, at: error.at }, parts } : { value: value ?? null, parts };

/** Parsed, or why it would be refused where it is saved. */
async function parse(environment: Environment, source: string): Promise<Expression | ExpressionError> {
  try {
    const expression = source.includes('${') ? parseTemplate(source) : parseBare(source);
    await requireSavable(environment, expression);
    return expression;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

/**
 * Evaluates an expression as an attribute mapping would be, and shows the value of each part.
 * @throws {UnknownInTrial} if there is no such user or application
 */
export async function tryExpression(environment: Environment, trial: ExpressionTrial): Promise<TriedExpression> {
  const { store, clock } = environment;
  const user =
    trial.user === undefined ? undefined : ((await store.users.get(trial.user)) ?? (await findUserByUsername(environment, trial.user)));
  if (trial.user !== undefined && !user) throw new UnknownInTrial(`there is no user ${trial.user}`);
  const application = trial.client === undefined ? undefined : await store.applications.get(trial.client);
  if (trial.client !== undefined && !application) throw new UnknownInTrial(`there is no application ${trial.client}`);
  const parsed = await parse(environment, trial.expression);
  if (parsed instanceof ExpressionError) return { error: { message: parsed.message, at: parsed.at }, parts: [] };
  const facts = await factsOf(environment, user, { groups: true, context: true }, { application, requestData: trial.request });
  return shown(parsed.explain(facts, clock.now()));
}
