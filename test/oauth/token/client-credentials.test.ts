import { decodeJwt, decodeProtectedHeader } from 'jose';
import t from 'tap';
import { as, basic, post } from '../../helpers/client.js';
import { addResource, changeApplication, grant } from '../../helpers/configure.js';
import { buildTestServer, ids } from '../../helpers/server.js';

/** Tokens for applications themselves (docs/fidelity.md, 5.1); the simple cases are in token.test.ts. */

const api = ['https://api.pingone.com'];
const orders = ['https://orders.example.com'];
const books = ['https://books.example.com'];

t.test('client_credentials grants scopes of one resource, or none to a worker', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await addResource(server, 'Books', ['books:read', 'books:write']);
  const grants = {
    none: [],
    orders: [['Orders', ['orders:read']]],
    both: [
      ['Orders', ['orders:read']],
      ['Books', ['books:read', 'books:write']],
    ],
    api: [['PingOne API', ['p1:read:user']]],
  } as const;
  const one = /At least one scope must be granted/;
  const several = /May not request scopes for multiple resources/;
  const cases = [
    ['SERVICE', 'none', undefined, one],
    ['SERVICE', 'api', undefined, one],
    ['SERVICE', 'api', 'p1:read:user', one],
    ['SERVICE', 'orders', undefined, [orders, 'orders:read']],
    ['SERVICE', 'orders', 'orders:read', [orders, 'orders:read']],
    ['SERVICE', 'orders', 'openid p1:read:user orders:read orders:write', [orders, 'orders:read']],
    ['SERVICE', 'orders', 'openid', one],
    ['SERVICE', 'both', undefined, several],
    ['SERVICE', 'both', 'orders:read books:read', several],
    ['SERVICE', 'both', 'books:write books:read', [books, 'books:read books:write']],
    ['WEB_APP', 'orders', undefined, [orders, 'orders:read']],
    ['WORKER', 'none', undefined, [api, undefined]],
    ['WORKER', 'none', 'openid p1:read:user', [api, undefined]],
    ['WORKER', 'orders', undefined, [orders, 'orders:read']],
    ['WORKER', 'orders', 'p1:read:user', [api, undefined]],
    ['WORKER', 'both', 'orders:read books:read', several],
  ] as const;
  for (const [type, granted, scope, expected] of cases) {
    const name = `${type} with ${granted}, asking for ${scope}`;
    for (const { id } of await server.environment.store.grants.find('application.id', ids.worker))
      await server.environment.store.grants.take(id);
    for (const [resource, scopes] of grants[granted]) await grant(server, ids.worker, resource, scopes);
    await changeApplication(server, ids.worker, { type });
    const response = await post(
      app,
      `${as}/token`,
      { grant_type: 'client_credentials', scope },
      { authorization: basic(ids.worker, 'worker-secret') },
    );
    if (expected instanceof RegExp) {
      t.match([response.statusCode, response.json()], [400, { error: 'invalid_scope', error_description: expected }], name);
      continue;
    }
    const [aud, scopes] = expected;
    const body = response.json();
    t.equal(body.scope, scopes, name);
    const claims = decodeJwt(body.access_token);
    t.same(claims.aud, aud, name);
    t.equal(claims.scope, scopes, name);
    for (const claim of ['sub', 'sid', 'auth_time', 'acr']) t.notOk(claim in claims, `${name}: no ${claim}`);
    t.notOk('id_token' in body || 'refresh_token' in body, name);
  }
});

t.test('the access token has the lifetime and header that the settings ask for', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const resource = (await environment.store.resources.list()).find(({ name }) => name === 'Orders');
  await environment.store.resources.put({ ...(resource as NonNullable<typeof resource>), accessTokenValiditySeconds: 300 });
  await changeApplication(server, ids.service, { includeTyp: true, includeX5t: true });
  const form = { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' };
  const body = (await post(app, `${as}/token`, form)).json();
  t.equal(body.expires_in, 300);
  const { iat = 0, exp } = decodeJwt(body.access_token);
  t.equal(exp, iat + 300);
  t.match(decodeProtectedHeader(body.access_token), { alg: 'RS256', typ: 'at+jwt', x5t: /^[\w-]{27}$/ });
});

t.test('a public client gets no tokens by client_credentials', async (t) => {
  const server = await buildTestServer(t);
  await changeApplication(server, ids.spa, { grantTypes: ['CLIENT_CREDENTIALS', 'AUTHORIZATION_CODE'] });
  const response = await post(server.app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.spa });
  t.equal(response.statusCode, 401);
  t.match(response.json(), { error: 'invalid_client', error_description: /^Request denied: Unsupported authentication method/ });
});
