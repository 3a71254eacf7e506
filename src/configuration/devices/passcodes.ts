import type { Environment } from '../../environment/context.js';
import type { Message } from '../../environment/journal/outbox.js';
import type { Device, DeviceSecret } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { fromBase32 } from '../../lib/base32.js';
import { sameSecret } from '../../lib/same-secret.js';
import { matchTotp } from '../../protocol/totp.js';
import { renderMessage } from '../notifications/messages.js';
import { type MethodSettings, methods } from './methods.js';

/** Where a passcode goes. */
export interface Receiver {
  readonly channel: Message['channel'];
  readonly to: string;
}

/** Where the passcodes of a device go; undefined where the device makes its own. */
export function receiverOf(device: Pick<Device, 'type' | 'email' | 'phone'>): Receiver | undefined {
  const { channel, address } = methods[device.type];
  const to = address && device[address];
  return channel && to !== undefined ? { channel, to } : undefined;
}

/** A new passcode of digits. */
export const newPasscode = ({ random }: Environment, length: number): string => random.text(length, '0123456789');

/** Puts the message with the passcode that pairs a device into the outbox. */
export async function sendPairingCode(environment: Environment, user: User, { channel, to }: Receiver, code: string): Promise<void> {
  const rendered = await renderMessage(environment, { template: 'device_pairing', channel, user, code });
  await environment.outbox.add({ channel, to, ...rendered, code, userId: user.id });
}

export const secretOf = async ({ store }: Environment, { id }: Pick<Device, 'id'>): Promise<DeviceSecret> =>
  (await store.deviceSecrets.get(id)) ?? { id };

/** Whether a device may not be used now, because of wrong passcodes. */
export const isLocked = ({ lock }: Device, now: number): boolean => lock !== undefined && Date.parse(lock.expiresAt) > now;

/** The device with one more wrong passcode: after as many as its policy allows, it is locked for as long as that says. */
export async function countFailure(environment: Environment, device: Device, settings: MethodSettings): Promise<DeviceSecret> {
  const { store, clock } = environment;
  const before = await secretOf(environment, device);
  const failures = (before.failures ?? 0) + 1;
  const locks = settings.failureCount > 0 && failures >= settings.failureCount;
  const secret = { ...before, failures: locks ? 0 : failures };
  const lock = { expiresAt: new Date(clock.now() + settings.coolDownMilliseconds).toISOString(), reason: 'OTP' } as const;
  await Promise.all([
    store.deviceSecrets.put(secret),
    ...(locks && settings.coolDownMilliseconds > 0 ? [store.devices.put({ ...device, lock })] : []),
  ]);
  return secret;
}

/**
 * Takes a passcode that the device made, as TOTP: true once, and never again for the same step or an earlier one. Callers
 * let no two requests take from one device at once.
 */
export async function takeTotp(environment: Environment, device: Device, presented: string): Promise<boolean> {
  const held = await secretOf(environment, device);
  const key = held.secret === undefined ? undefined : fromBase32(held.secret);
  const step = key && matchTotp(key, presented.trim(), { now: environment.clock.now(), usedStep: held.usedStep });
  if (step === undefined) return false;
  await environment.store.deviceSecrets.put({ ...held, usedStep: step, failures: 0 });
  return true;
}

/** Whether a passcode is the one that was sent and has not expired. */
export const matchesSent = (sent: { readonly value: string; readonly expiresAt: number }, presented: string, now: number): boolean =>
  sent.expiresAt > now && sameSecret(sent.value, presented.trim());
