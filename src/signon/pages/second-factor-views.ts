import { requestOptions } from '../../configuration/devices/passkeys.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import type { DeviceType } from '../../environment/model/mfa.js';
import type { FlowDevice } from '../../environment/model/second-factor.js';
import { type Html, html } from '../../lib/html.js';
import { passkeyDevices, selectedDevice } from '../mfa/answers.js';
import { maskAddress } from '../mfa/challenge.js';
import { buttonForm, problemBox } from './form-parts.js';
import { beginAgain, cancel, code, lastMessage, type MakeView, nameOf, policyStep, purpose } from './view.js';

/** What the page calls each type of device: on the button that chooses it, and where it asks for its passcode. */
const words: Readonly<Record<DeviceType, { readonly choose: string; readonly ask: string }>> = {
  EMAIL: { choose: 'Send an e-mail to', ask: 'is on its way by e-mail' },
  SMS: { choose: 'Send an SMS to', ask: 'is on its way by SMS' },
  VOICE: { choose: 'Call', ask: 'will be read to you in a call' },
  WHATSAPP: { choose: 'Send a WhatsApp message to', ask: 'is on its way by WhatsApp' },
  TOTP: { choose: 'Use the authenticator app', ask: 'is shown by your authenticator app' },
  OATH_TOKEN: { choose: 'Use the hardware token', ask: 'is shown by your hardware token' },
  FIDO2: { choose: 'Use a passkey', ask: 'is not needed' },
  MOBILE: { choose: 'Confirm on the phone', ask: 'is not needed' },
};

const nameOfDevice = ({ address, nickname }: FlowDevice): Html | undefined => {
  if (nickname !== undefined) return html` <bdi>${nickname}</bdi>`;
  return address === undefined ? undefined : html` <bdi>${maskAddress(address)}</bdi>`;
};

/** One button for each device that is not selected yet. */
const deviceButtons = ({ devices = [], selectedDeviceId }: Flow, look: 'plain' | 'user'): Html[] =>
  devices
    .filter(({ id }) => id !== selectedDeviceId)
    .map(
      (device) => html`<form method="post" class="other">
<button class="${look}" name="device" value="${device.id}">${words[device.type].choose}${nameOfDevice(device)}</button>
</form>`,
    );

/** The steps of a second factor. */
export const secondFactorViews: Partial<Record<FlowStatus, MakeView>> = {
  DEVICE_SELECTION_REQUIRED: (input) => ({
    heading: 'Choose a Device',
    body: html`<h1>Choose a Device</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>How does ${nameOf(input)} want to continue?</p>
${deviceButtons(input.flow, 'user')}
<div class="others">${[beginAgain, cancel]}</div>`,
  }),
  OTP_REQUIRED: (input) => {
    const device = selectedDevice(input.flow);
    const isSent = input.flow.sentCode !== undefined;
    return policyStep(input, {
      heading: 'Enter the Passcode',
      intro: html`<p>A one-time passcode for ${nameOf(input)} ${device ? words[device.type].ask : 'is on its way'}.</p>${
        device?.testMode && isSent && html`\n<p>Test mode: the passcode is <strong>${input.flow.sentCode?.value}</strong>.</p>`
      }`,
      fields: [{ name: 'otp', label: 'Passcode', ...code }],
      button: 'Verify',
      outro: isSent ? lastMessage(input) : undefined,
      others: [...(isSent ? [buttonForm('resend', 'Send another one')] : []), ...deviceButtons(input.flow, 'plain')],
    });
  },
  ASSERTION_REQUIRED: async (input) => {
    const { environment, flow } = input;
    const options = flow.assertion ? await requestOptions(environment, flow.assertion, passkeyDevices(flow)) : '';
    return {
      heading: 'Use Your Passkey',
      asksForPasskey: true,
      body: html`<h1>Use Your Passkey</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>Confirm that it is you, ${nameOf(input)}, with a fingerprint, a PIN or a security key.</p>
<noscript><p>Passkeys need JavaScript in the browser.</p></noscript>
<p class="problem" id="passkey-problem" role="alert" hidden></p>
<form method="post" data-options="${options}">
<input type="hidden" name="origin"><input type="hidden" name="assertion">
<button class="primary" type="submit">Continue with the passkey</button>
</form>
<div class="others">${[...deviceButtons(flow, 'plain'), beginAgain, cancel]}</div>`,
    };
  },
  PUSH_CONFIRMATION_REQUIRED: async (input) => {
    const { environment, flow } = input;
    const push = flow.pushId === undefined ? undefined : await environment.store.pushRequests.get(flow.pushId);
    return {
      heading: 'Confirm on Your Phone',
      refreshSeconds: 3,
      body: html`<h1>Confirm on Your Phone</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>The phone of ${nameOf(input)} was asked to confirm this sign-on.</p>${
        push?.number !== undefined &&
        html`
<p>Choose this number on the phone:</p>
<p class="match"><strong>${push.number}</strong></p>`
      }
<p role="status">Waiting for the answer. This page checks again every three seconds.</p>
<p>The mock plays the phone: <a class="plain" href="approvals" target="_blank" rel="noopener">answer for it</a>.</p>
<div class="others">${[buttonForm('other-device', 'Use another device'), beginAgain, cancel]}</div>`,
    };
  },
  PUSH_CONFIRMATION_TIMED_OUT: (input) => ({
    heading: 'No Answer from the Phone',
    body: html`<h1>No Answer from the Phone</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>The phone of ${nameOf(input)} did not answer in time.</p>
<div class="others">${[buttonForm('resend', 'Ask again'), ...deviceButtons(input.flow, 'plain'), beginAgain, cancel]}</div>`,
  }),
};
