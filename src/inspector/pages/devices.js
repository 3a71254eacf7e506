/** The devices of a user: those that are paired, and how to pair one. */
import { api, h, inEnvironment, root } from './dom.js';
import { askedButton, bodyOf, callButton, callForm, choice, text, tick } from './forms.js';
import { actionType, listOf } from './management.js';
import { phones } from './phones.js';
import { chip } from './state-page.js';
import { totp } from './totp.js';

/** The types that can be paired here, with the field that each needs. */
const types = {
  EMAIL: ['E-mail', 'email'],
  SMS: ['Text message', 'phone'],
  VOICE: ['Voice call', 'phone'],
  WHATSAPP: ['WhatsApp', 'phone'],
  TOTP: ['Authenticator app (TOTP)'],
  OATH_TOKEN: ['OATH token'],
  MOBILE: ['Phone with an application (push)'],
};

const addressOf = ({ email, phone, application, rp }) => email ?? phone ?? rp?.id ?? application?.id;

/** The time by the clock of the environment, which may have been moved. */
const nowIn = async (environment) => Date.parse((await api.get(`environments/${environment}`)).now);

/** What is shown until a device is active: where its passcode comes from, and the field for it. */
async function activation(place, page, user, device, messages) {
  const path = `users/${user.id}/devices/${device.id}`;
  const field = text('Passcode', 'otp', { inputMode: 'numeric', maxLength: 16 });
  const form = callForm(page, place, {
    id: `activate-${device.id}`,
    submit: 'Activate',
    fields: [field],
    requests: ({ otp }) => ({ method: 'POST', path, type: actionType('device.activate'), body: { otp } }),
  });
  const use = (label, code) => h('button.quiet', { type: 'button', onclick: () => fillIn(code) }, label);
  const fillIn = async (code) => {
    form.elements.otp.value = await code();
    form.elements.otp.focus();
  };
  if (device.type === 'TOTP') {
    if (page.secretsHidden) return [h('p.muted', 'Its secret is not shown: PINGONE_MOCK_HIDE_SECRETS is set.'), form];
    const qr = new URL(`v1/${inEnvironment(page.environment, `users/${user.id}/devices/${device.id}/qr.svg`)}`, root);
    return [
      h(
        'div.qr',
        h('img', { src: String(qr), alt: `QR code that pairs an authenticator app with ${user.username}`, width: 180, height: 180 }),
        h('div.stack', h('p', 'Scan it with an authenticator app, or type in the secret:'), h('code', device.secret)),
      ),
      globalThis.crypto?.subtle &&
        h(
          'div.row',
          use('Play the app: fill in its passcode', async () => totp(device.secret, await nowIn(page.environment))),
        ),
      form,
    ];
  }
  const sent = messages.find(({ to, code }) => code && to === addressOf(device));
  return [
    h(
      'div.row',
      callButton(page, place, 'Send another passcode', () => ({ method: 'POST', path, type: actionType('device.sendActivationCode') })),
      sent && !page.secretsHidden && use('Fill in the passcode from the outbox', async () => sent.code),
    ),
    form,
  ];
}

async function deviceRow(place, page, user, device, messages) {
  const path = `users/${user.id}/devices/${device.id}`;
  const name = device.nickname ?? addressOf(device) ?? device.type;
  const act = (action, label) =>
    callButton(page, place, label, () => ({ method: 'POST', path, type: actionType(action) }), { 'aria-label': `${label} ${name}` });
  const isBlocked = device.block?.status === 'BLOCKED';
  const isPending = device.status === 'ACTIVATION_REQUIRED';
  return h(
    'li.device',
    h(
      'div.row',
      h('b', device.type),
      device.nickname && h('bdi', device.nickname),
      addressOf(device) && h('span.muted', h('bdi', addressOf(device))),
      chip(isPending ? 'waits for its activation' : 'active', isPending ? 'wait' : 'good'),
      isBlocked && chip('BLOCKED', 'bad'),
      device.lock?.status === 'LOCKED' && chip('LOCKED: too many wrong passcodes', 'bad'),
    ),
    isPending && (await activation(place, page, user, device, messages)),
    h(
      'div.row',
      !isPending && (isBlocked ? act('device.unblock', 'Unblock') : act('device.block', 'Block')),
      device.lock?.status === 'LOCKED' && act('device.unlock', 'Unlock'),
      askedButton(page, place, 'Delete device', `Delete ${name}?`, () => ({ method: 'DELETE', path })),
    ),
  );
}

/** The form that pairs a device. A phone with an application is paired as it is at PingOne: by a key, which the phone then sends. */
function pairing(place, page, user, applications) {
  const type = choice(
    'Type',
    'type',
    Object.entries(types).map(([name, [said]]) => [name, said]),
    { onchange: () => describe() },
  );
  const form = callForm(page, place, {
    id: 'pair',
    submit: 'Pair',
    fields: [
      type,
      text('E-mail', 'email', { value: user.email ?? '', maxLength: 320 }),
      text('Phone number, with its country code', 'phone', { value: user.mobilePhone ?? '', placeholder: '+15551234567', maxLength: 24 }),
      choice('Application on the phone', 'application', [['', 'any'], ...applications.map(({ id, name }) => [id, name])]),
      text('Nickname', 'nickname', { maxLength: 100 }),
      tick('Asks for a passcode first', 'pending'),
    ],
    requests: ({ type: wanted, pending, ...values }) => {
      const devices = `users/${user.id}/devices`;
      const { nickname, application, ...members } = bodyOf(values);
      const named = nickname && { nickname };
      if (wanted === 'MOBILE')
        return [
          { method: 'POST', path: `users/${user.id}/pairingKeys`, body: application ? { applications: [{ id: application }] } : {} },
          ({ json }) => ({ api: 'control', method: 'POST', path: 'devices', body: { pairing_key: json.code, ...named } }),
        ];
      return {
        method: 'POST',
        path: devices,
        body: { type: wanted, ...members, ...named, ...(pending && { status: 'ACTIVATION_REQUIRED' }) },
      };
    },
    after: async () => {
      describe();
      await page.refresh();
    },
  });
  function describe() {
    const [, needed] = types[form.elements.type.value];
    for (const [name, wanted] of [
      ['email', needed === 'email'],
      ['phone', needed === 'phone'],
      ['application', form.elements.type.value === 'MOBILE'],
      ['pending', needed !== undefined],
    ]) {
      const input = form.elements[name];
      input.disabled = !wanted;
      (input.closest('.field') ?? input.closest('label')).hidden = !wanted;
    }
  }
  describe();
  return form;
}

/** The devices of a user, with the phone played for those that get pushes. */
export async function devicesPanel(place, page, user) {
  const [devices, applications, { messages }] = await Promise.all([
    listOf(page.environment, `users/${user.id}/devices`, 'devices'),
    listOf(page.environment, `applications?${new URLSearchParams({ filter: 'type eq "NATIVE_APP"' })}`, 'applications'),
    api.get(inEnvironment(page.environment, 'outbox')),
  ]);
  const newest = messages.toReversed();
  const rows = await Promise.all(devices.map((device) => deviceRow(place, page, user, device, newest)));
  const hasPhone = devices.some(({ type }) => type === 'MOBILE');
  // One for as long as the page is open: it shows the calls that it made.
  if (hasPhone) page.phones ??= phones(page, user.id);
  return [
    !user.mfaEnabled && h('p.muted', 'The second factor of this user is off: no policy asks for these devices.'),
    rows.length === 0 ? h('p.muted', 'No devices.') : h('ul.rows', rows),
    hasPhone && page.phones,
    h('details', h('summary', 'Pair a device'), pairing(place, page, user, applications)),
  ];
}
