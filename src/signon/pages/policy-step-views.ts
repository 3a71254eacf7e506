import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { html } from '../../lib/html.js';
import { agreementTextOf } from '../agreements.js';
import { attributeField } from './attribute-field.js';
import { buttonForm } from './form-parts.js';
import { newPassword } from './sign-on-views.js';
import { code, lastMessage, type MakeView, nameOf, policyStep, resend } from './view.js';
import { ownWords } from './words.js';

/** The steps that follow a username and a password. */
export const policyStepViews: Partial<Record<FlowStatus, MakeView>> = {
  RECOVERY_CODE_REQUIRED: (input) => {
    const { words } = input;
    return policyStep(input, {
      heading: words.text('heading.resetPassword'),
      intro: html`<p>${words.text('text.recoverySent')}</p>`,
      fields: [
        { name: 'recoveryCode', label: words.text('label.recoveryCode'), ...code, value: input.typed?.recoveryCode },
        newPassword(input),
      ],
      button: words.text('button.save'),
      outro: lastMessage(input),
      others: [resend(input)],
    });
  },
  VERIFICATION_CODE_REQUIRED: (input) => {
    const { words } = input;
    return policyStep(input, {
      heading: words.text('heading.verifyAccount'),
      intro: html`<p>${words.html('text.verificationSent', { user: nameOf(input) })}</p>`,
      fields: [{ name: 'verificationCode', label: words.text('label.verificationCode'), ...code }],
      button: words.text('button.verify'),
      outro: lastMessage(input),
      others: [resend(input)],
    });
  },
  PROFILE_DATA_REQUIRED: (input) =>
    policyStep(input, {
      heading: input.words.text('heading.completeProfile'),
      intro: input.flow.promptText === undefined ? undefined : html`<p dir="auto">${input.flow.promptText}</p>`,
      fields: (input.flow.attributes ?? []).map((attribute, at) => ({
        ...attributeField(input, attribute, at),
        value: input.typed?.[`attribute${at}`],
      })),
      button: input.words.text('button.save'),
    }),
  AGREEMENT_CONSENT_REQUIRED: async (input) => {
    const { environment, flow, user, words, languages } = input;
    const text = user && (await agreementTextOf(environment, flow, user, languages));
    return policyStep(input, {
      heading: text?.title ?? words.text('heading.agreement'),
      intro: text
        ? html`<div class="agreement" lang="${text.locale}" dir="auto">${text.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}</div>`
        : html`<p${ownWords(words)}>The sign-on policy asks you to accept an agreement. The mock does not have its text.</p>`,
      button: text?.accept ?? words.text('button.accept'),
      action: 'accept',
      others: [buttonForm('decline', text?.decline ?? words.text('button.decline'))],
    });
  },
};
