import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { findUserByUsername } from '../../src/configuration/directory/users.js';
import { changeApplication } from '../helpers/application.js';
import { fillSignOn, launchBrowser, visit } from '../helpers/browser.js';
import { addProvider } from '../helpers/federation.js';
import { assignPolicy } from '../helpers/flows.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { ids, listen } from '../helpers/server.js';

const browser = await launchBrowser(t);

/** Ping's OpenID Connect client for JavaScript, as an application bundles it. */
const { outputFiles } = await build({
  stdin: { contents: "export { oidc } from '@forgerock/oidc-client';", resolveDir: process.cwd() },
  bundle: true,
  format: 'iife',
  globalName: 'ping',
  write: false,
  logLevel: 'silent',
});
const library = outputFiles[0]?.text ?? '';

/** The server, a single-page application on another origin that uses the client, and a browser. */
async function world(t: Test) {
  const server = await listen(t);
  await server.clock.reset();
  let config = {};
  const application = createServer((request, response) => {
    const isScript = request.url === '/library.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html', connection: 'close' });
    response.end(
      isScript
        ? library
        : `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Application</title>
<script src="/library.js"></script><script>window.ready = ping.oidc({ config: ${JSON.stringify(config)} }).then((client) => { window.client = client; });</script>`,
    );
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  t.teardown(() => application.close());
  const home = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
  config = {
    serverConfig: { wellknown: `${server.issuer}/.well-known/openid-configuration` },
    clientId: ids.spa,
    redirectUri: `${home}callback`,
    scope: 'openid profile email',
  };
  await changeApplication(server.environment, ids.spa, {
    redirectUris: [`${home}callback`],
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [home.slice(0, -1)] },
  });
  const { page, said } = await visit(t, browser, { refused: /\/signon\/\?flowId/ });
  return { ...server, home, page, said };
}

/** Runs a call of the client in the page. */
const call = (page: Page, expression: string): Promise<Record<string, unknown> & { idToken?: string }> =>
  page.evaluate(`ready.then(async () => JSON.parse(JSON.stringify((await ${expression}) ?? null)))`);

/** What a person does between `authorize.url()` and the callback; then the code is exchanged. */
async function signOn(page: Page, home: string, person: () => Promise<unknown>) {
  await page.goto(home);
  const address = await page.evaluate<string>('ready.then(() => client.authorize.url())');
  await page.goto(address);
  await person();
  await page.waitForURL(/\/callback\?/);
  return call(page, "client.token.exchange(new URL(location).searchParams.get('code'), new URL(location).searchParams.get('state'))");
}

const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString());

t.test('Ping’s OpenID Connect client signs a person on with a second factor, reads who it is, and signs off', async (t) => {
  const server = await world(t);
  const { page, said, home, environment } = server;
  const { pair } = await withSecondFactor(server);
  await pair({ type: 'EMAIL', email: 'alice@example.com' });
  const tokens = await signOn(page, home, async () => {
    await fillSignOn(page);
    const message = environment.outbox.list().at(-1);
    await page.getByLabel('Passcode').fill(message?.code ?? '');
    await page.getByRole('button', { name: 'Verify' }).click();
  });
  t.match(claimsOf(tokens.idToken), { sub: ids.alice, amr: ['pwd', 'otp', 'mfa'], acr: 'Two_Steps' });
  t.match(await call(page, 'client.user.info()'), { sub: ids.alice, email: 'alice@example.com' });
  await call(page, 'client.user.logout()');
  t.equal(await environment.store.sessions.count(), 0, 'the session has ended');
  t.same(said, [], 'the console is silent');
});

t.test('Ping’s OpenID Connect client signs a person on at an external provider, and renews by the session', async (t) => {
  const server = await world(t);
  const { page, said, home, environment } = server;
  const population = (await environment.store.populations.list())[0]?.id ?? '';
  const provider = await addProvider(
    server,
    { type: 'GOOGLE', name: 'Google', registration: { population: { id: population } } },
    {
      username: '$' + '{providerAttributes.emailAddress.value}',
      email: '$' + '{providerAttributes.emailAddress.value}',
    },
  );
  const condition = { secondsSince: '$' + '{session.lastSignOn.withAuthenticator.pwd.at}', greater: 3600 };
  await assignPolicy(server, 'With_Google', [{ type: 'LOGIN', socialProviders: [{ id: provider.id }], condition }]);
  const tokens = await signOn(page, home, async () => {
    await page.getByRole('link', { name: 'Continue with Google' }).click();
    await page.getByLabel('E-mail').fill('dana@example.com');
    await page.getByRole('button', { name: 'Continue' }).click();
  });
  const dana = await findUserByUsername(environment, 'dana@example.com');
  t.match(claimsOf(tokens.idToken), { sub: dana?.id, amr: ['ext'] });
  t.match(await call(page, 'client.user.info()'), { sub: dana?.id, email: 'dana@example.com' });
  const renewed = await call(page, 'client.token.get({ forceRenew: true, backgroundRenew: true })');
  t.match(claimsOf(renewed.idToken), { sub: dana?.id, amr: ['ext'] });
  t.not(renewed.accessToken, tokens.accessToken);
  t.same(said, [], 'the console is silent');
});
