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

/** A recovery code is documented to have eight characters and five minutes (docs/fidelity.md, 4.3); the others are inferred. */
const kinds: Readonly<Record<Purpose, Kind>> = {
  recovery: {
    length: 8,
    alphabet: alphanumeric,
    lifetime: 5 * minute,
    subject: 'Reset your password',
    text: (code, { username }) => `The recovery code of ${username} is ${code}. It is good for five minutes.`,
    code: 'INVALID_VALUE',
    target: 'recoveryCode',
    message: flowTexts.recoveryCode.text,
  },
  verification: {
    length: 8,
    alphabet: alphanumeric,
    lifetime: 30 * minute,
    subject: 'Verify your account',
    text: (code, { username }) => `The verification code of ${username} is ${code}. It is good for thirty minutes.`,
    code: 'INVALID_VALUE',
    target: 'verificationCode',
    message: flowTexts.verificationCode.text,
  },
  passcode: {
    length: 6,
    alphabet: '0123456789',
    lifetime: 30 * minute,
    subject: 'Your one-time passcode',
    text: (code, { username }) => `The one-time passcode of ${username} is ${code}. It is good for thirty minutes.`,
    code: 'INVALID_OTP',
    target: 'otp',
    message: flowTexts.passcode.text,
  },
};

/** So many wrong ones, and a code is worth nothing: a new one has to be sent (inferred). */
const attempts = 5;

export interface Receiver {
  readonly channel: Message['channel'];
  readonly to: string;
}

/** Makes a code for a flow and puts it into the outbox; it is good instead of any code that was sent before. */
export function sendCode(environment: Environment, flow: Flow, user: User, purpose: Purpose, { channel, to }: Receiver): SentCode {
  const { random, clock, outbox } = environment;
  const { length, alphabet, lifetime, subject, text } = kinds[purpose];
  const value = random.text(length, alphabet);
  outbox.add({ channel, to, subject, text: text(value, user), code: value, flowId: flow.id, userId: user.id });
  return { purpose, value, expiresAt: clock.now() + lifetime, failures: 0, userId: user.id };
}

/** Refuses a code that is not the one that was sent, too old, or was guessed at too often. */
export async function requireCode(environment: Environment, flow: Flow, purpose: Purpose, presented: string): Promise<SentCode> {
  const { code, target, message } = kinds[purpose];
  const refuse = (reason: string) => invalidData({ code, target, message }, { reason });
  const sent = flow.sentCode?.purpose === purpose ? flow.sentCode : undefined;
  if (!sent) throw refuse('no code was sent');
  if (sent.expiresAt <= environment.clock.now()) throw refuse('the code has expired');
  if (sent.failures >= attempts) throw refuse('too many wrong codes: a new one has to be sent');
  // People copy codes by hand: letters have no case.
  if (sameSecret(sent.value, presented.trim().toUpperCase())) return sent;
  await saveFlow(environment, { ...flow, sentCode: { ...sent, failures: sent.failures + 1 } });
  throw refuse('another code was sent');
}
