import type { Environment } from '../../environment/context.js';
import type { Device, DeviceType } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { toBase32 } from '../../lib/base32.js';
import { coseKey, type SoftKey } from '../../protocol/authenticator.js';
import { newMembers } from '../items.js';
import { pairActive, withDevicesOf } from './devices.js';
import { relyingPartyFor } from './passkeys.js';

/** What an active device is created from, without a person who would have confirmed it. */
export interface ActiveDevice {
  readonly type: DeviceType;
  readonly id?: string | undefined;
  readonly nickname?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly extension?: string | undefined;
  readonly testMode?: boolean | undefined;
  readonly rp?: { readonly id: string; readonly name?: string | undefined } | undefined;
  readonly application?: { readonly id: string } | undefined;
  /** Of TOTP and OATH tokens, base32; without it, a new one. */
  readonly secret?: string | undefined;
}

/** A private key of P-256. Almost every 32 bytes are one; the chance of hitting another value is below 2^-32. */
const newKey = ({ random }: Environment): SoftKey => random.bytes(32).toString('base64url');

/** The passkey of a device whose private key the mock has, so that it can sign in place of a person. */
function ownPasskey(environment: Environment) {
  const privateKey = newKey(environment);
  const id = environment.random.bytes(16).toString('base64url');
  return { id, publicKey: coseKey(privateKey).toString('base64url'), counter: 0, backupEligible: false, privateKey };
}

/** Pairs a device that is active at once: of a seed, or one that the mock itself uses. `hostname` is that of a passkey's pages. */
export const pairOwnDevice = (environment: Environment, user: User, given: ActiveDevice, hostname = 'localhost'): Promise<Device> =>
  withDevicesOf(environment, user.id, async () => {
    const { type, id, secret, rp, nickname, email, phone, extension, testMode, application } = given;
    const made = newMembers(environment);
    const device: Device = {
      ...made,
      ...(id !== undefined && { id: id.toLowerCase() }),
      user: { id: user.id },
      type,
      status: 'ACTIVE',
      ...(nickname && { nickname }),
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
      ...(extension !== undefined && { extension }),
      ...(testMode !== undefined && { testMode }),
      ...(application && { application: { id: application.id.toLowerCase() } }),
      ...(type === 'FIDO2' && { rp: await relyingPartyFor(environment, undefined, rp, hostname) }),
    };
    if (type === 'TOTP' || type === 'OATH_TOKEN')
      await environment.store.deviceSecrets.put({ id: device.id, secret: secret ?? toBase32(environment.random.bytes(20)) });
    if (type === 'FIDO2') await environment.store.deviceSecrets.put({ id: device.id, passkey: ownPasskey(environment) });
    return pairActive(environment, user, device, true);
  });
