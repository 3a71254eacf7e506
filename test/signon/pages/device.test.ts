import t from 'tap';
import { cookiesOf, locationOf, post } from '../../helpers/client.js';
import { enter, poll, startDevice } from '../../helpers/device.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

/** The pages on which a person connects a device, as a browser without scripts sends them. */

const pageOf = (flowId: string) => `/${environmentId}/signon/?flowId=${flowId}`;
const alice = { username: 'alice', password: 'Alice-Passw0rd' };

t.test('a person types the code and allows the device', async (t) => {
  const { app } = await buildTestServer(t);
  const device = await startDevice(app);
  const page = pageOf(await enter(app, device.verification_uri));
  t.match((await app.inject({ url: page })).body, /<h1>Sign On<\/h1>\s*<p class="purpose">Connect a Device<\/p>/);
  const signedOn = await post(app, page, alice);
  t.match(signedOn.statusCode, 200);
  t.match(signedOn.body, /<label for="userCode">Code that the device shows<\/label>/);
  t.match(cookiesOf(signedOn), /ST=/);

  for (const [name, userCode, message] of [
    ['nothing', '', /Please enter: Code that/],
    ['a wrong code', 'AAAA-"><b>', /The user code is invalid or has expired\./],
  ] as const) {
    const refused = await post(app, page, { userCode });
    t.equal(refused.statusCode, 400, name);
    t.match(refused.body, message, name);
    t.notMatch(refused.body, /"><b>/, 'what was typed is text');
  }
  const consent = await post(app, page, { userCode: device.user_code });
  t.equal(consent.statusCode, 200);
  t.match(
    consent.body,
    new RegExp(`<h1>Allow the Device\\?</h1>[\\s\\S]*Demo Device[\\s\\S]*alice[\\s\\S]*${device.user_code}[\\s\\S]*profile`),
  );
  t.match((await post(app, page, {})).body, /Allow the Device/, 'an empty form decides nothing');
  t.match((await poll(app, device.device_code)).json(), { error: 'authorization_pending' });
  const done = await post(app, page, { action: 'accept' });
  t.match([done.statusCode, done.body], [200, /<h1>Device Connected<\/h1>/]);
  t.match((await app.inject({ url: page })).body, /Device Connected/, 'loaded again');
  t.match((await post(app, page, { action: 'accept' })).body, /Device Connected/, 'posted again');
  t.equal((await poll(app, device.device_code)).statusCode, 200);
  const flowId = new URL(page, 'http://localhost').searchParams.get('flowId');
  const resumed = await app.inject({ url: `/${environmentId}/as/resume?flowId=${flowId}` });
  t.equal(locationOf(resumed).search, `?flowId=${flowId}`, 'nobody waits behind resume: it leads to the page');
});

t.test('a person refuses a device, and the device receives access_denied', async (t) => {
  const { app } = await buildTestServer(t);
  for (const [name, forms, ends] of [
    ['the device', [alice, { action: 'deny' }], true],
    ['before the sign-on, at the complete address', [{ action: 'cancel' }], true],
  ] as const) {
    const device = await startDevice(app);
    const page = pageOf(await enter(app, device.verification_uri_complete));
    let last = await app.inject({ url: page });
    for (const form of forms) last = await post(app, page, form);
    t.match(last.body, /<h1>Device Not Connected<\/h1>/, name);
    t.match((await poll(app, device.device_code)).json(), { error: ends ? 'access_denied' : 'authorization_pending' }, name);
  }
  const device = await startDevice(app);
  const page = pageOf(await enter(app, device.verification_uri));
  await post(app, page, alice);
  const cancelled = await post(app, page, { action: 'cancel' });
  const { pathname, search } = locationOf(cancelled);
  const resumed = await app.inject({ url: `${pathname}${search}` });
  const shown = locationOf(resumed);
  t.match((await app.inject({ url: `${shown.pathname}${shown.search}` })).body, /Device Not Connected/, 'without a code');
  t.match((await poll(app, device.device_code)).json(), { error: 'authorization_pending' }, 'no device was named: none is refused');
});

t.test('a person switches accounts, and a form from another site is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const device = await startDevice(app);
  const page = pageOf(await enter(app, device.verification_uri_complete));
  await post(app, page, alice);
  const foreign = await post(app, page, { action: 'accept' }, { 'sec-fetch-site': 'cross-site' });
  t.equal(foreign.statusCode, 403);
  t.match((await poll(app, device.device_code)).json(), { error: 'authorization_pending' });
  t.match((await post(app, page, { action: 'reset' })).body, /<h1>Sign On<\/h1>/);
  const bob = await post(app, page, { username: 'bob', password: 'Bob-Passw0rd1' });
  t.match(bob.body, /Allow the Device[\s\S]*bob/);
  await post(app, page, { action: 'accept' });
  t.equal((await poll(app, device.device_code)).statusCode, 200);
});

t.test('a form that a device’s page has answered is not also handled as one of the sign-on', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const flowAt = (page: string) => environment.store.flows.get(page.slice(-36));
  const device = await startDevice(app);
  const page = pageOf(await enter(app, device.verification_uri_complete));
  await post(app, page, alice);
  await post(app, page, { action: 'accept' });
  const connected = await flowAt(page);
  t.match((await post(app, page, alice)).body, /Device Connected/);
  t.same(await flowAt(page), connected, 'the flow is over');
  const other = pageOf(await enter(app, (await startDevice(app)).verification_uri_complete));
  await post(app, other, { action: 'cancel' });
  t.match(await flowAt(other), { status: 'FAILED', error: { message: 'The authorization request has been denied.' } });
});
