import t, { type Test } from 'tap';
import { s256 } from '../../../src/protocol/pkce.js';
import { askAuthorize, newVerifier } from '../../helpers/client.js';
import { newBrowser } from '../../helpers/federation.js';
import { png } from '../../helpers/images.js';
import { managementClient, workerToken } from '../../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

const configuration = {
  name: 'Ours',
  logoType: 'NONE',
  backgroundType: 'COLOR',
  backgroundColor: '#102030',
  bodyTextColor: '#202020',
  buttonColor: '#AA0044',
  buttonTextColor: '#fff',
  cardColor: '#FAFAFA',
  headingTextColor: '#004400',
  linkTextColor: '#0000AA',
};

async function start(t: Test) {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  /** Makes a theme; without a population, the environment's default. */
  const apply = async (members: object, template = 'default', isDefault = true) => {
    const body = { template, default: isDefault, configuration: { ...configuration, ...members } };
    const made = await call('POST', 'themes', { body });
    if (made.statusCode !== 201) throw new Error(made.body);
    return made.json() as { id: string };
  };
  const browser = newBrowser(server.app);
  const page = async () => {
    const asked = await askAuthorize(server.app, { code_challenge: s256(newVerifier()), code_challenge_method: 'S256' });
    const address = String(asked.headers.location);
    return { address, response: await browser.get(address) };
  };
  /** The page and its style sheets. */
  const look = async () => {
    const { address, response } = await page();
    const sheets = [...response.body.matchAll(/<link rel="stylesheet" href="([^"]*)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    const url = new URL(sheets[1] ?? '', new URL(address, 'http://localhost'));
    const css = sheets[1] === undefined ? undefined : await server.app.inject(url.pathname + url.search);
    return { body: response.body, policy: String(response.headers['content-security-policy']), sheets, css, address };
  };
  return { ...server, call, apply, look, browser };
}

t.test('a new environment has the mock’s own look, without a theme', async (t) => {
  const { look } = await start(t);
  const { body, sheets, policy } = await look();
  t.equal(sheets.length, 1);
  t.match(body, 'pingone-mock</span>');
  t.match(policy, "img-src 'self' data:;");
});

t.test('a theme’s colours, footer and company name are on the page', async (t) => {
  const { apply, look, call } = await start(t);
  await apply({ footer: 'Terms: <a href="https://example.com/terms">here</a> <script>alert(1)</script>' }, 'split');
  await call('PUT', 'brandingSettings', { body: { companyName: 'Acme & Co' } });
  const { body, css, policy, sheets } = await look();
  t.match(body, '<body class="centred themed template-split">');
  t.match(body, '<bdi class="brand-name">Acme &amp; Co</bdi>');
  t.match(body, '<span class="badge" lang="en">Mock</span>', 'it is seen to be a mock');
  t.match(
    body,
    /<aside class="theme-footer" aria-label="Acme &amp; Co" dir="auto">Terms: <a href="https:\/\/example\.com\/terms"[^>]*>here<\/a> alert\(1\)<\/aside>/,
  );
  t.notMatch(body, '<script');
  t.match(policy, "style-src 'self'; img-src 'self' data:;");
  t.equal(css?.statusCode, 200);
  t.equal(css?.headers['content-type'], 'text/css; charset=utf-8');
  t.match(css?.headers['cache-control'], 'immutable');
  for (const line of [
    'color-scheme: light',
    '--button: #aa0044',
    '--on-button: #ffffff',
    '--surface: #fafafa',
    '--heading: #004400',
    '--page: #102030',
  ])
    t.match(css?.body, line);
  t.match(sheets[1], /^theme\.css\?id=[0-9a-f-]{36}&v=/);
  await apply({ name: 'Night', cardColor: '#101418', bodyTextColor: '#eeeeee' });
  t.match((await look()).css?.body, 'color-scheme: dark', 'a dark card');
});

t.test('a theme’s images are loaded from where they are, and from nowhere else', async (t) => {
  const { app, apply, look } = await start(t);
  const authorization = `Bearer ${await workerToken(app)}`;
  const sent = await app.inject({
    method: 'POST',
    url: `/v1/environments/${environmentId}/images`,
    headers: { authorization, 'content-type': 'image/png', 'content-disposition': 'attachment; filename=logo.png' },
    payload: png(200, 40),
  });
  const own = { id: sent.json().id, href: sent.json().targets.original.href };
  const foreign = { id: '00000000-0000-4000-8000-000000000000', href: 'https://cdn.example.com/a/b.jpg?x="y\\z\')' };
  await apply({ logoType: 'IMAGE', logo: own, backgroundType: 'IMAGE', backgroundImage: foreign });
  const { body, css, policy } = await look();
  t.match(body, `<p class="logo"><img src="${own.href}" alt="Demo" referrerpolicy="no-referrer"></p>`, 'the logo');
  t.equal(policy.match(/img-src ([^;]*)/)?.[1], "'self' data: http://localhost https://cdn.example.com");
  t.match(css?.body, 'background-image: url("https://cdn.example.com/a/b.jpg?x=%22y%5cz%27%29")', 'quoted so that it ends nothing');
  t.equal((css?.body.match(/[{}]/g) ?? []).length, 4, 'two rules');
});

t.test('nothing but a colour gets from a theme into its style sheet', async (t) => {
  const { environment, look, apply } = await start(t);
  const theme = await apply({});
  const stored = await environment.store.themes.get(theme.id);
  if (!stored) throw new Error('the theme is gone');
  for (const hostile of ['#fff;} * {display:none', 'url(https://evil.example)', 'expression(alert(1))', '</style><script>', 'red', '\\0a}'])
    for (const member of ['cardColor', 'backgroundColor', 'buttonColor', 'linkTextColor']) {
      await environment.store.themes.put({ ...stored, configuration: { ...stored.configuration, [member]: hostile } });
      const { css, body } = await look();
      t.match(css?.body, /^:root \{\n( {2}(color-scheme: (light|dark)|--[a-z-]+: #[0-9a-f]{6});\n)+\}\n$/, `${member}: ${hostile}`);
      if (hostile.length > 3) t.notMatch(body, hostile);
    }
  await environment.store.themes.put({
    ...stored,
    template: '"><script>',
    configuration: { ...stored.configuration, logoType: 'IMAGE', logo: { id: 'x', href: 'javascript:alert(1)' } },
  });
  const { body } = await look();
  t.notMatch(body, '<script');
  t.notMatch(body, 'javascript:');
});

t.test('the theme of the user’s population takes the place of the environment’s', async (t) => {
  const { environment, call, apply, look, browser } = await start(t);
  await apply({ name: 'All' });
  const special = await apply({ name: 'Special', buttonColor: '#123456' }, 'focus', false);
  const user = await environment.store.users.get(ids.alice);
  const population = (await call('GET', `populations/${user?.population.id}`)).json();
  const { name, description } = population;
  t.equal((await call('PUT', `populations/${population.id}`, { body: { name, description, theme: { id: special.id } } })).statusCode, 200);
  const { body, address } = await look();
  t.match(body, 'template-default', 'before the user is known');
  const password = await environment.store.passwords.get(ids.alice);
  if (password) await environment.store.passwords.put({ ...password, forceChange: true });
  const known = await browser.submit(address, { username: 'alice', password: 'Alice-Passw0rd' });
  t.match(known.body, 'template-focus');
  t.equal((await browser.get(`/${environmentId}/signon/theme.css?id=${ids.alice}`)).statusCode, 404);
});
