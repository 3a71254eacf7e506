/** The shared store cannot be used as the settings say: the server does not start. The message says what is wrong and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The shared store did not answer. What the request has changed so far is in the store; the request is refused. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
