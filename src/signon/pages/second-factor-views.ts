import { requestOptions } from '../../configuration/devices/passkeys.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import type { DeviceType } from '../../environment/model/mfa.js';
import type { FlowDevice } from '../../environment/model/second-factor.js';
import { type Html, html } from '../../lib/html.js';
import type { PageText } from '../../pingone/interface-texts/index.js';
import { passkeyDevices, selectedDevice } from '../mfa/answers.js';
import { maskAddress } from '../mfa/challenge.js';
import { buttonForm, problemBox } from './form-parts.js';
import { beginAgain, cancel, code, lastMessage, type MakeView, nameOf, policyStep, purpose, resend, type ViewInput } from './view.js';
import { ownWords } from './words.js';

/** What the page says of each type of device: on the button that chooses it, and where it asks for its passcode. */
const texts: Readonly<Record<DeviceType, { readonly choose: PageText; readonly ask: PageText }>> = {
  EMAIL: { choose: 'text.deviceEmail', ask: 'text.passcodeEmail' },
  SMS: { choose: 'text.deviceSms', ask: 'text.passcodeSms' },
  VOICE: { choose: 'text.deviceVoice', ask: 'text.passcodeVoice' },
  WHATSAPP: { choose: 'text.deviceWhatsApp', ask: 'text.passcodeWhatsApp' },
  TOTP: { choose: 'text.deviceTotp', ask: 'text.passcodeTotp' },
  OATH_TOKEN: { choose: 'text.deviceToken', ask: 'text.passcodeToken' },
  FIDO2: { choose: 'text.deviceFido2', ask: 'text.passkey' },
  MOBILE: { choose: 'text.deviceMobile', ask: 'text.push' },
};

const nameOfDevice = ({ address, nickname }: FlowDevice): Html | undefined => {
  const name = nickname ?? (address === undefined ? undefined : maskAddress(address));
  return name === undefined ? undefined : html`<bdi>${name}</bdi>`;
};

/** One button for each device that is not selected yet. */
const deviceButtons = ({ flow: { devices = [], selectedDeviceId }, words }: ViewInput, look: 'plain' | 'user'): Html[] =>
  devices
    .filter(({ id }) => id !== selectedDeviceId)
    .map(
      (device) => html`<form method="post" class="other">
<button class="${look}" name="device" value="${device.id}"><span>${words.html(texts[device.type].choose, { device: nameOfDevice(device) })}</span></button>
</form>`,
    );

/** What the passcode in test mode is: PingOne does not send it. */
const testCode = ({ testMode }: FlowDevice, { sentCode }: Flow, input: ViewInput): Html | undefined =>
  testMode && sentCode ? html`\n<p${ownWords(input.words)}>Test mode: the passcode is <strong>${sentCode.value}</strong>.</p>` : undefined;

/** The steps of a second factor. */
export const secondFactorViews: Partial<Record<FlowStatus, MakeView>> = {
  DEVICE_SELECTION_REQUIRED: (input) => {
    const { words } = input;
    const heading = words.text('heading.chooseDevice');
    return {
      heading,
      body: html`<h1>${heading}</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>${words.html('text.chooseDevice', { user: nameOf(input) })}</p>
${deviceButtons(input, 'user')}
<div class="others">${[beginAgain(input), cancel(input)]}</div>`,
    };
  },
  OTP_REQUIRED: (input) => {
    const { flow, words } = input;
    const device = selectedDevice(flow);
    const isSent = flow.sentCode !== undefined;
    return policyStep(input, {
      heading: words.text('heading.passcode'),
      intro: html`<p>${words.html(texts[device?.type ?? 'EMAIL'].ask, { user: nameOf(input) })}</p>${device && testCode(device, flow, input)}`,
      fields: [{ name: 'otp', label: words.text('label.passcode'), ...code }],
      button: words.text('button.verify'),
      outro: isSent ? lastMessage(input) : undefined,
      others: [...(isSent ? [resend(input)] : []), ...deviceButtons(input, 'plain')],
    });
  },
  ASSERTION_REQUIRED: async (input) => {
    const { environment, flow, words } = input;
    const options = flow.assertion ? await requestOptions(environment, flow.assertion, passkeyDevices(flow)) : '';
    const heading = words.text('heading.passkey');
    return {
      heading,
      asksForPasskey: true,
      body: html`<h1>${heading}</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>${words.html('text.passkey', { user: nameOf(input) })}</p>
<noscript><p${ownWords(words)}>Passkeys need JavaScript in the browser.</p></noscript>
<p class="problem" id="passkey-problem" role="alert"${ownWords(words)} hidden></p>
<form method="post" data-options="${options}">
<input type="hidden" name="origin"><input type="hidden" name="assertion">
<button class="primary" type="submit">${words.text('button.passkey')}</button>
</form>
<div class="others">${[...deviceButtons(input, 'plain'), beginAgain(input), cancel(input)]}</div>`,
    };
  },
  PUSH_CONFIRMATION_REQUIRED: async (input) => {
    const { environment, flow, words } = input;
    const push = flow.pushId === undefined ? undefined : await environment.store.pushRequests.get(flow.pushId);
    const heading = words.text('heading.push');
    return {
      heading,
      refreshSeconds: 3,
      body: html`<h1>${heading}</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>${words.html('text.push', { user: nameOf(input) })}</p>${
        push?.number !== undefined &&
        html`
<p>${words.text('text.pushNumber')}</p>
<p class="match"><strong>${push.number}</strong></p>`
      }
<p role="status">${words.text('text.pushWaiting')}</p>
<p${ownWords(words)}>The mock plays the phone: <a class="plain" href="approvals" target="_blank" rel="noopener">answer for it</a>.</p>
<div class="others">${[buttonForm('other-device', words.text('button.otherDevice')), beginAgain(input), cancel(input)]}</div>`,
    };
  },
  PUSH_CONFIRMATION_TIMED_OUT: (input) => {
    const { words } = input;
    const heading = words.text('heading.pushTimedOut');
    return {
      heading,
      body: html`<h1>${heading}</h1>
${purpose(input)}
${problemBox(input.problem)}
<p>${words.html('text.pushTimedOut', { user: nameOf(input) })}</p>
<div class="others">${[buttonForm('resend', words.text('button.askAgain')), ...deviceButtons(input, 'plain'), beginAgain(input), cancel(input)]}</div>`,
    };
  },
};
