import { beginSignOn } from '../engine.js';
import type { Action } from './action.js';

/** `session.reset`: forget who was identified, and begin the sign-on again. */
export const resetSession: Action = async ({ environment, flow }) => ({ flow: await beginSignOn(environment, flow) });
