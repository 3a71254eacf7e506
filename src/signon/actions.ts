// Every action of a sign-on flow, one row each; the flows API and the pages are two fronts of this table.
import type { Flow, FlowStatus } from '../environment/model/lifetimes.js';
import { compileShape, type Schema } from '../lib/schema/compile.js';
import { boolean, type Infer, object, secret } from '../lib/schema/types.js';
import { refuseBody } from '../pingone/body-refusals.js';
import { invalidData } from '../pingone/pingone-error.js';
import { type Diagnosis, diagnoseFlowAction } from '../protocol/mistakes/index.js';
import { decideDevice, verifyUserCode } from './decoupled/device-authorization.js';
import { beginSignOn } from './engine.js';
import { confirmAccount } from './external/arrive.js';
import { cancelPush, checkAssertion, checkPasscode, selectDevice } from './mfa/actions.js';
import { assertionBody } from './mfa/bodies.js';
import { changePassword, lookUpUser, signOnWithPassword } from './password.js';
import { forgetPassword, recoverPassword, sendRecoveryCode } from './password-recovery.js';
import { answerAgreement, updateProfile } from './profile.js';
import { registerUser, sendVerificationCode, verifyUser } from './registration.js';
import type { Step, StepResult } from './step.js';

type Body = Readonly<Record<string, unknown>>;

interface Action {
  /** The statuses in which a flow offers the action; without any, all in which it waits for the person. */
  readonly statuses?: readonly FlowStatus[] | undefined;
  /** Whether the sign-on policy allows it. */
  readonly allowed?: ((flow: Flow) => boolean) | undefined;
  /** The members of its body. */
  readonly input: Schema;
  readonly run: (step: Step, body: Body) => Promise<StepResult>;
}

interface Row<S extends Schema> extends Omit<Action, 'run' | 'input'> {
  readonly input: S;
  /** Fills in what a body may leave out. */
  readonly complete?: (step: Step, body: Body) => Promise<Body>;
  /** `body` is what was sent, including members that `input` does not name. */
  readonly run: (step: Step, input: Infer<S>, body: Body) => Promise<StepResult>;
}

/** A row whose body is read first: members of the wrong JSON type are refused, then missing or empty ones (docs/fidelity.md, 4.4). */
function action<const S extends Schema>({ statuses, allowed, input, complete, run }: Row<S>): Action {
  const read = compileShape(input);
  return {
    statuses,
    allowed,
    input,
    run: async (step, sent) => {
      const body = complete ? await complete(step, sent) : sent;
      const { value, problems } = read(body);
      // Text of any characters is read: a name or a code with odd ones is not malformed, it is wrong.
      const refused = problems.filter(({ kind }) => kind !== 'characters');
      if (refused.length > 0) throw refuseBody(refused);
      return run(step, value as Infer<S>, body);
    },
  };
}

const text = { type: 'string', minLength: 1 } as const;
const nothing = object({});

/** In PingOne's order, which is also that of a flow's links. */
const table = {
  'usernamePassword.check': action({
    statuses: ['USERNAME_PASSWORD_REQUIRED', 'PASSWORD_REQUIRED', 'ACCOUNT_LINKING_REQUIRED'],
    input: object({ username: text, password: secret(text) }),
    // If the flow is tied to a user already, the name may be left out (inferred); if sent, it must be that user's.
    complete: async ({ environment: { store }, flow: { userId } }, body) => {
      const user = userId === undefined || body.username !== undefined ? undefined : await store.users.get(userId);
      return user ? { ...body, username: user.username } : body;
    },
    run: signOnWithPassword,
  }),
  'user.lookup': action({
    statuses: ['SIGN_ON_REQUIRED'],
    input: object({ username: text }),
    run: lookUpUser,
  }),
  'password.forgot': action({
    statuses: ['USERNAME_PASSWORD_REQUIRED', 'PASSWORD_REQUIRED'],
    allowed: ({ withoutRecovery }) => withoutRecovery !== true,
    input: object({ username: text }),
    run: forgetPassword,
  }),
  'user.register': action({
    statuses: ['SIGN_ON_REQUIRED', 'USERNAME_PASSWORD_REQUIRED'],
    allowed: ({ registration }) => registration === true,
    input: object({ username: text, email: text, password: secret(text) }),
    run: registerUser,
  }),
  'password.reset': action({
    statuses: ['MUST_CHANGE_PASSWORD', 'PASSWORD_EXPIRED'],
    input: object({ currentPassword: secret(text), newPassword: secret(text) }),
    run: changePassword,
  }),
  'password.recover': action({
    statuses: ['RECOVERY_CODE_REQUIRED'],
    input: object({ recoveryCode: secret(text), newPassword: secret(text) }),
    run: recoverPassword,
  }),
  'password.sendRecoveryCode': action({
    statuses: ['RECOVERY_CODE_REQUIRED'],
    input: nothing,
    run: sendRecoveryCode,
  }),
  'user.verify': action({
    statuses: ['VERIFICATION_CODE_REQUIRED'],
    input: object({ verificationCode: secret(text) }),
    run: verifyUser,
  }),
  'user.sendVerificationCode': action({
    statuses: ['VERIFICATION_CODE_REQUIRED'],
    input: nothing,
    run: sendVerificationCode,
  }),
  'otp.check': action({
    statuses: ['OTP_REQUIRED'],
    input: object({ otp: secret(text) }),
    run: checkPasscode,
  }),
  'device.select': action({
    statuses: ['DEVICE_SELECTION_REQUIRED', 'OTP_REQUIRED', 'ASSERTION_REQUIRED', 'PUSH_CONFIRMATION_TIMED_OUT'],
    input: object({ device: object({ id: text }) }),
    // What is missing is the id, with or without a `device` around it.
    complete: async (_step, body) => ({ ...body, device: body.device ?? {} }),
    run: selectDevice,
  }),
  'assertion.check': action({
    statuses: ['ASSERTION_REQUIRED'],
    input: assertionBody,
    run: checkAssertion,
  }),
  'cancel.push.authentication': action({
    statuses: ['PUSH_CONFIRMATION_REQUIRED'],
    input: object({}, { reason: text }),
    run: cancelPush,
  }),
  'user.update': action({
    statuses: ['PROFILE_DATA_REQUIRED'],
    input: nothing,
    run: updateProfile,
  }),
  'user.consent': action({
    statuses: ['AGREEMENT_CONSENT_REQUIRED'],
    input: object({ accept: boolean }),
    run: answerAgreement,
  }),
  'user.confirm': action({
    statuses: ['ACCOUNT_CONFIRMATION_REQUIRED'],
    input: nothing,
    run: confirmAccount,
  }),
  'deviceAuthGrant.userCode.verify': action({
    statuses: ['DAG_USER_CODE_REQUIRED'],
    input: object({ userCode: secret(text) }),
    run: verifyUserCode,
  }),
  'deviceAuthGrant.consent': action({
    statuses: ['DAG_CONSENT_REQUIRED'],
    input: object({ accept: boolean }),
    run: decideDevice,
  }),
  'session.reset': action({
    input: nothing,
    run: async ({ environment, flow }) => ({ flow: await beginSignOn(environment, flow) }),
  }),
} satisfies Record<string, Action>;

export type ActionName = keyof typeof table;
export const actions: Readonly<Record<ActionName, Action>> = table;
export const actionNames = Object.keys(actions) as ActionName[];

/** Whether a flow has ended, in success or failure. */
export const isOver = ({ status }: Flow): boolean => status === 'COMPLETED' || status === 'FAILED';

/** Whether a flow offers an action: in this status, and under its sign-on policy. */
export function offers(flow: Flow, name: ActionName): boolean {
  const { statuses, allowed } = actions[name];
  return (statuses ? statuses.includes(flow.status) : !isOver(flow)) && (allowed === undefined || allowed(flow));
}

/** Why a flow refuses an action; undefined if it offers it. */
export function diagnoseAction(flow: Flow, name: ActionName): Diagnosis | undefined {
  if (offers(flow, name)) return undefined;
  const { statuses, allowed } = actions[name];
  return diagnoseFlowAction({
    action: name,
    status: flow.status,
    offered: actionNames.filter((each) => offers(flow, each)),
    disallowed: statuses?.includes(flow.status) === true && allowed?.(flow) === false,
  });
}

/** Refuses an action that a flow does not offer. */
export function requireOffered(flow: Flow, name: ActionName): void {
  if (offers(flow, name)) return;
  const { status } = flow;
  throw invalidData(
    { code: 'INVALID_VALUE', message: `The action is not allowed in status ${status}` },
    { reason: `${name} is not allowed in status ${status}` },
  );
}
