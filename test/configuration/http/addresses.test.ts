import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { managementClient, workerToken } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids, listen } from '../../helpers/server.js';

const lock = 'application/vnd.pingidentity.account.lock+json';

t.test('of two Content-Type headers, the one that names an action counts', async (t) => {
  const { app, url } = await listen(t);
  const authorization = `Bearer ${await workerToken(app)}`;
  const send = async (method: string, path: string, contentTypes: string[], body: string) => {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(`${url}/v1/environments/${environmentId}/users/${ids.alice}${path}`, {
        method,
        headers: { authorization, 'content-type': contentTypes },
      });
      outgoing.on('response', resolve).on('error', reject).end(body);
    });
    return { status: message.statusCode, body: JSON.parse(await text(message)) as { account?: { status: string }; status?: string } };
  };
  const type = (action: string) => `application/vnd.pingidentity.${action}+json`;
  const locked = await send('POST', '', ['application/json', lock], '{}');
  t.match(locked, { status: 200, body: { account: { status: 'LOCKED' } } });
  const unlocked = await send('POST', '', [type('account.unlock'), 'application/json'], '{}');
  t.match(unlocked, { status: 200, body: { account: { status: 'OK' } } }, 'in any order');
  const joined = await send('POST', '', ['application/json, application/vnd.PingIdentity.account.lock+json'], '{}');
  t.match(joined, { status: 200, body: { account: { status: 'LOCKED' } } }, 'joined by a proxy');
  const set = await send('PUT', '/password', ['application/json', type('password.set')], '{"value":"Second-Passw0rd2"}');
  t.match(set, { status: 200, body: { status: 'OK' } });
  const neither = await send('POST', '', ['application/json', 'text/plain'], '{}');
  t.equal(neither.status, 415, 'without an action, the first counts');
});

t.test('a path may end with a slash', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const path of [
    '',
    '/users',
    `/users/${ids.alice}`,
    `/users/${ids.alice}/password`,
    '/populations',
    `/applications/${ids.web}/secret`,
  ]) {
    const [plain, slash] = await Promise.all([
      call('GET', `/environments/${environmentId}${path}`),
      call('GET', `/environments/${environmentId}${path}/`),
    ]);
    t.equal(slash.statusCode, 200, path);
    t.equal(slash.body, plain.body, path);
    t.equal(slash.headers['access-control-allow-methods'], plain.headers['access-control-allow-methods'], path);
  }
  t.equal((await call('GET', '/environments/')).statusCode, 200);
  t.equal((await call('GET', '/environments/?limit=1')).statusCode, 200);
  t.equal((await call('POST', 'populations/', { body: { name: 'Slash' } })).statusCode, 201);
  t.equal((await call('OPTIONS', 'populations/')).statusCode, 200);
  t.equal((await app.inject({ url: `/${environmentId}/as/jwks/` })).statusCode, 403, 'elsewhere it may not');
});

t.test('a parameter may be repeated with one value', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const twice = (name: string, value: string) =>
    Array(2)
      .fill(`${name}=${encodeURIComponent(value)}`)
      .join('&');
  const repeated = [
    `users?${twice('filter', 'username eq "alice"')}`,
    `users?${twice('limit', '1')}`,
    `applications/${ids.web}?${twice('expand', 'attributes')}`,
    `users/${ids.alice}/memberOfGroups?${twice('expand', 'group')}&${twice('filter', 'type eq "DIRECT"')}`,
  ];
  for (const path of repeated) t.equal((await call('GET', path)).statusCode, 200, path);
  t.equal((await call('GET', 'users?limit=1&limit=2')).statusCode, 400, 'with two values it may not');
});

t.test('memberships are filtered by their type', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const add = async (name: string) => (await call('POST', 'groups', { body: { name } })).json<{ id: string }>().id;
  const [outer, inner] = [await add('Outer'), await add('Inner')];
  await call('POST', `groups/${inner}/memberOfGroups`, { body: { id: outer } });
  await call('POST', `users/${ids.alice}/memberOfGroups`, { body: { id: inner } });
  const found = async (filter: string) => {
    const response = await call('GET', `users/${ids.alice}/memberOfGroups?filter=${encodeURIComponent(filter)}`);
    return response.json<{ _embedded: { groupMemberships: { id: string }[] } }>()._embedded.groupMemberships.map(({ id }) => id);
  };
  t.match(await found('type eq "INDIRECT"'), [outer]);
  t.ok((await found('type eq "DIRECT"')).includes(inner));
  t.notOk((await found('type eq "direct"')).includes(outer));
  t.same(await found(`id eq "${inner}"`), [inner]);
  t.equal((await call('GET', `users/${ids.alice}/memberOfGroups?filter=${encodeURIComponent('age eq "1"')}`)).statusCode, 400);
});

t.test('parameters of a Content-Type do not matter', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  for (const [at, suffix] of ['; charset=utf-8', ';charset="UTF-8"', ' ; profile=x; charset=utf-8', ';'].entries()) {
    const json = await call('POST', 'populations', { body: { name: `P${at}` }, headers: { 'content-type': `application/json${suffix}` } });
    t.equal(json.statusCode, 201, suffix);
    const action = await call('POST', `users/${ids.alice}`, { body: {}, headers: { 'content-type': `${lock}${suffix}` } });
    t.equal(action.statusCode, 200, suffix);
  }
});

t.test('HEAD answers as GET, without the body', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const paths = [`/environments/${environmentId}`, '/environments', '/organizations', '/roles', `/environments/${environmentId}/`].concat(
    ['users', `users/${ids.alice}`, 'populations', 'keys', 'applications', `applications/${ids.web}/secret`, 'groups?limit=1'].map(
      (path) => `/environments/${environmentId}/${path}`,
    ),
  );
  for (const path of paths) {
    const [get, head] = [await call('GET', path), await call('HEAD', path)];
    t.equal(head.statusCode, get.statusCode, path);
    t.equal(head.body, '');
    for (const name of ['content-type', 'content-length']) t.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
  }
  const missing = await call('HEAD', 'users/00000000-0000-4000-8000-000000000000');
  t.match(missing, { statusCode: 404, body: '' });
  t.equal((await call('HEAD', '/environments/00000000-0000-4000-8000-000000000000')).statusCode, 404);
});
