import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { claimPairingKey, createPairingKey } from '../../src/configuration/devices/pairing-keys.js';
import type { User } from '../../src/environment/model/user.js';
import { attest } from '../../src/protocol/authenticator.js';
import { accessibilityFaults, fillSignOn, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { ids } from '../helpers/server.js';

const browser = await launchBrowser(t);

/** A browser's authenticator: CTAP 2, built in, with a finger always on it. */
async function plugIn(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = (await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })) as { authenticatorId: string };
  return { session, authenticatorId };
}

/** Makes a passkey on a page, as an application that enrols its users does. */
const makePasskey = (options: string) => `(async (options) => {
  const bytes = (numbers) => Uint8Array.from(numbers, (number) => number & 255);
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  return JSON.stringify({ id, type, rawId: text(rawId), response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) }, clientExtensionResults: {} });
})(${options})`;

async function start(t: Test) {
  const server = await startSignOn(t);
  const factor = await withSecondFactor(server);
  // A passkey needs the name of a host, and http has only this one for it.
  const local = (url: string) => url.replace('127.0.0.1', 'localhost');
  const { origin } = new URL(local(server.url));
  return { ...server, ...factor, origin, authorizeUrl: (more?: Record<string, string>) => local(server.authorizeUrl(more)) };
}

t.test('a passkey of the browser is enrolled by the API and signs on by the page', async (t) => {
  const { authorizeUrl, call, policy, origin, callbacks } = await start(t);
  const { page, said } = await visit(t, browser, { refused: /\/signon\/\?flowId/ });
  const { session, authenticatorId } = await plugIn(page);
  await page.goto(authorizeUrl());
  const path = `users/${ids.alice}/devices`;
  const device = (
    await call('POST', path, { body: { type: 'FIDO2', policy: { id: policy.id } }, headers: { host: new URL(origin).host } })
  ).json();
  const attestation = (await page.evaluate(makePasskey(device.publicKeyCredentialCreationOptions))) as string;
  const active = await call('POST', `${path}/${device.id}`, { action: 'device.activate', body: { origin, attestation } });
  t.equal(active.json().status, 'ACTIVE', active.body);

  await fillSignOn(page);
  t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Use Your Passkey');
  await page.getByRole('button', { name: 'Continue with the passkey' }).click();
  await page.waitForURL(/\/callback/);
  t.ok(callbacks.at(-1)?.get('code'));
  t.same(said, [], 'the console is silent');

  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.goto(authorizeUrl({ prompt: 'login' }));
  await fillSignOn(page);
  await session.send('WebAuthn.clearCredentials', { authenticatorId });
  await page.getByRole('button', { name: 'Continue with the passkey' }).click();
  await page.getByRole('alert').waitFor();
  t.match(await page.getByRole('alert').textContent(), 'No passkey was used', 'the browser has no such passkey');
});

const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 400, height: 700 } },
] as const;

for (const look of looks)
  t.test(`a person chooses, types, waits and confirms, on pages that are accessible and fit: ${look.colorScheme}`, async (t) => {
    const { authorizeUrl, environment, pair, appCode, callbacks, call, policy, origin } = await start(t);
    const { page } = await visit(t, browser, { ...look, bypassCSP: true });
    const inspect = async (state: string) => {
      t.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${state}: one heading`);
      t.equal(await overflowOf(page), 0, `${state}: no scrolling to the side`);
      t.same(await accessibilityFaults(page), [], `${state}: axe-core finds nothing`);
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/factor ${state} ${look.colorScheme}.png`, fullPage: true });
    };
    const user = (await environment.store.users.get(ids.alice)) as User;
    const { code } = await createPairingKey(environment, user);
    await claimPairingKey(environment, code, 'My phone');
    const app = await pair({ type: 'TOTP', nickname: 'Authenticator' });
    await pair({ type: 'EMAIL', email: 'alice@work.example' });
    const body = { type: 'FIDO2', policy: { id: policy.id } };
    const made = (await call('POST', `users/${ids.alice}/devices`, { body, headers: { host: new URL(origin).host } })).json();
    const challenge = Buffer.from(JSON.parse(made.publicKeyCredentialCreationOptions).challenge).toString('base64url');
    const key = Buffer.alloc(32, 7).toString('base64url');
    const attestation = attest(key, 'AAAAAAAA', { relyingPartyId: 'localhost', origin, challenge });
    const active = await call('POST', `users/${ids.alice}/devices/${made.id}`, {
      action: 'device.activate',
      body: { origin, attestation },
    });
    t.equal(active.statusCode, 200, active.body);
    await page.goto(authorizeUrl());
    await fillSignOn(page);
    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Confirm on Your Phone');
    await inspect('push');
    await page.getByRole('button', { name: 'Use another device' }).click();
    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Choose a Device');
    await inspect('devices');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Use Your Passkey');
    await inspect('passkey');
    await page.getByRole('button', { name: 'Use the authenticator app Authenticator' }).click();
    await page.getByLabel('Passcode').fill('000000');
    await page.getByRole('button', { name: 'Verify' }).click();
    await inspect('wrong passcode');
    await page.getByLabel('Passcode').fill(appCode(app));
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.waitForURL(/\/callback/);
    t.ok(callbacks.at(-1)?.get('code'), 'by the authenticator app');

    await page.goto(authorizeUrl({ prompt: 'login' }));
    await fillSignOn(page);
    const phone = await page.context().newPage();
    await phone.goto(`${origin}/${environment.id}/signon/approvals`);
    t.same(await accessibilityFaults(phone), [], 'phone: axe-core finds nothing');
    await phone.getByRole('button', { name: 'Approve' }).click();
    t.match(await phone.getByRole('main').textContent(), 'The sign-on continues');
    await page.waitForURL(/\/callback/);
    t.equal(callbacks.length, 2, 'by the phone, without a click');
  });
