import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { storedProblem } from '../../../src/configuration/stored/validate.js';
import type { Context } from '../../../src/environment/context.js';
import type { Damage } from '../../../src/environment/store/damage.js';
import { startServer } from '../../../src/server/start.js';
import { defaultSettings } from '../../../src/settings/read.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';
import { startStored } from '../../helpers/stored-server.js';

type Item = Record<string, unknown>;

t.test('everything the server stores passes its own check', async (t) => {
  const { environment } = await buildTestServer(t);
  let looked = 0;
  for (const [name, collection] of Object.entries(environment.store)) {
    if (!('page' in collection)) continue;
    for (const item of await collection.list()) {
      t.equal(storedProblem(name, item), undefined, `${name} ${item.id}`);
      t.match(storedProblem(name, { id: item.id }), /is missing/, `${name}: hardly anything`);
      looked += 1;
    }
  }
  t.ok(looked > 30);
  t.equal(storedProblem('environments', environment.record), undefined);
  t.equal(storedProblem('something', { id: 'of one’s own' }), undefined);
});

t.test('a stored item of a wrong shape is reported with the member', async (t) => {
  const { environment } = await buildTestServer(t);
  const { store } = environment;
  const alice = await store.users.get(ids.alice);
  const spa = await store.applications.get(ids.spa);
  const [grant] = await store.grants.list();
  const cases = [
    ['users', { ...alice, username: 7 }, 'username: expected a text'],
    ['users', { ...alice, enabled: 'yes' }, 'enabled: expected true or false'],
    ['users', { ...alice, account: undefined }, 'account: is missing; expected an object'],
    ['users', { ...alice, account: { status: 'OK' } }, 'account.canAuthenticate: is missing; expected true or false'],
    ['users', { ...alice, name: 'Alice' }, 'name: expected an object'],
    ['users', { ...alice, population: null }, 'population: is missing; expected an object'],
    ['users', { ...alice, nickname: ['Al'] }, 'nickname: expected a text'],
    ['applications', { ...spa, redirectUris: 'https://x' }, 'redirectUris: expected a list'],
    ['applications', { ...spa, grantTypes: [1] }, 'grantTypes[0]: expected a text'],
    ['applications', { ...spa, pkceEnforcement: 'x' }, 'pkceEnforcement: expected one of OPTIONAL, REQUIRED, S256_REQUIRED'],
    ['grants', { ...grant, scopes: [{}] }, 'scopes[0].id: is missing; expected a text'],
    ['users', { ...alice, email: undefined, team: { of: 'ours' } }, undefined],
  ] as const;
  for (const [name, item, fault] of cases) t.equal(storedProblem(name, item), fault, fault ?? 'fits');
});

t.test('items broken by hand are reported with their line and set aside, and no request fails', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  for (const username of ['carol', 'dave', 'erin'])
    t.equal((await first.call('POST', 'users', { body: { username, email: `${username}@example.com` } })).statusCode, 201);
  await first.close();
  const file = join(folder, environmentId, 'users.json');
  const contents = JSON.parse(await readFile(file, 'utf8')) as { users: Item[] };
  const named = (username: string) => contents.users.find((user) => user.username === username) as Item;
  Object.assign(named('carol'), { account: 'OK' });
  Object.assign(named('dave'), { name: ['Dave'], enabled: 1 });
  const edited = JSON.stringify(contents, null, 2);
  await writeFile(file, edited);

  const second = await startStored(t, folder);
  t.match(second.damages, [
    { file, reason: 'account: expected an object' },
    { file, reason: 'enabled: expected true or false' },
  ]);
  const [damage] = second.damages as [Damage];
  t.match(
    edited
      .split('\n')
      .slice(Number(damage.line) - 1, Number(damage.line) + 12)
      .join('\n'),
    `"id": "${named('carol').id}"`,
    'the line where carol begins',
  );
  t.same(
    (JSON.parse(await readFile(damage.setAside as string, 'utf8')) as { users: Item[] }).users.map(({ username }) => username),
    ['alice', 'bob', 'carol', 'dave', 'erin'],
    'what stood there is kept',
  );
  const list = (await second.call('GET', 'users')).json();
  t.same(
    list._embedded.users.map(({ username }: Item) => username),
    ['alice', 'bob', 'erin'],
  );
  t.equal((await second.call('GET', `users/${named('carol').id}`)).statusCode, 404);
  t.equal(
    (await second.call('POST', 'users', { body: { username: 'carol', email: 'c@example.com' } })).statusCode,
    201,
    'the name is free',
  );
  await second.close();

  const third = await startStored(t, folder);
  t.same(third.damages, [], 'it is told once');
  t.equal((await third.call('GET', 'users')).json().count, 4);
});

t.test('no request fails with 500, whatever type a stored member has', async (t) => {
  const base = t.testdir();
  const first = await startStored(t, join(base, 'first'));
  await first.close();
  const wrong = [7, 'x', {}, [7]];
  const files: Record<string, string> = {};
  for (const name of await readdir(join(base, 'first', environmentId)))
    files[name] = await readFile(join(base, 'first', environmentId, name), 'utf8');
  for (const [at, value] of wrong.entries())
    for (const [name, id] of [
      ['users', ids.bob],
      ['applications', ids.web],
    ] as const) {
      const folder = join(base, `${name}${at}`);
      const { [name]: items } = JSON.parse(files[`${name}.json`] ?? '') as Record<string, Item[]>;
      const original = items?.find((item) => item.id === id) as Item;
      // One copy for each member, with that member wrong.
      const copies = Object.keys(original)
        .filter((member) => member !== 'id')
        .map((member, number) => ({ ...original, id: `${id.slice(0, -4)}${1000 + number}`, username: `copy${number}`, [member]: value }));
      await mkdir(join(folder, environmentId), { recursive: true });
      for (const [file, text] of Object.entries(files)) await writeFile(join(folder, environmentId, file), text);
      await mkdir(join(folder, 'server'));
      for (const file of await readdir(join(base, 'first', 'server')))
        await writeFile(join(folder, 'server', file), await readFile(join(base, 'first', 'server', file)));
      await writeFile(join(folder, environmentId, `${name}.json`), JSON.stringify({ [name]: [...(items ?? []), ...copies] }));

      const { app, call, damages, close } = await startStored(t, folder);
      t.ok(damages.length > 3, `${name} with ${JSON.stringify(value)}: ${damages.length} are set aside`);
      const paths = [name, ...copies.flatMap((copy) => [`${name}/${copy.id}`, `${name}/${copy.id}/roleAssignments`])];
      for (const path of paths) t.ok((await call('GET', path)).statusCode < 500, `${path} with ${JSON.stringify(value)}`);
      for (const copy of copies) {
        const query = new URLSearchParams({ client_id: copy.id, response_type: 'code', redirect_uri: 'http://localhost:3000/callback' });
        t.ok((await app.inject(`/${environmentId}/as/authorize?${query}`)).statusCode < 500);
      }
      await close();
    }
});

t.test('an environment that lost its record keeps its contents, and says so once', async (t) => {
  for (const [name, break_] of [
    ['damaged', (file: string) => writeFile(file, '{')],
    ['gone', (file: string) => rm(file)],
    ['of another type', async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('"Demo"', '5'))],
  ] as const)
    await t.test(name, async (t) => {
      const folder = t.testdir();
      const first = await startStored(t, folder);
      const organization = first.context.environments.list()[0]?.record.organization;
      t.equal((await first.call('POST', 'users', { body: { username: 'carol', email: 'c@example.com' } })).statusCode, 201);
      await first.close();
      await break_(join(folder, 'server', 'environments.json'));

      const second = await startStored(t, folder);
      t.equal(second.damages.length, 1);
      t.match(second.mended, [new RegExp(`environment ${environmentId} has a folder but no record`)]);
      t.equal((await second.call('GET', 'users')).json().count, 3);
      t.equal((await second.call('GET', `applications/${ids.spa}`)).statusCode, 200);
      const record = second.context.environments.list()[0]?.record;
      t.same(record?.organization, organization, 'whose roles are in the folder');
      await second.close();

      const third = await startStored(t, folder);
      t.same([third.damages, third.mended], [[], []]);
      t.same(third.context.environments.list()[0]?.record, record, 'and stays what it is');
    });
});

t.test('an environment that a kill left half created or half removed is removed at the start', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  const body = { name: 'Second', region: 'NA', type: 'SANDBOX', license: { id: 'b0000000-0000-4000-8000-00000000000f' } };
  const { id } = (await first.call('POST', '/environments', { body })).json();
  const heldIn = async ({ context }: { context: Context }, environment: string) => {
    const assignments = (await context.environments.get(environmentId)?.store.roleAssignments.list()) ?? [];
    return assignments.filter(({ scope }) => scope.id === environment).length;
  };
  t.equal(await heldIn(first, id), 3);
  const before = await heldIn(first, environmentId);
  await first.close();
  const file = join(folder, 'server', 'environments.json');
  const text = await readFile(file, 'utf8');
  t.notMatch(text, 'unfinished', 'one that is complete is not marked');
  const contents = JSON.parse(text) as { environments: Item[] };
  for (const record of contents.environments) if (record.id === id) record.unfinished = true;
  await writeFile(file, JSON.stringify(contents));

  const second = await startStored(t, folder);
  t.same([second.damages, second.mended], [[], []]);
  t.same(
    second.context.environments.list().map((environment) => environment.id),
    [environmentId],
  );
  t.notOk((await readdir(folder)).includes(id), 'with its folder');
  t.same([await heldIn(second, id), await heldIn(second, environmentId)], [0, before], 'and with the roles in it alone');
  t.equal((await second.call('POST', '/environments', { body })).statusCode, 201, 'and its name is free');
});

t.test('a missing default population is made again, and users without a population are reported', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  const { id } = (await first.call('POST', 'populations', { body: { name: 'Others' } })).json();
  const body = { username: 'carol', email: 'c@example.com', population: { id } };
  t.equal((await first.call('POST', 'users', { body })).statusCode, 201);
  await first.close();
  await rm(join(folder, environmentId, 'populations.json'));

  const second = await startStored(t, folder);
  t.match(second.mended, [/had no default population; it is now "Default" \(c0000000/, /1 of its users .* the first of them "carol"/]);
  t.equal((await second.call('POST', 'users', { body: { username: 'dave', email: 'd@example.com' } })).statusCode, 201);
});

t.test('damage is reported even when the start fails for another reason', async (t) => {
  const folder = t.testdir({ server: { 'environments.json': '{' } });
  const told: string[] = [];
  const settings = { ...defaultSettings, dataFolder: folder, keyFile: join(folder, 'no-keys.json') };
  await t.rejects(startServer(settings, { onWarning: (text) => told.push(text) }));
  t.match(told, [/environments\.json:1:2 is damaged .* set aside as .*environments\.json\.damaged-1/]);
});

const policyBody = {
  name: 'Long',
  algorithm: 'RSA',
  keyLength: 3072,
  signatureAlgorithm: 'SHA256withRSA',
  usageType: 'SIGNING',
  dn: 'CN=Long',
  validityPeriod: 365,
  rotationPeriod: 90,
};

t.test('stored key parameters that no key can be made from are reported', async (t) => {
  const { call, environment } = await buildTestServer(t).then(async ({ app, environment }) => ({
    call: await managementClient(app),
    environment,
  }));
  t.equal((await call('POST', 'keyRotationPolicies', { body: { ...policyBody, keyLength: 2048 } })).statusCode, 201);
  const [policy] = await environment.store.keyRotationPolicies.list();
  t.equal(storedProblem('keyRotationPolicies', policy), undefined);
  const lengths = 'keyLength: expected';
  for (const [changed, fault] of [
    [{ keyLength: 17 }, lengths],
    [{ keyLength: 0 }, lengths],
    [{ keyLength: 2048.5 }, lengths],
    [{ keyLength: 5000 }, lengths],
    [{ keyLength: 100_000 }, lengths],
    [{ keyLength: undefined }, 'keyLength: is missing'],
    [{ validityPeriod: 1e9 }, 'validityPeriod: expected a whole number from 1'],
    [{ validityPeriod: -5 }, 'validityPeriod: expected'],
    [{ rotationPeriod: 0 }, 'rotationPeriod: expected a whole number from 30'],
    [{ rotationPeriod: undefined }, 'rotationPeriod: is missing'],
    [{ dn: 'garbage' }, 'dn: expected'],
    [{ keyLength: 3072 }, 'keys.current.privateJwk: expected a private RSA key of 3072 bits'],
    [{ keys: { ...policy?.keys, next: { kid: 'x', privateJwk: { n: 'x', e: 'AQAB', d: 'x', x5c: [] } } } }, 'keys.next.privateJwk: '],
  ] as const)
    t.ok(storedProblem('keyRotationPolicies', { ...policy, ...changed })?.startsWith(fault), JSON.stringify(changed).slice(0, 80));
  for (const rotationPeriod of [0, 1.5])
    t.match(storedProblem('environments', { ...environment.record, rotationPeriod }), /^rotationPeriod: expected/);

  const body = { ...policyBody, keyLength: 2048, subjectDN: 'CN=k' };
  t.equal((await call('POST', 'keys', { body })).statusCode, 201);
  const [key] = await environment.store.configuredKeys.list();
  t.equal(storedProblem('configuredKeys', key), undefined);
  t.match(storedProblem('configuredKeys', { ...key, certificate: 'AAAA' }), /^certificate: expected/);
  t.match(storedProblem('configuredKeys', { ...key, privateKey: { pkcs8: 'AAAA' } }), /^privateKey.pkcs8: expected/);
  t.match(storedProblem('configuredKeys', { ...key, privateKey: {} }), /^privateKey.pkcs8: expected/);
});

t.test('a rotation policy keeps its keys over a restart, and never shows them', async (t) => {
  const folder = t.testdir();
  const first = await startStored(t, folder);
  const shown = (answer: { json(): Record<string, unknown> }) => {
    const { id, currentKeyId, nextKeyId } = answer.json();
    return { id, currentKeyId, nextKeyId };
  };
  const create = (name: string, keyLength: number) =>
    first.call('POST', 'keyRotationPolicies', { body: { ...policyBody, name, keyLength } });
  const long = await create('Long', 3072);
  const usual = await create('Usual', 2048);
  t.equal(long.statusCode, 201);
  t.notMatch(long.body, /privateJwk|"keys"/);
  const kept = [long, usual].map(shown);
  const jwks = async (app: typeof first.app) =>
    (await app.inject(`/${environmentId}/as/jwks`))
      .json()
      .keys.filter(({ kid }: Item) => kept.some((policy) => policy.currentKeyId === kid));
  const before = await jwks(first.app);
  t.equal(before.length, 2);
  await first.close();

  const second = await startStored(t, folder);
  t.same(second.damages, []);
  const now = await Promise.all(kept.map(({ id }) => second.call('GET', `keyRotationPolicies/${id}`)));
  t.same(now.map(shown), kept);
  t.notMatch(now[0]?.body, /privateJwk|"keys"/);
  t.same(await jwks(second.app), before, 'with their certificates');
});

t.test('a rotation policy is not listed before its keys exist', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const creating = call('POST', 'keyRotationPolicies', { body: { ...policyBody, keyLength: 4096 } });
  await new Promise((resolve) => setImmediate(resolve));
  t.equal((await call('GET', 'keyRotationPolicies')).json().count, 1);
  t.equal((await creating).statusCode, 201);
  t.equal((await call('GET', 'keyRotationPolicies')).json().count, 2);
});
