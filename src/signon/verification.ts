import type { Environment } from '../environment/context.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { saveFlow } from './flows.js';
import { sendCode } from './one-time-codes.js';

/** Sends a verification code to a user's e-mail address, and waits for it. */
export const askForVerification = (environment: Environment, flow: Flow, user: User): Promise<Flow> =>
  saveFlow(environment, {
    ...flow,
    status: 'VERIFICATION_CODE_REQUIRED',
    sentCode: sendCode(environment, flow, user, 'verification', { channel: 'email', to: user.email ?? user.username }),
  });
