import { signOnWithPassword } from '../domain/sign-on.js';
import type { Action } from './actions.js';
import { requiredText } from './required-text.js';

/** `usernamePassword.check`: user name and password of the person who signs on. */
export const checkUsernamePassword: Action = async ({ environment, flow, body, session, exchange }) => {
  const { username, password } = requiredText(body, ['username', 'password']);
  return signOnWithPassword(environment, { flow, username, password, session, exchange });
};
