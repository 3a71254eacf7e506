import type { PingOneError } from '../../pingone/errors.js';
import type { Problem } from './form-parts.js';

const wait = (seconds: unknown): string => {
  if (typeof seconds !== 'number') return '';
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return ` Try again in ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.`;
};

/** What a refused sign-on tells the person: PingOne's text, never which of the two was wrong. */
export function signOnProblem({ details: [detail], text }: PingOneError): Problem {
  const message = detail?.message ?? text;
  switch (detail?.code) {
    case 'INVALID_CREDENTIALS':
      return { message: `${message}.`, fields: ['username', 'password'], focus: 'password' };
    case 'PASSWORD_LOCKED_OUT':
      return { message: `${message}.${wait(detail.innerError?.secondsUntilUnlock)}`, fields: ['password'], focus: 'password' };
    default:
      return { message: /[.!?]$/.test(message) ? message : `${message}.`, fields: ['username'], focus: 'username' };
  }
}

/** What a refused new password tells: the field that is at fault, and each requirement that is not met. */
export function changeProblem({ details: [detail], text }: PingOneError): Problem {
  const focus = detail?.target === 'currentPassword' ? 'currentPassword' : 'newPassword';
  const { unsatisfiedRequirements, ...texts } = detail?.innerError ?? {};
  void unsatisfiedRequirements;
  return {
    message: detail?.message ?? text,
    details: Object.values(texts).filter((value) => typeof value === 'string'),
    fields: [focus],
    focus,
  };
}

const labels: Readonly<Record<string, string>> = {
  username: 'your username',
  password: 'your password',
  currentPassword: 'the current password',
  newPassword: 'a new password',
  recoveryCode: 'the recovery code',
  verificationCode: 'the verification code',
  otp: 'the passcode',
  email: 'your e-mail address',
};

/** What a refused step tells: the field that is at fault, and what is wrong with it. */
export function stepProblem({ details, text }: PingOneError, fieldOf: (target: string) => string = (target) => target): Problem {
  const [detail] = details;
  const fields = details.flatMap(({ target }) => (target === undefined ? [] : [fieldOf(target)]));
  const { unsatisfiedRequirements, ...texts } = detail?.innerError ?? {};
  void unsatisfiedRequirements;
  const message = detail?.message ?? text;
  return {
    message: /[.!?]$/.test(message) ? message : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    details: Object.values(texts).filter((value) => typeof value === 'string'),
    fields,
    focus: fields[0] ?? '',
  };
}

/** What a form with empty fields tells, or undefined where all have something. */
export function missingProblem(form: Readonly<Record<string, string | undefined>>, names: readonly string[]): Problem | undefined {
  const missing = names.filter((name) => !form[name]);
  const [first] = missing;
  if (first === undefined) return undefined;
  return { message: `Please enter ${missing.map((name) => labels[name]).join(' and ')}.`, fields: missing, focus: first };
}
