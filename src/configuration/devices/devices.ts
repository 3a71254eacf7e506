import type { Environment } from '../../environment/context.js';
import type { Device, DeviceSecret, DeviceType } from '../../environment/model/mfa.js';
import { deviceTypes } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { serialize } from '../../environment/serialize.js';
import { fromBase32, toBase32 } from '../../lib/base32.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import {
  constraint,
  emptyValue,
  invalidData,
  invalidValue,
  notFound,
  type PingOneError,
  unknownReference,
} from '../../pingone/pingone-error.js';
import { newMembers, nowOf } from '../items.js';
import { devicePoliciesOf, devicePolicyFor } from '../mfa/device-policies.js';
import { mfaSettingsOf } from '../mfa/settings.js';
import { renderMessage } from '../notifications/messages.js';
import { methods, settingsFor } from './methods.js';
import { countFailure, isLocked, matchesSent, newPasscode, receiverOf, secretOf, sendPairingCode, takeTotp } from './passcodes.js';
import { judgeAttestation, newChallenge, relyingPartyFor } from './passkeys.js';
import type { NewDeviceBody } from './schema.js';

/** A device that is not activated within a day is removed. */
const pendingMilliseconds = 24 * 3_600_000;
/** The most devices of a user that can wait for activation. */
const mostPending = 50;

/** Work on the devices of a user, one after the other. */
export const withDevicesOf = <T>(environment: Environment, userId: string, work: () => Promise<T>): Promise<T> =>
  serialize(environment, `devices ${userId}`, work);

const isOver = ({ status, createdAt }: Device, now: number): boolean =>
  status === 'ACTIVATION_REQUIRED' && Date.parse(createdAt) + pendingMilliseconds <= now;

/** The active devices of a user in their order, the default one first, then those that wait for their activation. */
export async function devicesOf({ store, clock }: Environment, userId: string): Promise<Device[]> {
  const rank = ({ status, order = Number.MAX_SAFE_INTEGER }: Device) => (status === 'ACTIVE' ? order : Number.POSITIVE_INFINITY);
  const devices = (await store.devices.find('user.id', userId)).filter((device) => !isOver(device, clock.now()));
  return devices.sort((one, other) => (rank(one) === rank(other) ? 0 : rank(one) - rank(other)));
}

/** A device of a user, or a 404: also if it is another user's. */
export async function deviceOf({ store, clock }: Environment, userId: string, id: string): Promise<Device> {
  const device = await store.devices.get(id);
  if (!device || device.user.id !== userId || isOver(device, clock.now())) throw notFound();
  return device;
}

/** The place of a device that becomes active: the last, unless the order was removed. */
async function nextOrder(environment: Environment, userId: string): Promise<number | undefined> {
  const active = (await devicesOf(environment, userId)).filter(({ status }) => status === 'ACTIVE');
  if (active.length === 0) return 0;
  return active.some(({ order }) => order === undefined) ? undefined : Math.max(...active.map(({ order = 0 }) => order)) + 1;
}

/** Refuses a device that would exceed the environment's limit. */
async function requireRoom(environment: Environment, userId: string): Promise<void> {
  const devices = await devicesOf(environment, userId);
  const { maxAllowedDevices } = (await mfaSettingsOf(environment)).pairing;
  const pending = devices.filter(({ status }) => status === 'ACTIVATION_REQUIRED').length;
  if (devices.length - pending >= maxAllowedDevices || pending >= mostPending)
    throw invalidData({ code: 'LIMIT_EXCEEDED', target: 'device', message: texts.devicesLimit.text });
}

const isDeviceType = (type: string): type is DeviceType => (deviceTypes as readonly string[]).includes(type);

/** The type of a new device; a phone with an application is paired by a pairing key instead. */
export function typeOfNew(type: string): DeviceType {
  if (!isDeviceType(type) || type === 'MOBILE') throw invalidValue('type', texts.deviceType.text);
  return type;
}

/** Stores a device that becomes active, at the end of the user's order, and tells the user of it if the policy says so. */
async function putActive(environment: Environment, user: User, device: Device, isSilent = false): Promise<Device> {
  const order = await nextOrder(environment, user.id);
  const { order: _, ...rest } = device;
  const active: Device = { ...rest, status: 'ACTIVE', ...(order !== undefined && { order }), updatedAt: nowOf(environment) };
  await environment.store.devices.put(active);
  if (!isSilent) await tellOfNewDevice(environment, user, active);
  return active;
}

/** The message about a new device, by mail or, without an address, by SMS: in the order of the policy. */
async function tellOfNewDevice(environment: Environment, user: User, { policy }: Device): Promise<void> {
  const { newDeviceNotification = 'NONE' } = await devicePolicyFor(environment, policy?.id);
  if (newDeviceNotification === 'NONE') return;
  const receivers = [
    { channel: 'email', to: user.email },
    { channel: 'sms', to: user.mobilePhone },
  ] as const;
  const found = (newDeviceNotification === 'SMS_THEN_EMAIL' ? receivers.toReversed() : receivers).find(({ to }) => to !== undefined);
  if (!found?.to) return;
  const rendered = await renderMessage(environment, { template: 'new_device_paired', channel: found.channel, user });
  await environment.outbox.add({ channel: found.channel, to: found.to, ...rendered, userId: user.id });
}

export interface NewDevice {
  readonly body: NewDeviceBody;
  /** The user pairs it, and has to prove that it is theirs. */
  readonly isSelf?: boolean;
  readonly id?: string | undefined;
  /** The host that the request used: the relying party of a passkey, in place of PingOne's own. */
  readonly hostname?: string;
}

/** Adds a device to a user. One that is not active yet is sent a passcode, or gets a secret of its own. */
export const createDevice = (
  environment: Environment,
  user: User,
  { body, isSelf = false, id, hostname = 'localhost' }: NewDevice,
): Promise<Device> =>
  withDevicesOf(environment, user.id, async () => {
    const type = typeOfNew(body.type);
    const { address } = methods[type];
    if (address && body[address] === undefined) throw emptyValue(address);
    const wanted = body.policy?.id.toLowerCase();
    if (wanted !== undefined && !(await devicePoliciesOf(environment)).some((policy) => policy.id === wanted))
      throw unknownReference('policy.id');
    const policy = await devicePolicyFor(environment, wanted);
    const settings = settingsFor(policy, type);
    if (!settings.enabled || settings.pairingDisabled) throw invalidValue('type', texts.devicePolicy.text);
    await requireRoom(environment, user.id);
    const makesItsOwn = receiverOf({ ...body, type } as Device) === undefined;
    const status = isSelf || makesItsOwn ? 'ACTIVATION_REQUIRED' : (body.status ?? 'ACTIVE');
    const { nickname, testMode, extension } = body;
    const device: Device = {
      ...newMembers(environment),
      ...(id !== undefined && { id }),
      user: { id: user.id },
      type,
      status,
      ...(nickname && { nickname }),
      ...(address && { [address]: body[address] }),
      ...(extension !== undefined && type === 'VOICE' && { extension }),
      ...(testMode && address && { testMode }),
      ...(type === 'FIDO2' && { rp: await relyingPartyFor(environment, policy.id, body.rp, hostname) }),
      policy: { id: policy.id },
    };
    if (status === 'ACTIVE') return putActive(environment, user, device);
    await Promise.all([environment.store.devices.put(device), environment.store.deviceSecrets.put(newSecretOf(environment, device, body))]);
    return address ? sendCodeTo(environment, user, device) : device;
  });

/** The initial state of a device that makes its own passcodes. */
function newSecretOf(environment: Environment, { id, type }: Device, body: NewDeviceBody): DeviceSecret {
  if (type === 'FIDO2') return { id, challenge: newChallenge(environment) };
  if (type !== 'TOTP' && type !== 'OATH_TOKEN') return { id };
  if (body.secret === undefined) return { id, secret: toBase32(environment.random.bytes(20)) };
  if ((fromBase32(body.secret)?.length ?? 0) < 10) throw invalidValue('secret', texts.deviceSecret.text);
  return { id, secret: body.secret };
}

/** Sends the passcode that pairs a device; the one before no longer counts. */
async function sendCodeTo(environment: Environment, user: User, device: Device): Promise<Device> {
  const receiver = receiverOf(device);
  if (!receiver) throw constraint(texts.deviceNoCode.text);
  const { otpLength, lifeTimeMilliseconds } = settingsFor(await devicePolicyFor(environment, device.policy?.id), device.type);
  const value = newPasscode(environment, otpLength);
  const expiresAt = new Date(environment.clock.now() + lifeTimeMilliseconds).toISOString();
  await environment.store.deviceSecrets.put({ ...(await secretOf(environment, device)), code: { value, expiresAt, failures: 0 } });
  if (!device.testMode) await sendPairingCode(environment, user, receiver, value);
  return device;
}

const requirePending = ({ status }: Device): void => {
  if (status !== 'ACTIVATION_REQUIRED') throw constraint(texts.deviceActive.text);
};

/** Sends another passcode to a device that is not active yet. */
export const resendPairingCode = (environment: Environment, user: User, id: string): Promise<Device> =>
  withDevicesOf(environment, user.id, async () => {
    const device = await deviceOf(environment, user.id, id);
    requirePending(device);
    return sendCodeTo(environment, user, device);
  });

const refusedPasscode = (reason: string): PingOneError =>
  invalidData({ code: 'INVALID_OTP', target: 'otp', message: texts.devicePasscode.text }, { reason });

/** Activates a device by the passcode that was sent to it, or that it made. */
export const activateDevice = (environment: Environment, user: User, id: string, presented: string): Promise<Device> =>
  withDevicesOf(environment, user.id, async () => {
    const device = await deviceOf(environment, user.id, id);
    requirePending(device);
    if (isLocked(device, environment.clock.now())) throw refusedPasscode('the device is locked after too many wrong passcodes');
    await requireRoomForActive(environment, user.id);
    const settings = settingsFor(await devicePolicyFor(environment, device.policy?.id), device.type);
    const { code } = await secretOf(environment, device);
    if (code && code.failures >= Math.max(1, settings.failureCount)) throw refusedPasscode('too many wrong passcodes: send a new one');
    const fits = code
      ? matchesSent({ value: code.value, expiresAt: Date.parse(code.expiresAt) }, presented, environment.clock.now())
      : await takeTotp(environment, device, presented);
    if (!fits) {
      const counted = await countFailure(environment, device, settings);
      if (code) await environment.store.deviceSecrets.put({ ...counted, code: { ...code, failures: code.failures + 1 } });
      throw refusedPasscode('it is not the passcode of this device, it was used before, or it has expired');
    }
    const { code: _, failures: __, ...secret } = await secretOf(environment, device);
    await environment.store.deviceSecrets.put(secret);
    return putActive(environment, user, await deviceOf(environment, user.id, id));
  });

/** Activates a passkey by what a browser has made: challenge, origin and signature have to be right, and no other device may have it. */
export const activatePasskey = (
  environment: Environment,
  user: User,
  id: string,
  { origin, attestation }: { readonly origin: string; readonly attestation: string },
): Promise<Device> =>
  withDevicesOf(environment, user.id, async () => {
    const device = await deviceOf(environment, user.id, id);
    requirePending(device);
    await requireRoomForActive(environment, user.id);
    const refuse = (reason: string) =>
      invalidData({ code: 'INVALID_VALUE', target: 'attestation', message: texts.deviceAttestation.text }, { reason });
    const verdict = await judgeAttestation(environment, device, origin, attestation);
    if (!verdict.ok) throw refuse(verdict.reason);
    const { value: passkey } = verdict;
    const others = await environment.store.deviceSecrets.find('passkey', passkey.id);
    if (others.length > 0) throw refuse('another device has this passkey');
    await environment.store.deviceSecrets.put({ id, passkey });
    return putActive(environment, user, device);
  });

/** Activating it must not exceed the limit for active devices. */
async function requireRoomForActive(environment: Environment, userId: string): Promise<void> {
  const active = (await devicesOf(environment, userId)).filter(({ status }) => status === 'ACTIVE').length;
  if (active >= (await mfaSettingsOf(environment)).pairing.maxAllowedDevices)
    throw invalidData({ code: 'LIMIT_EXCEEDED', target: 'device', message: texts.devicesLimit.text });
}

/** Stores a device that has shown already that it is the user's. `isSilent`: the user is not notified. */
export async function pairActive(environment: Environment, user: User, device: Device, isSilent = false): Promise<Device> {
  await requireRoomForActive(environment, user.id);
  return putActive(environment, user, device, isSilent);
}

/** Changes a device while no other request does. */
export const changeDevice = (
  environment: Environment,
  userId: string,
  id: string,
  change: (device: Device, now: string) => Device,
): Promise<Device> =>
  withDevicesOf(environment, userId, async () => {
    const now = nowOf(environment);
    const changed = { ...change(await deviceOf(environment, userId, id), now), updatedAt: now };
    await environment.store.devices.put(changed);
    return changed;
  });

/** An administrator keeps a device from being used. */
export const blocked = (device: Device, now: string): Device => ({ ...device, block: device.block ?? { blockedAt: now } });
export const unblocked = ({ block: _, ...device }: Device): Device => device;
/** Ends the lock that wrong passcodes have brought. */
export const unlocked = ({ lock: _, ...device }: Device): Device => device;
/** An empty name removes the name. */
export const renamed = ({ nickname: _, ...device }: Device, nickname: string): Device => ({
  ...device,
  ...(nickname !== '' && { nickname }),
});

/** Unlocks a device, and forgets its wrong passcodes. */
export async function unlockDevice(environment: Environment, userId: string, id: string): Promise<Device> {
  const device = await changeDevice(environment, userId, id, unlocked);
  const { failures: _, ...secret } = await secretOf(environment, device);
  await environment.store.deviceSecrets.put(secret);
  return device;
}

export const deleteDevice = (environment: Environment, userId: string, id: string): Promise<void> =>
  withDevicesOf(environment, userId, async () => {
    const { devices, deviceSecrets } = environment.store;
    await deviceOf(environment, userId, id);
    await Promise.all([devices.take(id), deviceSecrets.take(id)]);
  });

/** Puts the active devices of a user into an order, which has to name each of them once. */
export const orderDevices = (environment: Environment, userId: string, ids: readonly string[]): Promise<Device[]> =>
  withDevicesOf(environment, userId, async () => {
    const active = (await devicesOf(environment, userId)).filter(({ status }) => status === 'ACTIVE');
    const wanted = ids.map((id) => id.toLowerCase());
    if (new Set(wanted).size !== active.length || wanted.length !== active.length || !active.every(({ id }) => wanted.includes(id)))
      throw invalidValue('order', texts.deviceOrder.text);
    await Promise.all(active.map((device) => environment.store.devices.put({ ...device, order: wanted.indexOf(device.id) })));
    return devicesOf(environment, userId);
  });

/** Removes the order: the user has no default device, and chooses one at each sign-on. */
export const removeDeviceOrder = (environment: Environment, userId: string): Promise<void> =>
  withDevicesOf(environment, userId, async () => {
    for (const { order: _, ...device } of await devicesOf(environment, userId)) await environment.store.devices.put(device);
  });
