import { methods } from '../../configuration/devices/methods.js';
import { devicePolicyFor } from '../../configuration/mfa/device-policies.js';
import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { FlowDevice } from '../../environment/model/second-factor.js';
import type { User } from '../../environment/model/user.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { failFlow } from '../engine.js';
import { saveFlow } from '../flows.js';
import { beginWith, candidatesOf, profileDevicesOf } from '../mfa/begin.js';
import type { Step } from '../step.js';

const fits: Readonly<Record<'otp' | 'push', (device: FlowDevice) => boolean>> = {
  otp: ({ type }) => methods[type].amr === 'otp',
  push: ({ type }) => type === 'MOBILE',
};

/** The addresses of the profile that can replace a device: the e-mail address and the phone. */
const fromProfile = { sms: { enabled: true } };

const without: Readonly<Record<'otp' | 'push', string>> = { otp: 'device or address for a passcode', push: 'phone that can be asked' };

/**
 * Asks for a passcode, or asks the phone: with the devices of the user that the default MFA policy allows. Where the user has
 * paired none, a passcode goes to the addresses of the profile. Without anything, the flow has failed.
 */
export async function beginFactor(step: Step, user: User, kind: 'otp' | 'push'): Promise<Flow> {
  const { environment, flow } = step;
  const policy = await devicePolicyFor(environment, undefined);
  const candidates = await candidatesOf(environment, user, policy);
  const devices = candidates.devices.filter(fits[kind]);
  const hasPaired = candidates.devices.length + candidates.unavailable.length > 0;
  const usable = devices.length > 0 || hasPaired || kind === 'push' ? devices : profileDevicesOf(fromProfile, user);
  const hasDefault = candidates.hasDefault && candidates.devices[0] === devices[0];
  const begun = await beginWith(environment, flow, user, policy, { ...candidates, devices: usable, hasDefault });
  if (begun.kind === 'begun') return save(environment, begun.state, kind);
  const reason = `${user.username} has no ${without[kind]}`;
  return failFlow(step, { code: 'NO_USABLE_DEVICES', message: flowTexts.noDevices.text(user.id), reason });
}

/** A flow that waits for a phone has a challenge that the client asks for the status of. */
export const save = (environment: Environment, flow: Flow, kind: 'otp' | 'push'): Promise<Flow> => {
  const { davinci } = flow;
  const challenge = kind === 'push' ? environment.random.bytes(16).toString('hex') : undefined;
  return saveFlow(environment, davinci ? { ...flow, davinci: { ...davinci, challenge } } : flow);
};
