import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { as, askAuthorize, authorize, checkPassword, cookiesOf, redeem } from '../../helpers/client.js';
import { changeApplication } from '../../helpers/configure.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

/** Addresses with characters that no header can carry: they are registered as they are, and sent as browsers write them. */
const registered = [
  ['https://пример/x', 'https://xn--e1afmkfd/x'],
  ['https://example.com/a/ж', 'https://example.com/a/%D0%B6'],
  ['https://example.com/a?я=1', 'https://example.com/a?%D1%8F=1'],
  ['com.example.app://ж', 'com.example.app://%D0%B6'],
] as const;

const escaped = (text: string): string => text.replace(/[.?]/g, '\\$&');

const signOn = async ({ app }: TestServer, parameters: Record<string, string>) => {
  const flowId = new URL((await askAuthorize(app, parameters)).headers.location as string).searchParams.get('flowId') as string;
  const cookie = cookiesOf(await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd'));
  return app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie } });
};

t.test('a redirect URI of another alphabet gets its answers', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const call = await managementClient(app);
  const application = (await call('GET', `applications/${ids.spa}`)).json();
  const redirectUris = registered.map(([uri]) => uri);
  const put = { ...application, redirectUris, grantTypes: [...application.grantTypes, 'IMPLICIT'], responseTypes: ['CODE', 'ID_TOKEN'] };
  t.equal((await call('PUT', `applications/${ids.spa}`, { body: put })).statusCode, 200);
  for (const [uri, sent] of registered) {
    const query = await signOn(server, { redirect_uri: uri, code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' });
    t.equal(query.statusCode, 302, uri);
    t.match(query.headers.location, new RegExp(`^${escaped(sent)}[?&]code=`));
    const fragment = await signOn(server, { redirect_uri: uri, response_type: 'id_token', nonce: 'n' });
    t.match(fragment.headers.location, new RegExp(`^${escaped(sent)}#id_token=`));
    const refused = await askAuthorize(app, { redirect_uri: uri, scope: 'nothing', state: 'ж' });
    t.match(refused.headers.location, new RegExp(`^${escaped(sent)}[?&]error=invalid_request.*&state=%D0%B6$`));
    const posted = await askAuthorize(app, { redirect_uri: uri, scope: 'nothing', response_mode: 'form_post' });
    t.ok(posted.body.includes(`action="${uri}"`), 'a page may have every character');
    await environment.faults.add({ endpoint: 'authorize', error: 'access_denied' });
    t.match((await askAuthorize(app, { redirect_uri: uri })).headers.location, new RegExp(`^${escaped(sent)}[?&]error=access_denied`));
  }
  const redirectUri = registered[0][0];
  const authorized = await authorize(app, { parameters: { redirect_uri: redirectUri } });
  t.equal(
    (await redeem(app, authorized, { redirect_uri: redirectUri })).statusCode,
    200,
    'and the code is redeemed with the URI as it was registered',
  );
});

t.test('so does one that a wildcard covers', async (t) => {
  const server = await buildTestServer(t);
  await changeApplication(server, ids.spa, { redirectUris: ['https://example.com/*'], allowWildcardInRedirectUris: true });
  const refused = await askAuthorize(server.app, { redirect_uri: 'https://example.com/ж/ы', scope: 'nothing' });
  t.match(refused.headers.location, /^https:\/\/example\.com\/%D0%B6\/%D1%8B\?error=invalid_request/);
});

t.test('sign-on pages and sign-off addresses of another alphabet are reached', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await changeApplication(server, ids.spa, { loginPageUrl: 'https://пример/вход', postLogoutRedirectUris: ['https://пример/выход'] });
  const page = 'https://xn--e1afmkfd/%D0%B2%D1%85%D0%BE%D0%B4';
  const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
  t.match((await askAuthorize(app, pkce)).headers.location, new RegExp(`^${page}\\?environmentId=.*flowId=`));
  t.match((await askAuthorize(app, { redirect_uri: 'https://other' })).headers.location, new RegExp(`^${page}\\?environmentId=.*error=`));
  const flowId = new URL((await askAuthorize(app, pkce)).headers.location as string).searchParams.get('flowId');
  t.match((await app.inject(`${as}/resume?flowId=${flowId}`)).headers.location, new RegExp(`^${page}\\?`));
  const signOff = (query: Record<string, string>) => app.inject(`${as}/signoff?${new URLSearchParams({ client_id: ids.spa, ...query })}`);
  t.match((await signOff({})).headers.location, new RegExp(`^${page}\\?environmentId=`));
  const there = await signOff({ post_logout_redirect_uri: 'https://пример/выход', state: 'ж' });
  t.equal(there.headers.location, 'https://xn--e1afmkfd/%D0%B2%D1%8B%D1%85%D0%BE%D0%B4?state=%D0%B6');
});

t.test('one function writes every Location that leads a browser somewhere', async (t) => {
  const files = readdirSync('src', { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'));
  const places = files.filter((file) => readFileSync(join('src', file), 'utf8').includes(".header('location'"));
  t.same(
    places.sort(),
    ['configuration/http/answers.ts', 'faults/hooks.ts', 'http/answers.ts'],
    'beside it, that of a new item and a cut one',
  );
  t.match(readFileSync('src/faults/answer.ts', 'utf8'), /location = asciiAddress\(/);
});
