import { lookUpUser } from '../password.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `user.lookup`: who wants to sign on; how is decided afterwards. */
export const lookUp: Action = async ({ environment, flow, body }) => {
  const { username } = requiredText(body, ['username']);
  return lookUpUser(environment, flow, username);
};
