import { answerAgreement } from '../profile.js';
import type { Action } from './action.js';
import { missing, wrongType } from './required-text.js';

/** `user.consent`: the agreement of the policy is accepted, or is not. */
export const consent: Action = async ({ environment, flow, body, session, exchange }) => {
  const { accept } = body;
  if (accept === undefined || accept === null) throw missing(['accept']);
  if (typeof accept !== 'boolean') throw wrongType(['accept']);
  return answerAgreement(environment, flow, accept, { session, exchange });
};
