/** The only error of this folder: an expression that cannot be read, or that has no value for these facts. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  /**
   * @param message what is wrong, as a sentence without its full stop
   * @param at where, as a position in the text, counted from 0
   */
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** A regular expression that Java would refuse, unlike one that is only more than this folder knows. */
export class PatternError extends ExpressionError {}
