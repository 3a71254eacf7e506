import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { startMock } from '../../src/index.js';
import { startChild } from '../helpers/child.js';
import { run } from '../helpers/command.js';
import { until } from '../helpers/until.js';
import { startRelyingParty } from '../library/relying-party.js';

const command = new URL('../../src/cli.js', import.meta.url).pathname;

/** A checkup as a process of its own, in the middle of a case: the mock holds the token answer back until the test ends. */
async function buildHeld(t: Test) {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const left = async () => {
    const read = async (path: string) => (await fetch(`${mock.url}/__mock/v1/environments/default/${path}`)).json() as Promise<object>;
    return Object.assign({}, ...(await Promise.all(['faults', 'rules', 'leases'].map(read)))) as Record<
      'faults' | 'rules' | 'leases',
      unknown[]
    >;
  };
  const kids = async () => ((await (await fetch(`${mock.issuer}/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  const environments = async () =>
    ((await mock.inject('/__mock/v1/environments')).json() as { environments: { id: string }[] }).environments.map(({ id }) => id);
  const before = { kids: await kids(), environments: await environments() };

  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  t.teardown(() => release());
  mock.on('token.before-sign', async () => {
    if ((await left()).rules.length > 0) await released;
  });
  const process_ = startChild(process.execPath, [command, 'checkup', '--start', start, '--url', mock.url, '--only', 'iss-wrong']);
  await until(async () => (await left()).rules.length > 0);
  return { ...process_, mock, start, left, kids, environments, before };
}

const nothing = { faults: [], rules: [], leases: [] };

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  t.test(`${signal} ends a checkup in the middle of a case, and it leaves nothing behind`, async (t) => {
    const { child, ended, left, kids, environments, before, mock } = await buildHeld(t);
    child.kill(signal);
    const { code } = await ended;
    t.equal(code, 2);
    t.same(await left(), nothing);
    t.same([await kids(), await environments()], [before.kids, before.environments]);
    const moved = Math.abs(mock.clock.now().getTime() - Date.now());
    t.ok(moved < 60_000, 'the clock was not moved');
  });

t.test('a checkup that is interrupted removes the environment that it has made', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const environments = async () =>
    ((await mock.inject('/__mock/v1/environments')).json() as { environments: { id: string }[] }).environments.map(({ id }) => id);
  const before = await environments();
  // The way to the application: it is held while there is another environment.
  const held: ServerResponse[] = [];
  const gate = createServer(async (_request, response) => {
    if ((await environments()).length > before.length) held.push(response);
    else response.writeHead(302, { location: start }).end();
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  t.teardown(() => gate.closeAllConnections());
  t.teardown(() => gate.close());
  const address = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`;
  const argv = ['checkup', '--start', address, '--url', mock.url, '--only', 'discovery-redirected'];
  const { child, ended } = startChild(process.execPath, [command, ...argv]);
  await until(() => held.length > 0);
  t.equal((await environments()).length, before.length + 1);
  child.kill('SIGINT');
  t.equal((await ended).code, 2);
  t.same(await environments(), before, 'at once, not only when the lease has run out');
});

t.test('a checkup that is killed loses its lease, and with it what it changed', async (t) => {
  const { child, ended, left, mock, start } = await buildHeld(t);
  child.kill('SIGKILL');
  await ended;
  t.equal((await left()).leases.length, 1, 'the mock does not know yet');
  const second = await run(['checkup', '--start', start, '--url', mock.url, '--only', 'iss-wrong']);
  t.equal(second.code, 2);
  t.match(second.errors, new RegExp(`in use by a checkup of ${start},.*frees the environment within 20 seconds`, 's'));
  await until(async () => (await left()).leases.length === 0);
  t.same(await left(), nothing);
});
