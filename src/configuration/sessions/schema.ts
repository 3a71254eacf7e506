import { compileShape } from '../../lib/schema/compile.js';
import { array, type Infer, object, reference, secret, string } from '../../lib/schema/types.js';

const name = { type: 'string', minLength: 1, maxLength: 64 } as const;

/** A session as a body describes it. Ping's own sample writes the timeout as text. */
export const sessionBody = object(
  { activeAt: string, userAgent: { type: 'string', maxLength: 1024 } },
  {
    idleTimeoutInMinutes: { type: ['integer', 'string'] },
    lastSignOn: object(
      {},
      {
        authenticators: { ...array(name), maxItems: 10 },
        remoteIp: { type: 'string', maxLength: 64 },
        /** By authenticator. */
        withAuthenticator: { type: 'object' },
      },
    ),
    token: secret({ type: 'string', minLength: 1, maxLength: 1024 }),
    user: reference,
  },
);

export type SessionBody = Infer<typeof sessionBody>;

const authenticatorUse = object({ at: string, policy: object({ id: name, type: name }) });

/** Reads the use of one authenticator. */
export const checkAuthenticatorUse = compileShape(authenticatorUse);

export type AuthenticatorUseBody = Infer<typeof authenticatorUse>;

export const ssoCookieSettingsBody = object({ useNonPersistentSessionTokenCookie: { type: 'boolean' } });
