import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { Application } from '../../src/environment/model/application.js';
import { changeApplication } from '../helpers/application.js';
import { fillSignOn, launchBrowser, visit } from '../helpers/browser.js';
import { ids, listen } from '../helpers/server.js';

const browser = await launchBrowser(t);
const library = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')), 'dist/browser/oidc-client-ts.min.js'),
  'utf8',
);

/** The pages of an application: itself, where it is sent back to, and what its iframes load. */
const pageOf = (settings: object) => `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Application</title>
<script src="/library.js"></script>
<script>
  window.manager = new oidc.UserManager({ ...${JSON.stringify(settings)}, userStore: new oidc.WebStorageStateStore({ store: localStorage }) });
  window.seen = [];
  manager.events.addUserSignedOut(() => seen.push('signed out'));
  manager.events.addUserSessionChanged(() => seen.push('changed'));
  if (window !== parent) manager.signinSilentCallback();
</script>`;

/** The server, a single-page application on another origin, and a browser. */
async function world(t: Test, changed: Partial<Application> = {}, settings: object = {}) {
  const server = await listen(t);
  await server.clock.reset();
  let html = '';
  const application = createServer((request, response) => {
    const script = request.url === '/library.js';
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html', connection: 'close' });
    response.end(script ? library : html);
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  t.teardown(() => application.close());
  const home = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
  html = pageOf({
    authority: server.issuer,
    client_id: ids.spa,
    redirect_uri: `${home}callback`,
    silent_redirect_uri: `${home}callback`,
    post_logout_redirect_uri: home,
    scope: 'openid profile email',
    loadUserInfo: true,
    automaticSilentRenew: false,
    monitorSession: false,
    checkSessionIntervalInSeconds: 1,
    silentRequestTimeoutInSeconds: 5,
    fetchRequestCredentials: 'include',
    ...settings,
  });
  await changeApplication(server.environment, ids.spa, {
    postLogoutRedirectUris: [home],
    corsSettings: { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [home.slice(0, -1)] },
    ...changed,
  });
  return { ...server, home, ...(await visit(t, browser, { refused: /\/as\/token$/ })) };
}

/** Runs a call of the manager in the page; what it rejects with is a text. */
const call = (page: Page, expression: string): Promise<Record<string, unknown> & string> =>
  page.evaluate(`(async () => JSON.parse(JSON.stringify((await ${expression}) ?? null)))().catch((error) => error.error ?? error.message)`);

async function signOn(page: Page, home: string) {
  await page.goto(home);
  await page.evaluate('void manager.signinRedirect()');
  await page.waitForURL(/\/signon\//);
  await fillSignOn(page);
  await page.waitForURL(/\/callback\?/);
  return call(page, 'manager.signinCallback()');
}

t.test('a single-page application signs on, renews in an iframe, and signs off', async (t) => {
  const { page, said, home, environment } = await world(t, { grantTypes: ['AUTHORIZATION_CODE'] });
  const user = await signOn(page, home);
  t.match(user, { token_type: 'Bearer', profile: { sub: ids.alice, email: 'alice@example.com' } }, 'with what userinfo says');
  t.notOk('refresh_token' in user);
  const renewed = await call(page, 'manager.signinSilent()');
  t.match(renewed, { profile: { sub: ids.alice } }, 'renewed with prompt=none in an iframe');
  t.not(renewed.access_token, user.access_token);

  await page.evaluate('void manager.signoutRedirect({ state: { x: 1 } })');
  await page.waitForURL((url) => url.href.startsWith(`${home}?state=`));
  t.equal(await environment.store.sessions.count(), 0);
  t.match(await call(page, 'manager.signoutCallback()'), { userState: { x: 1 } });
  t.equal(await call(page, 'manager.signinSilent()'), 'login_required', 'nobody is signed on any more');
  t.same(said, [], 'the console is silent');
});

t.test('a refresh token works across origins until it is revoked', async (t) => {
  const { page, said, home } = await world(t);
  const user = await signOn(page, home);
  t.type(user.refresh_token, 'string');
  const renewed = await call(page, 'manager.signinSilent()');
  t.not(renewed.refresh_token, user.refresh_token);
  await call(page, "manager.revokeTokens(['refresh_token'])");
  await page.evaluate(
    `manager.getUser().then((user) => { user.refresh_token = ${JSON.stringify(renewed.refresh_token)}; return manager.storeUser(user); })`,
  );
  t.equal(await call(page, 'manager.signinSilent()'), 'invalid_grant', 'the page reads why');
  t.same(said, []);
});

t.test('the OP iframe notifies a page that its session has ended in another window', async (t) => {
  const { page, home, issuer, said } = await world(t, { opSessionCheckEnabled: true }, { monitorSession: true });
  const user = await signOn(page, home);
  t.match(user.session_state, /^[0-9a-f]{64}\.\S+$/);
  t.match(await call(page, 'manager.querySessionStatus()'), { sub: ids.alice });
  await page.waitForSelector('iframe', { state: 'attached' });
  await page.waitForTimeout(2500);
  t.same(await page.evaluate('seen'), [], 'nothing, as long as nothing changes');
  const other = await page.context().newPage();
  await other.goto(`${issuer}/signoff`);
  t.equal(await other.getByRole('heading', { level: 1 }).textContent(), 'Signed Off');
  await page.waitForFunction("seen.includes('signed out')");
  t.same(said, []);
});

t.test('a page whose origin the application does not allow cannot read its answers', async (t) => {
  const { page, home, issuer } = await world(t, { corsSettings: { behavior: 'ALLOW_NO_ORIGINS' } });
  await page.goto(home);
  const ask = (path: string) =>
    page.evaluate(`fetch(${JSON.stringify(issuer + path)}, { credentials: 'include' }).then((r) => r.status, (error) => error.name)`);
  const query = `client_id=${ids.spa}&response_type=code&response_mode=pi.flow`;
  t.equal(await ask(`/authorize?${query}`), 'TypeError');
  t.equal(await ask('/.well-known/openid-configuration'), 200);
  t.equal(await ask('/authorize?client_id=unknown&response_mode=pi.flow'), 400, 'an unknown application is said to be so');
});
