import type { Environment } from '../../environment/context.js';
import type { NotificationContent } from '../../environment/model/notifications.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import {
  type DeliveryMethod,
  isRequired,
  type NotificationTemplate,
  notificationTemplates,
  variablesIn,
} from '../../pingone/notification-templates.js';
import { constraint, emptyValue, invalidData, invalidValue, notFound, notUnique } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers } from '../items.js';
import { languagesOf } from '../languages/languages.js';
import type { NotificationContentBody } from './schema-contents.js';

/** The template of this name, or a 404. */
export function templateOf(name: string): NotificationTemplate {
  const template = notificationTemplates.find(({ id }) => id === name);
  if (!template) throw notFound();
  return template;
}

interface Kind {
  readonly required: readonly (keyof NotificationContentBody)[];
  readonly optional: readonly (keyof NotificationContentBody)[];
  /** Defaults for what a body leaves out. */
  readonly usual: Readonly<Record<string, string>>;
}

/** What a content has, by its delivery method. */
const kinds: Readonly<Record<DeliveryMethod, Kind>> = {
  Email: {
    required: ['body'],
    optional: ['subject', 'from', 'replyTo', 'charset', 'emailContentType'],
    usual: { charset: 'UTF-8', emailContentType: 'text/html' },
  },
  Push: { required: ['title', 'body'], optional: ['pushCategory'], usual: { pushCategory: 'BANNER_BUTTONS' } },
  SMS: { required: ['content'], optional: ['sender'], usual: {} },
  Voice: { required: ['content'], optional: ['voice'], usual: { voice: 'Alice' } },
};

const longestPush = 400;
const longestText = 660;

/** The content that PingOne has for a template and a delivery method. It is not stored. */
export function defaultContentOf(
  { id, record: { createdAt } }: Environment,
  template: NotificationTemplate,
  deliveryMethod: DeliveryMethod,
) {
  const { subject, text } = template.usual;
  const { usualPush } = template;
  const own = {
    Email: { subject, body: text, ...kinds.Email.usual },
    Push: { title: usualPush.subject, body: usualPush.text, ...kinds.Push.usual },
    SMS: { content: text },
    Voice: { content: text, ...kinds.Voice.usual },
  };
  const content: NotificationContent = {
    id: derivedId('notification content', id, template.id, deliveryMethod),
    environment: { id },
    createdAt,
    updatedAt: createdAt,
    template: { id: template.id },
    default: true,
    locale: 'en',
    deliveryMethod,
    ...own[deliveryMethod],
  };
  return content;
}

/** Every content of a template, PingOne's own first. */
export const contentsOf = async (environment: Environment, template: NotificationTemplate): Promise<NotificationContent[]> => [
  ...template.deliveryMethods.map((method) => defaultContentOf(environment, template, method)),
  ...(await environment.store.notificationContents.find('template.id', template.id)),
];

/** The members of a content that its delivery method has; throws if one is missing or does not fit. */
export function membersOfContent(template: NotificationTemplate, body: NotificationContentBody) {
  const { locale, deliveryMethod, variant } = body;
  if (!template.deliveryMethods.includes(deliveryMethod)) throw invalidValue('deliveryMethod', texts.contentMethod.text);
  const { required, optional, usual } = kinds[deliveryMethod];
  const missing = required.filter((name) => body[name] === undefined);
  if (missing.length > 0) throw emptyValue(...missing);
  const given = [...required, ...optional].flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]] as const]));
  const text = body[required.at(-1) as 'body' | 'content'] as string;
  const longest = deliveryMethod === 'Push' ? longestPush : deliveryMethod === 'SMS' ? longestText : Number.POSITIVE_INFINITY;
  const target = required.at(-1) as string;
  if (text.length > longest) throw invalidValue(target, `${texts.contentLength.text} ${longest}`);
  const present = variablesIn(text);
  const absent = Object.entries(template.variables).filter(
    ([name, variable]) => isRequired(variable, deliveryMethod) && !present.has(name.toLowerCase()),
  );
  if (absent.length > 0)
    throw invalidData(absent.map(([name]) => ({ code: 'REQUIRED_VALUE', target, message: `${texts.contentVariable.text} \${${name}}` })));
  return { default: false, locale, deliveryMethod, ...(variant !== undefined && { variant }), ...usual, ...Object.fromEntries(given) };
}

async function put(environment: Environment, content: NotificationContent): Promise<NotificationContent> {
  const { notificationContents } = environment.store;
  const locale = content.locale.toLowerCase();
  if (!(await languagesOf(environment)).some((language) => language.locale.toLowerCase() === locale))
    throw invalidValue('language', texts.contentLocale.text);
  const key = [content.template.id, content.deliveryMethod, locale, (content.variant ?? '').toLowerCase()].join('/');
  const others = await notificationContents.find('template, locale and variant', key);
  if (others.some(({ id }) => id !== content.id)) throw notUnique('variant', texts.contentNotUnique.text);
  await notificationContents.put(content);
  return content;
}

/** Adds a content in a language of the environment. There is one for each delivery method, locale and variant. */
export const createContent = (
  environment: Environment,
  template: NotificationTemplate,
  body: NotificationContentBody,
): Promise<NotificationContent> =>
  serialize(environment, 'notification contents', () =>
    put(environment, { ...newMembers(environment), template: { id: template.id }, ...membersOfContent(template, body) }),
  );

function requireOwn(content: NotificationContent): void {
  if (content.default) throw constraint(texts.contentDefault.text);
}

/** Replaces a content of the environment's own. */
export const replaceContent = (
  environment: Environment,
  template: NotificationTemplate,
  existing: NotificationContent,
  body: NotificationContentBody,
): Promise<NotificationContent> =>
  serialize(environment, 'notification contents', () => {
    requireOwn(existing);
    const { template: of } = existing;
    return put(environment, { ...keptMembers(environment, existing), template: of, ...membersOfContent(template, body) });
  });

/** Deletes a content of the environment's own. */
export async function deleteContent({ store }: Environment, content: NotificationContent): Promise<void> {
  requireOwn(content);
  await store.notificationContents.take(content.id);
}
