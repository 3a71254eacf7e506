/** How long a step of the shared store may take before it counts as unanswered, in milliseconds. */
export const stepPatience = 900;

/** The shared store cannot be used as the settings say: the server does not start. The message says what is wrong and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

interface UnavailableOptions extends ErrorOptions {
  /** `away` where it did not answer, `full` where it has no memory left for a write. */
  readonly kind?: 'away' | 'full';
}

/** The shared store did not do what a request needs. What the request has changed so far is in the store; the request is refused. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly kind: 'away' | 'full';

  constructor(message: string, { kind = 'away', ...options }: UnavailableOptions = {}) {
    super(message, options);
    this.kind = kind;
  }
}
