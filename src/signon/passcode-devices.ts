import { createHash } from 'node:crypto';
import type { Environment } from '../environment/context.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { Flow, FlowDevice } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { saveFlow } from './flows.js';
import { sendCode } from './one-time-codes.js';
import { isEnabled } from './policy-actions.js';

/** The same id in every flow: clients remember a device by it. */
const deviceId = (userId: string, type: FlowDevice['type']): string => {
  const hex = createHash('sha256').update(`${type} ${userId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Where a user can be sent one-time passcodes under a MULTI_FACTOR_AUTHENTICATION action: to the e-mail address, and to
 * the mobile phone if the action allows SMS. PingOne uses devices that users pair; here the profile takes their place.
 */
export function passcodeDevicesOf({ email, sms }: SignOnPolicyAction, user: User): FlowDevice[] {
  const { id, email: address, mobilePhone } = user;
  return [
    ...(address && isEnabled(email) !== false ? [{ id: deviceId(id, 'EMAIL'), type: 'EMAIL' as const, address }] : []),
    ...(mobilePhone && isEnabled(sms) === true ? [{ id: deviceId(id, 'SMS'), type: 'SMS' as const, address: mobilePhone }] : []),
  ];
}

/** As much of an address as its owner needs to recognise it: `*******01`, `a****@example.com`. */
export const maskAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  return at < 0 ? address.slice(-2).padStart(address.length, '*') : `${address.slice(0, 1).padEnd(at, '*')}${address.slice(at)}`;
};

/** Sends a passcode to one of a flow's devices, and waits for it. */
export const sendPasscode = async (environment: Environment, flow: Flow, user: User, device: FlowDevice): Promise<Flow> =>
  saveFlow(environment, {
    ...flow,
    status: 'OTP_REQUIRED',
    selectedDeviceId: device.id,
    sentCode: await sendCode(environment, flow, user, 'passcode', {
      channel: device.type === 'SMS' ? 'sms' : 'email',
      to: device.address,
    }),
  });
