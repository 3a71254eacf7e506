import t from 'tap';
import { createUser } from '../../../src/configuration/directory/users.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

t.test('users are found by the filters that clients write', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const [population] = await environment.store.populations.list();
  const find = async (filter: string, more = '') => {
    const response = await call('GET', `users?filter=${encodeURIComponent(filter)}${more}`);
    t.equal(response.statusCode, 200, filter);
    return response.json();
  };
  const cases = [
    ['username eq "alice"', ['alice']],
    ['((username eq "ALICE"))', ['alice']],
    ['(username eq "alice") OR (username eq "bob") OR (username eq "nobody")', ['alice', 'bob']],
    [`id eq "${ids.bob}"`, ['bob']],
    ['email sw "al"', ['alice']],
    ['name.family eq "baker" and enabled eq true', ['bob']],
    [`population.id eq "${population?.id}" and username sw "b"`, ['bob']],
    ['enabled eq false', []],
    ['((enabled eq "true"))', ['alice', 'bob']],
    ['enabled eq "FALSE"', []],
    [`id sw "${ids.bob.slice(0, 36)}"`, ['bob']],
    ['id sw "b0000000" and population.id sw "c00"', ['alice', 'bob']],
    ['memberOfGroups[id eq "b0000000-0000-4000-8000-00000000000f"]', []],
  ] as const;
  for (const [filter, usernames] of cases) {
    const body = await find(filter);
    t.same(
      body._embedded.users.map(({ username }: { username: string }) => username),
      usernames,
      filter,
    );
    t.match(body, { count: usernames.length, size: usernames.length });
    t.match(body._links.self.href, encodeURIComponent(filter), 'the filter stays in the link as it came');
  }

  const { store } = environment;
  await store.memberships.put({ id: 'm1', group: { id: 'inner' }, member: { id: ids.alice, type: 'USER' } });
  await store.memberships.put({ id: 'm2', group: { id: 'outer' }, member: { id: 'inner', type: 'GROUP' } });
  const members = async (filter: string) => (await find(filter)).count;
  t.equal(await members('memberOfGroups[id eq "inner" and type eq "DIRECT"]'), 1);
  t.equal(await members('memberOfGroups[id eq "outer"]'), 1, 'through a group in between');
  t.equal(await members('memberOfGroups[id eq "outer" and type eq "DIRECT"]'), 0);
});

t.test('filtered users are paged, each listed once', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  for (let at = 0; at < 7; at += 1) await createUser(environment, { username: `page${at}`, email: `page${at}@example.com` });
  for (const filter of ['username sw "page"', Array.from({ length: 7 }, (_, at) => `username eq "page${at}"`).join(' or ')]) {
    const seen: string[] = [];
    let url: string | undefined = `users?limit=3&filter=${encodeURIComponent(filter)}`;
    for (let pages = 0; url; pages += 1) {
      t.ok(pages < 4, 'it ends');
      const body: { _embedded: { users: { username: string }[] }; _links: { next?: { href: string } }; count: number } = (
        await call('GET', url)
      ).json();
      t.equal(body.count, 7);
      seen.push(...body._embedded.users.map(({ username }) => username));
      url = body._links.next?.href.replace(/^.*\/v1/, '');
    }
    t.same(
      seen.sort(),
      Array.from({ length: 7 }, (_, at) => `page${at}`),
      'each once',
    );
  }
});

t.test('a filter that is malformed, unsupported or too deep is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const cases = [
    ['username', /could not be read: expected an operator/, undefined],
    ['(((', /could not be read/, undefined],
    ['('.repeat(1000), /at most 100 levels/, undefined],
    ['shoeSize eq "9"', /'shoeSize' is not supported/, 'supportedAttributes'],
    ['__proto__ eq "x"', /'__proto__' is not supported/, 'supportedAttributes'],
    ['enabled sw "t"', /'sw' is not supported/, 'supportedOperators'],
    ['username co "lic"', /'co' is not supported/, 'supportedOperators'],
    ['username regex "a"', /'regex' is not supported/, 'supportedOperators'],
  ] as const;
  for (const [filter, message, inner] of cases) {
    const response = await call('GET', `users?filter=${encodeURIComponent(filter)}`);
    t.equal(response.statusCode, 400, filter.slice(0, 30));
    const [detail] = response.json().details;
    t.match(detail, { code: 'INVALID_FILTER', target: 'filter', message }, filter.slice(0, 30));
    if (inner) t.ok(Array.isArray(detail.innerError[inner]), inner);
  }
  const long = await call('GET', `users?filter=${'a'.repeat(100_000)}`);
  t.equal(long.statusCode, 400, 'a filter of 100 kB');
});

t.test('an indexed attribute is found without a scan', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  let looked = 0;
  const alice = (await environment.store.users.get(ids.alice)) as NonNullable<Awaited<ReturnType<typeof environment.store.users.get>>>;
  // Users that count how often their enabled flag is read, which every filter below does.
  for (let at = 0; at < 1000; at += 1) {
    const watched = { ...alice, id: `watched-${at}`, username: `watched${at}`, email: `w${at}@example.com`, externalId: `w${at}` };
    Object.defineProperty(watched, 'enabled', {
      enumerable: true,
      get() {
        looked += 1;
        return true;
      },
    });
    await environment.store.users.put(watched);
  }
  for (const attribute of ['id eq "watched-7"', 'username eq "watched7"', 'email eq "w7@example.com"', 'externalId eq "w7"']) {
    looked = 0;
    const body = (await call('GET', `users?filter=${encodeURIComponent(`enabled eq true and ${attribute}`)}`)).json();
    t.equal(body.count, 1, attribute);
    t.ok(looked < 10, `${attribute}: ${looked} looks`);
  }
  for (const attribute of ['population.id', 'email']) {
    const value = attribute === 'email' ? alice.email : alice.population.id;
    for (let at = 0; at < 1000; at += 1) {
      const watched = { ...alice, id: `watched-${at}`, username: `watched${at}` };
      for (const name of ['population', 'email'] as const)
        Object.defineProperty(watched, name, {
          enumerable: true,
          get() {
            looked += 1;
            return alice[name];
          },
        });
      await environment.store.users.put(watched);
    }
    looked = 0;
    const body = (await call('GET', `users?limit=5&filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`)).json();
    t.same([body.size, body.count], [5, attribute === 'email' ? 1001 : 1002]);
    t.ok(looked < 40, `a page of many by ${attribute}: ${looked} looks`);
  }
});

t.test('groups and populations are filtered by name', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const name of ['Staff', 'Students', 'Guests']) {
    t.equal((await call('POST', 'groups', { body: { name } })).statusCode, 201);
    t.equal((await call('POST', 'populations', { body: { name } })).statusCode, 201);
  }
  const cases = [
    ['name eq "staff"', ['Staff']],
    ['name sw "St"', ['Staff', 'Students']],
    ['(name eq "Guests") OR (name eq "Staff")', ['Guests', 'Staff']],
    ['name eq "nobody"', []],
  ] as const;
  for (const list of ['groups', 'populations'])
    for (const [filter, names] of cases) {
      const body = (await call('GET', `${list}?limit=2&filter=${encodeURIComponent(filter)}`)).json();
      t.same(body._embedded[list].map(({ name }: { name: string }) => name).sort(), [...names], `${list}: ${filter}`);
      t.equal(body.count, names.length);
    }
  for (const list of ['groups', 'populations'])
    t.equal((await call('GET', `${list}?filter=${encodeURIComponent('color eq "red"')}`)).statusCode, 400, list);
});

t.test('the operators co and ew match part of a text once they are switched on', async (t) => {
  const { app } = await buildTestServer(t, { filterParts: true });
  const call = await managementClient(app);
  for (const filter of ['username co "lic"', 'email ew "@example.com" and username eq "alice"'])
    t.equal((await call('GET', `users?filter=${encodeURIComponent(filter)}`)).json().count, 1, filter);
});

t.test('applications are filtered by type', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const names = async (filter: string) =>
    (await call('GET', `applications?filter=${encodeURIComponent(filter)}`))
      .json()
      ._embedded.applications.map(({ name }: { name: string }) => name);
  t.same(await names('type eq "WORKER"'), ['Demo Worker']);
  t.same(await names('(type eq "WEB_APP") OR (type eq "NATIVE_APP")'), ['Demo Native', 'Demo Web']);
  t.same(await names('type eq "AI_AGENT"'), []);
  t.same(refusal(await call('GET', 'applications?filter=name%20eq%20%22x%22')), [400, 'INVALID_FILTER', 'filter']);
});
