import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { openContext } from '../../src/configuration/open-context.js';
import { seedServer } from '../../src/configuration/seed/fill.js';
import { openFolder } from '../../src/environment/store/folder.js';
import { buildServer } from '../../src/server/server.js';
import { defaultSettings } from '../../src/settings/read.js';
import { failingDisk } from '../helpers/failing-disk.js';
import { holdTimers } from '../helpers/hold-timers.js';
import { type Call, type CallOptions, managementClient } from '../helpers/management.js';
import { environmentId, ids } from '../helpers/server.js';
import { until } from '../helpers/until.js';

/** When a folder that is left alone is written anew, and when one that refused a write is tried again. */
const idleMilliseconds = 60_000;

async function start(t: Test, folder: string) {
  const factory = await openFolder(folder, { onDamage: (damage) => t.fail('damage', damage), idleMilliseconds });
  t.teardown(() => factory.close().catch(() => {}));
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = pino({}, stream);
  const context = await openContext({ settings: { ...defaultSettings, dataFolder: folder }, log, factory });
  await seedServer(context);
  const app = await buildServer(context);
  t.teardown(() => app.close());

  /** All that is stored, and what memory knows beside it. */
  const everything = async () => {
    const found: Record<string, unknown> = {};
    for (const { id, record, store, keys } of context.environments.list()) {
      found[id] = record;
      found[`${id} keys`] = keys
        .all()
        .map(({ kid }) => kid)
        .sort();
      for (const [name, collection] of Object.entries(store)) if ('page' in collection) found[`${id} ${name}`] = await collection.list();
    }
    found.records = await factory.collection('server', 'environments').list();
    return JSON.parse(JSON.stringify(found)) as Record<string, unknown>;
  };
  return { app, context, factory, lines, everything, call: await managementClient(app) };
}

type Request = [method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options?: CallOptions];

/** Prepares what a request needs, and returns it. */
type Prepare = (call: Call) => Promise<Request> | Request;

async function idOf(call: Call, path: string, body: unknown, options: CallOptions = {}): Promise<string> {
  const answer = await call('POST', path, { body, ...options });
  if (answer.statusCode !== 201) throw new Error(`${path}: ${answer.body}`);
  return (answer.json() as { id: string }).id;
}

const person = (username: string) => ({ username, email: `${username}@example.com` });
const imported = (username: string) => ({ ...person(username), password: { value: 'Some-Passw0rd1' } });
const application = (name: string, type = 'WORKER') => ({
  name,
  enabled: true,
  type,
  protocol: 'OPENID_CONNECT',
  grantTypes: ['CLIENT_CREDENTIALS'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
});
const environment = (name: string) => ({ name, region: 'NA', type: 'SANDBOX', license: { id: 'b0000000-0000-4000-8000-00000000000f' } });
const policy = {
  name: 'Often',
  algorithm: 'RSA',
  keyLength: 2048,
  signatureAlgorithm: 'SHA256withRSA',
  usageType: 'SIGNING',
  dn: 'CN=Often, O=Example, C=US',
};

/** Requests of the management API that write more than once, and some that write once. */
const requests: Record<string, Prepare> = {
  'a user': () => ['POST', 'users', { body: person('one') }],
  'a user with a password': () => ['POST', 'users', { body: imported('two'), action: 'user.import' }],
  'a change of a user': () => ['PATCH', `users/${ids.alice}`, { body: { title: 'Dr' } }],
  'a password': () => ['PUT', `users/${ids.alice}/password`, { body: { value: 'Some-Passw0rd9' }, action: 'password.set' }],
  'a wrong password': () => ['POST', `users/${ids.alice}/password`, { body: { password: 'wrong' }, action: 'password.check' }],
  'the removal of a user with groups and roles': async (call) => {
    const id = await idOf(call, 'users', imported('three'), { action: 'user.import' });
    const group = await idOf(call, 'groups', { name: 'Three' });
    await idOf(call, `users/${id}/memberOfGroups`, { id: group });
    return ['DELETE', `users/${id}`];
  },
  'a move of a user out of its groups': async (call) => {
    const population = await idOf(call, 'populations', { name: 'Elsewhere' });
    return ['PUT', `users/${ids.bob}/population`, { body: { id: population } }];
  },
  'a default population': () => ['POST', 'populations', { body: { name: 'New default', default: true } }],
  'the removal of a group': async (call) => {
    const group = await idOf(call, 'groups', { name: 'Gone' });
    for (const id of [ids.alice, ids.bob]) await idOf(call, `users/${id}/memberOfGroups`, { id: group });
    return ['DELETE', `groups/${group}`];
  },
  'a worker with its roles': () => ['POST', 'applications', { body: application('Worker') }],
  'the removal of an application': async (call) => ['DELETE', `applications/${await idOf(call, 'applications', application('Gone'))}`],
  'a secret': () => ['POST', `applications/${ids.web}/secret`, { body: {} }],
  'a resource': () => ['POST', 'resources', { body: { name: 'Invoices', audience: 'invoices' } }],
  'the removal of a resource': async (call) => {
    const id = await idOf(call, 'resources', { name: 'Gone', audience: 'gone' });
    await idOf(call, `resources/${id}/scopes`, { name: 'read' });
    return ['DELETE', `resources/${id}`];
  },
  'a default sign-on policy': () => ['POST', 'signOnPolicies', { body: { name: 'Standard', default: true } }],
  'the removal of a sign-on policy': async (call) => {
    const id = await idOf(call, 'signOnPolicies', { name: 'Gone' });
    await idOf(call, `signOnPolicies/${id}/actions`, { type: 'LOGIN', priority: 1 });
    return ['DELETE', `signOnPolicies/${id}`];
  },
  'a key rotation policy': () => ['POST', 'keyRotationPolicies', { body: policy }],
  'the removal of a role that others assign': async (call) => [
    'DELETE',
    `roles/${await idOf(call, 'roles', { name: 'Gone', applicableTo: ['ENVIRONMENT'], permissions: [{ id: 'permissions:read:userRoleAssignments' }], canBeAssignedBy: [] })}`,
  ],
  'an environment': () => ['POST', '/environments', { body: environment('Second') }],
  'a change of an environment': () => [
    'PUT',
    `/environments/${environmentId}/billOfMaterials`,
    { body: { products: [{ type: 'PING_ONE_BASE' }] } },
  ],
  'the removal of an environment': async (call) => ['DELETE', `/environments/${await idOf(call, '/environments', environment('Third'))}`],
};

t.test(
  'a request that is answered with 500 for want of room has changed nothing, however often it writes',
  { timeout: 300_000 },
  async (t) => {
    const disk = await failingDisk(t);
    const { call, everything, lines, factory } = await start(t, t.testdir());
    for (const [what, prepare] of Object.entries(requests))
      await t.test(what, async (t) => {
        const [method, path, options] = await prepare(call);
        const before = await everything();
        let refused = 0;
        for (let after = 0; ; after += 1) {
          disk.fail('ENOSPC', after);
          const answer = await call(method, path, options);
          disk.mend();
          if (answer.statusCode !== 500) {
            t.ok(answer.statusCode < 300 || /wrong/.test(what), `${answer.statusCode} ${answer.body}`);
            break;
          }
          refused += 1;
          const now = await everything();
          for (const name of new Set([...Object.keys(before), ...Object.keys(now)]))
            if (JSON.stringify(now[name]) !== JSON.stringify(before[name]))
              t.same(now[name], before[name], `${name}, after ${after} appends`);
          t.match(answer.headers['x-mock-diagnosis'], /^disk_full; confidence=exact; see=/);
          t.match(answer.json(), { code: 'UNEXPECTED_ERROR' });
          if (refused > 30) throw new Error('it never ends');
        }
        t.ok(refused > 0, `refused ${refused} times, and accepted when it was sent again`);
        t.notSame(await everything(), before);
      });
    t.match(
      lines.find(({ event }) => event === 'storage')?.msg,
      /^disk full: \S+changes\.log could not be written \(ENOSPC.*\)\. Nothing from this request was saved\.$/,
    );
    t.notOk(
      lines.some(({ msg }) => /bug in pingone-mock/.test(String(msg))),
      'and it is not called a bug',
    );
    await factory.close();
  },
);

t.test('a reset that is refused in the middle leaves what a start finds again', async (t) => {
  const disk = await failingDisk(t);
  const folder = t.testdir();
  let server = await start(t, folder);
  // A removal that the disk kept from its end is ended by the start: until then its record and the roles on it are left.
  const stored = async () => Object.entries(await server.everything()).filter(([name]) => !/ keys$| roleAssignments$|^records$/.test(name));
  let refused = 0;
  for (let after = 0; ; after += 1) {
    const { app, call, factory } = server;
    await idOf(call, '/environments', environment(`Made ${after}`));
    await idOf(call, 'users', person(`user${after}`));
    disk.fail('ENOSPC', after);
    const { statusCode } = await app.inject({ method: 'POST', url: '/__mock/v1/reset' });
    disk.mend();
    if (statusCode < 300) break;
    refused += 1;
    const before = await stored();
    await factory.close();
    server = await start(t, folder);
    t.same(await stored(), before, `after ${after} appends`);
    if (refused > 30) throw new Error('it never ends');
  }
  t.ok(refused > 2, `refused ${refused} times`);
  await server.factory.close();
});

t.test('an environment whose folder cannot be removed stays, also after a start', { skip: process.platform === 'win32' }, async (t) => {
  const folder = t.testdir();
  const { call, context, factory } = await start(t, folder);
  const id = await idOf(call, '/environments', environment('Second'));
  const isRoot = process.geteuid?.() === 0;
  for (const place of ['.', 'server', id, environmentId]) await chmod(join(folder, place), 0o777);
  for (const name of await readdir(join(folder, 'server'))) await chmod(join(folder, 'server', name), 0o666);
  await chmod(folder, 0o555);
  // Root may rename everything: for a while this is somebody else.
  if (isRoot) process.seteuid?.(65_534);
  try {
    t.equal((await call('DELETE', `/environments/${id}`)).statusCode, 500);
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(folder, 0o755);
  }
  t.ok(context.environments.get(id));
  t.equal((await call('GET', `/environments/${id}/populations`)).json().size, 1);
  await factory.close();
  const again = await start(t, folder);
  t.equal((await again.call('GET', `/environments/${id}/populations`)).json().size, 1, 'with its contents');
  t.equal((await again.call('DELETE', `/environments/${id}`)).statusCode, 204, 'and can be removed now');
});

t.test('readiness follows the disk, and comes back by itself', async (t) => {
  const pass = holdTimers(t, idleMilliseconds);
  const disk = await failingDisk(t);
  const folder = t.testdir();
  const { app, call, factory } = await start(t, folder);
  const readiness = async () => (await app.inject('/readyz')).statusCode;
  t.equal(await readiness(), 200);
  disk.fail('ENOSPC');
  t.equal((await call('POST', 'users', { body: person('ann') })).statusCode, 500);
  const answer = await app.inject('/readyz');
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { status: 'failing', reason: /^disk full: / });
  t.equal((await app.inject('/healthz')).statusCode, 200);
  disk.mend();
  t.equal((await call('POST', 'users', { body: person('ann') })).statusCode, 201);
  t.equal(await readiness(), 200, 'a write that succeeds ends it');
  disk.fail('EIO');
  t.equal((await call('POST', 'users', { body: person('ben') })).statusCode, 500);
  t.match((await app.inject('/readyz')).json().reason, /^disk error: /);
  disk.mend();
  t.equal(await readiness(), 503, 'no write has shown yet that the disk is well again');
  pass(idleMilliseconds);
  await until(async () => (await readiness()) === 200);
  await factory.close();
});

t.test('a sign-on that cannot be kept says so in its diagnosis, on its page and in its API', async (t) => {
  const disk = await failingDisk(t);
  const { app, context, factory } = await start(t, t.testdir());
  const query = new URLSearchParams({
    client_id: ids.web,
    response_type: 'code',
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid',
  });
  const begun = await app.inject(`/${environmentId}/as/authorize?${query}`);
  const flowId = /flowId=([^&]+)/.exec(String(begun.headers.location))?.[1] as string;
  const cookie = [begun.headers['set-cookie']]
    .flat()
    .map((each) => String(each).split(';')[0])
    .join('; ');
  disk.fail('ENOSPC');
  const answer = await app.inject({
    method: 'POST',
    url: `/${environmentId}/flows/${flowId}`,
    headers: { cookie, 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    payload: { username: 'alice', password: 'Wrong-Passw0rd1' },
  });
  disk.mend();
  t.equal(answer.statusCode, 500, answer.body);
  t.match(answer.headers['x-mock-diagnosis'], /^disk_full; /);
  t.ok(context.environments.list()[0]);
  const control = async () => {
    disk.fail('ENOSPC');
    const refused = await app.inject({
      method: 'POST',
      url: '/__mock/v1/environments',
      headers: { host: 'localhost' },
      payload: { name: 'Test' },
    });
    disk.mend();
    return refused;
  };
  const refused = await control();
  t.equal(refused.statusCode, 500);
  t.match(refused.json().error, { code: 'disk_full', message: /disk full/, fix: /\/readyz/ });
  await factory.close();
});

t.test('changes that belong together are one line of the log, which a kill cannot halve', async (t) => {
  const folder = t.testdir();
  const { call, factory } = await start(t, folder);
  const lastLine = async () =>
    JSON.parse((await readFile(join(folder, environmentId, 'changes.log'), 'utf8')).trimEnd().split('\n').at(-1) as string);
  const created = await call('POST', 'users', { body: imported('whole'), action: 'user.import' });
  t.match(await lastLine(), [{ collection: 'users' }, { collection: 'passwords' }]);
  const { id } = created.json();
  const group = await idOf(call, 'groups', { name: 'Whole' });
  await idOf(call, `users/${id}/memberOfGroups`, { id: group });
  await idOf(call, 'applications', application('Whole'));
  t.match(await lastLine(), [{ collection: 'applications' }, { collection: 'roleAssignments' }]);
  t.equal((await call('DELETE', `users/${id}`)).statusCode, 204);
  t.match(await lastLine(), [{ collection: 'users', take: id }, { collection: 'passwords', take: id }, { collection: 'memberships' }]);
  t.equal((await call('POST', 'users', { body: imported('alice'), action: 'user.import' })).statusCode, 400);
  await factory.close();
  const passwords = JSON.parse(await readFile(join(folder, environmentId, 'passwords.json'), 'utf8')).passwords as { id: string }[];
  t.same(new Set(passwords.map(({ id }) => id)), new Set([ids.alice, ids.bob]), 'a user that was refused leaves no password');
});
