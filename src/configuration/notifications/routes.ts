import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { NotificationsPolicy, NotificationsSettings, TrustedEmail } from '../../environment/model/notifications.js';
import { toLinks } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { accepting, bodyReader } from '../http/bodies.js';
import { environmentUrl, idOf, idsIn, ofEnvironment } from '../http/paths.js';
import { resource } from '../http/resource.js';
import {
  activateTrustedEmail,
  createEmailDomain,
  createTrustedEmail,
  deleteEmailDomain,
  dnsRecordsOf,
  emailDomainOf,
} from './email-domains.js';
import {
  createNotificationsPolicy,
  deleteNotificationsPolicy,
  notificationsPoliciesOf,
  notificationsPolicyOf,
  replaceNotificationsPolicy,
} from './policies.js';
import {
  emailDomainBody,
  notificationsPolicyBody,
  notificationsSettingsBody,
  phoneDeliverySettingsBody,
  trustedEmailActivation,
  trustedEmailBody,
} from './schema.js';
import {
  createPhoneDeliverySettings,
  deletePhoneDeliverySettings,
  notificationsSettingsOf,
  phoneDeliverySettingsOf,
  replaceNotificationsSettings,
  replacePhoneDeliverySettings,
} from './settings.js';

const settingsPath = '/environments/:environmentId/notificationsSettings';

/** How messages are sent (docs/fidelity.md, management 7.6). */
export const notificationsSettings: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, settings: NotificationsSettings) => {
    const url = environmentUrl(context, request, environment);
    return showItem({ smsProvidersFallbackChain: [], ...settings }, { self: `${url}/notificationsSettings`, environment: url }, [
      'createdAt',
    ]);
  };
  app.get(settingsPath, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await notificationsSettingsOf(environment));
  });
  app.put(settingsPath, { schema: { params: ofEnvironment, body: notificationsSettingsBody } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await replaceNotificationsSettings(environment, request.body));
  });
  // Restores PingOne's own settings, which the answer shows.
  app.delete(settingsPath, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    await environment.store.notificationsSettings.take(environment.id);
    return show(request, environment, await notificationsSettingsOf(environment));
  });
};

/** Services for text messages and calls (docs/fidelity.md, management 7.6). They are stored only: messages go to the outbox. */
export const phoneDeliverySettings: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${settingsPath}/phoneDeliverySettings/:itemId`,
    items: ({ environment }) => environment.store.phoneDeliverySettings.list(),
    find: phoneDeliverySettingsOf,
    show: (settings, { self, environment }) => showItem(settings, { self, environment }),
  });
  list();
  create(phoneDeliverySettingsBody, ({ environment }, body) => createPhoneDeliverySettings(environment, body));
  read();
  replace(phoneDeliverySettingsBody, ({ environment }, existing, body) => replacePhoneDeliverySettings(environment, existing, body));
  remove(({ environment }, settings) => deletePhoneDeliverySettings(environment, settings));
};

const policiesPath = '/environments/:environmentId/notificationsPolicies';

/** Policies for messages (docs/fidelity.md, management 7.6). They are stored only: the mock sends without limits. */
export const notificationsPolicies: Endpoint = (app, context) => {
  const show = (policy: NotificationsPolicy, { self, environment }: { self: string; environment: string }) =>
    showItem(policy, { self, environment });
  const { list, read, replace, remove } = resource(app, context, {
    path: `${policiesPath}/:itemId`,
    items: ({ environment }) => notificationsPoliciesOf(environment),
    find: notificationsPolicyOf,
    show,
  });
  list();
  // Ping's description of this API has 200 for a new one.
  app.post(policiesPath, { schema: { params: ofEnvironment, body: notificationsPolicyBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const policy = await createNotificationsPolicy(environment, request.body);
    const url = environmentUrl(context, request, environment);
    return show(policy, { self: `${url}/notificationsPolicies/${policy.id}`, environment: url });
  });
  read();
  replace(notificationsPolicyBody, ({ environment }, existing, body) => replaceNotificationsPolicy(environment, existing, body));
  remove(({ environment }, policy) => deleteNotificationsPolicy(environment, policy));
};

const domainPath = '/environments/:environmentId/emailDomains/:domainId';

/** Domains that messages may come from, with the DNS records that PingOne asks for (docs/fidelity.md, management 7.7). */
export const emailDomains: Endpoint = (app, context) => {
  const parts = ['ownership', 'dkim', 'spf'] as const;
  const { list, create, read, remove } = resource(app, context, {
    path: domainPath,
    items: ({ environment }) => environment.store.emailDomains.list(),
    find: emailDomainOf,
    show: (domain, { self, environment }) =>
      showItem(
        domain,
        {
          self,
          environment,
          ...Object.fromEntries(parts.map((part) => [part, `${self}/${part}`])),
          trustedEmails: `${self}/trustedEmails`,
        },
        moments,
      ),
  });
  list();
  create(emailDomainBody, ({ environment }, body) => createEmailDomain(environment, body));
  read();
  remove(({ environment }, domain) => deleteEmailDomain(environment, domain));

  for (const part of parts)
    app.get(`${domainPath}/${part}`, { schema: { params: idsIn(domainPath) } }, async (request) => {
      const environment = environmentOf(context, request);
      const domain = await emailDomainOf(environment, idOf(request, 'domainId'));
      const url = `${environmentUrl(context, request, environment)}/emailDomains/${domain.id}`;
      return { _links: toLinks({ self: `${url}/${part}`, emailDomain: url }), ...dnsRecordsOf(domain)[part] };
    });
};

const emailPath = `${domainPath}/trustedEmails/:itemId`;
const readActivation = bodyReader(trustedEmailActivation);

/** Addresses that messages may come from (docs/fidelity.md, management 7.7). */
export const trustedEmails: Endpoint = (app, context) => {
  const show = (email: TrustedEmail, self: string, environment: string) => ({
    ...showItem(email, { self, environment, domain: `${environment}/emailDomains/${email.domain.id}` }, [...moments, 'verification']),
  });
  const { list, create, read, remove } = resource(app, context, {
    path: emailPath,
    parent: emailDomainOf,
    items: ({ environment: { store }, parent }) => store.trustedEmails.find('domain.id', parent.id),
    show: (email, { self, environment }) => show(email, self, environment),
  });
  list();
  create(trustedEmailBody, ({ environment, parent }, body) => createTrustedEmail(environment, parent, body));
  read();
  remove(({ environment }, { id }) => environment.store.trustedEmails.take(id));

  const config = accepting({ 'trustedEmail.activate': trustedEmailActivation });
  app.post(emailPath, { schema: { params: idsIn(emailPath) }, config }, async (request) => {
    const environment = environmentOf(context, request);
    const domain = await emailDomainOf(environment, idOf(request, 'domainId'));
    const email = await environment.store.trustedEmails.get(idOf(request, 'itemId'));
    if (email?.domain.id !== domain.id) throw notFound();
    const url = environmentUrl(context, request, environment);
    const active = await activateTrustedEmail(environment, email, readActivation(request.body).verificationCode);
    return show(active, `${url}/emailDomains/${domain.id}/trustedEmails/${email.id}`, url);
  });
};
