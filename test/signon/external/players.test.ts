// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { readJwt } from '../../../src/protocol/jwt.js';
import { readClaims } from '../../../src/signon/external/someone-else.js';
import { addPartner, addProvider, newBrowser, partnerClient, partnerId } from '../../helpers/federation.js';
import { assignPolicy, startFlow } from '../../helpers/flows.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const rp = `/${environmentId}/rp`;

t.test('a provider that nobody plays is played by a page on which a person says who they are', async (t) => {
  const server = await buildTestServer(t);
  const { store } = server.environment;
  const population = (await store.populations.list())[0]?.id ?? '';
  const provider = await addProvider(
    server,
    { type: 'GOOGLE', name: 'Google', clientId: 'c', clientSecret: 's', registration: { population: { id: population } } },
    {
      username: '${providerAttributes.emailAddress.value}',
      email: '${providerAttributes.emailAddress.value}',
      'name.given': '${providerAttributes.name.givenName}',
    },
  );
  await assignPolicy(server, 'Google', [{ type: 'LOGIN', socialProviders: [{ id: provider.id }] }]);
  const signOn = async (form: Record<string, string>) => {
    const flow = await startFlow(server);
    const browser = newBrowser(server.app);
    const page = await browser.follow(`${rp}/authenticate?providerId=${provider.id}&flowId=${flow.id}`);
    t.equal(page.url.pathname, `${rp}/someone-else`);
    t.match(page.response.body, /plays <strong><bdi>Google<\/bdi><\/strong>/);
    t.equal([...page.response.body.matchAll(/type="submit"/g)].length, 1);
    const sent = await browser.submit(page.url.href, form);
    // The flow is the application's: the browser stops at the page that it is sent back to.
    const ended = sent.headers.location === undefined ? sent : await browser.get(sent.headers.location);
    return { flow, browser, sent, ended };
  };
  const { flow } = await signOn({ name: 'Dana Doe', email: 'dana@example.com', claims: '' });
  t.equal((await flow.read()).status, 'COMPLETED');
  const [dana] = await store.users.find('username', 'dana@example.com');
  t.match(dana, { email: 'dana@example.com', name: { given: 'Dana' }, identityProvider: { type: 'GOOGLE' } });
  t.match(readJwt((await flow.tokens()).id_token)?.claims, { sub: dana?.id });

  await signOn({ name: 'Somebody', email: '', claims: '{"sub":"dana@example.com","name":{"givenName":"Dee"}}' });
  t.match(await store.users.get(dana?.id ?? ''), { name: { given: 'Dee' } }, 'claims as JSON win, and sub decides who it is');

  for (const [form, message] of [
    [{ name: '', email: '', claims: '' }, 'Please enter a name'],
    [{ name: 'X', email: '', claims: '{' }, 'The claims are not JSON'],
    [{ name: 'X', email: '', claims: '[]' }, 'must be a JSON object'],
    [{ name: 'X', email: '', claims: `{"a":"${'x'.repeat(16_384)}"}` }, 'There are too many claims.'],
  ] as const) {
    const { flow: waiting, sent } = await signOn(form);
    t.equal(sent.statusCode, 400);
    t.match(sent.body, message);
    t.equal((await waiting.read()).status, 'USERNAME_PASSWORD_REQUIRED');
  }
  const cancelled = await signOn({ action: 'cancel' });
  t.match((await cancelled.browser.get(cancelled.ended.headers.location ?? '')).body, /did not sign you on/);
  t.match((await server.app.inject(`${rp}/someone-else?state=unknown`)).headers.location, `${rp}/callback/openid_connect`);
});

t.test('typed names become claims, and nothing that is typed is a failure', async (t) => {
  t.match(readClaims({ name: 'Dana Q Doe', email: 'Dana@Example.com' }), {
    claims: { sub: 'dana@example.com', name: 'Dana Q Doe', given_name: 'Dana', family_name: 'Q Doe', email: 'Dana@Example.com' },
  });
  t.match(readClaims({ name: 'Dana Doe' }), { claims: { sub: 'dana.doe', preferred_username: 'dana.doe' } });
  t.same(readClaims({ claims: '{"sub":"1"}' }), { claims: { sub: '1' } });
  for (const name of [null, 1, [], {}, 'x'.repeat(1000), '\0']) t.ok(readClaims({ name, email: name, claims: name }));
});

t.test('each type of provider can be played at an address, by which client it is there', async (t) => {
  const asked: { path: string; form: URLSearchParams; authorization: string | undefined }[] = [];
  const standIn = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ path: request.url ?? '', form: new URLSearchParams(body), authorization: request.headers.authorization });
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          request.url === '/idp/token' ? { access_token: 'at' } : { id: 4711, user_id: 'u', sub: 's', email: 'x@example.com' },
        ),
      );
    });
  });
  await new Promise<void>((resolve) => standIn.listen(0, '127.0.0.1', resolve));
  t.teardown(() => standIn.close());
  const address = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}/idp`;
  const types = ['AMAZON', 'APPLE', 'FACEBOOK', 'GITHUB', 'GOOGLE', 'LINKEDIN', 'LINKEDIN_OIDC', 'MICROSOFT', 'PAYPAL', 'TWITTER', 'YAHOO'];
  const server = await buildTestServer(t, { identityProviders: Object.fromEntries(types.map((type) => [type, address])) });
  const { store } = server.environment;
  const population = (await store.populations.list())[0]?.id ?? '';
  for (const type of types) {
    const client = type === 'FACEBOOK' ? { appId: 'client', appSecret: 'secret' } : { clientId: 'client', clientSecret: 'secret' };
    const provider = await addProvider(
      server,
      { type, name: type, ...client, registration: { population: { id: population } } },
      { username: type.toLowerCase() },
    );
    for (const { id } of await store.signOnPolicyAssignments.list()) await store.signOnPolicyAssignments.take(id);
    await assignPolicy(server, type, [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id } }]);
    const flow = await startFlow(server);
    const browser = newBrowser(server.app);
    const sent = new URL((await browser.get(`${rp}/authenticate?providerId=${provider.id}&flowId=${flow.id}`)).headers.location as string);
    t.equal(`${sent.origin}${sent.pathname}`, `${address}/authorize`, type);
    t.equal(sent.searchParams.get('client_id'), 'client');
    const state = sent.searchParams.get('state') ?? '';
    asked.length = 0;
    const callback = `${rp}/callback/${type.toLowerCase()}`;
    if (type === 'APPLE') {
      // Its answer is a form from another site.
      const posted = await server.app.inject({
        method: 'POST',
        url: callback,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `code=c&state=${state}&user=%7B%7D`,
      });
      t.equal(posted.statusCode, 303);
      await browser.get(posted.headers.location as string);
    } else await browser.get(`${callback}?code=c&state=${state}`);
    t.same(
      asked.map(({ path }) => path),
      ['/idp/token', '/idp/userinfo'],
    );
    t.same(Object.fromEntries(asked[0]?.form ?? []), {
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: `http://localhost${callback}`,
      client_id: 'client',
      client_secret: 'secret',
    });
    t.equal(asked[1]?.authorization, 'Bearer at');
    t.equal((await flow.read()).status, 'COMPLETED', type);
    const [user] = await store.users.find('username', type.toLowerCase());
    const [account] = await store.linkedAccounts.find('user.id', user?.id ?? '');
    t.match(account?.externalId, /^(4711|u|s)$/);
  }
});

t.test('an environment plays a provider of any type at its issuer', async (t) => {
  const server = await buildTestServer(t, { identityProviders: { GITHUB: `http://localhost/${partnerId}/as` } });
  const partner = await addPartner(server);
  const client = await partner.store.applications.get(partnerClient);
  const redirectUris = [`http://localhost/${environmentId}/rp/callback/github`];
  if (client)
    await partner.store.applications.put({
      ...client,
      redirectUris,
      pkceEnforcement: 'OPTIONAL',
      tokenEndpointAuthMethod: 'CLIENT_SECRET_POST',
    });
  const provider = await addProvider(
    server,
    { type: 'GITHUB', clientId: client?.id ?? '', clientSecret: 'partner-secret' },
    { username: 'x' },
  );
  await assignPolicy(server, 'GitHub', [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id } }]);
  const flow = await startFlow(server);
  const browser = newBrowser(server.app);
  const there = await browser.follow(`${rp}/authenticate?providerId=${provider.id}&flowId=${flow.id}`);
  t.match(there.url.pathname, `/${partnerId}/signon`);
  const back = await browser.followFrom(
    await browser.submit(there.url.href, { username: 'carol', password: 'Carol-Passw0rd1' }),
    there.url.href,
  );
  t.match(back.response.body, /Link Your Account/);
  t.match(await flow.read(), { status: 'ACCOUNT_LINKING_REQUIRED', _embedded: { identityProvider: { type: 'GITHUB' } } });
});
