import type { Environment } from '../../environment/context.js';
import type { NotificationsPolicy } from '../../environment/model/notifications.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, emptyValue, invalidData, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers } from '../items.js';
import { oneDefault } from '../one-default.js';
import type { NotificationsPolicyBody } from './schema.js';

const off = { enabled: false };

/** Defaults for what a policy's body leaves out. */
const usual = {
  countryLimit: { type: 'NONE', countries: [] },
  cooldownConfiguration: { email: off, sms: off, voice: off, whatsApp: off },
};

/** The built-in policy of every environment. */
export const policyBroughtAlong = ({ id, record: { createdAt } }: { id: string; record: { createdAt: string } }): NotificationsPolicy => ({
  id: derivedId('default notifications policy', id),
  environment: { id },
  createdAt,
  updatedAt: createdAt,
  name: 'Default Notification Policy',
  default: true,
  quotas: [],
  ...usual,
});

const kept = oneDefault(({ notificationsPolicies }) => notificationsPolicies, policyBroughtAlong);

/** Every policy of an environment, and one by its id, or a 404. */
export const { all: notificationsPoliciesOf, find: notificationsPolicyOf, seed: putSeededPolicy } = kept;

/** The shortest and the longest cooldown, in the unit of the request. */
const cooldowns = { SECONDS: [10, 600], MINUTES: [1, 10] } as const;

type Cooldown = NonNullable<NotificationsPolicyBody['cooldownConfiguration']>['sms'];

/** Throws unless each cooldown is as long as its unit allows, and a limit of countries names some. */
function judge({ countryLimit, cooldownConfiguration = usual.cooldownConfiguration }: NotificationsPolicyBody): void {
  if (countryLimit && countryLimit.type !== 'NONE' && countryLimit.countries === undefined) throw emptyValue('countryLimit.countries');
  for (const [method, { periods = [] }] of Object.entries<Cooldown>(cooldownConfiguration))
    for (const { duration, timeUnit } of periods) {
      const [rangeMinimumValue, rangeMaximumValue] = cooldowns[timeUnit];
      if (duration >= rangeMinimumValue && duration <= rangeMaximumValue) continue;
      const target = `cooldownConfiguration.${method}.periods.duration`;
      throw invalidData({
        code: 'OUT_OF_RANGE',
        target,
        message: texts.outOfRange.text,
        innerError: { rangeMinimumValue, rangeMaximumValue },
      });
    }
}

async function put(environment: Environment, policy: NotificationsPolicy): Promise<NotificationsPolicy> {
  const others = (await kept.all(environment)).filter(({ id }) => id !== policy.id);
  if (others.some(({ name }) => name.toLowerCase() === policy.name.toLowerCase())) throw notUnique('name');
  return kept.put(environment, policy);
}

export const createNotificationsPolicy = (environment: Environment, body: NotificationsPolicyBody): Promise<NotificationsPolicy> =>
  serialize(environment, 'notifications policies', () => {
    judge(body);
    return put(environment, { ...newMembers(environment), ...usual, ...body, default: body.default ?? false });
  });

/** Replaces a policy. The default policy remains the default until another becomes it. */
export const replaceNotificationsPolicy = (
  environment: Environment,
  { id }: NotificationsPolicy,
  body: NotificationsPolicyBody,
): Promise<NotificationsPolicy> =>
  serialize(environment, 'notifications policies', async () => {
    const existing = await kept.find(environment, id);
    judge(body);
    return put(environment, {
      ...keptMembers(environment, existing),
      ...usual,
      ...body,
      default: body.default === true || existing.default,
    });
  });

/** Deletes a policy that is not the default. */
export const deleteNotificationsPolicy = (environment: Environment, { id }: NotificationsPolicy): Promise<void> =>
  serialize(environment, 'notifications policies', async () => {
    if ((await kept.find(environment, id)).default) throw constraint(texts.notificationsPolicyDefault.text);
    await environment.store.notificationsPolicies.take(id);
  });
