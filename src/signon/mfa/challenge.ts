import { millisecondsOf, mobileApplicationOf, settingsFor } from '../../configuration/devices/methods.js';
import { receiverOf } from '../../configuration/devices/passcodes.js';
import { newAssertion } from '../../configuration/devices/passkeys.js';
import { devicePolicyFor } from '../../configuration/mfa/device-policies.js';
import { renderMessage } from '../../configuration/notifications/messages.js';
import type { Environment } from '../../environment/context.js';
import type { FlowDevice, PushRequest, SecondFactor } from '../../environment/model/second-factor.js';
import type { User } from '../../environment/model/user.js';
import { sendCode } from '../one-time-codes.js';

/** As much of an address as its owner needs to recognise it: `*******01`, `a****@example.com`. */
export const maskAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  return at < 0 ? address.slice(-2).padStart(address.length, '*') : `${address.slice(0, 1).padEnd(at, '*')}${address.slice(at)}`;
};

/** How long a phone has to answer, unless the policy of its application says otherwise. */
const usualPushMilliseconds = 40_000;
/** A push request is kept a little longer than it can be answered, so that its end can be reported. */
const keptMilliseconds = 15 * 60_000;

/** What the page shows and the phone offers where numbers have to match: two digits, one of three. */
function numbersFor({ random }: Environment): Pick<PushRequest, 'number' | 'choices'> {
  const choices = new Set<string>();
  while (choices.size < 3) choices.add(random.text(2, '0123456789'));
  const [number = ''] = choices;
  return { number, choices: [...choices].sort() };
}

/** Asks a phone to confirm. It is answered by a test, the inspector or the control API. */
async function sendPush<T extends SecondFactor>(environment: Environment, state: T, user: User, device: FlowDevice): Promise<T> {
  const { clock, outbox, random, store } = environment;
  const policy = await devicePolicyFor(environment, state.devicePolicyId);
  const stored = await store.devices.get(device.id);
  const application = mobileApplicationOf(policy, stored?.application?.id);
  const createdAt = clock.now();
  const push: PushRequest = {
    id: random.uuid(),
    userId: user.id,
    deviceId: device.id,
    ownerId: state.id,
    createdAt,
    timesOutAt: createdAt + (application?.pushTimeout ? millisecondsOf(application.pushTimeout) : usualPushMilliseconds),
    ...(application?.push?.numberMatching?.enabled && numbersFor(environment)),
  };
  await store.pushRequests.put(push, createdAt + keptMilliseconds);
  const rendered = await renderMessage(environment, { template: 'strong_authentication', channel: 'push', user });
  await outbox.add({ channel: 'push', to: device.nickname ?? device.id, ...rendered, flowId: state.id, userId: user.id });
  return { ...state, status: 'PUSH_CONFIRMATION_REQUIRED', pushId: push.id };
}

/** Asks for a passkey of the relying party of the selected one. */
async function askPasskey<T extends SecondFactor>(environment: Environment, state: T, { id }: FlowDevice): Promise<T> {
  const { rp = { id: '' } } = (await environment.store.devices.get(id)) ?? {};
  return { ...state, status: 'ASSERTION_REQUIRED', assertion: await newAssertion(environment, rp, state.devicePolicyId) };
}

/** Challenges one of the user's devices: sends its passcode, or waits for what the device makes. Nothing is saved. */
export async function challenge<T extends SecondFactor>(environment: Environment, before: T, user: User, device: FlowDevice): Promise<T> {
  const state: T = { ...before, selectedDeviceId: device.id, sentCode: undefined, assertion: undefined, pushId: undefined };
  if (device.type === 'FIDO2') return askPasskey(environment, state, device);
  if (device.type === 'MOBILE') return sendPush(environment, state, user, device);
  const receiver = receiverOf({ type: device.type, ...(device.address !== undefined && { email: device.address, phone: device.address }) });
  const waiting: T = { ...state, status: 'OTP_REQUIRED' };
  if (!receiver) return waiting;
  const { otpLength, lifeTimeMilliseconds } = settingsFor(await devicePolicyFor(environment, state.devicePolicyId), device.type);
  const own = device.paired || device.oneTime ? { length: otpLength, milliseconds: lifeTimeMilliseconds } : {};
  const sentCode = await sendCode(environment, state, user, 'passcode', receiver, { ...own, isShown: device.testMode === true });
  return { ...waiting, sentCode };
}
