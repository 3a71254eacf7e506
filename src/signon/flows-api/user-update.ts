import { updateProfile } from '../profile.js';
import type { Action } from './action.js';

/** `user.update`: the attributes that the profile lacks. */
export const update: Action = ({ environment, flow, body, session, exchange }) =>
  updateProfile(environment, flow, body, { session, exchange });
