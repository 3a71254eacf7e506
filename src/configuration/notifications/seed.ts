import { oneOf } from '../../lib/schema/types.js';
import { withDefault, without } from '../seed/collected.js';
import { itemOf } from '../seed/items.js';
import { each, seedKind, seedSettings } from '../seed/kind.js';
import { answered, list, seedObject } from '../seed/schema-parts.js';
import { emailDeliverySettingsBody } from './email-delivery.js';
import { notificationsPoliciesOf, policyBroughtAlong, putSeededPolicy } from './policies.js';
import {
  emailDomainBody,
  notificationsPolicyBody,
  notificationsSettingsBody,
  phoneDeliverySettingsBody,
  trustedEmailBody,
} from './schema.js';

/** Notification settings in a seed: left out as long as they are PingOne's. */
export const notificationsSettingsSeeds = seedSettings('notificationsSettings', {
  schema: seedObject(notificationsSettingsBody.properties),
  async put({ environment }, seed) {
    const usual = { deliveryMode: 'ALL', from: {} };
    await environment.store.notificationsSettings.put({ ...usual, ...itemOf(environment, { ...seed, id: environment.id }) });
  },
  async collect({ read }) {
    const settings = await read('/notificationsSettings');
    if (!settings) return undefined;
    const { id: _, smsProvidersFallbackChain: chain, ...rest } = without(settings);
    const members = { ...rest, ...(Array.isArray(chain) && chain.length > 0 && { smsProvidersFallbackChain: chain }) };
    const usual = JSON.stringify({ deliveryMode: 'ALL', from: { name: 'PingOne', address: 'noreply@pingidentity.com' } });
    return JSON.stringify(members) === usual ? undefined : members;
  },
});

/** E-mail delivery settings in a seed. Passwords and tokens cannot be read. */
export const emailDeliverySettingsSeeds = seedSettings('emailDeliverySettings', {
  schema: seedObject(emailDeliverySettingsBody.properties),
  async put({ environment }, seed) {
    await environment.store.emailDeliverySettings.put(itemOf(environment, { protocol: 'SMTPS', ...seed, id: environment.id }));
  },
  async collect({ read }) {
    const settings = await read('/notificationsSettings/emailDeliverySettings');
    return settings && without(settings);
  },
});

/** Services for text messages and calls in a seed. */
export const phoneDeliverySettingsSeeds = seedKind('phoneDeliverySettings', {
  schema: seedObject(phoneDeliverySettingsBody.properties, phoneDeliverySettingsBody.required),
  async put({ environment }, seed) {
    await environment.store.phoneDeliverySettings.put(itemOf(environment, seed));
  },
  async collect({ list: read, secrets }) {
    const senders = await read('/notificationsSettings/phoneDeliverySettings');
    if (secrets) return senders.map((sender) => without(sender));
    return senders.map((sender) => {
      const { password: _, authToken: __, ...authentication } = (sender.authentication ?? {}) as Record<string, unknown>;
      return { ...without(sender, 'authToken'), ...(sender.authentication !== undefined && { authentication }) };
    });
  },
});

/** Policies for messages in a seed. One replaces the policy of its name. */
export const notificationsPolicySeeds = seedKind('notificationsPolicies', {
  schema: seedObject(notificationsPolicyBody.properties, notificationsPolicyBody.required),
  async put({ environment }, seed) {
    const { notificationsPolicies } = environment.store;
    const named = (await notificationsPoliciesOf(environment)).find(({ name }) => name.toLowerCase() === seed.name.toLowerCase());
    const policy = { ...itemOf(environment, { ...seed, id: seed.id ?? named?.id }), default: seed.default ?? named?.default ?? false };
    if (named) await notificationsPolicies.take(named.id);
    await putSeededPolicy(environment, policy);
  },
  async collect({ list: read }) {
    const policies = await read('/notificationsPolicies');
    const isUnchanged = ({ id, environment, ...policy }: (typeof policies)[number]) => {
      const {
        id: ownId,
        environment: _,
        createdAt,
        ...own
      } = policyBroughtAlong({ id: (environment as { id: string }).id, record: { createdAt: '' } });
      return (
        id === ownId &&
        Object.entries(own).every(([name, value]) => name === 'updatedAt' || JSON.stringify(policy[name]) === JSON.stringify(value))
      );
    };
    return policies.filter((policy) => !isUnchanged(policy)).map(withDefault);
  },
});

const trustedEmail = seedObject(
  { ...trustedEmailBody.properties, status: oneOf('ACTIVE', 'VERIFICATION_REQUIRED'), domain: answered, domainId: answered },
  trustedEmailBody.required,
);

/** Domains for e-mail in a seed, with their addresses. One replaces the domain of its name. */
export const emailDomainSeeds = seedKind('emailDomains', {
  schema: seedObject({ ...emailDomainBody.properties, trustedEmails: list(trustedEmail) }, emailDomainBody.required),
  async put({ environment }, { trustedEmails = [], ...seed }, place) {
    const { store } = environment;
    const [named] = await store.emailDomains.find('domainName', seed.domainName.toLowerCase());
    const domain = itemOf(environment, { ...seed, id: seed.id ?? named?.id });
    if (named && named.id !== domain.id) await store.emailDomains.take(named.id);
    await store.emailDomains.put(domain);
    await each(trustedEmails, place, 'trustedEmails', async ({ status = 'VERIFICATION_REQUIRED', ...email }) => {
      const [known] = await store.trustedEmails.find('emailAddress', email.emailAddress.toLowerCase());
      if (known) await store.trustedEmails.take(known.id);
      await store.trustedEmails.put({ ...itemOf(environment, { ...email, id: email.id ?? known?.id }), domain: { id: domain.id }, status });
    });
  },
  async collect(reader) {
    const domains = [];
    for (const domain of await reader.list('/emailDomains')) {
      const emails = await reader.list(`/emailDomains/${domain.id}/trustedEmails`);
      const trustedEmails = emails.map((email) => without(email, 'domain', 'domainId'));
      domains.push({ ...without(domain), ...(trustedEmails.length > 0 && { trustedEmails }) });
    }
    return domains;
  },
});
