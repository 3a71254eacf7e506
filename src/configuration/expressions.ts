import type { Environment } from '../environment/context.js';
import { contextNames, rootNames, textNames } from '../pingone/expression-names.js';
import { ExpressionError } from '../pingone/expressions/error.js';
import { type Expression, parseTemplate } from '../pingone/expressions/expression.js';
import type { Name, Reference } from '../pingone/expressions/references.js';
import { managementTexts as texts } from '../pingone/management-texts.js';
import { invalidValue } from '../pingone/pingone-error.js';
import { schemaAttributes } from './directory/schema-attributes.js';
import { standardAttributes, userMembers } from './directory/user-attributes.js';

const listed = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** Requires that a name exists after the names before it. */
function requireListed(before: string, { name, at }: Name, known: readonly string[]): void {
  if (!known.includes(name)) throw new ExpressionError(`there is no ${before}${name.slice(0, 40)}; there are ${listed(known)}`, at);
}

const refuseMember = (owner: string, { name, at }: Name): never => {
  throw new ExpressionError(`there is no ${owner}.${name.slice(0, 40)}: ${owner} has no members`, at);
};

function requireOfContext([part, member, inner]: readonly Name[]): void {
  if (!part) return;
  requireListed('context.', part, Object.keys(contextNames));
  if (!member) return;
  requireListed(`context.${part.name}.`, member, contextNames[part.name] ?? []);
  if (inner && textNames.includes(member.name)) refuseMember(`context.${part.name}.${member.name}`, inner);
}

/** The names that users have: their members, the attributes of the schema, and the parts of PingOne's own attributes. */
async function requireOfUser(environment: Environment, [attribute, part]: readonly Name[]): Promise<void> {
  if (!attribute) return;
  const { name, at } = attribute;
  const own = standardAttributes.find((one) => one.name === name);
  if (!own) {
    if (userMembers.includes(name) || (await schemaAttributes(environment)).some((one) => one.name === name)) return;
    throw new ExpressionError(`there is no user.${name.slice(0, 40)}: the schema of users has no such attribute`, at);
  }
  if (!part) return;
  if (own.subAttributes) requireListed(`user.${name}.`, part, own.subAttributes);
  else refuseMember(`user.${name}`, part);
}

async function requireKnown(environment: Environment, [first, ...rest]: Reference): Promise<void> {
  if (!first) return;
  requireListed('', first, rootNames);
  if (first.name === 'context') requireOfContext(rest);
  else await requireOfUser(environment, rest);
}

/**
 * Requires that an expression refers to nothing that cannot exist, and that its constants can be read (docs/fidelity.md, 6.6).
 * @throws {ExpressionError} with the place of the first problem
 */
export async function requireSavable(environment: Environment, expression: Expression): Promise<void> {
  expression.requireConstants();
  for (const reference of expression.references) await requireKnown(environment, reference);
}

/**
 * Requires that the value of an attribute can be parsed, and refers to nothing that does not exist.
 * @throws {PingOneError} 400 with the place
 */
export async function requireExpression(environment: Environment, value: string): Promise<void> {
  try {
    await requireSavable(environment, parseTemplate(value));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw invalidValue('value', texts.expression.text(error.message, error.at));
  }
}
