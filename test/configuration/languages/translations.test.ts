import t from 'tap';
import { applySeed, readSeed } from '../../../src/configuration/seed/index.js';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

interface Text {
  readonly id: string;
  readonly key: string;
  readonly shortKey: string;
  readonly referenceText?: string;
  readonly translatedText: string;
}

const cancel = 'flow-ui.button.cancel';

t.test('texts of the interface are read, changed, and PingOne’s own again', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const read = async (path: string): Promise<Text[]> => (await call('GET', `translations/${path}`)).json()._embedded.translations;
  const text = async (locale: string, key = cancel) => (await read(locale)).find((one) => one.key === key);

  const french = await text('fr');
  t.same(french, { id: french?.id, key: cancel, shortKey: 'button.cancel', referenceText: 'Cancel', translatedText: 'Annuler' });
  t.equal((await text('sv'))?.translatedText, 'Cancel', 'English where nothing else is known');
  const answer = await call('PUT', 'translations/sv', {
    body: [
      { key: cancel, translatedText: 'Avbryt' },
      { key: 'flow-ui.button.other', translatedText: 'Annan' },
    ],
  });
  t.same([answer.statusCode, answer.body], [200, '']);
  t.equal((await text('SV'))?.translatedText, 'Avbryt', 'codes of languages have no case');
  t.equal((await text('de'))?.translatedText, 'Abbrechen', 'other languages keep theirs');
  t.match(await text('sv', 'flow-ui.button.other'), { shortKey: 'button.other', translatedText: 'Annan', referenceText: undefined });
  t.equal((await read('sv?module=portal')).length, 0);
  t.equal((await read('sv?module=flow-ui')).length, (await read('sv')).length);
  t.equal(
    (await call('GET', 'translations/sv?module=flow-ui')).json()._links.self.href,
    `${environmentUrl}/translations/sv?module=flow-ui`,
  );

  await call('PUT', 'translations/sv', { body: [{ key: cancel }, { key: 'flow-ui.button.other', translatedText: '' }] });
  t.same([(await text('sv'))?.translatedText, await text('sv', 'flow-ui.button.other')], ['Cancel', undefined]);
});

t.test('a key, a body, a language and a module of a wrong form are refused', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const put = async (body: unknown, locale = 'sv') => refusal(await call('PUT', `translations/${locale}`, { body }));
  t.same(await put([{ key: 'other.button.cancel', translatedText: 'x' }]), [400, 'INVALID_VALUE', 'key']);
  t.same(await put([{ translatedText: 'x' }]), [400, 'EMPTY_VALUE', 'key']);
  t.equal((await put({ key: cancel }))[0], 400);
  t.equal((await put([], 'not a language'))[0], 400);
  t.equal((await call('GET', 'translations/sv?module=other')).statusCode, 400);
});

t.test('changed texts are exported, and PingOne’s own are not', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const exported = async () => (await app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk((await exported()).environments[0].translations);
  await call('PUT', 'translations/de', { body: [{ key: cancel, translatedText: 'Abbruch' }] });
  await call('POST', 'languages', { body: { locale: 'sv', enabled: false, default: false } });
  await call('PUT', 'translations/sv', { body: [{ key: 'portal.labels.apps', translatedText: 'Appar' }] });
  const seed = await exported();
  t.same(seed.environments[0].translations, [
    { locale: 'de', key: cancel, translatedText: 'Abbruch' },
    { locale: 'sv', key: 'portal.labels.apps', translatedText: 'Appar' },
  ]);
  const other = await buildTestServer(t);
  await applySeed(other.context, readSeed(seed, 'exported.json'));
  t.same(
    (await (await other.app.inject(`/__mock/v1/environments/${environmentId}/seed`)).json()).environments[0].translations,
    seed.environments[0].translations,
  );
});
