import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { fillSignOn, launchBrowser, startSignOn, visit } from '../helpers/browser.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { ids } from '../helpers/server.js';

// Every name of a host is this machine: a phishing page may be on any of them.
const browser = await launchBrowser(t, { args: ['--host-resolver-rules=MAP * 127.0.0.1'] });

/** A browser's authenticator: CTAP 2, built in, with a finger always on it. */
async function plugIn(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2' as const,
    transport: 'internal' as const,
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await session.send('WebAuthn.addVirtualAuthenticator', { options });
}

/** A copy of the sign-on page: it asks the browser for the passkey that the real page asks for, and sends the answer on. */
async function startCopy(t: Test): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', connection: 'close' });
    response.end('<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Sign On</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

const script = (options: string, change: object = {}) => `(async (options) => {
  const bytes = (numbers) => Uint8Array.from(numbers, (number) => number & 255);
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: options.allowCredentials.map(({ id, type }) => ({ type, id: bytes(id) })) };
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
  const parts = Object.fromEntries(['clientDataJSON', 'authenticatorData', 'signature'].map((name) => [name, text(response[name])]));
  return { assertion: JSON.stringify({ id, type, rawId: text(rawId), response: parts, clientExtensionResults: {} }), origin: location.origin };
})({ ...${options}, ...${JSON.stringify(change)} }).catch((error) => ({ refused: error.name }))`;

const enrol = (options: string) => `(async (options) => {
  const bytes = (numbers) => Uint8Array.from(numbers, (number) => number & 255);
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  return JSON.stringify({ id, type, rawId: text(rawId), response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) }, clientExtensionResults: {} });
})(${options})`;

t.test('a passkey refuses a copy of the page on another host, and a copy on another port cannot pass for the page', async (t) => {
  const server = await startSignOn(t);
  const { app, environment } = server;
  const { call, policy } = await withSecondFactor(server);
  const authorizeUrl = server.authorizeUrl().replace('127.0.0.1', 'localhost');
  const { origin } = new URL(authorizeUrl);
  const { page } = await visit(t, browser, { refused: /./ });
  await plugIn(page);
  await page.goto(authorizeUrl);
  const body = { type: 'FIDO2', policy: { id: policy.id } };
  const path = `users/${ids.alice}/devices`;
  const device = (await call('POST', path, { body, headers: { host: new URL(origin).host } })).json();
  const attestation = (await page.evaluate(enrol(device.publicKeyCredentialCreationOptions))) as string;
  const active = await call('POST', `${path}/${device.id}`, { action: 'device.activate', body: { origin, attestation } });
  t.equal(active.json().status, 'ACTIVE', active.body);

  // The attacker has the person's password, and a sign-on of their own in which the passkey is asked for.
  await fillSignOn(page);
  const flowId = new URL(page.url()).searchParams.get('flowId') ?? '';
  const flowUrl = `/${environment.id}/flows/${flowId}`;
  const optionsNow = async (): Promise<string> => (await app.inject(flowUrl)).json().publicKeyCredentialRequestOptions;
  const sendOn = (answer: { assertion: string; origin: string }) =>
    app.inject({
      method: 'POST',
      url: flowUrl,
      headers: { 'content-type': 'application/vnd.pingidentity.assertion.check+json' },
      payload: JSON.stringify(answer),
    });
  const diagnosisOf = (refused: Awaited<ReturnType<typeof sendOn>>) => String(refused.headers['x-mock-diagnosis']).split(';')[0];

  const port = await startCopy(t);
  for (const host of ['localhost.example.com', 'login-localhost.test', '127.0.0.1']) {
    await page.goto(`http://${host}:${port}/`);
    const got = (await page.evaluate(script(await optionsNow()))) as { refused?: string };
    t.match(got.refused, /SecurityError|TypeError/, `${host}: the browser gives nothing away`);
    const own = (await page.evaluate(script(await optionsNow(), { rpId: host }))) as { refused?: string };
    t.match(got.refused && own.refused, /./, `${host}: not for its own name either`);
  }

  // The same host on another port is the same relying party to a browser: here the server is what refuses.
  await page.goto(`http://localhost:${port}/`);
  const relayed = (await page.evaluate(script(await optionsNow()))) as { assertion: string; origin: string };
  t.equal(relayed.origin, `http://localhost:${port}`);
  const lying = await sendOn({ ...relayed, origin });
  t.same([lying.statusCode, diagnosisOf(lying)], [400, 'passkey_origin'], 'what the browser signed names the page');
  const stale = await sendOn(relayed);
  t.same([stale.statusCode, diagnosisOf(stale)], [400, 'passkey_challenge'], 'and its challenge counts once');

  const again = (await page.evaluate(script(await optionsNow()))) as { assertion: string; origin: string };
  const refused = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.evaluate(`((fields) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: ${JSON.stringify(`${origin}/${environment.id}/signon/?flowId=${flowId}`)} });
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(form);
    form.submit();
  })(${JSON.stringify(again)})`);
  t.equal((await refused).status(), 403, 'a form of the copy is not one of the page');
  t.equal((await app.inject(flowUrl)).json().status, 'ASSERTION_REQUIRED');
  t.equal(await environment.store.sessions.count(), 0, 'nobody is signed on');
});
