import { decodeJwt } from 'jose';
import t from 'tap';
import { as, authorize, basic, post, redeem } from '../../helpers/client.js';
import { addResource, changeApplication, grant } from '../../helpers/configure.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

/** What users may do by application roles, as access tokens show it (docs/fidelity.md, 6.2). */

/** A resource whose tokens show permissions, the permissions of an invoicing application, and two roles that have them. */
async function start(t: Parameters<typeof buildTestServer>[0]) {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { id: resource } = await addResource(server, 'BizPro', ['bizpro:invoices']);
  await addResource(server, 'Books', ['books:read']);
  await grant(server, ids.spa, 'BizPro', ['bizpro:invoices']);
  await grant(server, ids.spa, 'Books', ['books:read']);
  const call = await managementClient(app);
  const make = async (path: string, body: object): Promise<string> => {
    const made = await call('POST', path, { body });
    t.equal(made.statusCode, 201, `${path}: ${made.body}`);
    return made.json().id;
  };
  const show = async (id: string, claimEnabled: boolean) => {
    const found = await environment.store.resources.get(id);
    if (!found) throw new Error(`no resource ${id}`);
    await environment.store.resources.put({ ...found, applicationPermissionsSettings: { claimEnabled } });
  };
  const invoices = await make(`resources/${resource}/applicationResources`, { name: 'invoices' });
  const permission: Record<string, string> = {};
  for (const action of ['pay', 'read', 'write', 'void'])
    permission[action] = await make(`applicationResources/${invoices}/permissions`, { action });
  const role = async (name: string, ...actions: string[]) => {
    const id = await make('applicationRoles', { name });
    for (const action of actions) await make(`applicationRoles/${id}/permissions`, { id: permission[action] });
    return id;
  };
  const clerk = await role('Clerk', 'read', 'write');
  const payer = await role('Payer', 'write', 'pay');
  const mine = `users/${ids.alice}/applicationRoles`;
  await show(resource, true);
  const signOn = async (scope = 'openid bizpro:invoices') => (await redeem(app, await authorize(app, { parameters: { scope } }))).json();
  return { ...server, server, call, make, show, resource, invoices, permission, mine, clerk, payer, signOn };
}

const permissionsOf = (token: string) => decodeJwt(token)['p1.permissions'];

t.test('an access token has the keys of the permissions that its user has by application roles', async (t) => {
  const { app, call, make, show, resource, invoices, permission, mine, clerk, payer, signOn } = await start(t);
  t.strictSame(permissionsOf((await signOn()).access_token), [], 'empty without roles');
  await make(mine, { id: clerk });
  await make(mine, { id: payer });
  await make(`users/${ids.bob}/applicationRoles`, { id: payer });
  const tokens = await signOn();
  const claims = decodeJwt(tokens.access_token);
  t.strictSame(claims['p1.permissions'], ['invoices:read', 'invoices:write', 'invoices:pay'], 'each once, as the roles have them');
  t.strictSame(Object.keys(claims).slice(-4), ['env', 'org', 'p1.permissions', 'p1.rid']);
  t.notOk('p1.permissions' in decodeJwt(tokens.id_token), 'not in the ID token');
  const introspected = await post(
    app,
    `${as}/introspect`,
    { token: tokens.access_token },
    { authorization: basic(resource, 'BizPro-secret') },
  );
  t.strictSame(introspected.json()['p1.permissions'], claims['p1.permissions']);

  await call('PUT', `resources/${resource}/applicationResources/${invoices}`, { body: { name: 'bills' } });
  await call('DELETE', `applicationResources/${invoices}/permissions/${permission.read}`);
  await call('DELETE', `${mine}/${payer}`);
  t.strictSame(permissionsOf((await signOn()).access_token), ['bills:write'], 'as they are when the token is issued');
  t.notOk('p1.permissions' in decodeJwt((await signOn('openid books:read')).access_token), 'only tokens for a resource that shows them');
  await show(resource, false);
  t.notOk('p1.permissions' in decodeJwt((await signOn()).access_token));
});

t.test('the permissions of a user are read anew at each refresh and token exchange', async (t) => {
  const { app, server, call, make, mine, clerk, payer, signOn } = await start(t);
  await make(mine, { id: clerk });
  const tokens = await signOn();
  await make(mine, { id: payer });
  await call('DELETE', `${mine}/${clerk}`);
  const refreshed = (
    await post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: ids.spa })
  ).json();
  t.strictSame(permissionsOf(refreshed.access_token), ['invoices:write', 'invoices:pay']);

  await changeApplication(server, ids.web, { grantTypes: ['TOKEN_EXCHANGE', 'AUTHORIZATION_CODE'] });
  await grant(server, ids.web, 'BizPro', ['bizpro:invoices']);
  const exchanged = await post(
    app,
    `${as}/token`,
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: tokens.access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    },
    { authorization: basic(ids.web, 'web-secret') },
  );
  t.strictSame(permissionsOf(exchanged.json().access_token), ['invoices:write', 'invoices:pay'], 'those of the subject');
});

t.test('a token of several resources has permissions if one of them shows them, and one of no user never', async (t) => {
  const { app, server, environment, make, show, resource, mine, clerk } = await start(t);
  await make(mine, { id: clerk });
  await changeApplication(server, ids.spa, { requestScopesForMultipleResourcesEnabled: true });
  const [books] = await environment.store.resources.find('name', 'books');
  const scope = 'books:read bizpro:invoices';
  const both = async () => decodeJwt((await redeem(app, await authorize(app, { parameters: { scope } }))).json().access_token);
  const audience = ['https://books.example.com', 'https://bizpro.example.com'];
  for (const shows of [String(resource), String(books?.id)]) {
    for (const id of [resource, String(books?.id)]) await show(id, id === shows);
    const claims = await both();
    t.same(new Set(claims.aud), new Set(audience));
    t.strictSame(claims['p1.permissions'], ['invoices:read', 'invoices:write'], `of ${claims.aud}`);
  }

  await show(resource, true);
  await grant(server, ids.service, 'BizPro', ['bizpro:invoices']);
  const form = { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret', scope: 'bizpro:invoices' };
  const own = await post(app, `${as}/token`, form);
  t.match(decodeJwt(own.json().access_token), { scope: 'bizpro:invoices' });
  t.notOk('p1.permissions' in decodeJwt(own.json().access_token), 'client credentials');
});
