import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { EmailDeliverySettings } from '../../environment/model/notifications.js';
import { serialize } from '../../environment/serialize.js';
import { array, type Infer, object, oneOf, secret, string, webAddress } from '../../lib/schema/types.js';
import { showItem } from '../../pingone/item-view.js';
import { emptyValue, notFound } from '../../pingone/pingone-error.js';
import { done } from '../http/answers.js';
import { environmentUrl, ofEnvironment } from '../http/paths.js';
import { keptMembers, newMembers } from '../items.js';

/** The server that an environment sends its e-mail through (docs/fidelity.md, management 7.6). */

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const sender = object({}, { name, address: { type: 'string', minLength: 1, maxLength: 320 } as const });
const hidden = secret({ type: 'string', minLength: 1, maxLength: 1024 } as const);

export const emailDeliverySettingsBody = object(
  {},
  {
    protocol: oneOf('HTTP', 'SMTP', 'SMTPS'),
    host: name,
    port: { type: 'integer', minimum: 1, maximum: 65_535 } as const,
    username: name,
    password: hidden,
    from: sender,
    replyTo: sender,
    name,
    provider: oneOf('CUSTOM_PROVIDER'),
    authentication: object({ method: oneOf('BASIC', 'BEARER') }, { username: name, password: hidden, authToken: hidden }),
    requests: array(
      object(
        { deliveryMethod: oneOf('EMAIL'), method: oneOf('GET', 'POST'), url: webAddress },
        { body: string, headers: secret({ type: 'object' } as const) },
      ),
    ),
  },
);
export type EmailDeliverySettingsBody = Infer<typeof emailDeliverySettingsBody>;
export type SeedEmailDeliverySettings = EmailDeliverySettingsBody & { readonly id?: string };

/** Defaults for what a body leaves out: a mail server uses TLS, a custom provider HTTP. */
export function membersOfEmailDelivery(body: EmailDeliverySettingsBody) {
  const isOwn = body.protocol === 'HTTP' || body.name !== undefined;
  const needed = isOwn ? (['name', 'authentication', 'requests'] as const) : (['host'] as const);
  const missing = needed.filter((member) => body[member] === undefined);
  if (missing.length > 0) throw emptyValue(...missing);
  return { ...(isOwn ? { protocol: 'HTTP', provider: 'CUSTOM_PROVIDER' } : { protocol: 'SMTPS', port: 465 }), ...body };
}

const put = (environment: Environment, body: EmailDeliverySettingsBody): Promise<EmailDeliverySettings> =>
  serialize(environment, 'e-mail delivery settings', async () => {
    const { emailDeliverySettings } = environment.store;
    const existing = await emailDeliverySettings.get(environment.id);
    const own = existing ? keptMembers(environment, existing) : newMembers(environment);
    const settings = { ...own, ...membersOfEmailDelivery(body), id: environment.id };
    await emailDeliverySettings.put(settings);
    return settings;
  });

const path = '/environments/:environmentId/notificationsSettings/emailDeliverySettings';

/** E-mail delivery settings. They are stored only: messages go to the outbox. Answers have no passwords and tokens. */
export const emailDeliverySettings: Endpoint = (app, context) => {
  const show = ({ authentication, ...settings }: EmailDeliverySettings, url: string) => {
    const { method, username } = authentication ?? {};
    return {
      ...showItem(settings, { self: `${url}/notificationsSettings/emailDeliverySettings`, environment: url }, [
        'id',
        'createdAt',
        'password',
      ]),
      ...(authentication && { authentication: { method, username } }),
    };
  };
  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const settings = await environment.store.emailDeliverySettings.get(environment.id);
    if (!settings) throw notFound();
    return show(settings, environmentUrl(context, request, environment));
  });
  app.put(path, { schema: { params: ofEnvironment, body: emailDeliverySettingsBody } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(await put(environment, request.body), environmentUrl(context, request, environment));
  });
  app.delete(path, { schema: { params: ofEnvironment } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await environment.store.emailDeliverySettings.take(environment.id);
    return done(reply);
  });
};
