import { ExpressionError } from '../pingone/expressions/error.js';
import { type Expression, parseTemplate } from '../pingone/expressions/expression.js';
import { managementTexts as texts } from '../pingone/management-texts.js';
import { invalidValue } from '../pingone/pingone-error.js';

/** The first names that attribute mappings may refer to (docs/fidelity.md, 6.6). */
const knownNames: readonly string[] = ['user', 'context'];

/**
 * Requires that an expression begins with nothing but names that exist.
 * @throws {ExpressionError} with the place of the first one that does not
 */
export function requireKnownNames({ source, names }: Expression): void {
  const unknown = [...names].find((name) => !knownNames.includes(name));
  if (unknown !== undefined)
    throw new ExpressionError(`there is no ${unknown}; there are ${knownNames.join(' and ')}`, source.indexOf(unknown));
}

/**
 * Requires that the value of an attribute can be parsed, and refers to nothing that does not exist.
 * @throws {PingOneError} 400 with the place
 */
export function requireExpression(value: string): void {
  try {
    requireKnownNames(parseTemplate(value));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw invalidValue('value', texts.expression.text(error.message, error.at));
  }
}
