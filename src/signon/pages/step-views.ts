import type { Environment } from '../../environment/context.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import type { User } from '../../environment/model/user.js';
import { type Html, html } from '../../lib/html.js';
import { actionsOf, maskAddress } from '../flow-view.js';
import { buttonForm, type Problem, problemBox } from './form-parts.js';
import { purpose } from './sign-on-form.js';
import { type StepForm, stepForm } from './step-form.js';

/** What the views of all steps are given. */
export interface StepInput {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly user: User | undefined;
  readonly applicationName: string;
  readonly problem?: Problem | undefined;
  /** What was typed last. */
  readonly typed?: Readonly<Record<string, string | undefined>> | undefined;
}

type View = (input: StepInput) => Omit<StepForm, 'applicationName' | 'redirectUri' | 'problem'>;

const code = { type: 'text', autocomplete: 'one-time-code' } as const;
const newPassword = { name: 'newPassword', label: 'New Password', type: 'password', autocomplete: 'new-password' } as const;

/** `address.locality` as people call it: "Address locality". */
const labelOf = (path: string): string => {
  const words = path
    .replaceAll('.', ' ')
    .replace(/([a-z])([A-Z])/g, (_pair, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

const messageOf = ({ environment, flow }: StepInput) => environment.outbox.lastOf(flow.id);

/** One button for each device that is not chosen yet. */
const deviceButtons = ({ devices = [], selectedDeviceId }: Flow, look: 'plain' | 'user'): Html[] =>
  devices
    .filter(({ id }) => id !== selectedDeviceId)
    .map(
      ({ id, type, address }) => html`<form method="post" class="other">
<button class="${look}" name="device" value="${id}">${type === 'SMS' ? 'Send an SMS to' : 'Send an e-mail to'} <bdi>${maskAddress(address)}</bdi></button>
</form>`,
    );

const views: Partial<Record<FlowStatus, View>> = {
  SIGN_ON_REQUIRED: ({ flow, typed }) => ({
    heading: 'Sign On',
    fields: [
      {
        name: 'username',
        label: 'Username',
        type: 'text',
        autocomplete: 'username',
        value: typed?.username ?? flow.request.loginHint ?? '',
      },
    ],
    button: 'Next',
    action: 'lookup',
    others: formLinks(flow),
  }),
  RECOVERY_CODE_REQUIRED: (input) => ({
    heading: 'Reset Your Password',
    intro: html`<p>If there is such an account, a recovery code is on its way to its e-mail address. It is good for five minutes.</p>`,
    fields: [{ name: 'recoveryCode', label: 'Recovery Code', ...code, value: input.typed?.recoveryCode }, newPassword],
    button: 'Save and go on',
    message: messageOf(input),
    others: [buttonForm('resend', 'Send another code')],
  }),
  VERIFICATION_CODE_REQUIRED: (input) => ({
    heading: 'Verify Your Account',
    intro: html`<p>A verification code is on its way to the e-mail address of <strong><bdi>${input.user?.username ?? ''}</bdi></strong>.</p>`,
    fields: [{ name: 'verificationCode', label: 'Verification Code', ...code }],
    button: 'Verify',
    message: messageOf(input),
    others: [buttonForm('resend', 'Send another code')],
  }),
  OTP_REQUIRED: (input) => ({
    heading: 'Enter the Passcode',
    intro: html`<p>A one-time passcode for <strong><bdi>${input.user?.username ?? ''}</bdi></strong> is on its way.</p>`,
    fields: [{ name: 'otp', label: 'Passcode', ...code }],
    button: 'Verify',
    message: messageOf(input),
    others: [buttonForm('resend', 'Send another one'), ...deviceButtons(input.flow, 'plain')],
  }),
  PROFILE_DATA_REQUIRED: ({ flow, typed }) => ({
    heading: 'Complete Your Profile',
    intro: flow.promptText === undefined ? undefined : html`<p>${flow.promptText}</p>`,
    fields: (flow.attributes ?? []).map(({ name, required }, at) => ({
      name: `attribute${at}`,
      label: required ? labelOf(name) : `${labelOf(name)} (optional)`,
      type: 'text',
      autocomplete: 'off',
      value: typed?.[`attribute${at}`],
      optional: !required,
    })),
    button: 'Save and go on',
  }),
  AGREEMENT_CONSENT_REQUIRED: () => ({
    heading: 'Agreement',
    intro: html`<p>The sign-on policy asks you to accept an agreement. The mock has no text of it.</p>`,
    button: 'Accept',
    action: 'accept',
    others: [buttonForm('decline', 'Decline')],
  }),
};

/** Forms that the person asks for, in place of the sign-on. */
const askedViews: Readonly<Record<string, View>> = {
  forgot: ({ typed }) => ({
    heading: 'Reset Your Password',
    intro: html`<p>A recovery code will be sent to the e-mail address of your account.</p>`,
    fields: [{ name: 'username', label: 'Username', type: 'text', autocomplete: 'username', value: typed?.username }],
    button: 'Send the code',
    action: 'forgot',
  }),
  register: ({ typed }) => ({
    heading: 'Create an Account',
    fields: [
      { name: 'username', label: 'Username', type: 'text', autocomplete: 'username', value: typed?.username },
      { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email', value: typed?.email },
      { name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password' },
    ],
    button: 'Create',
    action: 'register',
  }),
};

/** Links to the forms that a sign-on can be left for, as far as the policy allows them. */
export const formLinks = (flow: Flow): Html[] => {
  const labels = { forgot: 'Recover access', register: 'Create an account' };
  return Object.entries(labels)
    .filter(([form]) => mayAsk(flow, form))
    .map(([form, label]) => html`<a class="plain" href="?flowId=${flow.id}&amp;form=${form}">${label}</a>`);
};

interface StepView {
  readonly heading: string;
  readonly body: Html;
}

/** The page of a step, or of the form that is asked for instead; undefined where there is none. */
export function stepView(input: StepInput, asked: string | undefined): StepView | undefined {
  const { flow, applicationName, problem } = input;
  const instead = asked !== undefined && mayAsk(flow, asked) ? askedViews[asked] : undefined;
  const view = instead ?? views[flow.status];
  if (view) {
    const form = view(input);
    return { heading: form.heading, body: stepForm({ ...form, applicationName, redirectUri: flow.request.redirectUri, problem }) };
  }
  if (flow.status !== 'DEVICE_SELECTION_REQUIRED') return undefined;
  return {
    heading: 'Choose a Device',
    body: html`<h1>Choose a Device</h1>
${purpose(applicationName, flow.request.redirectUri)}
${problemBox(problem)}
<p>Where should the one-time passcode for <strong><bdi>${input.user?.username ?? ''}</bdi></strong> be sent?</p>
${deviceButtons(flow, 'user')}
<div class="others">${buttonForm('reset', 'Begin again')}${buttonForm('cancel', 'Cancel')}</div>`,
  };
}

const actionOfForm: Readonly<Record<string, string>> = { forgot: 'password.forgot', register: 'user.register' };

/** Whether a flow may be left for a form: where its action is offered. */
export const mayAsk = (flow: Flow, form: string): boolean =>
  Object.hasOwn(actionOfForm, form) && actionsOf(flow).includes(actionOfForm[form] as string);
