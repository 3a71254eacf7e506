import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { cases } from '../../src/checkup/cases.js';
import { declaredIn } from '../../src/checkup/libraries/project.js';
import { fixOf, libraries, recognise, type Traces } from '../../src/checkup/libraries/recognise.js';

const request = (query: Record<string, string> = {}) => new URL(`http://localhost/as/authorize?${new URLSearchParams(query)}`);
const nothing: Traces = { declared: [], tokenHeaders: [], authorizationRequest: request(), cookies: [] };
const named = (traces: Partial<Traces>) => recognise({ ...nothing, ...traces }).map(({ name, by }) => `${name}: ${by}`);

const agent = (text: string): Partial<Traces> => ({ tokenHeaders: [{ 'user-agent': text }] });
const redirect = (path: string): Partial<Traces> => ({ authorizationRequest: request({ redirect_uri: `http://localhost:3000${path}` }) });
const declares = (text: string): Partial<Traces> => ({ declared: [text] });

const signs: readonly [traces: Partial<Traces>, name: string, by: string][] = [
  [agent('openid-client/v6.8.9'), 'openid-client 6', 'user agent openid-client/v6.8.9'],
  [
    agent('openid-client/5.7.1 (https://github.com/panva/openid-client)'),
    'openid-client 5',
    'user agent openid-client/5.7.1 (https://github.com/panva/openid-client)',
  ],
  [agent('express-openid-connect/2.17.1'), 'express-openid-connect', 'user agent express-openid-connect/2.17.1'],
  [agent('oauth4webapi/v3.8.8'), 'oauth4webapi', 'user agent oauth4webapi/v3.8.8'],
  [agent('Authlib/1.3.1 (+https://authlib.org/)'), 'Authlib', 'user agent Authlib/1.3.1 (+https://authlib.org/)'],
  [agent('Microsoft ASP.NET Core OpenIdConnect handler'), 'ASP.NET Core', 'user agent Microsoft ASP.NET Core OpenIdConnect handler'],
  [{ tokenHeaders: [{ 'x-requested-with': 'forgerock-sdk' }] }, 'Ping SDK', 'header x-requested-with: forgerock-sdk'],
  [{ authorizationRequest: request({ 'x-client-SKU': 'ID_NET8_0' }) }, 'ASP.NET Core', 'parameter x-client-SKU'],
  [redirect('/signin-oidc'), 'ASP.NET Core', 'redirect URI /signin-oidc'],
  [redirect('/login/oauth2/code/pingone'), 'Spring Security', 'redirect URI /login/oauth2/code/pingone'],
  [redirect('/api/auth/oauth2/callback/pingone'), 'better-auth', 'redirect URI /api/auth/oauth2/callback/pingone'],
  [redirect('/oauth2/callback'), 'oauth2-proxy', 'redirect URI /oauth2/callback'],
  [redirect('/oidc/callback/'), 'mozilla-django-oidc', 'redirect URI /oidc/callback/'],
  [redirect('/auth/openid_connect/callback'), 'omniauth_openid_connect', 'redirect URI /auth/openid_connect/callback'],
  [{ cookies: ['other', 'authjs.state'] }, 'Auth.js', 'cookie authjs.state'],
  [{ cookies: ['__Secure-next-auth.session-token'] }, 'Auth.js', 'cookie __Secure-next-auth.session-token'],
  [{ cookies: ['q_session'] }, 'Quarkus OIDC', 'cookie q_session'],
  [{ cookies: ['connect.sid'] }, 'express-session', 'cookie connect.sid'],
  [{ cookies: ['PHPSESSID'] }, 'PHP', 'cookie PHPSESSID'],
  [declares('package.json next-auth@5.0.0-beta.30'), 'Auth.js', 'package.json next-auth@5.0.0-beta.30'],
  [declares('package.json @auth/core@^0.41'), 'Auth.js', 'package.json @auth/core@^0.41'],
  [declares('package.json openid-client@^6.8.0'), 'openid-client 6', 'package.json openid-client@^6.8.0'],
  [declares('package.json openid-client@~5.4'), 'openid-client 5', 'package.json openid-client@~5.4'],
  [declares('package.json passport-openidconnect@^0.1.2'), 'passport-openidconnect', 'package.json passport-openidconnect@^0.1.2'],
  [declares('package.json react-oidc-context@^3'), 'oidc-client-ts', 'package.json react-oidc-context@^3'],
  [declares('package.json angular-auth-oidc-client@20'), 'angular-auth-oidc-client', 'package.json angular-auth-oidc-client@20'],
  [declares('package.json @forgerock/oidc-client@^1'), '@forgerock/oidc-client', 'package.json @forgerock/oidc-client@^1'],
  [declares('package.json cookie-session@2'), 'cookie-session', 'package.json cookie-session@2'],
  [declares('go.mod github.com/coreos/go-oidc/v3 v3.11.0'), 'coreos/go-oidc', 'go.mod github.com/coreos/go-oidc/v3 v3.11.0'],
  [declares('go.mod golang.org/x/oauth2 v0.30.0'), 'golang.org/x/oauth2', 'go.mod golang.org/x/oauth2 v0.30.0'],
  [declares('requirements.txt Django==5.2'), 'Django', 'requirements.txt Django==5.2'],
  [declares('pyproject.toml "flask>=3",'), 'Flask', 'pyproject.toml "flask>=3",'],
];

for (const [traces, name, by] of signs)
  t.test(`${name} is recognised by its ${by}`, (t) => {
    t.same(named(traces), [`${name}: ${by}`]);
    t.end();
  });

t.test('every library is recognised by something, and what shows nothing is none', (t) => {
  t.same(named({}), []);
  t.same(named(agent('node')), []);
  const tried = new Set(signs.map(([, name]) => name));
  t.same(
    libraries.map(({ name }) => name).filter((name) => !tried.has(name)),
    [],
  );
  t.end();
});

t.test('every line fixes a case that there is, and says where its documentation is', (t) => {
  for (const { name, docs, fixes } of libraries) {
    t.match(docs, /^https:\/\//, name);
    for (const { cases: begins, line, docs: own = docs } of fixes) {
      t.match(own, /^https:\/\//, `${name}: ${line}`);
      t.ok(line.length > 5, name);
      for (const begin of begins)
        t.ok(
          cases.some(({ id, group }) => id.startsWith(begin) || group.startsWith(begin)),
          `${name}: ${begin}`,
        );
    }
  }
  t.end();
});

t.test('a case gets the line of the library that is nearest to the application, or none', (t) => {
  const found = recognise({
    ...nothing,
    ...agent('openid-client/v6.8.9'),
    declared: ['package.json express-openid-connect@2', 'package.json openid-client@6'],
  });
  const line = (id: string, group = 'id token') => fixOf({ id, group }, found)?.library;
  t.equal(line('cookie-same-site', 'session'), 'express-openid-connect');
  t.equal(line('nonce-wrong'), 'openid-client 6');
  t.equal(line('open-redirector', 'session'), undefined);
  t.equal(fixOf({ id: 'nonce-wrong', group: 'id token' }, []), undefined);
  t.end();
});

t.test('a project declares what its manifests list, and nothing else of it is read', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  t.same(declaredIn(folder), []);
  t.same(declaredIn(join(folder, 'missing')), []);
  writeFileSync(join(folder, 'package.json'), '{ broken');
  t.same(declaredIn(folder), []);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ dependencies: { 'next-auth': '^4' }, devDependencies: { tap: 1 }, name: 'x' }),
  );
  writeFileSync(join(folder, 'go.mod'), 'module x\n\n\tgolang.org/x/oauth2 v0.30.0\n');
  writeFileSync(join(folder, 'Web.csproj'), '<PackageReference Include="Microsoft.Identity.Web" />');
  writeFileSync(join(folder, '.env'), 'SECRET=1');
  t.same(declaredIn(folder), [
    'package.json next-auth@^4',
    'package.json tap@1',
    'go.mod module x',
    'go.mod golang.org/x/oauth2 v0.30.0',
    'Web.csproj <PackageReference Include="Microsoft.Identity.Web" />',
  ]);
  t.same(
    recognise({ ...nothing, declared: declaredIn(folder) }).map(({ name }) => name),
    ['Auth.js', 'ASP.NET Core', 'golang.org/x/oauth2'],
  );
  t.end();
});
