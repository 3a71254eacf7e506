import { ExpressionError } from './error.js';

/** The longest expression, in characters: as much as the management API takes. */
export const longestSource = 16_384;

/** How deep an expression, a pattern or a result may nest, which limits the stack. */
export const deepest = 64;

/** The longest text, as a result and on the way to it, in characters. */
export const longestText = 65_536;

/** The longest list. */
export const longestList = 10_000;

/** The steps of one evaluation: a node, an element of a list, a step of a pattern, or 64 characters of a text. */
const stepsOfEvaluation = 100_000;

/** Counts the work of one evaluation, and ends it when it is too much. */
export class Budget {
  #left: number;

  /** Where in the expression we are, for the error. */
  at = 0;

  /** @param steps how many there are; by default those of an evaluation */
  constructor(steps = stepsOfEvaluation) {
    this.#left = steps;
  }

  /** @throws {ExpressionError} if nothing is left */
  spend(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw this.error('it takes too many steps');
  }

  /** An error at the current place. */
  error(message: string): ExpressionError {
    return new ExpressionError(message, this.at);
  }

  /** A text that was made, if it is not too long. */
  text(made: string): string {
    this.spend(1 + (made.length >> 6));
    if (made.length > longestText) throw this.error(`it makes a text of more than ${longestText} characters`);
    return made;
  }

  /** A list that was made, if it is not too long. */
  list<T>(made: readonly T[]): readonly T[] {
    this.spend(1 + made.length);
    if (made.length > longestList) throw this.error(`it makes a list of more than ${longestList} elements`);
    return made;
  }
}
