import t from 'tap';
import { mostLanguages } from '../../../src/configuration/languages/languages.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

interface Shown {
  id: string;
  locale: string;
  name: string;
  enabled: boolean;
  default: boolean;
  customerAdded: boolean;
}

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const all = async (): Promise<Shown[]> => (await call('GET', 'languages')).json()._embedded.languages;
  const named = async (locale: string): Promise<Shown> => (await all()).find((one) => one.locale === locale) as Shown;
  const put = (language: Shown, change: object) => call('PUT', `languages/${language.id}`, { body: { ...language, ...change } });
  return { ...server, call, all, named, put };
};

t.test('a new environment has 17 languages, of which English is enabled', async (t) => {
  const { call, all, named } = await start(t);
  const languages = await all();
  t.equal(languages.length, 17);
  t.same(
    languages.filter(({ enabled }) => enabled).map(({ locale }) => locale),
    ['en'],
  );
  const { id, ...french } = await named('fr-CA');
  t.same(french, {
    _links: { self: { href: `${environmentUrl}/languages/${id}` }, environment: { href: environmentUrl } },
    environment: { id: environmentId },
    locale: 'fr-CA',
    name: 'French (Canada)',
    enabled: false,
    default: false,
    customerAdded: false,
    createdAt: '2026-11-22T12:00:00.000Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
  });
  t.match((await call('GET', `languages/${(await named('en')).id}`)).json(), { name: 'English', default: true, enabled: true });
  t.same(refusal(await call('DELETE', `languages/${id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
});

t.test('a language is added, enabled, made the default and deleted', async (t) => {
  const { call, all, named, put } = await start(t);
  const made = await call('POST', 'languages', { body: { locale: 'cy-GB', enabled: false, default: false } });
  t.equal(made.statusCode, 201, made.body);
  t.match(made.json(), { name: 'Welsh (United Kingdom)', customerAdded: true, enabled: false, default: false });
  const welsh: Shown = made.json();
  const early = await put(welsh, { enabled: true, default: true });
  t.same(refusal(early), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.match(early.json().message, /^The language must be enabled before it is set as the default/);
  t.equal((await put(welsh, { enabled: true })).statusCode, 200);
  t.equal((await put(welsh, { enabled: true, default: true })).json().default, true);
  t.same(
    (await all()).filter((one) => one.default).map(({ locale }) => locale),
    ['cy-GB'],
  );
  t.equal((await put(welsh, { enabled: true, default: false })).json().default, true, 'only another language ends it');
  t.same(refusal(await put(welsh, { enabled: false })), [400, 'CONSTRAINT_VIOLATION', undefined], 'the default stays enabled');
  t.same(refusal(await call('DELETE', `languages/${welsh.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
  t.equal((await put(await named('en'), { enabled: true, default: true })).statusCode, 200);
  t.equal((await put(welsh, { enabled: false })).json().enabled, false);
  t.equal((await call('DELETE', `languages/${welsh.id}`)).statusCode, 204);
  const gone = await call('GET', `languages/${welsh.id}`);
  t.equal(gone.statusCode, 404);
  t.equal(gone.json().message, `Unable to find language for environmentId=${environmentId} with id=${welsh.id}`);
  t.equal((await all()).length, 17);
});

t.test('a language that is there already, or begins enabled, is refused', async (t) => {
  const { environment, call, named, put } = await start(t);
  const create = async (change: object) =>
    refusal(await call('POST', 'languages', { body: { locale: 'de-DE', enabled: false, default: false, ...change } }));
  t.same(await create({ locale: 'FR' }), [400, 'UNIQUENESS_VIOLATION', 'locale']);
  t.same(await create({ locale: 'not a locale' }), [400, 'INVALID_VALUE', 'locale']);
  t.same(await create({ enabled: true }), [400, 'INVALID_VALUE', 'enabled']);
  t.same(await create({ default: true }), [400, 'INVALID_VALUE', 'default']);
  t.same(refusal(await put(await named('fr'), { locale: 'de' })), [400, 'INVALID_VALUE', 'locale']);
  const { id: _, ...language } = await named('fr');
  for (let at = 0; at < mostLanguages - 17; at += 1)
    await environment.store.languages.put({
      ...language,
      environment: { id: environmentId },
      createdAt: '',
      updatedAt: '',
      id: `${at}`,
      locale: `x${at}`,
    });
  t.same(await create({}), [400, 'CONSTRAINT_VIOLATION', undefined]);
});

t.test('populations have the default language, or one of their own', async (t) => {
  const { call, named, put } = await start(t);
  const plain = (await call('POST', 'populations', { body: { name: 'Plain' } })).json();
  t.equal(plain.preferredLanguage, 'en');
  const own = (await call('POST', 'populations', { body: { name: 'Own', preferredLanguage: 'es' } })).json();
  t.equal(own.preferredLanguage, 'es');
  const german = await named('de');
  await put(german, { enabled: true });
  await put(german, { enabled: true, default: true });
  t.equal((await call('GET', `populations/${plain.id}`)).json().preferredLanguage, 'de');
  t.equal((await call('GET', `populations/${own.id}`)).json().preferredLanguage, 'es');
  t.equal((await call('PUT', `populations/${own.id}`, { body: { name: 'Own' } })).json().preferredLanguage, 'de');
});

t.test('a seed has the languages that were changed or added', async (t) => {
  const { app, call, named, put } = await start(t);
  const exported = async () => (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk((await exported()).environments[0].languages, 'nothing is said of what every environment has');
  const german = await named('de');
  await put(german, { enabled: true });
  await put(german, { enabled: true, default: true });
  const added = (await call('POST', 'languages', { body: { locale: 'en-GB', enabled: false, default: false, name: 'British' } })).json();
  const seed = await exported();
  t.same(seed.environments[0].languages, [
    { id: german.id, locale: 'de', enabled: true, default: true, name: 'German' },
    { id: (await named('en')).id, locale: 'en', enabled: true, name: 'English' },
    { id: added.id, locale: 'en-GB', enabled: false, name: 'British' },
  ]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same((await again.app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json(), seed);
});
