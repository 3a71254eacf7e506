import t from 'tap';
import { playgroundTables } from '../../src/inspector/playground-parameters.js';
import { authorizationParameters } from '../../src/oauth/authorize/read.js';
import { tokenRequest } from '../../src/oauth/token/grant.js';
import { redirectUri } from '../helpers/client.js';
import { changeApplication } from '../helpers/configure.js';
import { newBrowser } from '../helpers/federation.js';
import { assignPolicy } from '../helpers/flows.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

const authorizeUrl = `/${environmentId}/as/authorize?${new URLSearchParams({
  response_type: 'code',
  client_id: ids.spa,
  redirect_uri: redirectUri,
  scope: 'openid',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
})}`;

const someoneElse = ({ app }: TestServer, application: string) =>
  app.inject({ method: 'POST', url: '/__mock/v1/environments/default/someone-else', payload: { application } });

t.test('the playground explains every parameter that the server reads, and says which ones it does not read', (t) => {
  const names = (parameters: readonly { name: string }[]) => parameters.map(({ name }) => name).sort();
  t.same(names(playgroundTables.authorize), Object.keys(authorizationParameters.properties).sort());
  t.same(names(playgroundTables.token), Object.keys(tokenRequest.properties).sort());
  for (const { name } of playgroundTables.ignored) t.notOk(Object.hasOwn(authorizationParameters.properties, name), name);
  t.same(
    playgroundTables.authorize.filter(({ secret }) => secret).map(({ name }) => name),
    ['request', 'login_hint_token', 'id_token_hint'],
    'what stays out of the address',
  );
  for (const { name, meaning } of [...playgroundTables.authorize, ...playgroundTables.token]) t.match(meaning, /^.{15,160}[.]$/, name);
  t.end();
});

t.test('the playground is given an application with all that a request of it has to fit', async (t) => {
  const server = await buildTestServer(t);
  await changeApplication(server, ids.web, { parRequirement: 'REQUIRED' });
  const ask = async (query: string, { app } = server) => (await app.inject({ url: `/__mock/v1/playground?${query}` })).json();
  const { environment, application, hidesSecrets, redirectUri: callback } = await ask(`application=${ids.web}`);
  t.equal(environment.id, environmentId);
  t.match(callback, /\/__mock\/callback$/);
  t.match(application, { id: ids.web, authenticationMethod: 'client_secret_basic', secret: 'web-secret' });
  t.same([application.needs, hidesSecrets], [['The application must push its requests (PAR).'], false]);
  t.ok(application.scopes.includes('openid'));
  t.match(environment.users, [{ username: 'alice', password: 'Alice-Passw0rd' }]);
  t.not((await ask('application=unknown')).application.id, 'unknown', 'another one, if there is none of that id');
  t.equal((await server.app.inject({ url: '/__mock/v1/playground?environment=unknown' })).statusCode, 404);

  const secretive = await ask(`application=${ids.web}`, await buildTestServer(t, { hideSecrets: true }));
  t.same([secretive.hidesSecrets, secretive.application.secret, secretive.environment.users[0].password], [true, undefined, undefined]);
});

t.test('one request offers Someone Else on the sign-on page of an application, and a person signs on there as anybody', async (t) => {
  const server = await buildTestServer(t);
  const answer = await someoneElse(server, ids.spa);
  t.same([answer.statusCode, answer.json()], [200, { name: 'Someone Else' }]);
  t.same((await someoneElse(server, ids.spa)).json(), { name: 'Someone Else' }, 'once is enough');
  t.same(
    (await Promise.all([someoneElse(server, ids.spa), someoneElse(server, ids.web)])).map(({ statusCode }) => statusCode),
    [200, 200],
  );
  t.equal((await server.environment.store.identityProviders.list()).length, 1, 'there is one such provider');

  const browser = newBrowser(server.app);
  const page = await browser.follow(authorizeUrl);
  const [, href = ''] = /href="([^"]*rp\/authenticate[^"]*)"/.exec(page.response.body) ?? [];
  const there = await browser.follow(new URL(href.replaceAll('&amp;', '&'), page.url).href);
  t.match(there.response.body, 'pingone-mock plays');
  const sent = await browser.submit(there.url.href, { name: 'Dora Doe', email: 'dora@example.com', claims: '' });
  const { url } = await browser.followFrom(sent, there.url.href);
  t.ok(url.href.startsWith(redirectUri), 'the browser is back at the application');
  t.ok(url.searchParams.get('code'));
  const [dora] = await server.environment.store.users.find('username', 'dora@example.com');
  t.match(dora, { email: 'dora@example.com', name: { given: 'Dora', family: 'Doe' } }, 'and the user exists from now on');
});

t.test('Someone Else cannot be offered where there is no application, or no page', async (t) => {
  const server = await buildTestServer(t);
  const unknown = await someoneElse(server, 'a0000000-0000-4000-8000-0000000000ff');
  t.same([unknown.statusCode, unknown.json().error.code], [404, 'application_unknown']);
  await assignPolicy(server, 'Elsewhere', [{ type: 'AGREEMENT', agreement: { id: 'a0000000-0000-4000-8000-0000000000fe' } }]);
  const pageless = await someoneElse(server, ids.spa);
  t.same([pageless.statusCode, pageless.json().error.code], [409, 'no_sign_on_page']);
});

t.test('a pair with a mistake is made of a right verifier only', async (t) => {
  const { app } = await buildTestServer(t);
  const ask = (payload: object) => app.inject({ method: 'POST', url: '/__mock/v1/pkce/mistake', payload });
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const swapped = await ask({ mistake: 'swapped', verifier });
  t.same(swapped.json(), { verifier: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', challenge: verifier, method: 'S256' });
  for (const body of [
    { mistake: 'no such', verifier },
    { mistake: 'swapped', verifier: 'short' },
    { mistake: '__proto__', verifier },
  ]) {
    const refused = await ask(body);
    t.same([refused.statusCode, refused.json().error.code], [400, 'value_refused']);
  }
});
