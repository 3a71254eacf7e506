/** Setup: everything that an application needs to be pointed at this server, ready to copy. */
import { api, button, copyButton, fill, h, root, show } from './dom.js';
import { confirmReset, tryIt } from './try.js';

/** Settings by client. `a` is the application, `e` the environment. */
const blocks = {
  'Generic OIDC': ({ e, a }) =>
    `OIDC_ISSUER=${e.issuer}\nOIDC_CLIENT_ID=${a.id}\n${a.secret ? `OIDC_CLIENT_SECRET=${a.secret}\n` : ''}OIDC_REDIRECT_URI=${a.uri}\nOIDC_SCOPE="openid profile email"`,
  'Auth.js': ({ e, a }) =>
    `# .env\nAUTH_PING_ID_ID=${a.id}\nAUTH_PING_ID_SECRET=${a.secret ?? ''}\nAUTH_PING_ID_ISSUER=${e.issuer}\n\n// auth.ts\nimport NextAuth from 'next-auth';\nimport PingId from 'next-auth/providers/ping-id';\nexport const { handlers, auth } = NextAuth({ providers: [PingId] });`,
  'openid-client': ({ e, a }) =>
    `import * as client from 'openid-client';\n\nconst config = await client.discovery(\n  new URL('${e.issuer}'),\n  '${a.id}',\n  ${a.secret ? `'${a.secret}'` : 'undefined'},\n  ${a.secret ? `client.ClientSecretBasic('${a.secret}')` : 'client.None()'},\n  { execute: [client.allowInsecureRequests] }, // http, for tests\n);\nconst code_verifier = client.randomPKCECodeVerifier();\nconst url = client.buildAuthorizationUrl(config, {\n  redirect_uri: '${a.uri}',\n  scope: 'openid profile email',\n  code_challenge: await client.calculatePKCECodeChallenge(code_verifier),\n  code_challenge_method: 'S256',\n});`,
  'oidc-client-ts': ({ e, a }) =>
    `import { UserManager } from 'oidc-client-ts';\n\nexport const users = new UserManager({\n  authority: '${e.issuer}',\n  client_id: '${a.id}',\n  redirect_uri: '${a.uri}',\n  scope: 'openid profile email',\n});`,
  Spring: ({ e, a }) =>
    `spring.security.oauth2.client:\n  registration.pingone:\n    client-id: ${a.id}\n${a.secret ? `    client-secret: ${a.secret}\n` : '    client-authentication-method: none\n'}    scope: openid,profile,email\n    redirect-uri: ${a.uri}\n  provider.pingone.issuer-uri: ${e.issuer}`,
  'Ping SDK': ({ e, a }) =>
    `import { oidc } from '@forgerock/oidc-client';\n\nconst client = await oidc({\n  config: {\n    clientId: '${a.id}',\n    redirectUri: '${a.uri}',\n    scope: 'openid profile email',\n    serverConfig: { wellknown: '${e.issuer}/.well-known/openid-configuration' },\n  },\n});`,
};

await show(async (main) => {
  const page = h('div.page');
  main.append(page);
  const { environment: e, environments, certificateAuthority, version } = await api.get('state');
  if (!e)
    return fill(
      page,
      h('h1', 'Setup'),
      h('p.problem', 'This server has no environment. Reset it, or make one: POST /__mock/v1/environments.'),
    );
  const apps = e.applications.filter(({ redirectUris }) => redirectUris?.length);
  const discovery = `${e.issuer}/.well-known/openid-configuration`;
  let app = apps[0];
  let kind = Object.keys(blocks)[0];

  const text = h('pre', { tabIndex: 0, 'aria-label': 'Settings' });
  const draw = () => {
    const [uri] = app?.redirectUris ?? [''];
    text.textContent = blocks[kind]({ e, a: { id: app?.id ?? 'CLIENT_ID', secret: app?.secret, uri } });
  };
  const tabs = h('div.tabs', { role: 'group', 'aria-label': 'Client library' });
  const drawTabs = () =>
    fill(
      tabs,
      Object.keys(blocks).map((name) =>
        button(
          name,
          () => {
            kind = name;
            for (const tab of tabs.children) tab.ariaPressed = String(tab.textContent === name);
            draw();
          },
          { look: 'tab', ariaPressed: String(name === kind) },
        ),
      ),
    );
  drawTabs();
  const appChoice = h(
    'select',
    {
      id: 'application',
      onchange: () => {
        app = apps.find(({ id }) => id === appChoice.value);
        draw();
      },
    },
    apps.map(({ id, name, type }) => h('option', { value: id }, `${name} (${type})`)),
  );
  draw();

  const line = (name, value, ...rest) =>
    h('div.line-of', h('dt', name), h('dd', h('code', value), rest, copyButton('Copy', value, { 'aria-label': `Copy ${name}` })));
  fill(
    page,
    h(
      'header.welcome',
      h(
        'div',
        h('h1', 'PingOne, on your own machine'),
        h(
          'p.lead',
          'Point your application at this server, sign on as a test user, and watch every decision. Nothing here is real; nothing leaves this machine.',
        ),
        h(
          'div.row',
          button('Try it', tryIt, { look: 'solid' }),
          h('a.quiet', { href: new URL('live', root) }, 'Watch live'),
          h('a.quiet', { href: new URL('lab', root) }, 'Attack lab'),
        ),
      ),
      h(
        'ol.how',
        ['makes a secret text, the verifier', 'shows only its hash, the challenge', 'proves the verifier when it brings the code'].map(
          (each, at) => h('li', h('b', String(at + 1)), ['Your app ', each]),
        ),
      ),
    ),
    h(
      'section.panel',
      { 'aria-labelledby': 'server' },
      h('h2', { id: 'server' }, 'The server'),
      h(
        'dl.lines',
        line('Issuer', e.issuer),
        line('Discovery', discovery, h('a', { href: discovery }, 'open')),
        line('Environment id', e.id),
        line('Management API', `${new URL('../v1', root)}/environments/${e.id}`),
      ),
      h(
        'p.muted',
        `pingone-mock ${version}, ${environments.length} environment${environments.length === 1 ? '' : 's'}, live inspector `,
        h('span.good', '● on'),
      ),
      h(
        'div.row',
        certificateAuthority && h('a.quiet', { href: new URL('ca.pem', root), download: 'pingone-mock-ca.pem' }, 'Download CA'),
        h('a.quiet', { href: new URL('v1/openapi.json', root) }, 'Control API'),
        button('Reset', confirmReset),
      ),
    ),
    h(
      'section.panel',
      { 'aria-labelledby': 'settings' },
      h('h2', { id: 'settings' }, 'Settings for your application'),
      h('div.field.short', h('label', { htmlFor: 'application' }, 'Application'), appChoice),
      tabs,
      text,
      h(
        'div.row',
        copyButton('Copy settings', () => text.textContent, { look: 'solid' }),
      ),
    ),
    h(
      'div.columns',
      h(
        'section.panel',
        { 'aria-labelledby': 'users' },
        h('h2', { id: 'users' }, 'Users'),
        e.users.length === 0
          ? h('p.muted', 'There is no user.')
          : h(
              'ul.cards',
              e.users
                .slice(0, 12)
                .map(({ username, name, password }) =>
                  h(
                    'li',
                    h('b', h('bdi', username)),
                    name && h('span.muted', h('bdi', name)),
                    password !== undefined &&
                      h(
                        'span.row',
                        h('code', password),
                        copyButton('Copy', password, { 'aria-label': `Copy the password of ${username}` }),
                      ),
                  ),
                ),
            ),
      ),
      h(
        'section.panel',
        { 'aria-labelledby': 'apps' },
        h('h2', { id: 'apps' }, 'Applications'),
        h(
          'ul.cards',
          e.applications
            .slice(0, 12)
            .map(({ id, name, type, pkceEnforcement, secret }) =>
              h(
                'li',
                h('b', h('bdi', name)),
                h('span.row', h('span.chip', type), h('span.chip', `PKCE ${pkceEnforcement}`)),
                h('span.row', h('code', id), copyButton('Copy id', id, { 'aria-label': `Copy id of ${name}` })),
                secret !== undefined && h('span.row', h('span.muted', 'secret '), h('code', secret)),
              ),
            ),
        ),
      ),
    ),
  );
});
