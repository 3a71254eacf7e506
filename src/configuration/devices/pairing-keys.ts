import type { Environment } from '../../environment/context.js';
import type { Device, PairingKey } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidData, invalidValue, notFound, unknownReference } from '../../pingone/pingone-error.js';
import { userOf } from '../directory/users.js';
import { newMembers, nowOf } from '../items.js';
import { devicePolicyFor } from '../mfa/device-policies.js';
import { mfaSettingsOf } from '../mfa/settings.js';
import { pairActive, withDevicesOf } from './devices.js';
import { millisecondsOf, mobileApplicationOf, settingsFor } from './methods.js';

const usualMilliseconds = 10 * 60_000;
/** How many keys of a user can wait to be used. */
const mostKeys = 20;

/** The pairing key of this id, if it is this user's, or a 404. */
export async function pairingKeyOf({ store }: Environment, userId: string, id: string): Promise<PairingKey> {
  const key = await store.pairingKeys.get(id);
  if (key?.user.id !== userId) throw notFound();
  return key;
}

const newCode = async (environment: Environment): Promise<string> =>
  (await mfaSettingsOf(environment)).pairing.pairingKeyFormat === 'ALPHANUMERIC'
    ? environment.random.text(16, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')
    : environment.random.text(12, '0123456789');

/** Makes a key that a native application pairs itself by. */
export async function createPairingKey(environment: Environment, user: User, wanted: readonly string[] = []): Promise<PairingKey> {
  const { store, clock } = environment;
  const applications = wanted.map((id) => ({ id: id.toLowerCase() }));
  for (const { id } of applications) if (!(await store.applications.get(id))) throw unknownReference('applications');
  const policy = await devicePolicyFor(environment, undefined);
  const { enabled, pairingDisabled } = settingsFor(policy, 'MOBILE');
  if (!enabled || pairingDisabled) throw invalidValue('applications', texts.devicePolicy.text);
  if ((await store.pairingKeys.find('user.id', user.id)).length >= mostKeys)
    throw invalidData({ code: 'LIMIT_EXCEEDED', message: texts.devicesLimit.text });
  const settings = mobileApplicationOf(policy, applications[0]?.id);
  const expiresAt = clock.now() + (settings?.pairingKeyLifetime ? millisecondsOf(settings.pairingKeyLifetime) : usualMilliseconds);
  const key: PairingKey = {
    ...newMembers(environment),
    user: { id: user.id },
    applications,
    code: await newCode(environment),
    status: 'UNCLAIMED',
    expiresAt: new Date(expiresAt).toISOString(),
  };
  await store.pairingKeys.put(key, expiresAt);
  return key;
}

/** Pairs a phone, as the native application does with the code of a pairing key; undefined if the code counts no longer. */
export async function claimPairingKey(environment: Environment, code: string, nickname?: string): Promise<Device | undefined> {
  const { store } = environment;
  const [found] = await store.pairingKeys.find('code', code.replaceAll(/[\s-]/g, '').toUpperCase());
  const key = found && (await store.pairingKeys.take(found.id));
  if (!key) return undefined;
  const user = await userOf(environment, key.user.id);
  const [application] = key.applications;
  const device: Device = {
    ...newMembers(environment),
    user: key.user,
    type: 'MOBILE',
    status: 'ACTIVE',
    ...(nickname !== undefined && { nickname }),
    ...(application && { application }),
    updatedAt: nowOf(environment),
  };
  return withDevicesOf(environment, user.id, () => pairActive(environment, user, device));
}
