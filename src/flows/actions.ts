import type { Environment } from '../context.js';
import type { SignedOn } from '../domain/sign-on.js';
import type { Exchange } from '../journal/exchange.js';
import type { Flow, Session } from '../store/lifetimes.js';
import { forgotPassword } from './password-forgot.js';
import { resetSession } from './session-reset.js';
import { checkUsernamePassword } from './username-password-check.js';

/** What an action works with. */
export interface ActionInput {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly body: Readonly<Record<string, unknown>>;
  /** The session that the browser has already. */
  readonly session: Session | undefined;
  readonly exchange: Exchange;
}

export type Action = (input: ActionInput) => Promise<SignedOn>;

/** The actions of a flow, by the name in their media type. */
export const actions: Readonly<Record<string, Action>> = {
  'usernamePassword.check': checkUsernamePassword,
  'password.forgot': forgotPassword,
  'session.reset': resetSession,
};
