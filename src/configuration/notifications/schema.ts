import { array, boolean, type Infer, object, oneOf, reference, secret, string, webAddress } from '../../lib/schema/types.js';

/** The bodies of notification settings, senders, and domains for e-mail (docs/fidelity.md, management 7.6 and 7.7). */

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const address = { type: 'string', minLength: 1, maxLength: 320, format: 'email' } as const;
const sender = object({}, { name, address });

export const notificationsSettingsBody = object(
  {},
  {
    deliveryMode: oneOf('ALL'),
    from: sender,
    replyTo: sender,
    restrictions: object({ smsVoiceQuota: object({ daily: { type: 'integer', minimum: 0, maximum: 2_147_483_647 } as const }) }),
    smsProvidersFallbackChain: array(string),
    whitelist: array(object({}, { user: reference })),
  },
);
export type NotificationsSettingsBody = Infer<typeof notificationsSettingsBody>;

const numbers = array(
  object(
    { number: name, type: oneOf('SHORT_CODE', 'TOLL_FREE', 'PHONE_NUMBER') },
    { selected: boolean, available: boolean, capabilities: array(oneOf('SMS', 'VOICE')), supportedCountries: array(string) },
  ),
);
const hidden = secret({ type: 'string', minLength: 1, maxLength: 1024 } as const);

export const phoneDeliverySettingsBody = object(
  { provider: oneOf('CUSTOM_TWILIO', 'CUSTOM_SYNIVERSE', 'CUSTOM_PROVIDER') },
  {
    name,
    sid: name,
    authToken: hidden,
    numbers,
    authentication: object({ method: oneOf('BASIC', 'BEARER') }, { username: name, password: hidden, authToken: hidden }),
    requests: array(
      object(
        {
          deliveryMethod: oneOf('SMS', 'VOICE'),
          url: webAddress,
          method: oneOf('GET', 'POST'),
          phoneNumberFormat: oneOf('FULL', 'NUMBER_ONLY'),
        },
        { body: string, headers: secret({ type: 'object' } as const), beforeTag: string, afterTag: string },
      ),
    ),
  },
);
export type PhoneDeliverySettingsBody = Infer<typeof phoneDeliverySettingsBody>;

const country = { type: 'string', pattern: '^[A-Z]{2}$' } as const;
const whole = { type: 'integer', minimum: 0, maximum: 2_147_483_647 } as const;
const cooldown = object(
  { enabled: boolean },
  {
    periods: array(object({ duration: { type: 'integer', minimum: 1, maximum: 600 } as const, timeUnit: oneOf('SECONDS', 'MINUTES') })),
    groupBy: string,
    resendLimit: whole,
  },
);

export const notificationsPolicyBody = object(
  {
    name,
    quotas: array(
      object(
        { type: oneOf('USER', 'ENVIRONMENT'), deliveryMethods: array(oneOf('SMS', 'Voice', 'Email')) },
        { total: whole, claimed: whole, unclaimed: whole },
      ),
    ),
  },
  {
    default: boolean,
    countryLimit: object(
      { type: oneOf('NONE', 'ALLOWED', 'DENIED') },
      { countries: array(country), deliveryMethods: array(oneOf('SMS', 'Voice')) },
    ),
    cooldownConfiguration: object({ email: cooldown, sms: cooldown, voice: cooldown, whatsApp: cooldown }),
    providerConfiguration: object(
      {},
      {
        conditions: array(
          object(
            {},
            { deliveryMethods: array(oneOf('VOICE', 'SMS')), countries: array(country), fallbackChain: array(object({ id: name })) },
          ),
        ),
      },
    ),
  },
);
export type NotificationsPolicyBody = Infer<typeof notificationsPolicyBody>;

export const emailDomainBody = object({
  domainName: {
    type: 'string',
    minLength: 3,
    maxLength: 253,
    pattern: '^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}$',
  } as const,
});
export type EmailDomainBody = Infer<typeof emailDomainBody>;

export const trustedEmailBody = object({ emailAddress: address });
export type TrustedEmailBody = Infer<typeof trustedEmailBody>;

/** What activates an address: the code that was sent to it. */
export const trustedEmailActivation = object({ verificationCode: secret({ type: 'string', minLength: 1, maxLength: 64 }) });

type WithId<T> = T & { readonly id?: string };
export type SeedNotificationsSettings = WithId<NotificationsSettingsBody>;
export type SeedPhoneDeliverySettings = WithId<PhoneDeliverySettingsBody>;
export type SeedNotificationsPolicy = WithId<NotificationsPolicyBody>;
export type SeedEmailDomain = WithId<EmailDomainBody> & {
  readonly trustedEmails?: readonly WithId<TrustedEmailBody & { readonly status?: 'ACTIVE' | 'VERIFICATION_REQUIRED' }>[];
};
