import { withDevicesOf } from '../../configuration/devices/devices.js';
import { methods, settingsFor } from '../../configuration/devices/methods.js';
import { countFailure, isLocked, secretOf, takeTotp } from '../../configuration/devices/passcodes.js';
import { judgeAssertion, newChallenge } from '../../configuration/devices/passkeys.js';
import { devicePolicyFor } from '../../configuration/mfa/device-policies.js';
import type { Environment } from '../../environment/context.js';
import type { Passkey } from '../../environment/model/mfa.js';
import type { FlowDevice, SecondFactor } from '../../environment/model/second-factor.js';
import { sameSecret } from '../../lib/same-secret.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { invalidData, type PingOneError } from '../../pingone/pingone-error.js';
import { type Check, check } from '../../protocol/check.js';
import type { RuleName } from '../../protocol/rules/index.js';
import { type CodeRule, maxFailuresOfFlow, refusedCode } from '../one-time-codes.js';

/** After this many wrong codes the right one no longer counts, where no MFA policy says how many (inferred). */
const usualFailures = 5;

/** Stores the new state of a second factor. */
export type Save<T> = (state: T) => Promise<T>;

export const selectedDevice = ({ devices, selectedDeviceId }: SecondFactor): FlowDevice | undefined =>
  devices?.find(({ id }) => id === selectedDeviceId);

const refusedDevice = (reason: string, rule: 'device_of_user' | 'device_usable'): PingOneError =>
  invalidData(
    { code: 'INVALID_VALUE', target: 'device', message: flowTexts.device.text },
    { reason, check: check(rule, false, { got: reason }) },
  );

/** The device of this id among those that the user may choose from. */
export function deviceAmong({ devices }: SecondFactor, id: string): FlowDevice {
  const found = devices?.find((device) => device.id === id.toLowerCase());
  if (!found) throw refusedDevice(`the sign-on does not offer the device ${id.slice(0, 100)}`, 'device_of_user');
  return found;
}

/** Refuses a paired device that was deleted, blocked or locked since it was offered. */
export async function requireUsable(environment: Environment, device: FlowDevice): Promise<void> {
  if (!device.paired) return;
  const stored = await environment.store.devices.get(device.id);
  if (stored?.status === 'ACTIVE' && !stored.block && !isLocked(stored, environment.clock.now())) return;
  throw refusedDevice('the device has been deleted, blocked or locked since', 'device_usable');
}

/** What a device that was used adds to `amr`. */
export const withDeviceUsed = (amr: readonly string[], { type }: FlowDevice, passkey?: Passkey): readonly string[] => [
  // One that can be backed up is not bound to a piece of hardware (RFC 8176 §2).
  ...new Set([...amr, passkey?.backupEligible ? 'swk' : methods[type].amr, 'mfa']),
];

/**
 * Takes a passcode: the one that was sent, or one that the device makes. Wrong ones are counted in the code, in the flow,
 * and for the device, which its MFA policy then locks.
 */
export async function takePasscode<T extends SecondFactor>(
  environment: Environment,
  state: T,
  presented: string,
  save: Save<T>,
): Promise<T> {
  const refuse = (reason: string, rule?: CodeRule) => refusedCode('passcode', reason, rule);
  const device = selectedDevice(state);
  const { sentCode, wrongCodes = 0, userId = '' } = state;
  if (!device) throw refuse('no device is selected', 'one_time_code_sent');
  if (wrongCodes >= maxFailuresOfFlow) throw refuse('too many wrong codes in this flow: start the sign-on again', 'one_time_code_attempts');
  return withDevicesOf(environment, userId, async () => {
    const stored = device.paired ? await environment.store.devices.get(device.id) : undefined;
    if (device.paired && stored?.status !== 'ACTIVE') throw refuse('the device has been deleted since', 'device_usable');
    if (stored?.block) throw refuse('the device is blocked', 'device_usable');
    if (stored && isLocked(stored, environment.clock.now()))
      throw refuse(`the device is locked until ${stored.lock?.expiresAt}, after too many wrong passcodes`, 'device_usable');
    const settings = settingsFor(await devicePolicyFor(environment, state.devicePolicyId), device.type);
    const most = stored && settings.failureCount > 0 ? settings.failureCount : usualFailures;
    const { failures = 0, expiresAt = Number.POSITIVE_INFINITY } = sentCode ?? {};
    if (expiresAt <= environment.clock.now()) throw refuse('the code has expired', 'one_time_code_fresh');
    if (failures >= most) throw refuse('too many wrong codes: request a new one', 'one_time_code_attempts');
    const fits = sentCode
      ? sameSecret(sentCode.value, presented.trim())
      : stored !== undefined && (await takeTotp(environment, stored, presented));
    if (!fits) {
      await save({ ...state, wrongCodes: wrongCodes + 1, ...(sentCode && { sentCode: { ...sentCode, failures: failures + 1 } }) });
      if (stored) await countFailure(environment, stored, settings);
      throw refuse(sentCode ? 'it is not the code that was sent' : 'it is not a passcode of the device, or it was used before');
    }
    if (stored) await forgetFailures(environment, stored.id);
    return { ...state, sentCode: undefined };
  });
}

/** The devices of the flow that are passkeys: any of them may answer. */
export const passkeyDevices = ({ devices = [] }: SecondFactor): readonly FlowDevice[] => devices.filter(({ type }) => type === 'FIDO2');

/**
 * Takes what a browser answered for a passkey; its counter moves on. A challenge counts once, even if the answer is wrong.
 * The device that has signed is the selected one from then on.
 */
export async function takeAssertion<T extends SecondFactor>(
  environment: Environment,
  state: T,
  answer: { readonly origin: string; readonly assertion: string },
  save: Save<T>,
): Promise<{ readonly state: T; readonly passkey: Passkey }> {
  const refuse = (refusedBy: Check<RuleName>) => {
    const reason = `${refusedBy.rule}${refusedBy.got === undefined ? '' : `: ${refusedBy.got}`}`;
    return invalidData({ code: 'INVALID_VALUE', target: 'assertion', message: flowTexts.assertion.text }, { reason, check: refusedBy });
  };
  const { wrongCodes = 0, userId = '', assertion } = state;
  if (!assertion) throw refuse(check('passkey_challenge', false, { got: 'no passkey was asked for' }));
  if (wrongCodes >= maxFailuresOfFlow)
    throw refuse(check('one_time_code_attempts', false, { got: 'too many wrong answers in this flow: start the sign-on again' }));
  return withDevicesOf(environment, userId, async () => {
    const verdict = await judgeAssertion(environment, assertion, passkeyDevices(state), answer);
    const stored = verdict.value && (await environment.store.devices.get(verdict.value.deviceId));
    const unusable = stored && (stored.status !== 'ACTIVE' || stored.block !== undefined || isLocked(stored, environment.clock.now()));
    if (verdict.refusedBy || unusable || !stored) {
      const next = { ...assertion, challenge: newChallenge(environment) };
      await save({ ...state, wrongCodes: wrongCodes + 1, assertion: next });
      const selected = await environment.store.devices.get(state.selectedDeviceId ?? '');
      const policy = await devicePolicyFor(environment, state.devicePolicyId);
      if (selected && !isLocked(selected, environment.clock.now())) await countFailure(environment, selected, settingsFor(policy, 'FIDO2'));
      throw refuse(verdict.refusedBy ?? check('device_usable', false, { got: 'the device has been deleted, blocked or locked since' }));
    }
    const { deviceId, passkey } = verdict.value;
    const { failures: _, ...secret } = await secretOf(environment, { id: deviceId });
    await environment.store.deviceSecrets.put({ ...secret, passkey });
    return { state: { ...state, assertion: undefined, selectedDeviceId: deviceId }, passkey };
  });
}

async function forgetFailures(environment: Environment, id: string): Promise<void> {
  const { failures, ...secret } = await secretOf(environment, { id });
  if (failures) await environment.store.deviceSecrets.put(secret);
}

/** How a phone answered the request that it was sent. */
export async function pushOutcome(
  { store, clock }: Environment,
  { pushId = '' }: SecondFactor,
): Promise<'waiting' | 'approved' | 'denied' | 'timed out'> {
  const push = await store.pushRequests.get(pushId);
  if (push?.answer) return push.answer === 'APPROVED' ? 'approved' : 'denied';
  return push && push.timesOutAt > clock.now() ? 'waiting' : 'timed out';
}
