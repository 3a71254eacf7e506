import t from 'tap';
import { createMock } from '../../src/library/create-mock.js';
import { newBrowser } from '../helpers/federation.js';
import { startFlow } from '../helpers/flows.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

t.test('a test makes another environment an identity provider in one line, and people sign on by it', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const partner = await mock.createEnvironment({ name: 'Partner', users: [{ username: 'carol', password: 'Carol-Passw0rd1' }] });
  const provider = await mock.identityProviders.create({ from: partner });
  t.match(provider, { name: 'Partner', type: 'OPENID_CONNECT', enabled: true, pkceMethod: 'S256' });
  t.notOk('playedBy' in provider);
  t.same(
    (await mock.identityProviders.list()).map(({ name }) => name),
    ['Partner'],
  );
  t.equal((await mock.identityProviders.get('Partner')).id, provider.id);
  await t.rejects(mock.identityProviders.create({ from: partner }), { code: 'name_taken' });
  await t.rejects(mock.identityProviders.create({ from: mock }), { code: 'value_refused' });
  await t.rejects(mock.identityProviders.create({ from: 'nowhere' }), { code: 'environment_unknown' });
  await t.rejects(mock.identityProviders.create({ from: partner, name: 'Other', population: mock.environmentId }), {
    code: 'value_refused',
  });
  await t.rejects(mock.identityProviders.create({ from: partner, name: 'Other', playedBy: 'nobody' }), { code: 'value_refused' });
  const mine = await mock.identityProviders.create({
    type: 'GITHUB',
    name: 'Code',
    clientId: 'c',
    clientSecret: 's',
    playedBy: 'someone-else',
  });
  t.equal(mine.type, 'GITHUB');
  await mock.identityProviders.delete('Code');
  t.notOk((await mock.identityProviders.list()).some(({ name }) => name === 'Code'));
});

t.test('“someone else” becomes an identity provider in one line, and the page of the mock plays it', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const create = (payload: object) =>
    app.inject({ method: 'POST', url: `/__mock/v1/environments/${environmentId}/identity-providers`, payload });
  const created = await create({ from: 'someone-else' });
  t.match([created.statusCode, created.json()], [201, { name: 'Someone else', type: 'OPENID_CONNECT' }]);
  t.equal((await create({ from: 'someone-else' })).statusCode, 409, 'the name is taken');
  t.equal((await create({ from: 'someone-else', name: 'Nobody', offered: false })).statusCode, 201);
  const flow = await startFlow(server);
  t.same(
    flow.body._embedded.socialProviders.map(({ name }: { name: string }) => name),
    ['Someone else'],
  );
  const browser = newBrowser(app);
  const page = await browser.follow(flow.body._embedded.socialProviders[0]._links.authenticate.href);
  t.match(page.url.pathname, `/${environmentId}/rp/someone-else`);
  await browser.followFrom(await browser.submit(page.url.href, { name: 'Eve Else', email: 'eve@example.com' }), page.url.href);
  t.match((await environment.store.users.find('email', 'eve@example.com'))[0], { name: { given: 'Eve' } });
});

t.test('a provider that was made by the control API is offered on the page and works in the browser', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const made = await app.inject({
    method: 'POST',
    url: '/__mock/v1/environments',
    payload: { name: 'Partner', users: [{ username: 'carol', email: 'carol@example.com', password: 'Carol-Passw0rd1' }] },
  });
  const { id } = made.json();
  const created = await app.inject({
    method: 'POST',
    url: `/__mock/v1/environments/${environmentId}/identity-providers`,
    payload: { from: id, name: 'Partner' },
  });
  t.equal(created.statusCode, 201, created.body);
  const flow = await startFlow(server);
  const [offered] = flow.body._embedded.socialProviders;
  t.match(offered, { name: 'Partner', type: 'OPENID_CONNECT' });
  const browser = newBrowser(app);
  const there = await browser.follow(offered._links.authenticate.href);
  await browser.followFrom(await browser.submit(there.url.href, { username: 'carol', password: 'Carol-Passw0rd1' }), there.url.href);
  t.match((await environment.store.users.find('username', 'carol'))[0], { email: 'carol@example.com' });

  const player = `/__mock/v1/environments/${environmentId}/identity-providers/${offered.id}/player`;
  const play = (playedBy: unknown) => app.inject({ method: 'PUT', url: player, payload: { playedBy } });
  t.equal((await play('someone-else')).statusCode, 200);
  const second = await startFlow(server);
  const page = await newBrowser(app).follow(second.body._embedded.socialProviders[0]._links.authenticate.href);
  t.match(page.url.pathname, `/${environmentId}/rp/someone-else`);
  t.equal((await play('itself')).statusCode, 200);
  t.notOk((await environment.store.identityProviders.get(offered.id))?.playedBy);
  for (const wrong of ['nobody', 1, null]) t.equal((await play(wrong)).statusCode, 400);
  t.equal((await app.inject({ method: 'PUT', url: player.replace(offered.id, ids.alice), payload: { playedBy: 'real' } })).statusCode, 404);
});

t.test('a seed makes an earlier environment the provider of a later one; an export keeps who plays and who is linked', async (t) => {
  const config = {
    environments: [
      { id: environmentId, name: 'Partner', users: [{ username: 'carol', password: 'Carol-Passw0rd1' }] },
      {
        id: 'e0000000-0000-4000-8000-0000000000cc',
        name: 'Shop',
        identityProviders: [
          { name: 'Partner', type: 'OPENID_CONNECT', from: 'Partner' },
          { name: 'Google', type: 'GOOGLE', clientId: 'c', clientSecret: 's', playedBy: 'someone-else' },
        ],
        users: [{ username: 'dora', linkedAccounts: [{ identityProvider: 'Google', externalId: 'dora@example.com' }] }],
      },
    ],
  };
  const { app, context } = await buildTestServer(t, { config: JSON.stringify(config) });
  const [partner, shop] = context.environments.list();
  const provider = (await shop?.store.identityProviders.list())?.[0];
  t.match(provider, { clientId: /^[0-9a-f-]{36}$/, issuer: `https://auth.pingone.com/${environmentId}/as` });
  t.ok(await partner?.store.applications.get(String(provider?.clientId)), 'the application is there');
  t.equal(
    (await shop?.store.identityProviderAttributes.list())?.filter(({ identityProvider }) => identityProvider.id === provider?.id).length,
    4,
  );

  const exported = (await app.inject(`/__mock/v1/environments/${shop?.id}/seed`)).json();
  const [collected] = exported.environments;
  t.match(collected.identityProviders, [
    { name: 'Partner', clientId: provider?.clientId },
    { name: 'Google', playedBy: 'someone-else' },
  ]);
  t.match(collected.users[0].linkedAccounts, [
    { externalId: 'dora@example.com', identityProvider: { id: collected.identityProviders[1].id } },
  ]);
  const again = await buildTestServer(t, { config: JSON.stringify(exported) });
  t.match(await again.context.environments.list()[0]?.store.linkedAccounts.list(), [{ externalId: 'dora@example.com' }]);

  const late = { environments: [...config.environments].reverse() };
  await t.rejects(
    buildTestServer(t, { config: JSON.stringify(late) }),
    /from: there is no other environment "Partner" yet .*list it before/,
  );
});
