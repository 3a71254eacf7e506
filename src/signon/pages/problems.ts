import type { Flow } from '../../environment/model/lifetimes.js';
import type { ErrorDetail, PingOneError } from '../../pingone/pingone-error.js';
import type { ActionName } from '../actions.js';
import type { Problem } from './form-parts.js';

const labels: Readonly<Record<string, string>> = {
  username: 'your username',
  password: 'your password',
  currentPassword: 'the current password',
  newPassword: 'a new password',
  recoveryCode: 'the recovery code',
  verificationCode: 'the verification code',
  otp: 'the passcode',
  email: 'your e-mail address',
  userCode: 'the code that the device shows',
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
const labelOfMissing = ({ code, target = '' }: ErrorDetail): string | undefined =>
  code === 'EMPTY_VALUE' && Object.hasOwn(labels, target) ? labels[target] : undefined;

/** What the page says of a refused action: PingOne's text, each requirement that is not met, and the fields at fault. */
export function problemOf({ details, text }: PingOneError, name: ActionName, { attributes = [] }: Flow): Problem {
  const fieldOf = (target: string): string =>
    name === 'user.update' ? `attribute${attributes.findIndex((attribute) => attribute.name === target)}` : target;
  const fields = details.flatMap(({ target }) => (target === undefined ? [] : [fieldOf(target)]));
  const [[first], [focus = '']] = [details, fields];
  const missing = details.map(labelOfMissing);
  if (first && !missing.includes(undefined)) return { message: `Please enter ${missing.join(' and ')}.`, fields, focus };
  const { secondsUntilUnlock, ...requirements } = first?.innerError ?? {};
  const otherwise = fieldsWithout(name, first?.code);
  return {
    message: `${sentence(first?.message ?? text)}${wait(secondsUntilUnlock)}`,
    details: Object.values(requirements).filter((value) => typeof value === 'string'),
    ...(fields.length > 0 ? { fields, focus } : { fields: otherwise, focus: otherwise.at(-1) ?? '' }),
  };
}
