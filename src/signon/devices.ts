import { createHash } from 'node:crypto';
import type { Environment } from '../environment/context.js';
import type { SignOnPolicyAction } from '../environment/model/configuration.js';
import type { Flow, FlowDevice } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { saveFlow } from './flows.js';
import { sendCode } from './one-time-codes.js';

/** The same id in every flow: clients remember a device by it. */
const deviceId = (userId: string, type: FlowDevice['type']): string => {
  const hex = createHash('sha256').update(`${type} ${userId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const enabled = (method: unknown): unknown => (method as { enabled?: unknown } | undefined)?.enabled;

/**
 * Where a user can be sent one-time passcodes under a MULTI_FACTOR_AUTHENTICATION action: the e-mail address, and the
 * mobile telephone where the action asks for SMS. PingOne has devices that users pair; here the profile stands for them.
 */
export function devicesFor({ email, sms }: SignOnPolicyAction, user: User): FlowDevice[] {
  const { id, email: address, mobilePhone } = user;
  return [
    ...(address && enabled(email) !== false ? [{ id: deviceId(id, 'EMAIL'), type: 'EMAIL' as const, address }] : []),
    ...(mobilePhone && enabled(sms) === true ? [{ id: deviceId(id, 'SMS'), type: 'SMS' as const, address: mobilePhone }] : []),
  ];
}

/** Sends a passcode to one of a flow's devices, and waits for it. */
export const sendPasscode = (environment: Environment, flow: Flow, user: User, device: FlowDevice): Promise<Flow> =>
  saveFlow(environment, {
    ...flow,
    status: 'OTP_REQUIRED',
    selectedDeviceId: device.id,
    sentCode: sendCode(environment, flow, user, 'passcode', { channel: device.type === 'SMS' ? 'sms' : 'email', to: device.address }),
  });
