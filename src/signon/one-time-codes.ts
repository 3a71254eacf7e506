import type { Environment } from '../environment/context.js';
import type { Message } from '../environment/journal/outbox.js';
import type { Flow, SentCode } from '../environment/model/lifetimes.js';
import type { User } from '../environment/model/user.js';
import { sameSecret } from '../lib/same-secret.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { invalidData } from '../pingone/pingone-error.js';
import { saveFlow } from './flows.js';

type Purpose = SentCode['purpose'];

const alphanumeric = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const minute = 60_000;

interface Kind {
  readonly length: number;
  readonly alphabet: string;
  readonly lifetime: number;
  readonly subject: string;
  readonly text: (code: string, user: User) => string;
  readonly code: string;
  readonly target: string;
  readonly message: string;
}

/** A recovery code has eight characters and lasts five minutes, as documented (docs/fidelity.md, 4.3); the others are inferred. */
const kinds: Readonly<Record<Purpose, Kind>> = {
  recovery: {
    length: 8,
    alphabet: alphanumeric,
    lifetime: 5 * minute,
    subject: 'Reset your password',
    text: (code, { username }) => `The recovery code for ${username} is ${code}. It is valid for five minutes.`,
    code: 'INVALID_VALUE',
    target: 'recoveryCode',
    message: flowTexts.recoveryCode.text,
  },
  verification: {
    length: 8,
    alphabet: alphanumeric,
    lifetime: 30 * minute,
    subject: 'Verify your account',
    text: (code, { username }) => `The verification code for ${username} is ${code}. It is valid for thirty minutes.`,
    code: 'INVALID_VALUE',
    target: 'verificationCode',
    message: flowTexts.verificationCode.text,
  },
  passcode: {
    length: 6,
    alphabet: '0123456789',
    lifetime: 30 * minute,
    subject: 'Your one-time passcode',
    text: (code, { username }) => `The one-time passcode for ${username} is ${code}. It is valid for thirty minutes.`,
    code: 'INVALID_OTP',
    target: 'otp',
    message: flowTexts.passcode.text,
  },
};

/** After this many wrong codes the right one no longer counts: a new one has to be sent (inferred). */
const maxFailures = 5;

export interface Receiver {
  readonly channel: Message['channel'];
  readonly to: string;
}

/** Makes a code for a flow and puts it into the outbox. It replaces any code that was sent before. */
export function sendCode(environment: Environment, flow: Flow, user: User, purpose: Purpose, { channel, to }: Receiver): SentCode {
  const { random, clock, outbox } = environment;
  const { length, alphabet, lifetime, subject, text } = kinds[purpose];
  const value = random.text(length, alphabet);
  outbox.add({ channel, to, subject, text: text(value, user), code: value, flowId: flow.id, userId: user.id });
  return { purpose, value, expiresAt: clock.now() + lifetime, failures: 0, userId: user.id };
}

/** Sends a verification code to a user's e-mail address, and waits for it. */
export const sendVerification = (environment: Environment, flow: Flow, user: User): Promise<Flow> =>
  saveFlow(environment, {
    ...flow,
    status: 'VERIFICATION_CODE_REQUIRED',
    sentCode: sendCode(environment, flow, user, 'verification', { channel: 'email', to: user.email ?? user.username }),
  });

/** Refuses a code that is not the one that was sent, has expired, or was guessed at too often. */
export async function requireCode(environment: Environment, flow: Flow, purpose: Purpose, presented: string): Promise<SentCode> {
  const { code, target, message } = kinds[purpose];
  const refuse = (reason: string) => invalidData({ code, target, message }, { reason });
  const sent = flow.sentCode?.purpose === purpose ? flow.sentCode : undefined;
  if (!sent) throw refuse('no code was sent');
  if (sent.expiresAt <= environment.clock.now()) throw refuse('the code has expired');
  if (sent.failures >= maxFailures) throw refuse('too many wrong codes: a new one has to be sent');
  // People copy codes by hand: case does not matter.
  if (sameSecret(sent.value, presented.trim().toUpperCase())) return sent;
  await saveFlow(environment, { ...flow, sentCode: { ...sent, failures: sent.failures + 1 } });
  throw refuse('it is not the code that was sent');
}
