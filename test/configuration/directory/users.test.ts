import t from 'tap';
import { checkPassword } from '../../../src/configuration/directory/passwords.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const now = '2026-11-22T12:00:00.000Z';
const population = { id: 'c0000000-0000-4000-8000-000000000001' };
const joe = { username: 'joe', email: 'joe@example.com' };
const password = '2FederateM0re!';

t.test('a user is created, read, replaced, patched and deleted', async (t) => {
  const { app, clock, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const response = await call('POST', 'users', {
    body: {
      ...joe,
      name: { given: 'Joe', family: "O'Smith-Jones" },
      nickname: 'jo',
      mfaEnabled: true,
      enabled: false,
      emailVerified: true,
      unknown: 1,
    },
  });
  t.equal(response.statusCode, 201);
  const created = response.json();
  const self = `${environmentUrl}/users/${created.id}`;
  t.equal(response.headers.location, self);
  const { _links, ...members } = created;
  t.equal(_links.self.href, self);
  t.equal(_links['password.set'].href, `${self}/password`);
  t.same(_links.population, { href: `${environmentUrl}/populations/${population.id}` });
  t.equal(
    JSON.stringify(members),
    JSON.stringify({
      id: created.id,
      environment: { id: environmentId },
      account: { canAuthenticate: true, status: 'OK' },
      createdAt: now,
      email: 'joe@example.com',
      enabled: true,
      identityProvider: { type: 'PING_ONE' },
      lifecycle: { status: 'ACCOUNT_OK' },
      mfaEnabled: true,
      name: { given: 'Joe', family: "O'Smith-Jones" },
      nickname: 'jo',
      population,
      updatedAt: now,
      username: 'joe',
      verifyStatus: 'NOT_INITIATED',
    }),
    'to the order of the members',
  );
  t.same((await call('GET', `users/${created.id}`)).json(), created);

  await clock.advance(1000);
  const later = '2026-11-22T12:00:01.000Z';
  const replaced = (
    await call('PUT', `users/${created.id}`, {
      body: { username: 'joe2', email: 'joe2@example.com', title: 'Dr', enabled: false, mfaEnabled: false },
    })
  ).json();
  t.match(replaced, {
    id: created.id,
    username: 'joe2',
    title: 'Dr',
    enabled: true,
    mfaEnabled: true,
    createdAt: now,
    updatedAt: later,
  });
  t.notOk('nickname' in replaced || 'name' in replaced, 'what is left out is cleared');
  const patched = (
    await call('PATCH', `users/${created.id}`, { body: { title: null, name: { given: 'J' }, address: { countryCode: 'DE' } } })
  ).json();
  t.match(patched, { username: 'joe2', email: 'joe2@example.com', name: { given: 'J' }, address: { countryCode: 'DE' } });
  t.notOk('title' in patched);
  const deeper = (
    await call('PATCH', `users/${created.id}`, { body: { name: { family: 'S' }, address: { countryCode: null, region: 'R' } } })
  ).json();
  t.same([deeper.name, deeper.address], [{ given: 'J', family: 'S' }, { region: 'R' }]);
  t.match((await call('PATCH', `users/${created.id}`, { body: { username: null, title: '' } })).json(), {
    code: 'INVALID_DATA',
    details: [
      { code: 'EMPTY_VALUE', target: 'username' },
      { code: 'EMPTY_VALUE', target: 'title' },
    ],
  });
  t.match((await call('PATCH', `users/${created.id}`, { body: { name: 'x' } })).json(), {
    code: 'INVALID_REQUEST',
    details: [{ target: 'name' }],
  });
  await environment.store.users.put({ ...(await environment.store.users.get(ids.bob)), email: undefined } as never);
  t.equal(
    (await call('PATCH', `users/${ids.bob}`, { body: { nickname: 'b' } })).statusCode,
    200,
    'what was missing before is not held against it',
  );

  await Promise.all([
    call('PATCH', `users/${ids.alice}`, { body: { nickname: 'a' } }),
    call('PATCH', `users/${ids.alice}`, { body: { title: 'b' } }),
  ]);
  t.match((await call('GET', `users/${ids.alice}`)).json(), { nickname: 'a', title: 'b' }, 'of two changes at once, neither is lost');

  t.equal((await call('DELETE', `users/${created.id}`)).statusCode, 204);
  t.equal((await call('DELETE', `users/${created.id}`)).statusCode, 404);
  t.match((await call('GET', `users/${created.id}`)).json(), { code: 'NOT_FOUND' });
});

t.test('only one of eight simultaneous requests gets a username', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => call('POST', 'users', { body: { ...joe, username: at % 2 ? 'joe' : 'JOE' } })),
  );
  t.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 1);
  const refused = answers.filter(({ statusCode }) => statusCode === 400);
  t.equal(refused.length, 7);
  const { id, ...body } = refused[0]?.json() ?? {};
  t.same(body, {
    code: 'INVALID_DATA',
    message: 'The request could not be completed. One or more validation errors were in the request.',
    details: [{ code: 'UNIQUENESS_VIOLATION', target: 'username', message: 'is unique but a non-unique value is provided' }],
  });
  t.equal((await call('PUT', `users/${ids.bob}`, { body: { ...joe, username: 'Alice' } })).statusCode, 400);
  t.equal((await call('PATCH', `users/${ids.bob}`, { body: { username: 'BOB' } })).statusCode, 200, 'one’s own may change its case');
});

t.test('a user body with a bad or missing member is refused, naming the member', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const cases = [
    ['no username', { email: 'a@b' }, 'EMPTY_VALUE', 'username'],
    ['an empty email', { username: 'a', email: '' }, 'EMPTY_VALUE', 'email'],
    ['an empty username', { ...joe, username: '' }, 'EMPTY_VALUE', 'username'],
    ['a long username', { ...joe, username: 'x'.repeat(129) }, 'SIZE_LIMIT_EXCEEDED', 'username'],
    ['a line break in the username', { ...joe, username: 'a\nb' }, 'INVALID_VALUE', 'username'],
    ['NUL in the username', { ...joe, username: 'a\0' }, 'INVALID_VALUE', 'username'],
    ['half a character', '{"username":"\\ud800","email":"a@b"}', 'INVALID_VALUE', 'username'],
    ['no e-mail address', { ...joe, email: 'joe' }, 'INVALID_VALUE', 'email'],
    ['digits of another form', { ...joe, name: { family: 'a{' } }, 'INVALID_VALUE', 'name.family'],
    ['a country that is none', { ...joe, address: { countryCode: 'de' } }, 'INVALID_VALUE', 'address.countryCode'],
    ['a long postal code', { ...joe, address: { postalCode: '1'.repeat(41) } }, 'SIZE_LIMIT_EXCEEDED', 'address.postalCode'],
    ['a time zone that is none', { ...joe, timezone: 'Berlin' }, 'INVALID_VALUE', 'timezone'],
    ['a photo without address', { ...joe, photo: {} }, 'EMPTY_VALUE', 'photo.href'],
    ['another provider', { ...joe, identityProvider: { type: 'X' } }, 'INVALID_VALUE', 'identityProvider.type'],
    ['an unknown population', { ...joe, population: { id: ids.spa } }, 'INVALID_VALUE', 'population'],
    ['a population that is no id', { ...joe, population: { id: 'x' } }, 'INVALID_VALUE', 'population.id'],
  ] as const;
  for (const [name, body, code, target] of cases) {
    const response = await call('POST', 'users', { body });
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { code: 'INVALID_DATA', details: [{ code, target }] }, name);
  }
  const several = await call('POST', 'users', { body: { username: '', email: 'x', timezone: 'x' } });
  t.same(
    several.json().details.map(({ target }: { target: string }) => target),
    ['username', 'email', 'timezone'],
  );
  t.equal((await call('POST', 'users', { body: { username: '😀 ü', email: 'ü@exämple.de' } })).statusCode, 201);
});

t.test('users are listed page by page, and a bad limit or cursor is refused', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  for (let at = 0; at < 5; at += 1) await call('POST', 'users', { body: { username: `user${at}`, email: 'u@example.com' } });
  const all = (await call('GET', 'users')).json();
  t.same([all.count, all.size, '_links' in all && 'next' in all._links], [7, 7, false]);
  const seen: string[] = [];
  let path = 'users?limit=3';
  let pages = 0;
  for (;;) {
    const page = (await call('GET', path)).json();
    pages += 1;
    t.equal(page.count, 7 + (pages > 1 ? 1 : 0));
    seen.push(...page._embedded.users.map(({ username }: { username: string }) => username));
    t.match(page._links.self.href, path.replace(/^.*users/, 'users'));
    if (!page._links.next) break;
    t.match(page._links.next.href, /^http:\/\/localhost:9400\/v1\/environments\/[^?]+\/users\?limit=3&cursor=[A-Za-z0-9_-]+$/);
    path = new URL(page._links.next.href).pathname.replace('/v1', '') + new URL(page._links.next.href).search;
    if (pages === 1) await call('POST', 'users', { body: { username: 'new', email: 'u@example.com' } });
  }
  t.equal(pages, 3);
  t.same(seen, ['alice', 'bob', 'user0', 'user1', 'user2', 'user3', 'user4', 'new']);
  t.same(Object.keys(all._embedded.users[0]._links).slice(0, 2), ['self', 'password'], 'as a user of a list is shown');
  t.equal((await call('GET', 'users?limit=5000')).json().size, 8);
  const foreign = Buffer.from('another/users 1').toString('base64url');
  const beyond = Buffer.from(`${environment.id}/users x`).toString('base64url');
  for (const [query, code] of [
    ['limit=0', 'OUT_OF_RANGE'],
    ['limit=-1', 'OUT_OF_RANGE'],
    ['limit=x', 'INVALID_PARAMETER'],
    ['limit=1&limit=2', 'INVALID_PARAMETER'],
    ['limit=', 'INVALID_PARAMETER'],
    [`cursor=${foreign}`, 'INVALID_PARAMETER'],
    ['cursor=x', 'INVALID_PARAMETER'],
    ['cursor=', 'INVALID_PARAMETER'],
    [`cursor=${beyond}`, 'INVALID_PARAMETER'],
    ['filter=x', 'INVALID_FILTER'],
  ] as const) {
    const response = await call('GET', `users?${query}`);
    t.equal(response.statusCode, 400, query);
    t.match(response.json(), { code: 'INVALID_REQUEST', details: [{ code }] }, query);
  }
});

t.test('a user can be disabled, locked, given MFA and moved to another population', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const path = `users/${ids.alice}`;
  const url = `${environmentUrl}/${path}`;
  t.same((await call('GET', `${path}/enabled`)).json(), {
    _links: { self: { href: `${url}/enabled` }, user: { href: url } },
    enabled: true,
  });
  t.same((await call('PUT', `${path}/enabled`, { body: { enabled: false } })).json().enabled, false);
  t.match((await call('GET', path)).json(), { enabled: false, account: { canAuthenticate: false, status: 'OK' } });
  await call('PUT', `${path}/enabled`, { body: { enabled: true } });
  t.match((await call('PUT', `${path}/enabled`, { body: {} })).json(), {
    code: 'INVALID_DATA',
    details: [{ code: 'EMPTY_VALUE', target: 'enabled' }],
  });
  t.match((await call('PUT', `${path}/enabled`, { body: { enabled: 'false' } })).json(), {
    code: 'INVALID_REQUEST',
    details: [{ target: 'enabled' }],
  });
  t.same((await call('PUT', `${path}/mfaEnabled`, { body: { mfaEnabled: true } })).json().mfaEnabled, true);

  const locked = await call('POST', path, { action: 'account.lock' });
  t.equal(locked.statusCode, 200);
  t.same(locked.json().account, { canAuthenticate: false, status: 'LOCKED', lockedAt: now });
  t.same((await call('POST', path, { action: 'account.unlock' })).json().account, { canAuthenticate: true, status: 'OK' });
  t.equal((await call('POST', path, { body: {} })).statusCode, 415);
  t.equal((await call('POST', path, { action: 'account.break' })).statusCode, 415);

  t.same((await call('GET', `${path}/population`)).json().id, population.id);
  const other = { ...(await environment.store.populations.list())[0], id: ids.bob, name: 'Second', default: false };
  await environment.store.populations.put(other as never);
  for (const [id, own] of [
    [ids.spa, population],
    [ids.web, undefined],
  ] as const)
    await environment.store.groups.put({
      id,
      environment: { id: environmentId },
      name: id,
      createdAt: now,
      updatedAt: now,
      ...(own && { population: own }),
    });
  for (const id of [ids.spa, ids.web])
    await environment.store.memberships.put({ id, group: { id }, member: { id: ids.alice, type: 'USER' } });
  t.equal((await call('PUT', `${path}/population`, { body: population })).json().id, population.id);
  t.equal((await environment.store.memberships.find('member.id', ids.alice)).length, 2);
  t.equal((await call('PUT', `${path}/population`, { body: { id: ids.bob } })).json().id, ids.bob);
  t.match(
    await environment.store.memberships.find('member.id', ids.alice),
    [{ group: { id: ids.web } }],
    'the population’s groups do not go along',
  );
  t.match((await call('PUT', `${path}/population`, { body: { id: ids.native } })).json().details, [{ target: 'id' }]);
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.same(await environment.store.memberships.find('member.id', ids.alice), []);
});

t.test('a password is set, checked, reset, locked out and expires by its policy', async (t) => {
  const { app, clock, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const { id } = (await call('POST', 'users', { body: joe })).json();
  const path = `users/${id}/password`;
  const set = (value: string, more: object = {}) => call('PUT', path, { action: 'password.set', body: { value, ...more } });
  const check = (value: unknown) => call('POST', path, { action: 'password.check', body: { password: value } });
  const state = async () => (await call('GET', path)).json();

  t.match(await state(), { status: 'NO_PASSWORD', user: { id }, environment: { id: environmentId } });
  t.match((await check('x')).json().details, [{ code: 'NO_PASSWORD' }]);
  t.match((await set('short')).json().details, [
    { code: 'INVALID_VALUE', target: 'newPassword', message: 'New password did not satisfy password policy requirements' },
  ]);
  const first = await set(password);
  t.equal(first.statusCode, 200);
  t.same(Object.keys(first.json()), ['_links', 'environment', 'user', 'passwordPolicy', 'status', 'lastChangedAt']);
  t.same(Object.keys(first.json()._links), [
    'self',
    'environment',
    'user',
    'passwordPolicy',
    'password.check',
    'password.reset',
    'password.set',
    'password.recover',
  ]);
  t.match(first.json(), { status: 'OK', lastChangedAt: now });
  t.same(first.json(), await state());
  t.match((await call('GET', `${path}?expand=passwordPolicy`)).json()._embedded.passwordPolicy, {
    name: 'Standard',
    lockout: { failureCount: 5 },
  });

  t.equal((await check(password)).statusCode, 200);
  const wrong = await check('wrong');
  t.equal(wrong.statusCode, 400);
  t.match(wrong.json().details, [
    {
      code: 'INVALID_VALUE',
      target: 'password',
      message: 'The provided password did not match provisioned password',
      innerError: { failuresRemaining: 4 },
    },
  ]);
  t.match((await check('')).json(), {
    code: 'INVALID_DATA',
    details: [{ code: 'EMPTY_VALUE', target: 'password', message: 'must not be empty' }],
  });
  t.equal((await check(password)).statusCode, 200, 'a right one ends the count');

  t.match((await set(password)).json().details[0].innerError, {
    unsatisfiedRequirements: ['history'],
    history: 'The provided new password cannot be the same as the current password or any password in the password history.',
  });
  const reset = (currentPassword: string, newPassword: string) =>
    call('PUT', path, { action: 'password.reset', body: { currentPassword, newPassword } });
  t.match((await reset('wrong', 'Another-Passw0rd')).json().details, [{ target: 'currentPassword', innerError: { failuresRemaining: 4 } }]);
  t.equal((await reset(password, 'Another-Passw0rd')).statusCode, 200);
  t.match((await reset('Another-Passw0rd', password)).json().details, [{ target: 'newPassword' }], 'the one before is in the history');
  t.equal((await set('Third-Passw0rd', { forceChange: true })).json().status, 'MUST_CHANGE_PASSWORD');
  t.equal((await check('Third-Passw0rd')).json().status, 'MUST_CHANGE_PASSWORD');
  t.equal((await call('POST', path, { action: 'password.recover', body: { recoveryCode: '1', newPassword: password } })).statusCode, 400);

  const tries = await Promise.all(Array.from({ length: 7 }, () => check('wrong')));
  t.same(
    // Which of them is counted first is not promised.
    tries
      .map((response) => response.json().details[0].innerError)
      .sort((a, b) => (b.failuresRemaining ?? -1) - (a.failuresRemaining ?? -1)),
    [4, 3, 2, 1, 0]
      .map((failuresRemaining): object => ({ failuresRemaining }))
      .concat([{ secondsUntilUnlock: 900 }, { secondsUntilUnlock: 900 }]),
    'seven at once are counted one by one',
  );
  t.match((await check('Third-Passw0rd')).json().details, [{ code: 'PASSWORD_LOCKED_OUT', innerError: { secondsUntilUnlock: 900 } }]);
  await clock.advance(899_000);
  t.match(await state(), { status: 'PASSWORD_LOCKED_OUT', secondsUntilUnlock: 1 });
  await clock.advance(1000);
  t.same(await checkPassword(environment, id, 'wrong'), { kind: 'wrong', failuresRemaining: 4 }, 'all attempts are back');
  for (let at = 0; at < 4; at += 1) await check('wrong');
  t.match(await state(), { status: 'PASSWORD_LOCKED_OUT' });
  t.match((await call('POST', path, { action: 'password.unlock' })).json(), { status: 'MUST_CHANGE_PASSWORD' });
  t.same(await checkPassword(environment, id, 'Third-Passw0rd'), { kind: 'right', status: 'MUST_CHANGE_PASSWORD' });
  await set('Fourth-Passw0rd');
  await environment.clock.advance(182 * 86_400_000);
  t.same(await checkPassword(environment, id, 'Fourth-Passw0rd'), { kind: 'right', status: 'PASSWORD_EXPIRED' });
  t.same(await checkPassword(environment, ids.spa, 'x'), { kind: 'none' });
});

t.test('a user is imported with a password, and an external user has none', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const add = (body: object) => call('POST', 'users', { action: 'user.import', body: { ...joe, ...body } });
  const weak = await add({ password: { value: 'a' } });
  t.match(weak.json(), {
    code: 'INVALID_DATA',
    details: [{ code: 'INVALID_VALUE', target: 'password', message: 'User password did not satisfy password policy requirements' }],
  });
  const made = await add({
    password: { value: password, forceChange: true },
    emailVerified: true,
    lifecycle: { status: 'VERIFICATION_REQUIRED' },
  });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { emailVerified: true, lifecycle: { status: 'VERIFICATION_REQUIRED' } });
  t.notOk('password' in made.json());
  t.same(await checkPassword(environment, made.json().id, password), { kind: 'right', status: 'MUST_CHANGE_PASSWORD' });
  const { createHash } = await import('node:crypto');
  const hashed = `{SHA256}${createHash('sha256').update('any').digest('base64')}`;
  const imported = await add({ username: 'hashed', password: { value: hashed } });
  t.match(await checkPassword(environment, imported.json().id, 'any'), { kind: 'right' });

  const external = (await call('POST', 'users', { body: { ...joe, username: 'external', identityProvider: { type: 'SAML' } } })).json();
  t.match((await call('GET', `users/${external.id}/password`)).json(), { status: 'EXTERNAL' });
  t.match((await call('PUT', `users/${external.id}/password`, { action: 'password.set', body: { value: password } })).json(), {
    code: 'REQUEST_FAILED',
  });
});

t.test('previous links lead back through the same pages', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  for (let at = 0; at < 5; at += 1) {
    await call('POST', 'users', { body: { username: `page${at}`, email: 'p@example.com' } });
    const group = (await call('POST', 'groups', { body: { name: `g${at}` } })).json();
    await call('POST', `users/${ids.alice}/memberOfGroups`, { body: { id: group.id } });
    await call('POST', 'populations', { body: { name: `p${at}` } });
    await call('POST', '/environments', {
      body: { name: `E${at}`, type: 'SANDBOX', region: 'NA', license: { id: environment.record.license.id } },
    });
  }
  const paths = ['users?', 'users?filter=username%20sw%20%22page%22&', 'groups?', 'populations?', `users/${ids.alice}/memberOfGroups?`];
  const some = 'users?filter=(username%20eq%20%22page1%22)%20or%20(username%20eq%20%22page2%22)%20or%20(username%20eq%20%22page3%22)&';
  for (const path of [...paths, some, '/environments?', '/environments?order=-name&']) {
    const read = async (at: string) => {
      const { _links, _embedded } = (await call('GET', at)).json();
      const of = (name: string): string | undefined => _links[name]?.href.replace(/^.*\/v1/, '');
      return { items: Object.values(_embedded)[0] as unknown[], next: of('next'), prev: of('prev') };
    };
    const there = [await read(`${path}limit=1`)];
    for (let next = there[0]?.next; next !== undefined; next = there.at(-1)?.next) there.push(await read(next));
    t.ok(there.length >= 3, path);
    t.equal(there[0]?.prev, undefined, 'nothing is before the first');
    const back = [there.at(-1)];
    for (let prev = there.at(-1)?.prev; prev !== undefined; prev = back.at(-1)?.prev) back.push(await read(prev));
    t.same(
      back.reverse().map((page) => page?.items),
      there.map(({ items }) => items),
      `${path}: the same pages on the way back`,
    );
  }
});

t.test('a user who is created with the id of an identity provider has its type', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const provider = { name: 'Network', type: 'LINKEDIN', enabled: true, clientId: 'c', clientSecret: 's' };
  const { id } = (await call('POST', 'identityProviders', { body: provider })).json();
  const made = await call('POST', 'users', { body: { username: 'linked', email: 'linked@example.com', identityProvider: { id } } });
  t.equal(made.statusCode, 201, made.body);
  t.same(made.json().identityProvider, { id, type: 'LINKEDIN' });
  const path = `users/${made.json().id}`;
  const body = { username: 'linked', email: 'linked@example.com', identityProvider: { id, type: 'GOOGLE' } };
  t.same((await call('PUT', path, { body })).json().identityProvider, { id, type: 'LINKEDIN' });
});
