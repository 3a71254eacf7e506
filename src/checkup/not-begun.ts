import type { Trail } from './browser.js';

/** The application did not send the browser to the issuer. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';

  constructor(
    readonly trail: Trail,
    readonly from: URL,
  ) {
    super(`${from.href} does not lead to a sign-on`);
  }
}
