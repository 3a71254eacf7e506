import { object, oneOf, secret, string } from '../../lib/schema/types.js';

/** What a browser answered for a passkey: `assertion` is JSON as a text. */
export const assertionBody = object(
  {
    origin: { type: 'string', minLength: 1, maxLength: 256 } as const,
    assertion: secret({ type: 'string', minLength: 1, maxLength: 32_768 } as const),
  },
  { compatibility: oneOf('FULL', 'SECURITY_KEY_ONLY', 'NONE') },
);

/** What answers hold that no one else may see: the passcode in test mode. */
export const secondFactorAnswer = object({}, { test: object({}, { otp: secret(string) }) });
