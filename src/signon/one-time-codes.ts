import { lockPassword } from '../configuration/directory/passwords.js';
import { renderMessage } from '../configuration/notifications/messages.js';
import type { Environment } from '../environment/context.js';
import type { Message } from '../environment/journal/outbox.js';
import type { Flow } from '../environment/model/lifetimes.js';
import type { SentCode } from '../environment/model/second-factor.js';
import type { User } from '../environment/model/user.js';
import { sameSecret } from '../lib/same-secret.js';
import { flowTexts } from '../pingone/flow-texts.js';
import { type ErrorDetail, invalidData, type PingOneError } from '../pingone/pingone-error.js';
import { check } from '../protocol/check.js';
import type { RuleName } from '../protocol/rules/index.js';
import { saveFlow } from './flows.js';

type Purpose = SentCode['purpose'];

interface Kind {
  /** Its template. */
  readonly template: Parameters<typeof renderMessage>[1]['template'];
  readonly length: number;
  readonly alphabet: string;
  /** How long it is valid; undefined if it does not expire. */
  readonly minutes?: number;
  /** The answer to a wrong one. */
  readonly refusal: ErrorDetail;
}

const alphanumeric = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/**
 * A recovery code lasts five minutes, a verification code does not expire, and both have eight characters
 * (docs/fidelity.md, 4.3); the rules for passcodes are inferred.
 */
const kinds: Readonly<Record<Purpose, Kind>> = {
  recovery: {
    template: 'recovery_code_template',
    length: 8,
    alphabet: alphanumeric,
    minutes: 5,
    refusal: { code: 'INVALID_VALUE', target: 'recoveryCode', message: flowTexts.recoveryCode.text },
  },
  verification: {
    template: 'verification_code_template',
    length: 8,
    alphabet: alphanumeric,
    refusal: { code: 'INVALID_VALUE', target: 'verificationCode', message: flowTexts.verificationCode.text },
  },
  passcode: {
    template: 'strong_authentication',
    length: 6,
    alphabet: '0123456789',
    minutes: 30,
    refusal: { code: 'INVALID_OTP', target: 'otp', message: flowTexts.passcode.text },
  },
};

/** After this many wrong codes the right one no longer counts: a new one has to be sent (inferred). */
const maxFailures = 5;
/** After this many wrong codes in one flow, however often a new one was sent, the person has to begin again (inferred). */
export const maxFailuresOfFlow = 15;

export interface Receiver {
  readonly channel: Message['channel'];
  readonly to: string;
}

interface CodeOptions {
  /** Of the code; without it, the usual length of its kind. */
  readonly length?: number;
  /** Its lifetime; without it, the usual one of its kind. */
  readonly milliseconds?: number;
  /** The answer shows it, and it is not sent. */
  readonly isShown?: boolean;
}

/** Makes a code for a flow and puts it into the outbox, in the words of its template. It replaces any code that was sent before. */
export async function sendCode(
  environment: Environment,
  flow: Pick<Flow, 'id'>,
  user: User,
  purpose: Purpose,
  { channel, to }: Receiver,
  options: CodeOptions = {},
): Promise<SentCode> {
  const { random, clock, outbox } = environment;
  const { template, alphabet, minutes, ...usual } = kinds[purpose];
  const lifetime = options.milliseconds ?? (minutes === undefined ? undefined : minutes * 60_000);
  const value = random.text(options.length ?? usual.length, alphabet);
  if (!options.isShown) {
    const rendered = await renderMessage(environment, { template, channel, user, code: value });
    await outbox.add({ channel, to, ...rendered, code: value, flowId: flow.id, userId: user.id });
  }
  const expiresAt = lifetime === undefined ? undefined : clock.now() + lifetime;
  return { purpose, value, expiresAt, failures: 0, userId: user.id };
}

/** Sends a verification code to a user's e-mail address, and waits for it. */
export const sendVerification = async (environment: Environment, flow: Flow, user: User): Promise<Flow> =>
  saveFlow(environment, {
    ...flow,
    status: 'VERIFICATION_CODE_REQUIRED',
    sentCode: await sendCode(environment, flow, user, 'verification', { channel: 'email', to: user.email ?? user.username }),
  });

/** Why a code is refused. */
export type CodeRule = Extract<RuleName, `one_time_code_${string}` | 'device_usable'>;

/** The answer to every code that cannot be used; the reason is for the log. */
export const refusedCode = (purpose: Purpose, reason: string, rule: CodeRule = 'one_time_code_right'): PingOneError =>
  invalidData(kinds[purpose].refusal, { reason, check: check(rule, false, { got: reason }) });

/** Refuses a code that is not the one that was sent, has expired, or was guessed at too often. */
export async function requireCode(environment: Environment, flow: Flow, purpose: Purpose, presented: string): Promise<SentCode> {
  const refuse = (reason: string, rule?: CodeRule) => refusedCode(purpose, reason, rule);
  const sent = flow.sentCode?.purpose === purpose ? flow.sentCode : undefined;
  if (!sent) throw refuse('no code was sent', 'one_time_code_sent');
  const { wrongCodes = 0 } = flow;
  if (wrongCodes >= maxFailuresOfFlow) throw refuse('too many wrong codes in this flow: start the sign-on again', 'one_time_code_attempts');
  if (sent.expiresAt !== undefined && sent.expiresAt <= environment.clock.now())
    throw refuse('the code has expired', 'one_time_code_fresh');
  if (sent.failures >= maxFailures) throw refuse('too many wrong codes: request a new one', 'one_time_code_attempts');
  // People copy codes by hand: case does not matter.
  if (sameSecret(sent.value, presented.trim().toUpperCase())) return sent;
  await saveFlow(environment, { ...flow, wrongCodes: wrongCodes + 1, sentCode: { ...sent, failures: sent.failures + 1 } });
  // docs/fidelity.md, management 6.5.
  if (purpose === 'recovery' && sent.failures + 1 === maxFailures) await lockPassword(environment, sent.userId);
  throw refuse('it is not the code that was sent');
}
