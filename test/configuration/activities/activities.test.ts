import t from 'tap';
import { findRole } from '../../../src/configuration/roles/built-in.js';
import { createActivities } from '../../../src/environment/journal/activities.js';
import { as, authorize, checkPassword, post, redeem } from '../../helpers/client.js';
import { startFlow } from '../../helpers/flows.js';
import { type Call, environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

interface Event {
  readonly id: string;
  readonly action: { readonly type: string };
  readonly resources: readonly { readonly name: string; readonly href: string; readonly population?: object }[];
  readonly actors?: { readonly client?: { readonly name: string }; readonly user?: { readonly name: string } };
  readonly result: { readonly status: string; readonly description: string };
  readonly correlationId: string;
}

const ever = 'recordedAt gt "2026-11-22T00:00:00Z" and recordedAt lt "2026-11-23T00:00:00Z"';
const find = (call: Call, filter: string, query = '') => call('GET', `activities?filter=${encodeURIComponent(filter)}${query}`);
const events = async (call: Call, filter = ever): Promise<Event[]> => (await find(call, filter)).json()._embedded.activities;
const types = (found: readonly Event[]): string[] => found.map(({ action }) => action.type);

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  return { ...server, call: await managementClient(server.app) };
};

t.test('a change through the management API is an audit event in PingOne’s form', async (t) => {
  const { call, environment } = await start(t);
  const made = await call('POST', 'populations', { body: { name: 'Staff' } });
  const { id } = made.json();
  const [event] = await events(call, `${ever} and action.type eq "POPULATION.CREATED"`);
  const worker = await environment.store.applications.get(ids.worker);
  t.same(event, {
    _links: { self: { href: `${environmentUrl}/activities/${event?.id}` } },
    id: event?.id,
    recordedAt: '2026-11-22T12:00:00.000Z',
    createdAt: '2026-11-22T12:00:00.000Z',
    correlationId: made.headers['correlation-id'],
    actors: {
      client: {
        id: ids.worker,
        name: worker?.name,
        environment: { id: environmentId },
        href: `${environmentUrl}/applications/${ids.worker}`,
        type: 'CLIENT',
      },
    },
    action: { type: 'POPULATION.CREATED', description: 'Population Created' },
    resources: [{ type: 'POPULATION', id, name: 'Staff', environment: { id: environmentId }, href: `${environmentUrl}/populations/${id}` }],
    result: { status: 'SUCCESS', description: 'Created Population Staff' },
  });
  t.same((await call('GET', `activities/${event?.id}`)).json(), event, 'one event is read by its id');
  t.equal((await call('GET', `activities/${ids.alice}`)).statusCode, 404);
});

t.test('users and their passwords leave events with their names and populations', async (t) => {
  const { call } = await start(t);
  const population = (await call('GET', 'populations')).json()._embedded.populations[0].id;
  const other = (await call('POST', 'populations', { body: { name: 'Others' } })).json().id;
  const body = { username: 'carol', email: 'carol@example.com', population: { id: population } };
  const { id } = (await call('POST', 'users', { body })).json();
  const password = { value: 'Carol-Passw0rd' };
  t.equal((await call('PUT', `users/${id}/password`, { body: password, action: 'password.set' })).statusCode, 200);
  await call('POST', `users/${id}/password`, { body: { password: 'wrong' }, action: 'password.check' });
  await call('POST', `users/${id}/password`, { body: { password: password.value }, action: 'password.check' });
  await call('PUT', `users/${id}/enabled`, { body: { enabled: false } });
  await call('POST', `users/${id}`, { body: { account: { status: 'LOCKED' } }, action: 'account.lock' });
  await call('PUT', `users/${id}/population`, { body: { id: other } });
  await call('DELETE', `users/${id}`);
  const found = (await events(call, `${ever} and resources.id eq "${id}"`)).reverse();
  t.same(
    found.map(({ action, result }) => [action.type, result.description]),
    [
      ['USER.CREATED', 'Created User carol'],
      ['PASSWORD.SET', `Set password for: ${id}`],
      ['PASSWORD.CHECK_FAILED', `Check Failed Password ${id}`],
      ['PASSWORD.CHECK_SUCCEEDED', `Check Succeeded Password ${id}`],
      ['USER.UPDATED', 'Updated enabled for User carol'],
      ['USER.LOCKED', 'Locked User carol'],
      ['USER.MOVED', 'Moved User carol'],
      ['USER.DELETED', 'Deleted User carol'],
    ],
  );
  for (const { resources } of found) t.match(resources, [{ type: 'USER', name: 'carol', population: { id: /./ } }]);
  t.equal(found[1]?.resources[0]?.href, `${environmentUrl}/users/${id}`, 'an event of a password names its user');
});

t.test('an event of a part names its owner: consents their user, trusted issuers their application', async (t) => {
  const { call } = await start(t);
  const make = async (path: string, body: object): Promise<string> => (await call('POST', path, { body })).json().id;
  const agreement = await make('agreements', { name: 'Terms', enabled: false });
  const language = await make(`agreements/${agreement}/languages`, { locale: 'en', displayName: 'Terms', enabled: true });
  const text = { contentType: 'text/plain', effectiveAt: '2026-11-22T12:00:00Z', requireReconsent: true, text: 'Agree' };
  const revision = await make(`agreements/${agreement}/languages/${language}/revisions`, text);
  const path = `users/${ids.alice}/agreementConsents/${agreement}`;
  const consent = { language: { id: language }, revision: { id: revision } };
  t.equal((await call('POST', path, { body: consent, action: 'consent.accept' })).statusCode, 200);
  t.equal((await call('POST', path, { action: 'consent.revoke' })).statusCode, 200);
  const ofAlice = await events(call, `${ever} and resources.id eq "${ids.alice}"`);
  const user = { type: 'USER', id: ids.alice, name: 'alice', href: `${environmentUrl}/users/${ids.alice}` };
  t.match(ofAlice, [
    { action: { type: 'AGREEMENT_CONSENT.REVOKED', description: 'Agreement Consent Revoked' }, resources: [user] },
    { action: { type: 'AGREEMENT_CONSENT.ACCEPTED', description: 'Agreement Consent Accepted' }, resources: [user] },
  ]);

  const trustedIssuer = await make('trustedIssuers', { name: 'P', issuer: 'https://p.example', jwksUrl: 'https://p.example/jwks' });
  const assigned = await make(`applications/${ids.web}/trustedIssuerAssignments`, { trustedIssuer: { id: trustedIssuer } });
  await call('DELETE', `applications/${ids.web}/trustedIssuerAssignments/${assigned}`);
  const [removed] = await events(call, `${ever} and resources.id eq "${ids.web}"`);
  t.match(removed, { action: { type: 'APPLICATION.UPDATED' }, resources: [{ href: `${environmentUrl}/applications/${ids.web}` }] });
});

t.test('a secret that is read leaves an event, other reading and refused changes leave none', async (t) => {
  const { call } = await start(t);
  await call('GET', 'users');
  await call('GET', `applications/${ids.web}`);
  t.equal((await call('POST', 'populations', { body: {} })).statusCode, 400);
  t.equal((await call('DELETE', `users/${environmentId}`)).statusCode, 404);
  t.equal((await call('GET', `applications/${ids.web}/secret`)).statusCode, 200);
  const found = await events(call, `${ever} and actors.client.id eq "${ids.worker}" and resources.id eq "${ids.web}"`);
  t.same(types(found), ['SECRET.READ']);
  t.same(found[0]?.result.description, `Client secret read for application ${ids.web}`);
  t.notMatch(JSON.stringify(await events(call)), /secret-|web-secret/, 'and does not tell it');
  t.same(types(await events(call)), ['SECRET.READ', 'TOKEN.CREATED']);
});

t.test('a sign-on, its tokens and a wrong password are audit events', async (t) => {
  const server = await start(t);
  const { app, call } = server;
  const flow = await startFlow(server);
  await checkPassword(app, flow.id, 'alice', 'wrong');
  const signedOn = await authorize(app);
  const { refresh_token } = (await redeem(app, signedOn)).json();
  await post(app, `${as}/revoke`, { token: refresh_token, client_id: ids.spa });
  await app.inject({ url: `${as}/signoff`, headers: { cookie: signedOn.cookie } });
  const found = (await events(call)).reverse();
  t.same(types(found), [
    'TOKEN.CREATED',
    'PASSWORD.CHECK_FAILED',
    'PASSWORD.CHECK_SUCCEEDED',
    'SESSION.CREATED',
    'USER.ACCESS_ALLOWED',
    'TOKEN.CREATED',
    'TOKEN.REVOKED',
    'SESSION.DELETED',
  ]);
  t.match(found[4], {
    actors: { client: { id: ids.spa, type: 'CLIENT' }, user: { id: ids.alice, name: 'alice', type: 'USER' } },
    action: { description: 'User Access Allowed' },
    resources: [{ type: 'USER', id: ids.alice }],
    result: { status: 'SUCCESS', description: 'Passed role access control' },
  });
  t.equal(found[1]?.actors, undefined, 'a password check has no actor');
});

t.test('a person who may not use an application leaves an event of the denied access', async (t) => {
  const { app, call } = await start(t);
  const { _links, id: _, ...application } = (await call('GET', `applications/${ids.spa}`)).json();
  const body = { ...application, accessControl: { role: { type: 'ADMIN_USERS_ONLY' } } };
  t.equal((await call('PUT', `applications/${ids.spa}`, { body })).statusCode, 200);
  await authorize(app);
  t.ok(types(await events(call)).includes('USER.ACCESS_DENIED'));
});

t.test('a search of activities needs a range of time, and says what it cannot filter by', async (t) => {
  const { call } = await start(t);
  const bad = [400, 'INVALID_FILTER', 'filter'];
  t.same(refusal(await call('GET', 'activities')), bad);
  for (const filter of [
    'action.type eq "USER.CREATED"',
    `${ever} or action.type eq "USER.CREATED"`,
    'not (recordedAt gt "2026-11-22T00:00:00Z")',
    'recordedAt gt "yesterday"',
    'recordedAt gt 5',
    `${ever} and result.status eq "SUCCESS"`,
    `${ever} and action.type sw "USER"`,
    `${ever} and`,
  ])
    t.same(refusal(await find(call, filter)), bad, filter);
  t.same(types(await events(call, 'createdat ge "2026-11-22T12:00:00Z"')), ['TOKEN.CREATED'], 'createdAt will do, in any case');
  t.same(types(await events(call, 'recordedAt lt "2026-11-22T13:00:00.001+01:00"')), ['TOKEN.CREATED'], 'an offset counts');
  t.same(await events(call, 'recordedAt gt "2026-11-22T12:00:00Z"'), []);
  t.same(await events(call, 'recordedAt lt "2026-11-22T12:00:00.0Z"'), []);
});

t.test('a POST of a filter finds what a GET does, with the permission to read', async (t) => {
  const { app, call, environment } = await start(t);
  await call('POST', 'groups', { body: { name: 'Readers' } });
  const posted = await call('POST', 'activities', { body: { filter: ever } });
  t.equal(posted.statusCode, 200);
  t.same(posted.json()._embedded, (await find(call, ever)).json()._embedded);
  t.equal((await call('POST', 'activities', { body: {} })).statusCode, 400);
  t.same(refusal(await call('POST', 'activities', { body: { filter: 'action.type eq "A"' } })), [400, 'INVALID_FILTER', 'filter']);

  const assign = async (role: string) => {
    const at = '2026-11-22T12:00:00.000Z';
    const members = { id: environment.random.uuid(), environment: { id: environmentId }, createdAt: at, updatedAt: at };
    const scope = { id: environmentId, type: 'ENVIRONMENT' } as const;
    const holder = { id: ids.worker, type: 'APPLICATION' } as const;
    for (const each of await environment.store.roleAssignments.find('holder.id', ids.worker))
      await environment.store.roleAssignments.take(each.id);
    await environment.store.roleAssignments.put({ ...members, holder, role: { id: findRole(role)?.id ?? '' }, scope });
  };
  await assign('Identity Data Admin');
  t.same(refusal(await call('POST', 'activities', { body: { filter: ever } })).slice(0, 2), [403, 'INSUFFICIENT_PERMISSIONS']);
  t.equal((await find(call, ever)).statusCode, 403);
  await assign('Environment Admin');
  t.equal((await call('POST', 'activities', { body: { filter: ever } })).statusCode, 200);
  t.equal((await app.inject({ url: `/v1/environments/${environmentId}/activities` })).statusCode, 401);
});

t.test('activities come in pages, newest first, which later events do not move', async (t) => {
  const { call } = await start(t);
  for (const name of ['One', 'Two', 'Three']) await call('POST', 'groups', { body: { name } });
  const groups = `${ever} and resources.type eq "GROUP"`;
  const first = (await find(call, groups, '&limit=2')).json();
  const names = (page: { _embedded: { activities: Event[] } }) => page._embedded.activities.map(({ resources }) => resources[0]?.name);
  t.same([names(first), first.count, first.size], [['Three', 'Two'], 3, 2]);
  await call('POST', 'groups', { body: { name: 'Four' } });
  const next = new URL(first._links.next.href);
  const second = (await call('GET', next.pathname.slice('/v1'.length) + next.search)).json();
  t.same([names(second), second._links.next], [['One'], undefined]);
  t.same(refusal(await find(call, groups, '&cursor=abc')), [400, 'INVALID_PARAMETER', 'cursor']);
});

t.test('the activities of an environment are bounded in number and length, and a reset drops them', async (t) => {
  const kept = createActivities({
    now: () => 0,
    newId: (() => {
      let n = 0;
      return () => `id${++n}`;
    })(),
    capacity: 2,
  });
  const resource = { type: 'USER', id: 'u', name: 'x'.repeat(10_000), environmentId: 'e', path: 'users/u' };
  const [a, b, c] = ['A', 'B', 'C'].map((type) => kept.add({ type, resource, description: resource.name }));
  t.same([...kept.newestFirst()], [c, b]);
  t.equal(kept.get(a?.id ?? ''), undefined);
  t.ok(JSON.stringify(c).length < 1000);

  const { app, environment } = await start(t);
  t.ok([...environment.activities.newestFirst()].length > 0);
  await app.inject({ method: 'POST', url: '/__mock/v1/reset' });
  t.same([...environment.activities.newestFirst()], []);
});

t.test('a new environment begins with the event of its creation', async (t) => {
  const { call, context } = await start(t);
  const { license } = (await call('GET', `/environments/${environmentId}`)).json();
  const body = { name: 'Second', type: 'SANDBOX', region: 'NA', license };
  const made = await call('POST', '/environments', { body });
  t.equal(made.statusCode, 201);
  const found = [...(context.environments.get(made.json().id)?.activities.newestFirst() ?? [])];
  t.same(
    found.map(({ type, resource }) => [type, resource.name]),
    [['ENVIRONMENT.CREATED', 'Second']],
  );
});
