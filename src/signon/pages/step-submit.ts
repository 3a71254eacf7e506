import type { Environment } from '../../environment/context.js';
import type { Exchange } from '../../environment/journal/exchange.js';
import type { Flow, FlowStatus, Session } from '../../environment/model/lifetimes.js';
import type { PingOneError } from '../../pingone/errors.js';
import type { SignedOn } from '../complete.js';
import { lookUpUser } from '../password.js';
import { forgetPassword, recoverPassword, sendRecoveryCode } from '../password-recovery.js';
import { answerAgreement, updateProfile } from '../profile.js';
import { registerUser, sendVerificationCode, verifyUser } from '../registration.js';
import { checkPasscode, selectDevice } from '../second-factor.js';
import type { Problem } from './form-parts.js';
import type { PageForm } from './page-form.js';
import { missingProblem, stepProblem } from './problems.js';
import { mayAsk } from './step-views.js';

/** What a form asks for, to be done in the flow that it was sent to. */
export type StepWork = (session: Session | undefined, environment: Environment, flow: Flow, exchange: Exchange) => Promise<SignedOn>;

export interface SubmittedStep {
  readonly work: StepWork;
  /** What the form lacks: nothing is done then. */
  readonly missing?: Problem | undefined;
  readonly explain: (error: PingOneError) => Problem;
  readonly typed: PageForm;
  /** The form that was asked for in place of the sign-on. */
  readonly form?: string | undefined;
}

const text = (value: string | undefined): string => value ?? '';

type Step = Pick<SubmittedStep, 'work'> & { readonly needs?: readonly string[]; readonly explain?: SubmittedStep['explain'] };
type Steps = (form: PageForm, flow: Flow) => Step | undefined;

/** A form without a name for its attributes: they stand in the order in which the flow asks for them. */
const profileOf = (form: PageForm, flow: Flow): Record<string, unknown> => {
  const profile: Record<string, Record<string, unknown> | string> = {};
  for (const [at, { name }] of (flow.attributes ?? []).entries()) {
    const value = form[`attribute${at}`];
    if (!value) continue;
    const [first, second] = name.split('.', 2) as [string, string?];
    if (second === undefined) profile[first] = value;
    else profile[first] = { ...(typeof profile[first] === 'object' ? profile[first] : {}), [second]: value };
  }
  return profile;
};

const byStatus: Partial<Record<FlowStatus, Steps>> = {
  SIGN_ON_REQUIRED: (form) =>
    form.testUser === undefined
      ? { needs: ['username'], work: (_session, environment, flow) => lookUpUser(environment, flow, text(form.username)) }
      : undefined,
  RECOVERY_CODE_REQUIRED: (form) =>
    form.action === 'resend'
      ? { work: (_session, environment, flow) => sendRecoveryCode(environment, flow) }
      : {
          needs: ['recoveryCode', 'newPassword'],
          work: (session, environment, flow, exchange) =>
            recoverPassword(environment, flow, {
              recoveryCode: text(form.recoveryCode),
              newPassword: text(form.newPassword),
              session,
              exchange,
            }),
        },
  VERIFICATION_CODE_REQUIRED: (form) =>
    form.action === 'resend'
      ? { work: (_session, environment, flow) => sendVerificationCode(environment, flow) }
      : {
          needs: ['verificationCode'],
          work: (session, environment, flow, exchange) => verifyUser(environment, flow, text(form.verificationCode), { session, exchange }),
        },
  DEVICE_SELECTION_REQUIRED: (form) => ({
    work: (_session, environment, flow) => selectDevice(environment, flow, text(form.device)),
  }),
  OTP_REQUIRED: (form, { selectedDeviceId }) => {
    const device = form.action === 'resend' ? selectedDeviceId : form.device;
    if (device !== undefined) return { work: (_session, environment, flow) => selectDevice(environment, flow, device) };
    return {
      needs: ['otp'],
      work: (session, environment, flow, exchange) => checkPasscode(environment, flow, text(form.otp), { session, exchange }),
    };
  },
  PROFILE_DATA_REQUIRED: (form, { attributes = [] }) => ({
    work: (session, environment, flow, exchange) => updateProfile(environment, flow, profileOf(form, flow), { session, exchange }),
    explain: (error) => stepProblem(error, (target) => `attribute${attributes.findIndex(({ name }) => name === target)}`),
  }),
  AGREEMENT_CONSENT_REQUIRED: ({ action }) =>
    action === 'accept' || action === 'decline'
      ? { work: (session, environment, flow, exchange) => answerAgreement(environment, flow, action === 'accept', { session, exchange }) }
      : undefined,
};

/** Forms that the person asked for in place of the sign-on, by their action. */
const asked: Readonly<Record<string, Steps>> = {
  forgot: (form) => ({
    needs: ['username'],
    work: (_session, environment, flow) => forgetPassword(environment, flow, text(form.username)),
  }),
  register: (form) => ({
    needs: ['username', 'email', 'password'],
    work: (session, environment, flow, exchange) => {
      const { username, email } = form;
      return registerUser(environment, flow, { username, email }, { password: text(form.password), session, exchange });
    },
  }),
};

/** What a form of a step asks for; undefined where it is none of these. */
export function submittedStep(flow: Flow, form: PageForm): SubmittedStep | undefined {
  const instead = form.action !== undefined && mayAsk(flow, form.action) ? form.action : undefined;
  const step = (instead === undefined ? byStatus[flow.status] : asked[instead])?.(form, flow);
  if (!step) return undefined;
  const { work, needs = [], explain = stepProblem } = step;
  return { work, missing: missingProblem(form, needs), explain: (error) => explain(error), typed: form, form: instead };
}
