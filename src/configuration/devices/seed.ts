import type { User } from '../../environment/model/user.js';
import { fromBase32 } from '../../lib/base32.js';
import { derivedId } from '../../lib/derived-id.js';
import { secret } from '../../lib/schema/types.js';
import type { CollectedItem } from '../seed/collected.js';
import type { Target } from '../seed/items.js';
import { answered, flag, name, seedObject, text } from '../seed/schema-parts.js';
import { type Place, refusal, refusedAt, within } from '../seed/seed-error.js';
import { methods } from './methods.js';
import { type ActiveDevice, pairOwnDevice } from './own-devices.js';

/** The members of a device that an export has: its secret cannot be read, and is made again. */
const carried = ['id', 'type', 'nickname', 'email', 'phone', 'extension', 'testMode', 'rp', 'application'] as const;

/** A device of a user in a seed. It is active. */
export const deviceSeed = seedObject(
  {
    type: { type: 'string', enum: Object.keys(methods) },
    nickname: text,
    email: name,
    phone: name,
    extension: name,
    testMode: flag,
    rp: { type: 'object', required: ['id'], properties: { id: name, name } },
    application: { type: 'object', required: ['id'], properties: { id: name } },
    secret: secret(text),
    status: answered,
    block: answered,
    lock: answered,
    user: answered,
  },
  ['type'],
);

/** Gives a user of a seed an active device. */
export async function seedDevice({ environment }: Target, user: User, device: ActiveDevice, place: Place): Promise<void> {
  const { address } = methods[device.type];
  if (address && device[address] === undefined) throw refusal(within(place, address), 'required for a device of this type');
  if (device.secret !== undefined && (fromBase32(device.secret)?.length ?? 0) < 10)
    throw refusal(within(place, 'secret'), 'expected at least 10 bytes in base32');
  const { type, email = '', phone = '', nickname = '' } = device;
  const id = device.id?.toLowerCase() ?? derivedId('device', environment.id, user.id, type, email, phone, nickname);
  const { devices, deviceSecrets } = environment.store;
  // A seed that is applied again replaces what it has put there.
  await Promise.all([devices.take(id), deviceSecrets.take(id)]);
  await refusedAt(place, () => pairOwnDevice(environment, user, { ...device, id }));
}

/** The active devices of a user, as a seed has them. */
export const collectDevices = (devices: readonly CollectedItem[]): object[] =>
  devices
    .filter(({ type, status }) => status === 'ACTIVE' && typeof type === 'string' && Object.hasOwn(methods, type))
    .map((device) => Object.fromEntries(carried.flatMap((member) => (device[member] === undefined ? [] : [[member, device[member]]]))));
