// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { readJwt } from '../../../src/protocol/jwt.js';
import { redirectUri } from '../../helpers/client.js';
import { addPartner, addProvider, type Browser, newBrowser, partnerId, partnerMembers } from '../../helpers/federation.js';
import { assignPolicy, startFlow } from '../../helpers/flows.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const authorizeUrl = (parameters: Record<string, string> = {}) =>
  `/${environmentId}/as/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: ids.spa,
    redirect_uri: redirectUri,
    scope: 'openid profile',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...parameters,
  })}`;

const mappings = {
  username: '${providerAttributes.preferred_username}',
  email: '${providerAttributes.email}',
  'name.given': '${providerAttributes.given_name}',
};

const carol = { username: 'carol', password: 'Carol-Passw0rd1' };

/** Signs on as carol on the page of the partner that the browser has come to, and follows to the end. */
async function signOnAtPartner(browser: Browser, at: URL) {
  return browser.followFrom(await browser.submit(at.href, carol), at.href);
}

async function idTokenOf({ app }: TestServer, code: string | null) {
  const answer = await app.inject({
    method: 'POST',
    url: `/${environmentId}/as/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: redirectUri,
      client_id: ids.spa,
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    }).toString(),
  });
  return readJwt(answer.json().id_token)?.claims;
}

t.test('a policy sends people straight to another environment, whose new users are created here', async (t) => {
  const server = await buildTestServer(t);
  const { environment } = server;
  const partner = await addPartner(server);
  const population = (await environment.store.populations.list())[0]?.id ?? '';
  const provider = await addProvider(server, { ...partnerMembers, registration: { population: { id: population } } }, mappings);
  await assignPolicy(server, 'Partners', [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id }, acrValues: 'Strong' }]);

  const browser = newBrowser(server.app);
  const there = await browser.follow(authorizeUrl({ state: 'xyz' }));
  t.match(there.url.pathname, new RegExp(`^/${partnerId}/signon`), 'nobody has to click here');
  t.match(there.response.body, 'Sign On');
  const asked = partner.transactions.list().at(-1)?.steps[0]?.exchange?.url ?? '';
  for (const part of [/[?&]acr_values=Strong/, /[?&]nonce=[\w-]{43}/, /code_challenge_method=S256/, /[?&]state=[\w-]{43}/])
    t.match(asked, part, 'what protects the sign-on is sent along');

  const back = await signOnAtPartner(browser, there.url);
  t.equal(`${back.url.origin}${back.url.pathname}`, redirectUri);
  t.equal(back.url.searchParams.get('state'), 'xyz');
  const [created] = await environment.store.users.find('username', 'carol');
  t.match(created, {
    email: 'carol@partner.example',
    name: { given: 'Carol' },
    population: { id: population },
    identityProvider: { id: provider.id, type: 'OPENID_CONNECT' },
  });
  const claims = await idTokenOf(server, back.url.searchParams.get('code'));
  t.match(claims, { sub: created?.id, acr: 'Partners', amr: ['ext'] });

  const again = newBrowser(server.app);
  const second = await signOnAtPartner(again, (await again.follow(authorizeUrl())).url);
  t.ok(second.url.searchParams.get('code'));
  t.equal((await environment.store.users.list()).filter(({ username }) => username === 'carol').length, 1, 'the same user as before');
  t.equal((await environment.store.linkedAccounts.list()).length, 1);
  const types = [...environment.activities.newestFirst()].map(({ type }) => type);
  for (const type of ['USER.CREATED', 'LINKED_ACCOUNT.CREATED', 'SESSION.CREATED']) t.ok(types.includes(type), type);
});

t.test('without registration the account is linked to a user who shows the password, once', async (t) => {
  const server = await buildTestServer(t);
  await addPartner(server);
  const provider = await addProvider(server, partnerMembers, mappings);
  await assignPolicy(server, 'With_Partners', [{ type: 'LOGIN', socialProviders: [{ id: provider.id }] }]);

  const flow = await startFlow(server);
  t.match(flow.body, {
    status: 'USERNAME_PASSWORD_REQUIRED',
    _embedded: {
      socialProviders: [
        {
          id: provider.id,
          name: 'Partner',
          type: 'OPENID_CONNECT',
          _links: {
            authenticate: { href: `http://localhost/${environmentId}/rp/authenticate?providerId=${provider.id}&flowId=${flow.id}` },
          },
        },
      ],
    },
  });

  const browser = newBrowser(server.app);
  const page = await browser.follow(authorizeUrl());
  const link = /<a class="provider" href="([^"]+)"><span>Continue with <bdi>Partner<\/bdi>/.exec(page.response.body)?.[1] ?? '';
  const there = await browser.follow(link.replaceAll('&amp;', '&'));
  const linking = await signOnAtPartner(browser, there.url);
  t.match(linking.response.body, /Link Your Account/);
  const flowId = linking.url.searchParams.get('flowId') ?? '';
  const shown = (await server.app.inject(`/${environmentId}/flows/${flowId}`)).json();
  t.match(shown, { status: 'ACCOUNT_LINKING_REQUIRED', _embedded: { identityProvider: { id: provider.id, name: 'Partner' } } });
  t.same(Object.keys(shown._links), ['self', 'usernamePassword.check', 'session.reset', 'signOnPage']);

  const wrong = await browser.submit(linking.url.href, { username: 'alice', password: 'wrong' });
  t.equal(wrong.statusCode, 400);
  t.equal(await server.environment.store.linkedAccounts.count(), 0, 'a wrong password links nothing');
  const done = await browser.followFrom(
    await browser.submit(linking.url.href, { username: 'alice', password: 'Alice-Passw0rd' }),
    linking.url.href,
  );
  const claims = await idTokenOf(server, done.url.searchParams.get('code'));
  t.match(claims, { sub: ids.alice, amr: ['pwd'] });
  t.match(
    await server.environment.store.users.get(ids.alice),
    { username: 'alice', email: 'carol@partner.example' },
    'ALWAYS, but for the name',
  );

  const later = newBrowser(server.app);
  const laterPage = await later.follow(authorizeUrl());
  const laterLink = /<a class="provider" href="([^"]+)"/.exec(laterPage.response.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const straight = await signOnAtPartner(later, (await later.follow(laterLink)).url);
  t.match(await idTokenOf(server, straight.url.searchParams.get('code')), { sub: ids.alice, amr: ['ext'] });
});

t.test('people confirm what the provider says before their account is created', async (t) => {
  const server = await buildTestServer(t);
  await addPartner(server);
  const provider = await addProvider(server, partnerMembers, mappings);
  await assignPolicy(server, 'With_Partners', [
    { type: 'LOGIN', socialProviders: [{ id: provider.id }], registration: { enabled: true, confirmIdentityProviderAttributes: true } },
  ]);
  const arrive = async (browser: Browser) => {
    const page = await browser.follow(authorizeUrl());
    const link = /<a class="provider" href="([^"]+)"/.exec(page.response.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    return signOnAtPartner(browser, (await browser.follow(link)).url);
  };
  const browser = newBrowser(server.app);
  const confirming = await arrive(browser);
  t.match(confirming.response.body, /Confirm Your Data[\s\S]*value="carol"[\s\S]*value="carol@partner.example"/);
  const flowId = confirming.url.searchParams.get('flowId') ?? '';
  t.match((await server.app.inject(`/${environmentId}/flows/${flowId}`)).json(), {
    status: 'ACCOUNT_CONFIRMATION_REQUIRED',
    _links: { 'user.confirm': {} },
    _embedded: {
      attributes: [
        { name: 'username', required: true, value: 'carol' },
        { name: 'email', required: false, value: 'carol@partner.example' },
        { name: 'name.given', required: false, value: 'Carol' },
      ],
    },
  });
  const nameless = await browser.submit(confirming.url.href, { attribute0: '', attribute1: 'c@example.com' });
  t.equal(nameless.statusCode, 400, 'a user needs a name');
  const taken = await browser.submit(confirming.url.href, { attribute0: 'Alice', attribute1: 'c@example.com' });
  t.match(taken.body, /Link Your Account/, 'who has the name must show the password');

  const other = newBrowser(server.app);
  const second = await arrive(other);
  const done = await other.followFrom(
    await other.submit(second.url.href, { attribute0: 'caro', attribute1: 'caro@example.com' }),
    second.url.href,
  );
  const [caro] = await server.environment.store.users.find('username', 'caro');
  t.match(caro, { email: 'caro@example.com', identityProvider: { type: 'PING_ONE' } });
  t.notOk(caro?.name, 'what was left out is not kept');
  t.match(await idTokenOf(server, done.url.searchParams.get('code')), { sub: caro?.id });
});
