import t from 'tap';
import { managementClient, workerToken } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const malformed = 'The request could not be completed. The request was malformed or invalid.';

t.test('a body that is not UTF-8 is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const token = await workerToken(app);
  const latin1 = Buffer.from('{"username":"ren\xe9","email":"r@example.com"}', 'latin1');
  const send = (payload: Buffer) =>
    app.inject({
      method: 'POST',
      url: `/v1/environments/${environmentId}/users`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      payload,
    });
  const refused = await send(latin1);
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), { code: 'INVALID_REQUEST', message: malformed });
  t.equal((await send(Buffer.from(latin1.toString('latin1')))).json().username, 'ren\u00e9');
});

t.test('a body that is not a JSON object, or of another media type, is refused', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const json = { 'content-type': 'application/json' };
  const cases = [
    ['no JSON', '{"name":', json, 400],
    ['nothing', '', json, 400],
    ['blanks', '  ', json, 400],
    ['null', 'null', json, 400],
    ['a list', '[]', json, 400],
    ['a text', '"x"', json, 400],
    ['a number', '5', json, 400],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 415],
    ['no type', '{}', { 'content-type': '' }, 415],
    ['a type that is none', '{}', { 'content-type': 'json' }, 415],
    ['another action', '{}', { 'content-type': 'application/vnd.pingidentity.password.set+json' }, 415],
    ['too large', JSON.stringify({ name: 'x'.repeat(2_000_000) }), json, 413],
    ['deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, json, 400],
    ['deep inside', `{"name":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`, json, 400],
  ] as const;
  for (const path of ['applications', 'users'])
    for (const [name, body, headers, status] of cases) {
      const response = await call('POST', path, { body, headers });
      t.equal(response.statusCode, status, `${path}: ${name}`);
      const { id, code } = response.json();
      t.equal(id, response.headers['correlation-id']);
      t.equal(code, 'INVALID_REQUEST', `${path}: ${name}`);
      t.equal(response.headers['content-type'], 'application/hal+json;charset=UTF-8');
    }
});

t.test('no value of a member causes a 500, and __proto__ changes nothing', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const base = { name: 'x', type: 'WEB_APP', protocol: 'OPENID_CONNECT' };
  const properties = [
    'name',
    'description',
    'enabled',
    'type',
    'protocol',
    'hiddenFromAppPortal',
    'homePageUrl',
    'icon',
    'accessControl',
    'tags',
    'assignActorRoles',
    'grantTypes',
    'responseTypes',
    'tokenEndpointAuthMethod',
    'pkceEnforcement',
    'redirectUris',
    'postLogoutRedirectUris',
    'refreshTokenDuration',
    'parTimeout',
    'corsSettings',
    'jwks',
    'jwksUrl',
    'signing',
    'kerberos',
    'mobile',
    'idpSignoff',
    'devicePathId',
  ];
  const values = [5, -1, 1e308, 'x', '', true, [], [null], [[]], {}, { id: 5 }, { type: {} }, 'a\0b', '\ud800'];
  for (const property of properties)
    for (const value of values) {
      const { statusCode } = await call('POST', 'applications', { body: { ...base, [property]: value } });
      t.ok(statusCode === 201 || statusCode === 400, `${property}: ${JSON.stringify(value)} got ${statusCode}`);
    }
  const sneaky = await call('POST', 'applications', {
    body: '{"name":"x","type":"SERVICE","protocol":"OPENID_CONNECT","__proto__":{"enabled":true},"constructor":{"prototype":{"enabled":true}}}',
  });
  t.equal(sneaky.statusCode, 201);
  t.equal(sneaky.json().enabled, false);
  t.equal(({} as { enabled?: boolean }).enabled, undefined);
  const patched = await call('PATCH', `users/${ids.alice}`, {
    body: '{"__proto__":{"enabled":false},"constructor":1,"name":{"__proto__":{"given":"x"}}}',
  });
  t.match(patched.json(), { enabled: true, name: { given: 'Alice' } });
});

t.test('a wrong type is INVALID_REQUEST, and a wrong value is INVALID_DATA', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const base = { name: 'x', type: 'WEB_APP', protocol: 'OPENID_CONNECT' };
  const cases = [
    [{ name: 5, type: 'X' }, 'INVALID_REQUEST', [['INVALID_VALUE', 'name']]],
    [{ redirectUris: 'https://x' }, 'INVALID_REQUEST', [['INVALID_VALUE', 'redirectUris']]],
    [{ redirectUris: [5] }, 'INVALID_REQUEST', [['INVALID_VALUE', 'redirectUris']]],
    [
      { enabled: 'true', icon: 5 },
      'INVALID_REQUEST',
      [
        ['INVALID_VALUE', 'enabled'],
        ['INVALID_VALUE', 'icon'],
      ],
    ],
    [
      { name: '', type: 'x', parTimeout: 0 },
      'INVALID_DATA',
      [
        ['EMPTY_VALUE', 'name'],
        ['INVALID_VALUE', 'type'],
        ['OUT_OF_RANGE', 'parTimeout'],
      ],
    ],
    [{ grantTypes: ['authorization_code', 'x'] }, 'INVALID_DATA', [['INVALID_VALUE', 'grantTypes']]],
    [{ type: 'PING_ONE_PORTAL' }, 'INVALID_DATA', [['INVALID_VALUE', 'type']]],
    [{ icon: { id: 'x' } }, 'INVALID_DATA', [['EMPTY_VALUE', 'icon.href']]],
    [{ protocol: 'SAML' }, 'INVALID_DATA', [['INVALID_VALUE', 'protocol']]],
  ] as const;
  for (const [members, code, details] of cases) {
    const sent = Object.fromEntries([...Object.entries(base), ...Object.entries(members)]);
    const answer = (await call('POST', 'applications', { body: sent })).json();
    t.equal(answer.code, code, JSON.stringify(members));
    const told = answer.details.map((detail: { code: string; target: string }) => [detail.code, detail.target]);
    t.same(new Set(told.map(String)), new Set(details.map(String)), JSON.stringify(members));
  }
  const wildcard = (await call('POST', 'applications', { body: { ...base, redirectUris: ['https://x/*'] } })).json();
  t.match(wildcard, { code: 'INVALID_DATA', message: /^Wildcards are not allowed in redirect URIs\./ });
});

t.test('a malformed id in a path is refused, naming the parameter, and ids ignore case', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const cases = [
    ['/environments/x', 'environmentId'],
    ['/environments/x/users', 'environmentId'],
    ['users/x', 'userId'],
    ['users/x/password', 'userId'],
    ['users/%00', 'userId'],
    [`applications/${ids.spa}x`, 'applicationId'],
    ['populations/1', 'populationId'],
  ] as const;
  for (const [path, target] of cases) {
    const response = await call('GET', path);
    t.equal(response.statusCode, 400, path);
    t.match(response.json(), { code: 'INVALID_REQUEST', message: malformed, details: [{ code: 'INVALID_VALUE', target }] }, path);
  }
  t.equal((await call('GET', `/environments/${environmentId.toUpperCase()}/users/${ids.alice.toUpperCase()}`)).statusCode, 200);
  for (const path of ['/environments/%', `/environments/${'x'.repeat(600)}`, `/environments//users`, '/'])
    t.ok((await call('GET', path)).statusCode < 500, path);
  t.equal((await call('HEAD', 'users')).statusCode, 200);
});
