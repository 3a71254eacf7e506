import { devicesOf } from '../../configuration/devices/devices.js';
import { methods } from '../../configuration/devices/methods.js';
import { pairOwnDevice } from '../../configuration/devices/own-devices.js';
import { secretOf } from '../../configuration/devices/passcodes.js';
import { changeUser, withUser } from '../../configuration/directory/users.js';
import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { DeviceType } from '../../environment/model/mfa.js';
import type { FlowDevice } from '../../environment/model/second-factor.js';
import type { User } from '../../environment/model/user.js';
import { fromBase32 } from '../../lib/base32.js';
import { assert } from '../../protocol/authenticator.js';
import { hotp, stepAt } from '../../protocol/totp.js';
import { advance, withFirstFactor } from '../engine.js';
import type { StepResult } from '../step.js';
import { cancelPush, checkAssertion, checkPasscode, pollPush, selectDevice } from './actions.js';
import { selectedDevice } from './answers.js';
import { decidePush } from './push.js';

/** How the mock shows a second factor in place of a person. */
export interface Means {
  readonly kind: 'otp' | 'passkey' | 'push';
  /** The person denies the push request. */
  readonly denies?: boolean;
  /** The host of the sign-on page, which a new passkey belongs to. */
  readonly hostname: string;
}

const ofKind: Readonly<Record<Means['kind'], (type: DeviceType) => boolean>> = {
  otp: (type) => methods[type].amr === 'otp',
  passkey: (type) => type === 'FIDO2',
  push: (type) => type === 'MOBILE',
};

const statusOf = { otp: 'OTP_REQUIRED', passkey: 'ASSERTION_REQUIRED', push: 'PUSH_CONFIRMATION_REQUIRED' } as const;

/** Whether the mock can use a device: it has the private key of a passkey only if it made that itself. */
async function canUse(environment: Environment, { type, id }: Pick<FlowDevice, 'type' | 'id'>, { kind }: Means): Promise<boolean> {
  if (!ofKind[kind](type)) return false;
  return type !== 'FIDO2' || (await secretOf(environment, { id })).passkey?.privateKey !== undefined;
}

/** Pairs a device where the user has none that the mock could use, and lets the user use MFA. */
async function prepare(environment: Environment, user: User, means: Means): Promise<User> {
  const devices = (await devicesOf(environment, user.id)).filter(({ status }) => status === 'ACTIVE');
  for (const device of devices) if (await canUse(environment, device, means)) return enabled(environment, user);
  // Passcodes go to the addresses of the profile as long as there is no device.
  if (means.kind === 'otp' && devices.length === 0 && !user.email && user.mobilePhone) return user;
  const nickname = 'Paired by the mock';
  const otp = user.email ? ({ type: 'EMAIL', email: user.email } as const) : ({ type: 'TOTP' } as const);
  const given = { otp, passkey: { type: 'FIDO2' }, push: { type: 'MOBILE' } } as const;
  await pairOwnDevice(environment, user, { ...given[means.kind], nickname }, means.hostname);
  return enabled(environment, user);
}

const enabled = async (environment: Environment, user: User): Promise<User> =>
  user.mfaEnabled ? user : withUser(environment, user.id, (existing) => changeUser(environment, existing, { mfaEnabled: true }));

/** A passcode of the selected device that counts now. */
async function passcodeOf(environment: Environment, { sentCode }: Flow, device: FlowDevice): Promise<string> {
  if (sentCode) return sentCode.value;
  const { secret = '', usedStep = -1 } = await secretOf(environment, device);
  const key = fromBase32(secret) ?? Buffer.alloc(0);
  return hotp(key, Math.max(stepAt(environment.clock.now()), usedStep + 1));
}

async function assertionOf(environment: Environment, flow: Flow, device: FlowDevice): Promise<{ origin: string; assertion: string }> {
  const { passkey } = await secretOf(environment, device);
  const { challenge = '', relyingPartyId = '' } = flow.assertion ?? {};
  const origin = relyingPartyId === 'localhost' ? 'http://localhost' : `https://${relyingPartyId}`;
  const ceremony = { relyingPartyId, origin, challenge, counter: (passkey?.counter ?? 0) + 1 };
  return { origin, assertion: assert(passkey?.privateKey ?? '', passkey?.id ?? '', ceremony) };
}

/** One step of the second factor; undefined if the mock cannot go on. */
async function next(environment: Environment, flow: Flow, means: Means): Promise<StepResult | undefined> {
  const step = { environment, flow };
  const selected = selectedDevice(flow);
  if (selected && flow.status === statusOf[means.kind] && (await canUse(environment, selected, means))) {
    if (means.kind === 'otp') return checkPasscode(step, { otp: await passcodeOf(environment, flow, selected) });
    if (means.kind === 'passkey') return checkAssertion(step, await assertionOf(environment, flow, selected));
    await decidePush(environment, flow.pushId ?? '', means.denies !== true);
    return pollPush(step);
  }
  for (const device of flow.devices ?? []) {
    if (!(await canUse(environment, device, means))) continue;
    if (flow.status === 'PUSH_CONFIRMATION_REQUIRED') return cancelPush(step);
    return selectDevice(step, { device });
  }
  return undefined;
}

const waiting: readonly string[] = [...Object.values(statusOf), 'DEVICE_SELECTION_REQUIRED', 'PUSH_CONFIRMATION_TIMED_OUT'];

/**
 * Takes a flow as far as a person would with the first factor and this second one, by the sign-on policy. A user without a device
 * of the kind gets one first. The result may wait for something else that the policy asks for.
 */
export async function signOnWithSecondFactor(environment: Environment, flow: Flow, user: User, means: Means): Promise<StepResult> {
  const prepared = await prepare(environment, user, means);
  let result = await advance({ environment, flow: await withFirstFactor(environment, flow, prepared) });
  // A policy may ask several times; each time takes three steps at most.
  for (let steps = 0; steps < 60 && waiting.includes(result.flow.status); steps += 1) {
    const more = await next(environment, result.flow, means);
    if (!more) break;
    result = more;
  }
  return result;
}
