import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { featuresOf } from '../../src/checkup/outcome.js';
import { byGiven, marksOf } from '../../src/checkup/success.js';
import type { Outcome } from '../../src/checkup/types.js';
import { startMock } from '../../src/index.js';
import { type Check, startRelyingParty } from '../library/relying-party.js';

function outcome(address: string, status = 200, text = ''): Outcome {
  const end = new URL(address, 'http://localhost:3000');
  const visit = { url: end, status, text, contentType: '', cacheControl: '', download: false, location: undefined, cookies: [] };
  const trail = { visits: [visit], end };
  return { trail, features: featuresOf(trail, ['alice']) };
}

t.test('a mark that any failure has too does not show success', async (t) => {
  const honest = [outcome('/', 200, '<title>Shop</title>Hello alice'), outcome('/', 200, '<title>Shop</title>Hello alice')];
  const marks = (...failures: Outcome[]) =>
    marksOf(
      honest,
      failures.map((each) => ({ what: 'a failure', outcome: each })),
    );
  t.same(marks(), ['status 200', 'path /', 'title Shop', 'text alice']);
  t.same(marks(outcome('/callback', 403)), ['status 200', 'path /', 'title Shop', 'text alice']);
  t.same(marks(outcome('/callback', 403), outcome('/', 200, '<title>Shop</title>')), ['text alice']);
  t.same(marks(outcome('/', 401)), ['status 200', 'path /', 'title Shop', 'text alice'], 'an error page is not where people arrive');
});

t.test('a path that is given is the whole path, and a text is on a page that is not an error', async (t) => {
  const rows: readonly (readonly [given: string, address: string, status: number, holds: boolean])[] = [
    ['/', '/', 200, true],
    ['/', '/?welcome', 200, true],
    ['/', '/profile', 200, false],
    ['/profile', '/profile/edit', 200, false],
    ['/profile', '/profile?tab=1#top', 200, true],
    ['/profile?tab=1', '/profile?tab=1', 200, true],
    ['/profile?tab=2', '/profile?tab=1', 200, false],
    ['/#/home', '/#/home', 200, true],
    ['/profile', '/profile', 401, false],
    ['Welcome /', '/', 200, true],
    ['Welcome', '/', 403, false],
    ['Bienvenue', '/', 200, false],
  ];
  for (const [given, address, status, holds] of rows)
    t.equal(byGiven(given).holds(outcome(address, status, '<p>Welcome / home</p>')), holds, `${given} at ${address}: ${status}`);
});

interface Shop {
  readonly without?: Check | readonly Check[] | undefined;
  readonly early?: boolean;
  readonly stays?: boolean;
  readonly flash?: boolean;
}

async function buildShop(t: Test, shop: Shop = {}) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, home: true, ...shop });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  return { mock, app, start };
}

t.test('refusals that end on the page of sign-ons that succeed are refusals', async (t) => {
  const { mock, start } = await buildShop(t, { without: 'nonce' });
  const only = ['state-missing', 'signature-wrong', 'nonce-wrong'];
  for (const success of [undefined, 'Hello']) {
    const report = await mock.checkup({ start, only, ...(success !== undefined && { success }) });
    t.same(
      report.findings.filter(({ ok }) => !ok).map(({ id }) => id),
      ['nonce-wrong'],
    );
    t.same(report.success, success === undefined ? ['cookie sid'] : ['text "Hello"']);
  }
});

t.test('a browser that an earlier sign-on signed on does not make the refusal of its state an acceptance, nor the reverse', async (t) => {
  const only = ['state-used-before'];
  const unbound: readonly Check[] = ['state bound to the browser', 'sign-on used once'];
  for (const [without, early, verdict] of [
    [[], true, 'refused'],
    [[], false, 'refused'],
    [unbound, true, 'accepted'],
    [unbound, false, 'accepted'],
    [[...unbound, 'pkce', 'nonce'], true, 'accepted'],
    [['pkce'], true, 'refused'],
  ] as const) {
    const { mock, start } = await buildShop(t, { without, early });
    // With a session that begins before the sign-on, this application has nothing by which success is learned.
    if (!early) t.match((await mock.checkup({ start, only })).findings, [{ verdict }], `${without}, ${early}`);
    const given = await mock.checkup({ start, only, success: 'Hello' });
    t.match(given.findings, [{ verdict }], `${without}, ${early}, with a sign of success`);
  }
});

t.test('an application that begins no sign-on for somebody who is signed on is not the end of the run', async (t) => {
  const { mock, start } = await buildShop(t, { stays: true });
  const { findings } = await mock.checkup({ start, only: ['state-used-before', 'state-missing'] });
  t.match(
    findings.toSorted((one, other) => one.id.localeCompare(other.id)),
    [
      { id: 'state-missing', verdict: 'refused' },
      { id: 'state-used-before', verdict: 'does not apply' },
    ],
  );
});

t.test('a session that only keeps the message of a failure is not taken for a success', async (t) => {
  const { mock, start } = await buildShop(t, { flash: true });
  const only = ['login-csrf'];
  await t.rejects(mock.checkup({ start, only }), { code: 'checkup_stopped', message: /look the same/ });
  t.match((await mock.checkup({ start, only, success: 'Hello' })).findings, [{ verdict: 'refused' }]);
});

t.test('a sign of success that failures have as well is refused, with the page that has it', async (t) => {
  const { mock, start } = await buildShop(t);
  for (const [success, message] of [
    ['/', /"\/" does not show success: \/ for anyone who is not signed on has it too.*such as their name/s],
    ['Welcome to the shop', /for anyone who is not signed on has it too/],
    ['', /the sign of success is empty/],
    [' ', /the sign of success is empty/],
    ['/shop', /does not lead to "\/shop"/],
  ] as const)
    await t.rejects(mock.checkup({ start, success, only: ['state-missing'] }), { code: 'checkup_stopped', message }, success);
});

t.test('a new sign-on at the provider is not a success, even if its page has the text that shows it', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, again: true });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  // "Sign off" on the page of the application, "Sign On" on that of the provider.
  const { findings } = await mock.checkup({ start, only: ['state-altered'], success: 'Sign' });
  t.match(findings, [{ verdict: 'refused' }]);
});

t.test('a state that any browser may bring, but only once, keeps out a callback that was used in another browser', async (t) => {
  const unbound: readonly Check[] = ['state bound to the browser', 'pkce', 'nonce'];
  for (const [without, verdict] of [
    [unbound, 'refused'],
    [[...unbound, 'sign-on used once'], 'accepted'],
  ] as const) {
    const { mock, start } = await buildShop(t, { without });
    t.match((await mock.checkup({ start, only: ['callback-of-another-browser'] })).findings, [{ verdict }], without.join(', '));
  }
});

/** An application that redirects to pages of its own: where a sign-on ends, by what came of it. */
async function buildPlain(t: Test, pages: { right: string; denied: string; withoutCode: string; invalidCode: string }) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const common = () => ({ client_id: app.id, redirect_uri: `${home}/callback` });
  const endOf = async ({ searchParams }: URL): Promise<keyof typeof pages> => {
    const code = searchParams.get('code');
    if (searchParams.has('error')) return 'denied';
    if (code === null) return 'withoutCode';
    const body = new URLSearchParams({ ...common(), grant_type: 'authorization_code', code });
    return (await fetch(`${mock.issuer}/token`, { method: 'POST', body })).ok ? 'right' : 'invalidCode';
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', home);
    const asked = new URLSearchParams({ ...common(), response_type: 'code', scope: 'openid', state: 's' });
    if (url.pathname === '/login')
      return void response.writeHead(302, { location: `${mock.issuer}/authorize?${asked}`, 'set-cookie': 'begun=1' }).end();
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(request.headers.cookie === undefined ? 'Begin a sign-on' : pages[await endOf(url)]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mock.apps.update(app.id, { redirectUris: [`${home}/callback`] });
  const stopped = (success?: string) =>
    mock.checkup({ start: `${home}/login`, only: ['state-altered'], ...(success !== undefined && { success }) });
  return stopped;
}

t.test('each failure is compared with: none alone may look like success', async (t) => {
  const [right, wrong] = ['<title>Shop</title>Done', '<title>Shop</title>Sorry'];
  const all = { right, denied: wrong, withoutCode: wrong, invalidCode: wrong };
  for (const [kind, what] of [
    ['denied', /the page after a sign-on that the person refuses has it too/],
    ['withoutCode', /the page after a callback without code and state has it too/],
    ['invalidCode', /the page after a callback with an invalid code has it too/],
  ] as const) {
    const check = await buildPlain(t, { ...all, [kind]: right });
    await t.rejects(check('Done'), { message: what }, kind);
    await t.rejects(check(), { message: /a sign-on that succeeds and one that fails look the same.*--success/s }, kind);
  }
  const check = await buildPlain(t, all);
  t.match(await check('Done'), { success: ['text "Done"'], findings: [{ id: 'state-altered', verdict: 'accepted' }] });
});

t.test('an application that begins only so many sign-ons stops the checkup, which says so', async (t) => {
  const { mock, start } = await buildShop(t);
  let begun = 0;
  const gate = createServer((_request, response) => {
    begun += 1;
    response.writeHead(begun > 4 ? 429 : 302, { location: start }).end();
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  t.teardown(() => gate.close());
  const address = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`;
  await t.rejects(mock.checkup({ start: address }), {
    code: 'checkup_stopped',
    message: /does not lead to a sign-on any more, after the first ones: .* answered 429.*how often/s,
  });
});
