import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const unknown = '99999999-9999-4999-8999-999999999999';
const home = 'c0000000-0000-4000-8000-000000000001';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const make = async (name: string, more: object = {}): Promise<string> =>
    (await call('POST', 'groups', { body: { name, ...more } })).json().id;
  return { call, environment, make };
};

t.test('a population is created, made the default, and deleted only when nothing needs it', async (t) => {
  const { call, make } = await start(t);
  const body = { name: 'Accounting', description: 'Counts', preferredLanguage: 'de', alternativeIdentifiers: ['a'] };
  const made = await call('POST', 'populations', { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, userCount: 0, default: false });
  const path = `populations/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  const group = await make('Clerks', { population: { id: made.json().id } });
  t.match((await call('PUT', path, { body: { name: 'Books', default: true } })).json(), { name: 'Books', default: true });
  t.equal((await call('GET', `populations/${home}`)).json().default, false, 'there is one default population');
  const user = (await call('POST', 'users', { body: { username: 'carol', email: 'c@example.com' } })).json();
  t.equal(user.population.id, made.json().id, 'new users go there');
  t.same(refusal(await call('DELETE', path)), [400, 'CONSTRAINT_VIOLATION', undefined], 'there is a user in it');
  t.match((await call('DELETE', path)).json().message, /^The request could not be completed/);
  await call('DELETE', `users/${user.id}`);
  t.match((await call('DELETE', path)).json(), { details: [{ code: 'CONSTRAINT_VIOLATION', message: /default population/ }] });
  await call('PUT', `populations/${home}`, { body: { name: 'Default', default: true } });
  const web = (await call('GET', `applications/${ids.web}`)).json();
  const accessControl = { group: { type: 'ANY_GROUP', groups: [{ id: group }] } };
  await call('PUT', `applications/${ids.web}`, { body: { ...web, accessControl } });
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
  t.equal((await call('GET', `groups/${group}`)).statusCode, 404, 'its groups go with it');
  t.match((await call('DELETE', `populations/${home}`)).json(), {
    details: [{ code: 'CONSTRAINT_VIOLATION', message: /must contain at least one population/ }],
  });
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['a name that is taken', { name: 'DEFAULT' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['no such policy', { name: 'x', passwordPolicy: { id: unknown } }, [400, 'INVALID_VALUE', 'passwordPolicy']],
    ['no boolean', { name: 'x', default: 'true' }, [400, 'INVALID_VALUE', 'default']],
    ['half a surrogate', { name: '\ud800' }, [400, 'INVALID_VALUE', 'name']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', 'populations', { body: sent })), expected, name);
  t.notOk('type' in (await call('GET', `populations/${home}/defaultIdentityProvider`)).json(), 'PingOne itself');
});

t.test('a group is made, read, replaced and deleted, and invalid bodies are refused', async (t) => {
  const { call, environment } = await start(t);
  const body = { name: 'Managers', description: 'Manage', externalId: 'x', userFilter: 'email sw "a"', customData: { a: { b: [1] } } };
  const made = await call('POST', 'groups', { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, environment: { id: environment.id }, directMemberCounts: { users: 0, groups: 0 } });
  const path = `groups/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.match((await call('GET', `${path}?include=totalMemberCounts`)).json(), { totalMemberCounts: { users: 1 } }, 'alice, by the filter');
  const replaced = (await call('PUT', path, { body: { name: 'Bosses' } })).json();
  t.match(replaced, { id: made.json().id, name: 'Bosses' });
  t.notOk('userFilter' in replaced);
  t.match((await call('GET', 'groups')).json(), { count: 1, size: 1, _embedded: { groups: [{ name: 'Bosses' }] } });
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['a name that is taken', { name: 'bosses' }, [400, 'UNIQUENESS_VIOLATION', 'name']],
    ['the name in a population', { name: 'Bosses', population: { id: home } }, [201, undefined, undefined]],
    ['no such population', { name: 'x', population: { id: unknown } }, [400, 'INVALID_VALUE', 'population']],
    ['a filter that is none', { name: 'x', userFilter: 'email' }, [400, 'INVALID_VALUE', 'userFilter']],
    ['a filter of what nobody has', { name: 'x', userFilter: 'shoe eq "1"' }, [400, 'INVALID_VALUE', 'userFilter']],
    ['a filter of 100 kB', { name: 'x', userFilter: `email eq "${'x'.repeat(100_000)}"` }, [400, 'SIZE_LIMIT_EXCEEDED', 'userFilter']],
    ['a list for an object', { name: 'x', customData: [] }, [400, 'INVALID_VALUE', 'customData']],
    ['1 MB', { name: 'x'.repeat(1_000_000) }, [400, 'SIZE_LIMIT_EXCEEDED', 'name']],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', 'groups', { body: sent })), expected, name);
  const first = (await call('GET', 'groups?limit=1')).json();
  t.equal(first.count, 2);
  t.equal((await call('GET', first._links.next.href.split('/v1')[1])).json()._links.next, undefined);
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', path)).statusCode, 404);
});

t.test('users and groups are members of groups directly or through another group', async (t) => {
  const { call, make, environment } = await start(t);
  const [inner, outer, local] = [await make('Inner'), await make('Outer'), await make('Local', { population: { id: home } })];
  const path = `users/${ids.alice}/memberOfGroups`;
  const added = await call('POST', path, { body: { id: inner } });
  t.equal(added.statusCode, 201);
  t.match(added.json(), { id: inner, name: 'Inner', type: 'DIRECT', environment: { id: environment.id } });
  t.same(Object.keys(added.json()._links), ['self', 'user', 'environment', 'group']);
  t.notOk('population' in added.json(), 'a group without one');
  const person = (await call('POST', 'users', { body: { username: 'local', population: { id: home } } })).json().id;
  const joined = (await call('POST', `users/${person}/memberOfGroups`, { body: { id: local } })).json();
  t.match(joined, { population: { id: home }, _links: { population: { href: new RegExp(`/populations/${home}$`) } } });
  await call('DELETE', `users/${person}`);
  t.match((await call('POST', `groups/${inner}/memberOfGroups`, { body: { id: outer } })).json(), { id: outer, type: 'DIRECT' });
  const list = (await call('GET', path)).json()._embedded.groupMemberships;
  t.match(list, [
    { id: inner, type: 'DIRECT' },
    { id: outer, type: 'INDIRECT' },
  ]);
  const first = (await call('GET', `${path}?limit=1`)).json();
  const second = (await call('GET', first._links.next.href.split('/v1')[1])).json();
  t.same([first, second].map(({ _embedded }) => _embedded.groupMemberships[0].id).sort(), [inner, outer].sort(), 'page after page');
  t.equal(second._links.next, undefined);
  t.equal((await call('GET', `${path}?cursor=x`)).statusCode, 400);
  t.match((await call('GET', `${path}/${outer}?expand=group`)).json(), { type: 'INDIRECT', _embedded: { group: { name: 'Outer' } } });
  t.match((await call('GET', `groups/${inner}/memberOfGroups`)).json()._embedded.groupMemberships, [{ id: outer }]);
  t.match((await call('GET', `groups/${outer}?include=totalMemberCounts`)).json(), {
    directMemberCounts: { users: 0, groups: 1 },
    totalMemberCounts: { users: 1 },
  });
  const user = async (include: string) => (await call('GET', `users/${ids.alice}?include=${include}`)).json();
  t.same((await user('memberOfGroupNames')).memberOfGroupNames, ['Inner', 'Outer']);
  t.same((await user('memberOfGroupIDs')).memberOfGroupIDs, [inner, outer]);

  const bobsPopulation = (await call('POST', 'populations', { body: { name: 'Else' } })).json().id;
  await call('PUT', `users/${ids.bob}/population`, { body: { id: bobsPopulation } });
  const namesake = await make('Inner', { population: { id: home } });
  const cases = [
    ['no group', path, {}, [400, 'EMPTY_VALUE', 'id']],
    ['no such group', path, { id: unknown }, [400, 'INVALID_VALUE', 'id']],
    ['again', path, { id: inner }, [400, 'UNIQUENESS_VIOLATION', 'id']],
    ['another one of that name', path, { id: namesake }, [400, 'UNIQUENESS_VIOLATION', 'id']],
    ['a group of another population', `users/${ids.bob}/memberOfGroups`, { id: local }, [400, 'CONSTRAINT_VIOLATION', undefined]],
    ['a circle', `groups/${outer}/memberOfGroups`, { id: inner }, [400, 'CONSTRAINT_VIOLATION', undefined]],
    ['itself', `groups/${outer}/memberOfGroups`, { id: outer }, [400, 'CONSTRAINT_VIOLATION', undefined]],
    ['nested again', `groups/${inner}/memberOfGroups`, { id: outer }, [400, 'UNIQUENESS_VIOLATION', 'id']],
  ] as const;
  for (const [name, at, sent, expected] of cases) t.same(refusal(await call('POST', at, { body: sent })), expected, name);

  t.equal((await call('DELETE', `${path}/${outer}`)).statusCode, 404, 'not a member itself');
  t.equal((await call('DELETE', `groups/${inner}/memberOfGroups/${outer}`)).statusCode, 204);
  t.equal((await call('GET', `${path}/${outer}`)).statusCode, 404);
  t.equal((await call('DELETE', `${path}/${inner}`)).statusCode, 204);
  t.equal((await call('DELETE', `${path}/${inner}`)).statusCode, 404);
  await call('POST', path, { body: { id: local } });
  await call('DELETE', `groups/${local}`);
  t.same((await call('GET', path)).json()._embedded.groupMemberships, [], 'a deleted group has no members');
});

t.test('a group’s filter decides who is a member', async (t) => {
  const { call, make } = await start(t);
  const path = `users/${ids.alice}/memberOfGroups`;
  const above = await make('Above');
  const id = await make('Archers', { userFilter: 'name.family sw "Arch" and enabled eq true' });
  await call('POST', `groups/${id}/memberOfGroups`, { body: { id: above } });
  const groups = async (user: string = ids.alice) =>
    (await call('GET', `users/${user}/memberOfGroups`))
      .json()
      ._embedded.groupMemberships.map(({ name, type }: { name: string; type: string }) => [name, type]);
  t.same(await groups(), [
    ['Archers', 'DIRECT'],
    ['Above', 'INDIRECT'],
  ]);
  t.same(await groups(ids.bob), []);
  t.equal((await call('GET', `groups/${above}?include=totalMemberCounts`)).json().totalMemberCounts.users, 1);
  t.same((await call('GET', `users/${ids.alice}?include=memberOfGroupNames`)).json().memberOfGroupNames, ['Archers', 'Above']);
  t.same(refusal(await call('DELETE', `${path}/${id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
  await call('PATCH', `users/${ids.alice}`, { body: { name: { family: 'Baker' } } });
  t.same(await groups(), [], 'as soon as the filter does not fit');
  const elsewhere = (await call('POST', 'populations', { body: { name: 'Else' } })).json().id;
  await make('All', { userFilter: 'enabled eq true', population: { id: elsewhere } });
  t.same(await groups(), [], 'of its population only');
});

t.test('the filter of a group may look for the end or a part of a value', async (t) => {
  const { call, make } = await start(t);
  for (const userFilter of ['email ew "@example.com"', 'username co "lic"', 'name.family ew "cher" or email ew "x"']) {
    const id = await make(userFilter, { userFilter });
    const groups = (await call('GET', `users/${ids.alice}/memberOfGroups`)).json()._embedded.groupMemberships;
    t.ok(
      groups.some((group: { id: string }) => group.id === id),
      userFilter,
    );
  }
});

t.test('an application admits only members of existing groups', async (t) => {
  const { call, make } = await start(t);
  const web = (await call('GET', `applications/${ids.web}`)).json();
  const groups = (...of: string[]) => ({ ...web, accessControl: { group: { type: 'ANY_GROUP', groups: of.map((id) => ({ id })) } } });
  const none = [400, 'INVALID_VALUE', 'accessControl.group.groups'];
  t.same(refusal(await call('PUT', `applications/${ids.web}`, { body: groups(unknown) })), none);
  t.same(refusal(await call('POST', 'applications', { body: groups(unknown) })), none);
  const id = await make('Some');
  t.equal((await call('PUT', `applications/${ids.web}`, { body: groups(id) })).statusCode, 200);
  t.equal((await call('DELETE', `groups/${id}`)).statusCode, 204, 'Terraform deletes a group first');
  const left = (await call('GET', `applications/${ids.web}`)).json();
  t.same(left.accessControl.group.groups, [{ id }], 'the application goes on naming it, and so admits nobody');
  t.equal((await call('PUT', `applications/${ids.web}`, { body: left })).statusCode, 200);
  t.equal((await call('PUT', `applications/${ids.web}`, { body: web })).statusCode, 200);
});
