import type { Environment } from '../../environment/context.js';
import type { Message } from '../../environment/journal/outbox.js';
import type { User } from '../../environment/model/user.js';
import { isObject } from '../../lib/unknown.js';
import { fillIn } from '../../pingone/notification-templates.js';
import { defaultLanguageOf } from '../languages/languages.js';
import { defaultContentOf, templateOf } from './contents.js';

/** The templates of the messages that the mock sends, with the variable of the code in each. */
const codeVariables = {
  recovery_code_template: 'code.value',
  verification_code_template: 'code.value',
  strong_authentication: 'otp',
  device_pairing: 'otp',
  new_device_paired: undefined,
} as const;

/** Templates have no contents of their own for WhatsApp. */
const methodOf = { email: 'Email', sms: 'SMS', voice: 'Voice', whatsapp: 'SMS', push: 'Push' } as const;

interface Wanted {
  readonly template: keyof typeof codeVariables;
  readonly channel: Message['channel'];
  readonly user: User;
  /** Absent from messages without a code. */
  readonly code?: string | undefined;
}

const textMembers = (value: object, prefix: string): [string, string][] =>
  Object.entries(value).flatMap(([name, member]): [string, string][] => {
    const key = `${prefix}.${name}`.toLowerCase();
    if (typeof member === 'string') return [[key, member]];
    return prefix === 'user' && isObject(member) ? textMembers(member, `${prefix}.${name}`) : [];
  });

/**
 * The subject and text of a message with a code, by the content of its template (docs/fidelity.md, management 7.8): in the
 * user's preferred language, exactly or without its region, else in the environment's default language, else PingOne's own.
 */
export async function renderMessage(
  environment: Environment,
  { template: name, channel, user, code }: Wanted,
): Promise<Pick<Message, 'subject' | 'text'>> {
  const template = templateOf(name);
  const method = methodOf[channel];
  const own = (await environment.store.notificationContents.find('template.id', name)).filter(
    ({ deliveryMethod, variant }) => deliveryMethod === method && variant === undefined,
  );
  const preferred = (user.preferredLanguage ?? '').split(/[,;]/, 1)[0]?.trim() ?? '';
  const locales = [preferred, preferred.split('-', 1)[0] ?? '', (await defaultLanguageOf(environment)).locale];
  const inLocale = (locale: string) => own.find((content) => content.locale.toLowerCase() === locale.toLowerCase());
  const content = locales.map(inLocale).find((found) => found !== undefined) ?? defaultContentOf(environment, template, method);
  const values = new Map([
    ...textMembers(user, 'user'),
    ['current-year', String(new Date(environment.clock.now()).getUTCFullYear())],
    ...(code === undefined ? [] : [[codeVariables[name] ?? 'otp', code] as [string, string]]),
  ] as [string, string][]);
  const { title, subject = title ?? template.usual.subject, body, content: short } = content;
  return { subject: fillIn(String(subject), values), text: fillIn(String(method === 'SMS' || method === 'Voice' ? short : body), values) };
}
