import type { Flow } from '../../environment/model/lifetimes.js';
import type { PageText } from '../../pingone/interface-texts/index.js';
import type { ErrorDetail, PingOneError } from '../../pingone/pingone-error.js';
import type { ActionName } from '../actions.js';
import type { Problem } from './form-parts.js';
import { ownWords, type Words } from './words.js';

const labels: Readonly<Record<string, PageText>> = {
  username: 'label.username',
  password: 'label.password',
  currentPassword: 'label.currentPassword',
  newPassword: 'label.newPassword',
  recoveryCode: 'label.recoveryCode',
  verificationCode: 'label.verificationCode',
  otp: 'label.passcode',
  email: 'label.email',
  userCode: 'label.userCode',
};

/** PingOne's words for a refusal where the page is in another language than English. */
const translated: Readonly<Record<string, PageText>> = {
  INVALID_CREDENTIALS: 'error.invalidCredentials',
  PASSWORD_LOCKED_OUT: 'error.passwordLockedOut',
  INVALID_OTP: 'error.invalidPasscode',
  recoveryCode: 'error.invalidCode',
  verificationCode: 'error.invalidCode',
};

const translatedText = ({ code, target = '' }: ErrorDetail, words: Words): string | undefined => {
  const name = [code, target].find((each) => Object.hasOwn(translated, each));
  return name === undefined || ownWords(words) === undefined ? undefined : words.text(translated[name] as PageText);
};

/** PingOne's texts as sentences. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const wait = (seconds: unknown): string => {
  if (typeof seconds !== 'number') return '';
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return ` Try again in ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.`;
};

/** The fields at fault if a refusal names none, in the forms with a password. The last one gets the focus. */
const fieldsWithout = (name: ActionName, code: string | undefined): readonly string[] => {
  if (name === 'password.reset') return ['newPassword'];
  if (name !== 'usernamePassword.check') return [];
  if (code === 'INVALID_CREDENTIALS') return ['username', 'password'];
  return code === 'PASSWORD_LOCKED_OUT' ? ['password'] : ['username'];
};

/** How the page calls a field that a refusal finds empty. */
const labelOfMissing = ({ code, target = '' }: ErrorDetail, words: Words): string | undefined =>
  code === 'EMPTY_VALUE' && Object.hasOwn(labels, target) ? words.text(labels[target] as PageText) : undefined;

/** What the page says of a refused action: PingOne's text, each requirement that is not met, and the fields at fault. */
export function problemOf({ details, text }: PingOneError, name: ActionName, { attributes = [] }: Flow, words: Words): Problem {
  const fieldOf = (target: string): string =>
    name === 'user.update' ? `attribute${attributes.findIndex((attribute) => attribute.name === target)}` : target;
  const fields = details.flatMap(({ target }) => (target === undefined ? [] : [fieldOf(target)]));
  const [[first], [focus = '']] = [details, fields];
  const missing = details.map((detail) => labelOfMissing(detail, words));
  if (first && !missing.includes(undefined)) return { message: words.text('text.required', { fields: missing.join(', ') }), fields, focus };
  const { secondsUntilUnlock, ...requirements } = first?.innerError ?? {};
  const otherwise = fieldsWithout(name, first?.code);
  return {
    message: (first && translatedText(first, words)) ?? `${sentence(first?.message ?? text)}${wait(secondsUntilUnlock)}`,
    details: Object.values(requirements).filter((value) => typeof value === 'string'),
    ...(fields.length > 0 ? { fields, focus } : { fields: otherwise, focus: otherwise.at(-1) ?? '' }),
  };
}
