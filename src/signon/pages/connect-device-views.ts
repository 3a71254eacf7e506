import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { html } from '../../lib/html.js';
import { shownUserCode } from '../decoupled/device-body.js';
import { buttonForm, problemBox } from './form-parts.js';
import { anotherAccount, cancel, formView, type MakeView, nameOf } from './view.js';

/** The user code that the device shows (RFC 8628 §3.3). */
const userCodeView: MakeView = (input) =>
  formView(input, {
    heading: 'Connect a Device',
    purpose: html`<p class="purpose">signed on as ${nameOf(input)}</p>`,
    fields: [
      {
        name: 'userCode',
        label: 'Code that the device shows',
        type: 'text',
        autocomplete: 'off',
        value: input.typed?.userCode || undefined,
      },
    ],
    button: 'Continue',
    others: [anotherAccount, cancel],
  });

/** The code is shown once more: only a person who sees the device can tell whether it is the right one (RFC 8628 §3.3.1). */
const consentView: MakeView = async (input) => {
  const { environment, flow, application, problem } = input;
  const device = await environment.store.deviceAuthorizations.get(flow.deviceGrant?.deviceCode ?? '');
  const scopes = device?.scopes ?? [];
  return {
    heading: 'Allow the Device?',
    body: html`<h1>Allow the Device?</h1>
<p class="purpose"><strong><bdi>${application?.name || 'an application without a name'}</bdi></strong> asks to act for ${nameOf(input)}</p>
${problemBox(problem)}
<p>Continue only if the device shows the code <strong><code>${shownUserCode(device?.userCode ?? '')}</code></strong>.</p>
${scopes.length > 0 && html`<p>It will be able to use:</p>\n<ul class="advice">${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>`}
<form method="post"><button class="primary" type="submit" name="action" value="accept">Allow</button></form>
<div class="others">${[buttonForm('deny', 'Do not allow'), anotherAccount]}</div>`,
  };
};

/** The pages on which a person connects a device. A flow of another kind has no page once it is over. */
export const connectDeviceViews: Partial<Record<FlowStatus, MakeView>> = {
  DAG_USER_CODE_REQUIRED: userCodeView,
  DAG_CONSENT_REQUIRED: consentView,
  COMPLETED: ({ flow }) =>
    flow.deviceGrant && {
      heading: 'Device Connected',
      body: html`<h1>Device Connected</h1>
<p>You can close this page and go back to your device.</p>`,
    },
  FAILED: ({ flow }) =>
    flow.deviceGrant && {
      heading: 'Device Not Connected',
      body: html`<h1>Device Not Connected</h1>
<p>${flow.error?.message ?? 'The sign-on has failed.'}</p>
<p>To try again, start on the device: it needs a new code.</p>`,
    },
};
