import { decideDevice, verifyUserCode } from '../decoupled/device-authorization.js';
import type { Action } from './action.js';
import { missing, requiredText, wrongType } from './required-text.js';

/** `deviceAuthGrant.userCode.verify`: the code that the device shows. */
export const verifyUserCodeAction: Action = async ({ environment, flow, body }) => {
  const { userCode } = requiredText(body, ['userCode']);
  return { flow: await verifyUserCode(environment, flow, userCode) };
};

/** `deviceAuthGrant.consent`: the person lets the device in, or refuses, which fails the flow. */
export const consentToDevice: Action = async ({ environment, flow, body, exchange }) => {
  const { accept } = body;
  if (accept === undefined || accept === null) throw missing(['accept']);
  if (typeof accept !== 'boolean') throw wrongType(['accept']);
  return { flow: await decideDevice(environment, flow, { accept, exchange }) };
};
