import { signOnWithPassword } from '../password.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/**
 * `usernamePassword.check`: user name and password of the person who signs on. Where the flow is tied to a user
 * already the name may be left out (inferred); given, it must be that user's.
 */
export const checkUsernamePassword: Action = async ({ environment, flow, body, session, exchange }) => {
  const tied = flow.userId === undefined || body.username !== undefined ? undefined : await environment.store.users.get(flow.userId);
  const { username, password } = requiredText(tied ? { ...body, username: tied.username } : body, ['username', 'password']);
  return signOnWithPassword(environment, { flow, username, password, session, exchange });
};
