import { createHash } from 'node:crypto';
import { devicesOf } from '../../configuration/devices/devices.js';
import { settingsFor } from '../../configuration/devices/methods.js';
import { isLocked } from '../../configuration/devices/passcodes.js';
import { devicePolicyFor } from '../../configuration/mfa/device-policies.js';
import type { DevicePolicyBody } from '../../configuration/mfa/schema.js';
import type { Environment } from '../../environment/context.js';
import type { SignOnPolicyAction } from '../../environment/model/configuration.js';
import type { Device, DeviceAuthenticationPolicy } from '../../environment/model/mfa.js';
import type { FlowDevice, SecondFactor } from '../../environment/model/second-factor.js';
import type { User } from '../../environment/model/user.js';
import { isEnabled } from '../policy-actions.js';
import { challenge } from './challenge.js';

/** The devices that can be used now, the default one first, and those that cannot. */
export interface Candidates {
  readonly devices: readonly FlowDevice[];
  /** Whether the first one is the default, used without a question. */
  readonly hasDefault: boolean;
  readonly unavailable: readonly { readonly id: string }[];
}

/** A device as a flow keeps it. */
export const flowDeviceOf = ({ id, type, email, phone, nickname, testMode }: Device): FlowDevice => ({
  id,
  type,
  paired: true,
  ...((email ?? phone) !== undefined && { address: email ?? phone }),
  ...(nickname !== undefined && { nickname }),
  ...(testMode && { testMode }),
});

/** The devices of a user that an MFA policy allows; a user whose MFA is not enabled has none. */
export async function candidatesOf(environment: Environment, user: User, policy: DeviceAuthenticationPolicy): Promise<Candidates> {
  const now = environment.clock.now();
  const paired = (await devicesOf(environment, user.id)).filter(({ status }) => status === 'ACTIVE');
  const isUsable = (device: Device) =>
    user.mfaEnabled && !device.block && !isLocked(device, now) && settingsFor(policy, device.type).enabled;
  const usable = paired.filter(isUsable);
  return {
    devices: usable.map(flowDeviceOf),
    hasDefault: usable[0]?.order !== undefined,
    unavailable: paired.filter((device) => !isUsable(device)).map(({ id }) => ({ id })),
  };
}

/** The same id in every flow: clients remember a device by it. */
const profileDeviceId = (userId: string, type: FlowDevice['type']): string => {
  const hex = createHash('sha256').update(`${type} ${userId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * The addresses of a user's profile that stand for devices, where the user has paired none and the action names no MFA
 * policy: the e-mail address, and the mobile phone if the action allows SMS. PingOne uses paired devices alone.
 */
export function profileDevicesOf({ email, sms }: Readonly<Record<string, unknown>>, user: User): FlowDevice[] {
  const { id, email: address, mobilePhone } = user;
  return [
    ...(address && isEnabled(email) !== false ? [{ id: profileDeviceId(id, 'EMAIL'), type: 'EMAIL' as const, address }] : []),
    ...(mobilePhone && isEnabled(sms) === true ? [{ id: profileDeviceId(id, 'SMS'), type: 'SMS' as const, address: mobilePhone }] : []),
  ];
}

/** Whether a device has to be chosen: by the policy, or because none of several is the default. */
export function asksForDevice(policy: DeviceAuthenticationPolicy, { devices, hasDefault }: Candidates): boolean {
  const { deviceSelection = 'DEFAULT_TO_FIRST' } = (policy as Partial<DevicePolicyBody>).authentication ?? {};
  if (deviceSelection === 'ALWAYS_DISPLAY_DEVICES') return true;
  return devices.length > 1 && (deviceSelection === 'PROMPT_TO_SELECT' || !hasDefault);
}

type Begun<T> = { readonly kind: 'begun'; readonly state: T } | { readonly kind: 'none'; readonly unavailable: Candidates['unavailable'] };

/** Begins with the default device, or asks for one. Nothing is saved. */
export async function beginWith<T extends SecondFactor>(
  environment: Environment,
  state: T,
  user: User,
  policy: DeviceAuthenticationPolicy,
  candidates: Candidates,
): Promise<Begun<T>> {
  const { devices, unavailable } = candidates;
  const [first] = devices;
  if (!first) return { kind: 'none', unavailable };
  const waiting: T = { ...state, devices, devicePolicyId: policy.id, selectedDeviceId: undefined, status: 'DEVICE_SELECTION_REQUIRED' };
  return { kind: 'begun', state: asksForDevice(policy, candidates) ? waiting : await challenge(environment, waiting, user, first) };
}

/** Begins what an action MULTI_FACTOR_AUTHENTICATION asks for. Nothing is saved. */
export async function beginSecondFactor<T extends SecondFactor>(
  environment: Environment,
  state: T,
  user: User,
  action: SignOnPolicyAction,
): Promise<Begun<T>> {
  const named = (action.deviceAuthenticationPolicy as { readonly id?: string } | undefined)?.id;
  const policy = await devicePolicyFor(environment, named);
  const candidates = await candidatesOf(environment, user, policy);
  const hasPaired = candidates.devices.length + candidates.unavailable.length > 0;
  if (hasPaired || named !== undefined) return beginWith(environment, state, user, policy, candidates);
  const devices = profileDevicesOf(action, user);
  return beginWith(environment, state, user, policy, { devices, hasDefault: false, unavailable: [] });
}

/** Begins an authentication on its own, by a named or the default MFA policy. Nothing is saved. */
export async function beginByPolicy<T extends SecondFactor>(
  environment: Environment,
  state: T,
  user: User,
  policyId: string | undefined,
): Promise<Begun<T>> {
  const policy = await devicePolicyFor(environment, policyId);
  return beginWith(environment, state, user, policy, await candidatesOf(environment, user, policy));
}
