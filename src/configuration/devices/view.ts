import type { Environment } from '../../environment/context.js';
import type { Device } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { array, object, secret, string } from '../../lib/schema/types.js';
import { toLinks } from '../../pingone/hal.js';
import { devicePolicyFor } from '../mfa/device-policies.js';
import type { DevicePolicyBody } from '../mfa/schema.js';
import { isLocked, secretOf } from './passcodes.js';
import { creationOptions } from './passkeys.js';

/** What answers hold that no one else may see. */
export const deviceAnswer = object({}, { secret: secret(string), keyUri: secret(string), test: object({}, { otp: secret(string) }) });

/** The same of a list of devices. */
export const devicesAnswer = object({}, { _embedded: object({}, { devices: array(deviceAnswer) }) });

/** The address that an authenticator app reads a secret from, usually as a QR code. `parameters` are those of the MFA policy, as `issuer`. */
export function keyUriOf(username: string, secret: string, parameters: Readonly<Record<string, unknown>> = {}): string {
  const query = new URLSearchParams([
    ['secret', secret],
    ...Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && name !== 'secret' ? [[name, value]] : [],
    ),
  ]);
  return `otpauth://totp/${encodeURIComponent(username).replaceAll('%40', '@')}?${query}`.replaceAll('+', '%20');
}

/** What an authenticator app is paired by, as long as it is not active. */
export async function keyOf(environment: Environment, device: Device, user: User): Promise<{ secret: string; keyUri: string } | undefined> {
  const { secret: shared } = await secretOf(environment, device);
  if (device.type !== 'TOTP' || device.status === 'ACTIVE' || shared === undefined) return undefined;
  const { totp } = (await devicePolicyFor(environment, device.policy?.id)) as Partial<DevicePolicyBody>;
  const parameters = totp?.uriParameters as Readonly<Record<string, unknown>> | undefined;
  return { secret: shared, keyUri: keyUriOf(user.username, shared, parameters) };
}

/** What a device shows only until it is active: the secret of TOTP, the passcode in test mode. */
async function pendingMembers(environment: Environment, device: Device, user: User): Promise<object> {
  if (device.status === 'ACTIVE') return {};
  if (device.type === 'FIDO2') {
    const publicKeyCredentialCreationOptions = await creationOptions(environment, device, user);
    return publicKeyCredentialCreationOptions === undefined ? {} : { publicKeyCredentialCreationOptions };
  }
  const key = await keyOf(environment, device, user);
  if (key) return key;
  const { code } = await secretOf(environment, device);
  return device.testMode && code ? { test: { otp: code.value } } : {};
}

/** A device as the management API shows it (docs/fidelity.md, management 7.17). */
export async function showDevice(environment: Environment, device: Device, user: User, environmentUrl: string) {
  const { id, type, status, block, lock, policy: _, order: __, environment: ___, user: ____, createdAt, updatedAt, ...members } = device;
  const userUrl = `${environmentUrl}/users/${user.id}`;
  const self = `${userUrl}/devices/${id}`;
  const pending = status === 'ACTIVATION_REQUIRED';
  const locked = isLocked(device, environment.clock.now());
  return {
    _links: toLinks({ self, environment: environmentUrl, user: userUrl, ...(pending && { 'device.activate': self }) }),
    id,
    environment: { id: environment.id },
    user: { id: user.id },
    type,
    status,
    createdAt,
    updatedAt,
    ...members,
    ...(await pendingMembers(environment, device, user)),
    block: { status: block ? 'BLOCKED' : 'UNBLOCKED', ...block },
    lock: { status: locked ? 'LOCKED' : 'UNLOCKED', ...(locked && lock) },
  };
}
