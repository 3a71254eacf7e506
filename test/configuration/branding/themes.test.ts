import t from 'tap';
import { png } from '../../helpers/images.js';
import { environmentUrl, managementClient, workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const image = { id: '00000000-0000-0000-0000-000000000000', href: 'https://example.com/logo.png' };
const configuration = {
  name: 'Slate',
  logoType: 'IMAGE',
  logo: image,
  backgroundType: 'COLOR',
  backgroundColor: '#FF00F0',
  bodyTextColor: '#8620FF',
  buttonColor: '#0CFFFB',
  buttonTextColor: '#FF6C6C',
  cardColor: '#0FFF39',
  headingTextColor: '#FF0005',
  linkTextColor: '#8A7F06',
  footer: 'Feet',
};
const slate = { template: 'slate', default: false, configuration };

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const defaults = async () => (await call('GET', 'themes')).json()._embedded.themes.filter((theme: { default: boolean }) => theme.default);
  return { ...server, call, defaults };
};

t.test('a new environment has the theme Ping Default', async (t) => {
  const { call } = await start(t);
  const { _embedded, count } = (await call('GET', 'themes')).json();
  t.equal(count, 1);
  const [theme] = _embedded.themes;
  const self = `${environmentUrl}/themes/${theme.id}`;
  t.same(theme, {
    _links: { self: { href: self }, environment: { href: environmentUrl }, default: { href: `${self}/default` } },
    id: theme.id,
    environment: { id: environmentId },
    template: 'default',
    default: true,
    configuration: {
      name: 'Ping Default',
      logoType: 'NONE',
      backgroundType: 'DEFAULT',
      backgroundColor: '#ededed',
      bodyTextColor: '#686f77',
      buttonColor: '#007CBA',
      buttonTextColor: '#ffffff',
      cardColor: '#ffffff',
      headingTextColor: '#686f77',
      linkTextColor: '#007CBA',
    },
  });
  t.same((await call('GET', `themes/${theme.id}`)).json(), theme);
  t.same(refusal(await call('DELETE', `themes/${theme.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
});

t.test('a theme is created, replaced, made the default and deleted', async (t) => {
  const { app, call, defaults } = await start(t);
  const [first] = await defaults();
  const made = await call('POST', 'themes', { body: slate });
  t.equal(made.statusCode, 201, made.body);
  const { id } = made.json();
  t.match(made.json(), slate);
  const path = `themes/${id}`;
  const changed = await call('PUT', path, {
    body: { ...slate, template: 'split', configuration: { logoType: 'NONE', backgroundType: 'NONE' } },
  });
  t.same([changed.json().template, changed.json().configuration], ['split', { logoType: 'NONE', backgroundType: 'NONE' }]);
  t.equal((await call('GET', `${path}/default`)).json().default, false);
  const active = await call('PUT', `${path}/default`, { body: { default: true } });
  t.match(active.json(), { _links: { self: { href: `${environmentUrl}/${path}/default` } }, default: true });
  t.same(
    (await defaults()).map((theme: { id: string }) => theme.id),
    [id],
  );
  t.equal((await call('GET', `themes/${first.id}`)).json().default, false, 'the one before is there still');
  t.equal((await call('PUT', path, { body: slate })).json().default, true, 'and only another one ends it');
  t.same(refusal(await call('PUT', `${path}/default`, { body: { default: false } })), [400, 'INVALID_VALUE', 'default']);
  t.equal((await call('DELETE', `themes/${first.id}`)).statusCode, 204);
  t.equal((await call('GET', `themes/${first.id}`)).statusCode, 404);
  const third = (await call('POST', 'themes', { body: { ...slate, default: true } })).json().id;
  t.same(
    (await defaults()).map((theme: { id: string }) => theme.id),
    [third],
  );
  t.equal((await call('DELETE', path)).statusCode, 204);
  t.equal((await call('GET', 'themes')).json().count, 1);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  const seed = await exported(app);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed, 'what was deleted does not come back from a seed');
});

t.test('a theme needs what its logo and its background are made of', async (t) => {
  const { call } = await start(t);
  const refused = async (change: object) =>
    refusal(await call('POST', 'themes', { body: { ...slate, configuration: { ...configuration, ...change } } }));
  t.same(await refused({ logo: null }), [400, 'EMPTY_VALUE', 'configuration.logo']);
  t.same(await refused({ backgroundColor: '' }), [400, 'EMPTY_VALUE', 'configuration.backgroundColor']);
  t.same(await refused({ backgroundType: 'IMAGE' }), [400, 'EMPTY_VALUE', 'configuration.backgroundImage']);
  t.same(await refused({ backgroundType: 'x' }), [400, 'INVALID_VALUE', 'configuration.backgroundType']);
  t.same(await refused({ logo: { id: 'x', href: 'y' } }), [400, 'INVALID_VALUE', 'configuration.logo.id']);
  t.same(refusal(await call('POST', 'themes', { body: { ...slate, template: 'own' } })), [400, 'INVALID_VALUE', 'template']);
});

t.test('populations have the default theme, or one of their own', async (t) => {
  const { call, defaults } = await start(t);
  const [usual] = await defaults();
  const own = (await call('POST', 'themes', { body: slate })).json().id;
  const plain = (await call('POST', 'populations', { body: { name: 'Plain' } })).json();
  t.same(plain.theme, { id: usual.id });
  const themed = await call('POST', 'populations', { body: { name: 'Themed', theme: { id: own.toUpperCase() } } });
  t.same(themed.json().theme, { id: own });
  t.same(refusal(await call('POST', 'populations', { body: { name: 'X', theme: { id: environmentId } } })), [
    400,
    'INVALID_VALUE',
    'theme',
  ]);
  const path = `populations/${themed.json().id}`;
  t.same((await call('PUT', path, { body: { name: 'Themed' } })).json().theme, { id: usual.id });
  t.same((await call('PUT', path, { body: { name: 'Themed', theme: { id: own } } })).json().theme, { id: own });
  t.equal((await call('DELETE', `themes/${own}`)).statusCode, 204, 'a theme in use is deleted');
  t.same((await call('GET', path)).json().theme, { id: usual.id });
});

t.test('branding settings have a company name and a logo', async (t) => {
  const { call } = await start(t);
  const none = {
    _links: { self: { href: `${environmentUrl}/brandingSettings` }, environment: { href: environmentUrl } },
    id: environmentId,
    environment: { id: environmentId },
  };
  t.same((await call('GET', 'brandingSettings')).json(), none);
  const body = { companyName: 'Example', logo: image };
  t.same((await call('PUT', 'brandingSettings', { body })).json(), { ...none, ...body });
  t.same((await call('GET', 'brandingSettings')).json(), { ...none, ...body });
  t.same((await call('PUT', 'brandingSettings', { body: { companyName: '' } })).json(), { ...none, companyName: '' });
  t.same(refusal(await call('PUT', 'brandingSettings', { body: { logo: { id: image.id } } })), [400, 'EMPTY_VALUE', 'logo.href']);
});

t.test('an uploaded image has its own address wherever it is used, and the export has it', async (t) => {
  const { app, call } = await start(t);
  const uploaded = await app.inject({
    method: 'POST',
    url: `/v1/environments/${environmentId}/images`,
    headers: { authorization: `Bearer ${await workerToken(app)}`, host: 'localhost:9400', 'content-type': 'image/png' },
    payload: png(2, 3),
  });
  const { id, targets } = uploaded.json();
  const logo = { id, href: 'https://old.example.com/x.png' };
  const { href } = targets.original;
  const theme = await call('POST', 'themes', { body: { ...slate, configuration: { ...configuration, logo } } });
  t.same(theme.json().configuration.logo, { id, href });
  t.same((await call('PUT', 'brandingSettings', { body: { logo } })).json().logo, { id, href });
  const [seed] = (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json().environments;
  t.same(seed.images, [{ id, data: png(2, 3).toString('base64'), original: { id: targets.original.id } }]);
  t.match(seed.themes, [{ id: theme.json().id, template: 'slate' }], 'and no theme that every environment has');
  t.match(seed.brandingSettings, { logo: { id } });
});

t.test('a seed brings images, themes and branding settings along', async (t) => {
  const seed = {
    environments: [
      {
        id: environmentId,
        images: [{ id: 'aa000000-0000-4000-8000-000000000001', data: png(4, 5).toString('base64') }],
        themes: [
          { id: 'aa000000-0000-4000-8000-000000000002', ...slate, default: true },
          {
            id: 'aa000000-0000-4000-8000-000000000003',
            template: 'default',
            configuration: { name: 'Ping Default', logoType: 'NONE', backgroundType: 'NONE' },
          },
        ],
        brandingSettings: { companyName: 'Seeded' },
        populations: [{ name: 'Themed', theme: 'ping default' }],
        applications: [
          {
            name: 'W',
            type: 'WORKER',
            protocol: 'OPENID_CONNECT',
            enabled: true,
            id: 'aa000000-0000-4000-8000-000000000004',
            secret: 's',
            roleAssignments: [{ role: 'Environment Admin' }],
          },
        ],
      },
    ],
  };
  const { app } = await buildTestServer(t, { config: JSON.stringify(seed) });
  const call = await managementClient(app, await workerToken(app, { id: 'aa000000-0000-4000-8000-000000000004', secret: 's' }));
  t.match((await call('GET', 'images/aa000000-0000-4000-8000-000000000001')).json(), { targets: { original: { width: 4, height: 5 } } });
  const { themes } = (await call('GET', 'themes')).json()._embedded;
  t.same(
    themes.map((theme: { id: string; default: boolean }) => [theme.id.at(-1), theme.default]).sort(),
    [
      ['2', true],
      ['3', false],
    ],
    'one of a name replaces the one that is there',
  );
  const { populations } = (await call('GET', 'populations')).json()._embedded;
  t.match(
    populations.find(({ name }: { name: string }) => name === 'Themed'),
    { theme: { id: 'aa000000-0000-4000-8000-000000000003' } },
  );
  t.equal((await call('GET', 'brandingSettings')).json().companyName, 'Seeded');
  const [exported] = (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json().environments;
  t.match(
    exported.themes.map(({ id }: { id: string }) => id).sort(),
    seed.environments[0]?.themes.map(({ id }) => id),
  );
});
