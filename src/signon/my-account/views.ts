import { renderSVG } from 'uqr';
import type { Device, deviceTypes } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { type Html, html } from '../../lib/html.js';
import { field, type Problem, problemBox } from '../pages/form-parts.js';

const names: Readonly<Record<(typeof deviceTypes)[number], string>> = {
  EMAIL: 'E-mail',
  SMS: 'SMS',
  VOICE: 'Call',
  WHATSAPP: 'WhatsApp',
  TOTP: 'Authenticator app',
  OATH_TOKEN: 'Hardware token',
  FIDO2: 'Passkey',
  MOBILE: 'Phone',
};

const shownDevice = ({ id, type, nickname, email, phone, status, block }: Device): Html => {
  const name = nickname ?? email ?? phone;
  const label = `${names[type]}${name === undefined ? '' : ` ${name}`}`;
  return html`<li>
<span><strong>${names[type]}</strong>${name !== undefined && html` <bdi>${name}</bdi>`}${block && ' (blocked)'}${
    status !== 'ACTIVE' && ' (not activated yet)'
  }</span>
<form method="post"><input type="hidden" name="device" value="${id}"><button class="plain" name="action" value="remove" aria-label="Remove ${label}">Remove</button></form>
</li>`;
};

interface ListInput {
  readonly user: User;
  readonly devices: readonly Device[];
  readonly problem?: Problem | undefined;
  readonly signOff: string;
}

/** The devices of a person, and what they can do about them. */
export const devicesBody = ({ user, devices, problem, signOff }: ListInput): Html => html`<h1>My Account</h1>
<p class="purpose">signed on as <strong><bdi>${user.username}</bdi></strong></p>
${problemBox(problem)}
<section class="devices" aria-labelledby="devices">
<h2 id="devices">Authentication methods</h2>
${
  devices.length === 0
    ? html`<p>None yet. With one, this account can be asked for a second factor.</p>`
    : html`<ul>
${devices.map((device) => html`${shownDevice(device)}\n`)}</ul>`
}
</section>${
  !user.mfaEnabled &&
  html`
<p>Multi-factor authentication is not enabled for this user: sign-ons do not ask for these methods until an administrator enables it.</p>`
}
<form method="post"><button class="primary" type="submit" name="action" value="add">Add an authenticator app</button></form>
<div class="others"><a class="plain" href="${signOff}">Sign off</a></div>`;

interface EnrolInput {
  readonly user: User;
  readonly secret: string;
  /** What the QR code says. */
  readonly keyUri: string;
  readonly problem?: Problem | undefined;
}

/** The secret in groups of four, which people can copy by hand. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** An authenticator app is paired: it scans a QR code, which is drawn here, and shows a passcode, which proves it. */
export function enrolBody({ user, secret, keyUri, problem }: EnrolInput): Html {
  const image = `data:image/svg+xml,${encodeURIComponent(renderSVG(keyUri, { border: 4 }))}`;
  return html`<h1>Add an Authenticator App</h1>
<p class="purpose">for <strong><bdi>${user.username}</bdi></strong></p>
${problemBox(problem)}
<p>Scan this code with the app, or type the key into it.</p>
<p class="qr"><img src="${image}" width="240" height="240" alt="QR code with the key below"></p>
<p>Key: <code class="key">${grouped(secret)}</code></p>
<form method="post">
${field({ name: 'otp', label: 'Passcode that the app shows', type: 'text', autocomplete: 'one-time-code', focus: true, problem })}
<button class="primary" type="submit" name="action" value="activate">Activate</button>
</form>
<div class="others"><form method="post" class="other"><button class="plain" name="action" value="discard">Cancel</button></form></div>`;
}
