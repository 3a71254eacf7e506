import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { html } from '../../lib/html.js';
import { agreementTextOf } from '../agreements.js';
import { buttonForm, type FieldInput } from './form-parts.js';
import { labelOf } from './labels.js';
import { newPassword } from './sign-on-views.js';
import { code, lastMessage, type MakeView, nameOf, policyStep } from './view.js';

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
