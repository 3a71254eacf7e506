import { type Infer, object, oneOf } from '../../lib/schema/types.js';
import { deliveryMethods } from '../../pingone/notification-templates.js';

/** The body of a content of a notification template (docs/fidelity.md, management 7.8). */

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;
const sender = object({}, { name: text(256), address: text(320) });

export const notificationContentBody = object(
  { locale: { type: 'string', minLength: 2, maxLength: 35 } as const, deliveryMethod: oneOf(...deliveryMethods) },
  {
    variant: text(100),
    body: text(100_000),
    subject: text(256),
    from: sender,
    replyTo: sender,
    charset: text(64),
    emailContentType: text(128),
    title: text(200),
    pushCategory: oneOf('BANNER_BUTTONS', 'WITHOUT_BANNER_BUTTONS', 'APPROVE_AND_OPEN_APP'),
    content: text(1024),
    sender: text(11),
    voice: text(64),
  },
);
export type NotificationContentBody = Infer<typeof notificationContentBody>;
export type SeedNotificationContent = NotificationContentBody & { readonly id?: string; readonly template: string };
