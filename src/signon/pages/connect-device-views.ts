import type { FlowStatus } from '../../environment/model/lifetimes.js';
import { html } from '../../lib/html.js';
import { shownUserCode } from '../decoupled/device-body.js';
import { buttonForm, problemBox } from './form-parts.js';
import { anotherAccount, cancel, formView, type MakeView, nameOf } from './view.js';

/** The user code that the device shows (RFC 8628 §3.3). */
const userCodeView: MakeView = (input) => {
  const { words } = input;
  return formView(input, {
    heading: words.text('heading.connectDevice'),
    purpose: html`<p class="purpose">${words.html('text.signedOnAs', { user: nameOf(input) })}</p>`,
    fields: [
      {
        name: 'userCode',
        label: words.text('label.userCode'),
        type: 'text',
        autocomplete: 'off',
        value: input.typed?.userCode || undefined,
      },
    ],
    button: words.text('button.continue'),
    others: [anotherAccount(input), cancel(input)],
  });
};

/** The code is shown once more: only a person who sees the device can tell whether it is the right one (RFC 8628 §3.3.1). */
const consentView: MakeView = async (input) => {
  const { environment, flow, application, problem, words } = input;
  const device = await environment.store.deviceAuthorizations.get(flow.deviceGrant?.deviceCode ?? '');
  const scopes = device?.scopes ?? [];
  const heading = words.text('heading.allowDevice');
  const asking = html`<strong><bdi>${application?.name || 'an application without a name'}</bdi></strong>`;
  const shown = html`<strong><code>${shownUserCode(device?.userCode ?? '')}</code></strong>`;
  return {
    heading,
    body: html`<h1>${heading}</h1>
<p class="purpose">${words.html('text.deviceAsks', { application: asking, user: nameOf(input) })}</p>
${problemBox(problem)}
<p>${words.html('text.deviceCode', { code: shown })}</p>
${
  scopes.length > 0 &&
  html`<p>${words.text('text.deviceScopes')}</p>\n<ul class="advice">${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>`
}
<form method="post"><button class="primary" type="submit" name="action" value="accept">${words.text('button.allow')}</button></form>
<div class="others">${[buttonForm('deny', words.text('button.doNotAllow')), anotherAccount(input)]}</div>`,
  };
};

/** The pages on which a person connects a device. A flow of another kind has no page once it is over. */
export const connectDeviceViews: Partial<Record<FlowStatus, MakeView>> = {
  DAG_USER_CODE_REQUIRED: userCodeView,
  DAG_CONSENT_REQUIRED: consentView,
  COMPLETED: ({ flow, words }) =>
    flow.deviceGrant && {
      heading: words.text('heading.deviceConnected'),
      body: html`<h1>${words.text('heading.deviceConnected')}</h1>
<p>${words.text('text.deviceDone')}</p>`,
    },
  FAILED: ({ flow, words }) =>
    flow.deviceGrant && {
      heading: words.text('heading.deviceNotConnected'),
      body: html`<h1>${words.text('heading.deviceNotConnected')}</h1>
<p lang="en">${flow.error?.message ?? 'The sign-on has failed.'}</p>
<p>${words.text('text.deviceAgain')}</p>`,
    },
};
