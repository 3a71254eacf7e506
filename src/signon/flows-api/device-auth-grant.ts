import { PingOneError } from '../../pingone/errors.js';
import { decideDevice, verifyUserCode } from '../decoupled/device-authorization.js';
import type { Action } from './action.js';
import { requiredText } from './required-text.js';

/** `deviceAuthGrant.userCode.verify`: the code that the device shows. */
export const verifyUserCodeAction: Action = async ({ environment, flow, body }) => {
  const { userCode } = requiredText(body, ['userCode']);
  return { flow: await verifyUserCode(environment, flow, userCode) };
};

/** `deviceAuthGrant.consent`: the person lets the device in, or refuses, which fails the flow. */
export const consentToDevice: Action = async ({ environment, flow, body, exchange }) => {
  const { accept } = body;
  if (typeof accept !== 'boolean') {
    const missing = accept === undefined || accept === null;
    const code = missing ? 'INVALID_DATA' : 'INVALID_REQUEST';
    const detail = missing
      ? { code: 'EMPTY_VALUE', target: 'accept', message: 'must not be empty' }
      : { code: 'INVALID_VALUE', target: 'accept', message: 'Invalid value for attribute.' };
    throw new PingOneError(400, code, [detail]);
  }
  return { flow: await decideDevice(environment, flow, { accept, exchange }) };
};
