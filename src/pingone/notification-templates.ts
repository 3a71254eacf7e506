// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of PingOne's messages look like that

/** How a message is delivered, in the spelling of templates. */
export const deliveryMethods = ['SMS', 'Voice', 'Email', 'Push'] as const;
export type DeliveryMethod = (typeof deliveryMethods)[number];

interface Variable {
  readonly required: boolean;
  /** Where it is required, unless everywhere. */
  readonly requiredForDeliveryMethods?: readonly DeliveryMethod[];
}

/** A kind of message, which every environment has. */
export interface NotificationTemplate {
  /** Its name in paths: `strong_authentication`. */
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly deliveryMethods: readonly DeliveryMethod[];
  readonly variables: Readonly<Record<string, Variable>>;
  readonly allowDynamicVariables: boolean;
  /** The subject or title, and the text of PingOne's own contents (inferred). */
  readonly usual: { readonly subject: string; readonly text: string };
  /** Those of its push messages (inferred). */
  readonly usualPush: { readonly subject: string; readonly text: string };
}

const optional: Variable = { required: false };
const required: Variable = { required: true };
const user = { 'user.username': optional, 'user.name.given': optional, 'user.name.family': optional };
const year = { 'current-year': optional };
/** A push message is approved without a passcode. */
const passcode: Variable = { required: true, requiredForDeliveryMethods: ['SMS', 'Voice', 'Email'] };
const credential = { 'credential.name': optional, ...user };

type Row = readonly [
  id: string,
  displayName: string,
  description: string,
  deliveryMethods: readonly DeliveryMethod[],
  variables: Readonly<Record<string, Variable>>,
  subject: string,
  text: string,
  allowDynamicVariables?: boolean,
  /** Subject and text of a push message, if they differ: it is approved without a passcode. */
  push?: readonly [subject: string, text: string],
];

/** The templates of docs/fidelity.md, management 7.8. */
const rows: readonly Row[] = [
  [
    'credential_issued',
    'Credential Issued',
    'Users will receive this message when a credential is issued to them',
    ['SMS', 'Email', 'Push'],
    credential,
    'Your new credential',
    'The credential ${credential.name} was issued to you.',
  ],
  [
    'credential_revoked',
    'Credential Revoked',
    'Users will receive this message when a credential they have is revoked',
    ['SMS', 'Email', 'Push'],
    credential,
    'Your credential was revoked',
    'Your credential ${credential.name} was revoked.',
  ],
  [
    'credential_updated',
    'Credential Updated',
    'Users will receive this message when a credential they have is updated',
    ['SMS', 'Email', 'Push'],
    credential,
    'Your credential was updated',
    'Your credential ${credential.name} was updated.',
  ],
  [
    'credential_verification',
    'Credential Verification Push',
    "Users' digital wallet will receive this message as a pushed notification of creation of a credential verification session",
    ['Push'],
    {},
    'Verify a credential',
    'You are asked to present a credential.',
  ],
  [
    'device_pairing',
    'Device Pairing',
    'Users will receive this message to pair their device for strong authentication',
    ['SMS', 'Voice', 'Email'],
    { otp: required, ...user, ...year },
    'Pair your device',
    'The code that pairs your device is ${otp}.',
    true,
  ],
  [
    'digital_wallet_pairing',
    'Digital Wallet Pairing',
    'Users will receive this message to setup and pair a digital wallet.',
    ['SMS', 'Email'],
    user,
    'Pair your digital wallet',
    'Open your digital wallet to pair it.',
  ],
  [
    'email_phone_verification',
    'Email and Phone Verification for Verify',
    'Users will receive this message to verify their phone number or email address for a verify transaction',
    ['SMS', 'Voice', 'Email'],
    { otp: required, ...user },
    'Your verification code',
    'The verification code is ${otp}.',
  ],
  [
    'email_verification_admin',
    'Email Address Verification (Admin)',
    'Admins will receive this message to verify their email address',
    ['Email'],
    { code: required, ...user },
    'Verify your email address',
    'The verification code is ${code}.',
  ],
  [
    'email_verification_user',
    'Email Address Verification (User)',
    'Users will receive this message to verify their email address',
    ['Email'],
    { code: required, ...user },
    'Verify your email address',
    'The verification code is ${code}.',
  ],
  [
    'general',
    'General',
    'Use this multi-purpose template to create custom notifications',
    ['SMS', 'Voice', 'Email'],
    { ...user, ...year },
    'A message for you',
    'There is a message for you.',
    true,
  ],
  [
    'id_verification',
    'ID Verification for Verify',
    'Users will receive this message to provide identity documents',
    ['SMS', 'Email'],
    user,
    'Verify your identity',
    'You are asked to verify your identity.',
  ],
  [
    'new_device_paired',
    'New Device Paired',
    'Users will receive this message when a new device is paired',
    ['SMS', 'Email'],
    { ...user, ...year },
    'A new device was paired',
    'A new device was paired with your account.',
  ],
  [
    'recovery_code_template',
    'Password Recovery',
    'Users will receive this message when they have forgotten their password',
    ['Email'],
    { 'code.value': required, ...user },
    'Reset your password',
    'The recovery code for ${user.username} is ${code.value}. It is valid for 5 minutes.',
  ],
  [
    'strong_authentication',
    'Strong Authentication',
    'Users will receive this message when strong authentication is required',
    deliveryMethods,
    { otp: passcode, ...user, ...year },
    'Your one-time passcode',
    'The one-time passcode for ${user.username} is ${otp}. It is valid for 30 minutes.',
    true,
    ['Approve your sign-on', 'Do you want ${user.username} to be signed on?'],
  ],
  [
    'transaction',
    'Transaction',
    'Users will receive this message when strong authentication is required for transaction approval',
    deliveryMethods,
    { otp: passcode, ...user, ...year },
    'Approve your transaction',
    'The passcode that approves your transaction is ${otp}.',
    true,
    ['Approve your transaction', 'Do you approve the transaction of ${user.username}?'],
  ],
  [
    'verification_code_template',
    'Verification Code',
    'Users will receive this message to verify their account',
    ['Email'],
    { 'code.value': required, ...user },
    'Verify your account',
    'The verification code for ${user.username} is ${code.value}.',
  ],
];

export const notificationTemplates: readonly NotificationTemplate[] = rows.map(
  ([id, displayName, description, methods, variables, subject, text, allowDynamicVariables = false, [title, body] = [subject, text]]) => ({
    id,
    displayName,
    description,
    deliveryMethods: methods,
    variables,
    allowDynamicVariables,
    usual: { subject, text },
    usualPush: { subject: title, text: body },
  }),
);

/** Whether a content must have this variable for this delivery method. */
export const isRequired = ({ required: always, requiredForDeliveryMethods }: Variable, method: DeliveryMethod): boolean =>
  always && (requiredForDeliveryMethods?.includes(method) ?? true);

const variable = /\$\{([A-Za-z][A-Za-z0-9._-]{0,127})\}/g;

/** The variables in a text, in lower case: PingOne's pages write both `${otp}` and `${OTP}`. */
export const variablesIn = (text: string): Set<string> =>
  new Set(Array.from(text.matchAll(variable), ([, name = '']) => name.toLowerCase()));

/** A text with the values of its variables, by their names in lower case. An unknown one stays as it is written. */
export const fillIn = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(variable, (written, name: string) => values.get(name.toLowerCase()) ?? written);
