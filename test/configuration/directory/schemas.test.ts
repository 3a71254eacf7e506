import t from 'tap';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const unknown = '99999999-9999-4999-8999-999999999999';

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const { app, environment } = await buildTestServer(t);
  const call = await managementClient(app);
  const [schema] = (await call('GET', 'schemas')).json()._embedded.schemas;
  const path = `schemas/${schema.id}/attributes`;
  const add = async (body: object) => (await call('POST', path, { body })).json();
  const named = async (name: string) =>
    (await call('GET', path)).json()._embedded.attributes.find((attribute: { name: string }) => attribute.name === name);
  return { call, environment, schema, path, add, named };
};

t.test('core attributes of the user schema cannot be changed, and standard ones can only be disabled', async (t) => {
  const { call, schema, path, named } = await start(t);
  t.equal(schema.name, 'User');
  t.same((await call('GET', `schemas/${schema.id}`)).json(), schema);
  t.equal((await call('GET', `schemas/${unknown}`)).statusCode, 404);
  t.match(await named('username'), { schemaType: 'CORE', type: 'STRING', required: true, unique: true, schema: { id: schema.id } });
  t.match(await named('name'), { schemaType: 'STANDARD', type: 'COMPLEX', subAttributes: [{ name: 'given' }] });
  const email = await named('email');
  t.same((await call('GET', `${path}/${email.id}`)).json(), email);
  t.match((await call('PUT', `${path}/${email.id}`, { body: { name: 'email', enabled: false, displayName: 'X' } })).json(), {
    id: email.id,
    enabled: false,
    displayName: email.displayName,
  });
  t.equal((await call('DELETE', `${path}/${email.id}`)).statusCode, 400);
  t.match(await named('account'), {
    schemaType: 'CORE',
    type: 'COMPLEX',
    multiValued: false,
    subAttributes: [{ name: 'canAuthenticate' }],
  });
  const username = await named('username');
  t.equal((await call('PUT', `${path}/${username.id}`, { body: username })).statusCode, 400);
  t.equal((await call('DELETE', `${path}/${username.id}`)).statusCode, 400);
});

t.test('a standard attribute can have a pattern, which its values then have to match', async (t) => {
  const { call, path, named } = await start(t);
  const { id } = await named('email');
  const regexValidation = { pattern: '^[^@]+@example[.]com$', requirements: 'Must be an @example.com email' };
  const body = { name: 'email', enabled: true, unique: true };
  const changed = await call('PUT', `${path}/${id}`, { body: { ...body, regexValidation } });
  t.match(changed.json(), { unique: true, regexValidation, schemaType: 'STANDARD' });
  t.match((await call('PATCH', `${path}/${id}`, { body: { unique: false } })).json(), { unique: false, regexValidation });
  const user = { username: 'u', email: 'u@example.org' };
  t.same(refusal(await call('POST', 'users', { body: user })), [400, 'INVALID_VALUE', 'email']);
  t.equal((await call('POST', 'users', { body: { ...user, email: 'u@example.com' } })).statusCode, 201);
  const unsound = { ...regexValidation, valuesPatternShouldMatch: ['x'] };
  t.same(refusal(await call('PUT', `${path}/${id}`, { body: { ...body, regexValidation: unsound } })), [
    400,
    'INVALID_VALUE',
    'regexValidation.pattern',
  ]);
  const { id: nameId } = await named('name');
  t.same(refusal(await call('PUT', `${path}/${nameId}`, { body: { name: 'name', regexValidation } })), [
    400,
    'INVALID_VALUE',
    'regexValidation',
  ]);
  const reset = await call('PUT', `${path}/${id}`, { body: { name: 'email', enabled: true, unique: false } });
  t.notOk('regexValidation' in reset.json(), 'a PUT without it takes it away');
  t.equal((await call('POST', 'users', { body: { ...user, username: 'v' } })).statusCode, 201);
});

t.test('a custom attribute is made, changed and deleted, and invalid ones are refused', async (t) => {
  const { call, path, environment } = await start(t);
  const body = {
    name: 'shirtSize',
    displayName: 'Shirt size',
    description: 'S to L',
    type: 'STRING',
    enabled: true,
    required: false,
    unique: false,
    multiValued: false,
    enumeratedValues: [{ value: 'S' }, { value: 'M', description: 'medium' }, { value: 'XS', archived: true }],
  };
  const made = await call('POST', path, { body });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { ...body, schemaType: 'CUSTOM' });
  const at = `${path}/${made.json().id}`;
  t.same((await call('GET', at)).json(), made.json());

  await call('PATCH', `users/${ids.alice}`, { body: { shirtSize: 'M' } });
  t.equal((await call('GET', `users/${ids.alice}`)).json().shirtSize, 'M');
  t.match((await call('PATCH', at, { body: { displayName: 'Size' } })).json(), {
    displayName: 'Size',
    description: 'S to L',
    enumeratedValues: body.enumeratedValues,
  });
  t.notOk('description' in (await call('PUT', at, { body: { name: 'shirtSize', enabled: true, type: 'STRING' } })).json());
  t.same(refusal(await call('PUT', at, { body: { ...body, name: 'size' } })), [400, 'INVALID_VALUE', 'name']);
  t.same(refusal(await call('PUT', at, { body: { ...body, type: 'JSON' } })), [400, 'INVALID_VALUE', 'type']);
  await call('PATCH', at, { body: { enabled: false } });
  t.notOk('shirtSize' in (await call('GET', `users/${ids.alice}`)).json(), 'a disabled one is not told');
  t.equal((await call('DELETE', at)).statusCode, 204);
  t.equal((await call('GET', at)).statusCode, 404);
  t.notOk('shirtSize' in ((await environment.store.users.get(ids.alice)) ?? {}), 'nobody has it any more');

  const string = { enabled: true, type: 'STRING' };
  const cases = [
    ['nothing', {}, [400, 'EMPTY_VALUE', 'name']],
    ['one of PingOne’s', { ...string, name: 'Email' }, [400, 'INVALID_VALUE', 'name']],
    ['a member of users', { ...string, name: 'population' }, [400, 'INVALID_VALUE', 'name']],
    ['a prototype', { ...string, name: '__proto__' }, [400, 'INVALID_VALUE', 'name']],
    ['constructor', { ...string, name: 'constructor' }, [400, 'INVALID_VALUE', 'name']],
    ['a blank', { ...string, name: 'a b' }, [400, 'INVALID_VALUE', 'name']],
    ['BOOLEAN', { ...string, name: 'x', type: 'BOOLEAN' }, [400, 'INVALID_VALUE', 'type']],
    ['no such type', { ...string, name: 'x', type: 'string' }, [400, 'INVALID_VALUE', 'type']],
    ['unique JSON', { enabled: true, name: 'x', type: 'JSON', unique: true }, [400, 'INVALID_VALUE', 'unique']],
    [
      'a pattern that is none',
      { ...string, name: 'x', regexValidation: { pattern: '(', requirements: 'x' } },
      [400, 'INVALID_VALUE', 'regexValidation.pattern'],
    ],
    [
      'an example that does not fit',
      { ...string, name: 'x', regexValidation: { pattern: '^a$', requirements: 'x', valuesPatternShouldMatch: ['b'] } },
      [400, 'INVALID_VALUE', 'regexValidation.pattern'],
    ],
  ] as const;
  for (const [name, sent, expected] of cases) t.same(refusal(await call('POST', path, { body: sent })), expected, name);
  await call('POST', path, { body: { ...string, name: 'once' } });
  t.same(refusal(await call('POST', path, { body: { ...string, name: 'ONCE' } })), [400, 'UNIQUENESS_VIOLATION', 'name']);
});

t.test('users hold custom attributes, and each value is checked against its attribute', async (t) => {
  const { call, add } = await start(t);
  await add({ name: 'badge', unique: true });
  await add({ name: 'size', enumeratedValues: [{ value: 'S' }, { value: 'M' }] });
  await add({ name: 'code', regexValidation: { pattern: '^[A-Z]{3}$', requirements: 'three letters' } });
  await add({ name: 'tags', multiValued: true });
  await add({ name: 'extra', type: 'JSON' });
  const values = { badge: 'b1', size: 'S', code: 'ABC', tags: ['a', 'b'], extra: { deep: [1, { x: null }] } };
  const carol = { username: 'carol', email: 'c@example.com', ...values };
  const made = await call('POST', 'users', { body: carol });
  t.equal(made.statusCode, 201);
  t.match(made.json(), values, 'what was sent comes back as sent');
  const path = `users/${made.json().id}`;
  t.same((await call('GET', path)).json(), made.json());
  t.match((await call('GET', 'users?filter=badge%20eq%20%22b1%22')).json(), { count: 1, _embedded: { users: [{ badge: 'b1' }] } });
  t.match((await call('PATCH', path, { body: { size: 'M' } })).json(), { ...values, size: 'M' });
  const replaced = (await call('PUT', path, { body: { username: 'carol', email: 'c@example.com', badge: 'b1' } })).json();
  t.equal(replaced.badge, 'b1', 'its own value is not taken');
  t.notOk('size' in replaced);

  const cases = [
    ['a value that is taken', { badge: 'b1' }, [400, 'UNIQUENESS_VIOLATION', 'badge']],
    ['not one of them', { size: 'XL' }, [400, 'INVALID_VALUE', 'size']],
    ['not as it must be', { code: 'abc' }, [400, 'INVALID_VALUE', 'code']],
    ['a number', { code: 5 }, [400, 'INVALID_VALUE', 'code']],
    ['no list', { tags: 'a' }, [400, 'INVALID_VALUE', 'tags']],
    ['no object', { extra: 'a' }, [400, 'INVALID_VALUE', 'extra']],
    ['long', { code: 'A'.repeat(2000) }, [400, 'SIZE_LIMIT_EXCEEDED', 'code']],
  ] as const;
  for (const [name, sent, expected] of cases) {
    t.same(refusal(await call('POST', 'users', { body: { username: 'dave', email: 'd@example.com', ...sent } })), expected, name);
    t.same(refusal(await call('PATCH', `users/${ids.bob}`, { body: sent })), expected, `PATCH: ${name}`);
  }
  const both = (await call('POST', 'users', { body: { username: '', email: 'd@example.com', size: 'XL' } })).json();
  t.equal(both.details.length, 2, 'all faults in one answer');
  const rivals = await Promise.all(
    ['e', 'f', 'g'].map((username) => call('POST', 'users', { body: { username, email: 'e@example.com', badge: 'b2' } })),
  );
  t.same(rivals.map(({ statusCode }) => statusCode).sort(), [201, 400, 400], 'of three at once, one has it');
  await add({ name: 'must', required: true });
  t.same(refusal(await call('POST', 'users', { body: { username: 'h', email: 'h@example.com' } })), [400, 'EMPTY_VALUE', 'must']);
  t.equal((await call('PATCH', `users/${ids.bob}`, { body: { title: 'x' } })).statusCode, 200, 'who was there before may stay without it');
});

t.test('a pattern that backtracks without end does not block the server', async (t) => {
  const { call, add, path } = await start(t);
  const evil = (name: string, rest: object = {}) => ({ name, regexValidation: { pattern: '^(a+)+$', requirements: 'x', ...rest } });
  const text = `${'a'.repeat(40)}!`;
  t.same(
    refusal(await call('POST', path, { body: evil('judged', { valuesPatternShouldNotMatch: [text] }) })),
    [400, 'INVALID_VALUE', 'regexValidation.pattern'],
    'its own examples get no answer',
  );
  await add(evil('evil'));
  await add({ ...evil('evils'), multiValued: true });
  await add({ name: 'code', regexValidation: { pattern: '^[A-Z]{3}$', requirements: 'three letters' } });
  const answer = await call('POST', 'users', {
    body: { username: 'r', email: 'a@b.co', evil: text, evils: Array.from({ length: 1000 }, () => text), code: 'abc' },
  });
  t.equal(answer.statusCode, 400);
  const targets: string[] = answer.json().details.map(({ target }: { target: string }) => target);
  t.same(targets.sort(), ['code', 'evil', 'evils'], 'each is told, and the others are judged all the same');
  t.equal((await call('POST', 'users', { body: { username: 'r', email: 'a@b.co', evil: 'aaa', code: 'ABC' } })).statusCode, 201);
  t.equal((await call('PATCH', `users/${ids.bob}`, { body: { evils: ['aaa', text] } })).statusCode, 400);
});

t.test('an exported schema, its users, groups and roles are restored from the seed', async (t) => {
  const { call, add } = await start(t);
  await add({ name: 'badge', displayName: 'Badge', unique: true });
  await add({ name: 'extra', type: 'JSON', multiValued: true });
  await call('PATCH', `users/${ids.alice}`, { body: { badge: 'b1', extra: [{ a: 1 }] } });
  const make = async (body: object): Promise<string> => (await call('POST', 'groups', { body })).json().id;
  const [inner, outer] = [await make({ name: 'Inner' }), await make({ name: 'Outer' })];
  const all = await make({ name: 'Badged', userFilter: 'badge eq "b1"' });
  await call('POST', `groups/${inner}/memberOfGroups`, { body: { id: outer } });
  await call('POST', `users/${ids.bob}/memberOfGroups`, { body: { id: inner } });
  const role = { role: { id: 'b5057d0d-7281-47f6-9398-8a7e4cb71397' }, scope: { id: environmentId, type: 'ENVIRONMENT' } };
  await call('POST', `groups/${outer}/roleAssignments`, { body: role });
  const read = async (path: string) => {
    const answer = await call('GET', path);
    return answer.statusCode === 200 ? (answer.json() as Record<string, unknown>) : undefined;
  };
  const json = await collectSeed({ read }, { environmentId, users: true, secrets: true });

  const again = await buildTestServer(t);
  await again.context.environments.remove(environmentId);
  await applySeed(again.context, readSeed(JSON.parse(JSON.stringify(json)), 'a seed'));
  const { environment } = { environment: again.context.environments.get(environmentId) };
  t.match(await environment?.store.users.get(ids.alice), { badge: 'b1', extra: [{ a: 1 }] });
  t.match(await environment?.store.schemaAttributes.list(), [
    { name: 'badge', displayName: 'Badge', unique: true },
    { name: 'extra', type: 'JSON' },
  ]);
  const memberships = (await environment?.store.memberships.list())?.map(({ group, member }) => [group.id, member.id]);
  t.same(memberships, [
    [outer, inner],
    [inner, ids.bob],
  ]);
  t.match(await environment?.store.groups.get(all), { userFilter: 'badge eq "b1"' });
  t.match(await environment?.store.roleAssignments.find('holder.id', outer), [role]);
  t.throws(
    () => readSeed({ environments: [{ users: [{ username: 'x', badge: 'b' }] }] }, 'a seed'),
    /unknown name "badge"/,
    'what the seed does not declare is unknown',
  );
  await t.rejects(
    applySeed(
      again.context,
      readSeed({ environments: [{ schemaAttributes: [{ name: 'badge' }], users: [{ username: 'x', badge: 5 }] }] }, 'a seed'),
    ),
    /users\[0\]\.badge: is not a valid value of this attribute/,
  );
});
