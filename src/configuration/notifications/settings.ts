import type { Environment } from '../../environment/context.js';
import type { NotificationsSettings, PhoneDeliverySettings } from '../../environment/model/notifications.js';
import { serialize } from '../../environment/serialize.js';
import { emptyValue, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers } from '../items.js';
import type { NotificationsSettingsBody, PhoneDeliverySettingsBody } from './schema.js';

/** The default sender of messages. */
const usualSender = { name: 'PingOne', address: 'noreply@pingidentity.com' };

/** PingOne's own service for text messages, which the fallback chain may name beside those of the environment. */
const ownService = 'PINGONE_TWILIO';

/** The settings of an environment; before any change, PingOne's. */
export const notificationsSettingsOf = async (environment: Environment): Promise<NotificationsSettings> =>
  (await environment.store.notificationsSettings.get(environment.id)) ?? {
    id: environment.id,
    environment: { id: environment.id },
    deliveryMode: 'ALL',
    from: usualSender,
    createdAt: environment.record.createdAt,
    updatedAt: environment.record.createdAt,
  };

export const replaceNotificationsSettings = (environment: Environment, body: NotificationsSettingsBody): Promise<NotificationsSettings> =>
  serialize(environment, 'notification settings', async () => {
    const { notificationsSettings, phoneDeliverySettings } = environment.store;
    for (const id of body.smsProvidersFallbackChain ?? [])
      if (id !== ownService && !(await phoneDeliverySettings.get(id.toLowerCase()))) throw unknownReference('smsProvidersFallbackChain');
    const settings = {
      ...keptMembers(environment, await notificationsSettingsOf(environment)),
      ...body,
      deliveryMode: body.deliveryMode ?? 'ALL',
      from: body.from ?? usualSender,
    };
    await notificationsSettings.put(settings);
    return settings;
  });

/** The sender of this id, or a 404. */
export const phoneDeliverySettingsOf = finder(({ phoneDeliverySettings }) => phoneDeliverySettings);

/** Requires the members that a provider needs. */
function requireProviderMembers({ provider, name, requests, authentication, sid, authToken }: PhoneDeliverySettingsBody): void {
  const needed = provider === 'CUSTOM_PROVIDER' ? { name, requests, authentication } : { sid, authToken };
  const missing = Object.entries(needed).flatMap(([member, value]) => (value === undefined ? [member] : []));
  if (missing.length > 0) throw emptyValue(...missing);
}

export async function createPhoneDeliverySettings(
  environment: Environment,
  body: PhoneDeliverySettingsBody,
): Promise<PhoneDeliverySettings> {
  requireProviderMembers(body);
  const settings = { ...newMembers(environment), ...body };
  await environment.store.phoneDeliverySettings.put(settings);
  return settings;
}

export async function replacePhoneDeliverySettings(
  environment: Environment,
  existing: PhoneDeliverySettings,
  body: PhoneDeliverySettingsBody,
): Promise<PhoneDeliverySettings> {
  requireProviderMembers(body);
  const settings = { ...keptMembers(environment, existing), ...body };
  await environment.store.phoneDeliverySettings.put(settings);
  return settings;
}

/** Deletes a sender, also from the fallback chain. */
export const deletePhoneDeliverySettings = (environment: Environment, { id }: PhoneDeliverySettings): Promise<void> =>
  serialize(environment, 'notification settings', async () => {
    const { notificationsSettings, phoneDeliverySettings } = environment.store;
    await phoneDeliverySettings.take(id);
    const settings = await notificationsSettings.get(environment.id);
    const chain = settings?.smsProvidersFallbackChain as readonly string[] | undefined;
    if (settings && chain) await notificationsSettings.put({ ...settings, smsProvidersFallbackChain: chain.filter((one) => one !== id) });
  });
