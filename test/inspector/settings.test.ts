import * as client from 'openid-client';
import t from 'tap';
import { environmentId, ids, listen } from '../helpers/server.js';

interface Told {
  fits: boolean;
  uri: string;
  missing: boolean;
  text: string;
}
interface App {
  id: string;
  name: string;
  secret?: string;
  tokenEndpointAuthMethod: string;
  redirectUris?: string[];
}
const page = new URL('../../../src/inspector/pages/settings.js', import.meta.url).href;
const { settings, settingsFor } = (await import(page)) as {
  settings: Record<string, object>;
  settingsFor(kind: string, issuer: string, app: App): Told;
};

t.test('settings are offered only to applications they fit, with the redirect URI to register', async (t) => {
  const { url, app } = await listen(t);
  const read = async () =>
    ((await (await fetch(`${url}/__mock/v1/state`)).json()) as { environment: { issuer: string; applications: App[] } }).environment;
  const { issuer, applications } = await read();
  const offered = (id: string) => {
    const each = applications.find((one) => one.id === id) as App;
    return Object.keys(settings).filter((kind) => settingsFor(kind, issuer, each).fits);
  };
  const publicOnes = ['Generic OIDC', 'openid-client', 'oidc-client-ts', 'Spring', 'Ping SDK'];
  t.same(offered(ids.spa), publicOnes);
  t.same(offered(ids.native), publicOnes);
  t.same(offered(ids.web), ['Generic OIDC', 'Auth.js', 'openid-client', 'Spring']);
  const web = applications.find(({ id }) => id === ids.web) as App;
  const jwt = { ...web, tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT' };
  t.same(
    Object.keys(settings).filter((kind) => settingsFor(kind, issuer, jwt).fits),
    ['Generic OIDC'],
  );
  t.notOk(settingsFor('Spring', issuer, { ...web, pkceEnforcement: 'REQUIRED' } as App).fits, 'it would send no challenge');

  const ask = async (id: string, uri: string) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: id,
      redirect_uri: uri,
      scope: 'openid profile email',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    return (await fetch(`${issuer}/authorize?${query}`, { redirect: 'manual' })).headers.get('location') ?? '';
  };
  for (const each of applications.filter(({ redirectUris }) => redirectUris?.length))
    for (const kind of offered(each.id)) {
      const { uri, missing, text } = settingsFor(kind, issuer, each);
      t.match(text, each.id);
      t.equal(
        text.includes(each.secret ?? 'secret:'),
        each.secret !== undefined && kind !== 'oidc-client-ts',
        `${kind}, ${each.name}: secret`,
      );
      if (missing) {
        t.match(await ask(each.id, uri), /error=/, `${kind}, ${each.name}: refused before`);
        await app.inject({
          method: 'POST',
          url: `/__mock/v1/environments/${environmentId}/applications/${each.id}/redirect-uris`,
          payload: { redirect_uri: uri },
        });
      }
      t.match(await ask(each.id, uri), /signon\/\?flowId=/, `${kind}, ${each.name}: taken`);
    }
  for (const each of (await read()).applications.filter(({ redirectUris }) => redirectUris?.length))
    t.ok(offered(each.id).every((kind) => !settingsFor(kind, issuer, each).missing));
});

t.test('the settings for openid-client work unchanged with every authentication method', async (t) => {
  const { url, environment } = await listen(t);
  const issuer = `${url}/${environmentId}/as`;
  for (const tokenEndpointAuthMethod of ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'NONE'] as const) {
    const web = await environment.store.applications.get(ids.web);
    if (web) await environment.store.applications.put({ ...web, tokenEndpointAuthMethod });
    const { text } = settingsFor('openid-client', issuer, {
      id: ids.web,
      name: 'Demo Web',
      tokenEndpointAuthMethod,
      secret: 'web-secret',
      redirectUris: ['http://localhost:3000/callback'],
    });
    const body = text.replace(/^import .*$/m, '');
    const make = new Function('client', `return (async () => { ${body}\nreturn { config, parameters }; })()`) as (
      library: typeof client,
    ) => Promise<{ config: client.Configuration; parameters: Record<string, string> }>;
    const { config, parameters } = await make(client);
    const started = await fetch(client.buildAuthorizationUrl(config, parameters), { redirect: 'manual' });
    t.match(started.headers.get('location'), /signon\/\?flowId=/, tokenEndpointAuthMethod);
    // An authenticated client learns about its token; any other is refused.
    const refused = await client.refreshTokenGrant(config, 'nothing').catch(({ error }: { error?: string }) => error);
    t.equal(refused, 'invalid_grant', `${tokenEndpointAuthMethod}: proven`);
  }
});

t.test('the settings for Auth.js and Spring authenticate as the application is configured', async (t) => {
  const { url } = await listen(t);
  const about = { id: ids.web, name: 'Demo Web', secret: 'web-secret', redirectUris: [] };
  for (const kind of ['Auth.js', 'Spring'])
    for (const method of ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST'])
      t.match(
        settingsFor(kind, url, { ...about, tokenEndpointAuthMethod: method, pkceEnforcement: 'OPTIONAL' } as App),
        { fits: true, missing: true, text: new RegExp(`${method.toLowerCase()}[\\s\\S]*`) },
        `${kind}, ${method}`,
      );
  t.match(settingsFor('Auth.js', url, { ...about, tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' }).text, /^AUTH_SECRET=.+$/m);
});
