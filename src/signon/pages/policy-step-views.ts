import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import { agreementTextOf } from '../agreements.js';
import { maskAddress } from '../passcode-devices.js';
import { buttonForm, type FieldInput, problemBox } from './form-parts.js';
import { labelOf } from './labels.js';
import { newPassword } from './sign-on-views.js';
import { sentMessage } from './step-form.js';
import { beginAgain, cancel, type MakeView, nameOf, policyStep, purpose, type ViewInput } from './view.js';

const code = { type: 'text', autocomplete: 'one-time-code' } as const;

const lastMessage = ({ environment, flow }: ViewInput): Html | undefined => sentMessage(environment.outbox.lastOf(flow.id));

/** One button for each device that is not selected yet. */
const deviceButtons = ({ devices = [], selectedDeviceId }: Flow, look: 'plain' | 'user'): Html[] =>
  devices
    .filter(({ id }) => id !== selectedDeviceId)
    .map(
      ({ id, type, address }) => html`<form method="post" class="other">
<button class="${look}" name="device" value="${id}">${type === 'SMS' ? 'Send an SMS to' : 'Send an e-mail to'} <bdi>${maskAddress(address)}</bdi></button>
</form>`,
    );

const profileField = ({ name, required }: { name: string; required: boolean }, at: number): Omit<FieldInput, 'focus'> => ({
  name: `attribute${at}`,
  label: required ? labelOf(name) : `${labelOf(name)} (optional)`,
  type: 'text',
  autocomplete: 'off',
  optional: !required,
});

/** The steps that follow a user name and a password. */
export const policyStepViews: Partial<Record<FlowStatus, MakeView>> = {
  RECOVERY_CODE_REQUIRED: (input) =>
    policyStep(input, {
      heading: 'Reset Your Password',
      intro: html`<p>If the account exists, a recovery code is on its way to its e-mail address. It is valid for five minutes.</p>`,
      fields: [{ name: 'recoveryCode', label: 'Recovery Code', ...code, value: input.typed?.recoveryCode }, newPassword],
      button: 'Save and continue',
      outro: lastMessage(input),
      others: [buttonForm('resend', 'Send another code')],
    }),
  VERIFICATION_CODE_REQUIRED: (input) =>
    policyStep(input, {
      heading: 'Verify Your Account',
      intro: html`<p>A verification code is on its way to the e-mail address of ${nameOf(input)}.</p>`,
      fields: [{ name: 'verificationCode', label: 'Verification Code', ...code }],
      button: 'Verify',
      outro: lastMessage(input),
      others: [buttonForm('resend', 'Send another code')],
    }),
  DEVICE_SELECTION_REQUIRED: (input) => ({
    heading: 'Choose a Device',
    body: html`<h1>Choose a Device</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>Where should the one-time passcode for ${nameOf(input)} be sent?</p>
${deviceButtons(input.flow, 'user')}
<div class="others">${[beginAgain, cancel]}</div>`,
  }),
  OTP_REQUIRED: (input) =>
    policyStep(input, {
      heading: 'Enter the Passcode',
      intro: html`<p>A one-time passcode for ${nameOf(input)} is on its way.</p>`,
      fields: [{ name: 'otp', label: 'Passcode', ...code }],
      button: 'Verify',
      outro: lastMessage(input),
      others: [buttonForm('resend', 'Send another one'), ...deviceButtons(input.flow, 'plain')],
    }),
  PROFILE_DATA_REQUIRED: (input) =>
    policyStep(input, {
      heading: 'Complete Your Profile',
      intro: input.flow.promptText === undefined ? undefined : html`<p>${input.flow.promptText}</p>`,
      fields: (input.flow.attributes ?? []).map((attribute, at) => ({
        ...profileField(attribute, at),
        value: input.typed?.[`attribute${at}`],
      })),
      button: 'Save and continue',
    }),
  AGREEMENT_CONSENT_REQUIRED: async (input) => {
    const text = input.user && (await agreementTextOf(input.environment, input.flow, input.user));
    return policyStep(input, {
      heading: text?.title ?? 'Agreement',
      intro: text
        ? html`${text.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}`
        : html`<p>The sign-on policy asks you to accept an agreement. The mock does not have its text.</p>`,
      button: text?.accept ?? 'Accept',
      action: 'accept',
      others: [buttonForm('decline', text?.decline ?? 'Decline')],
    });
  },
};
