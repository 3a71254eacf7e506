import t, { type Test } from 'tap';
import { languagesOf, putLanguage } from '../../../src/configuration/languages/languages.js';
import { s256 } from '../../../src/protocol/pkce.js';
import { askAuthorize, newVerifier } from '../../helpers/client.js';
import { newBrowser } from '../../helpers/federation.js';
import { assignPolicy } from '../../helpers/flows.js';
import { managementClient } from '../../helpers/management.js';
import { buildTestServer, ids } from '../../helpers/server.js';

/** A server with German, French and Canadian French beside English. */
async function start(t: Test) {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const call = await managementClient(app);
  for (const language of await languagesOf(environment))
    if (['de', 'fr', 'fr-CA'].includes(language.locale)) await putLanguage(environment, { ...language, enabled: true });
  const browser = newBrowser(app);
  /** The page of a sign-on that an application has asked for, in a browser that prefers these languages. */
  const page = async (accept: string | undefined, parameters: Record<string, string> = {}) => {
    const asked = await askAuthorize(app, { code_challenge: s256(newVerifier()), code_challenge_method: 'S256', ...parameters });
    const address = String(asked.headers.location);
    const headers = accept === undefined ? {} : { 'accept-language': accept };
    return { address, headers, body: (await browser.get(address, { headers })).body };
  };
  return { server, app, environment, call, browser, page };
}

const heading = (body: string) => /<h1>([^<]*)<\/h1>/.exec(body)?.[1];
const language = (body: string) => /<html lang="([^"]*)"/.exec(body)?.[1];

t.test('a page is in the first language that is wanted and enabled: of the user, the browser, the environment', async (t) => {
  const { server, environment, call, page, browser } = await start(t);
  const cases: [title: string, accept: string | undefined, parameters: Record<string, string>, locale: string, heading: string][] = [
    ['nothing is wanted', undefined, {}, 'en', 'Sign On'],
    ['the browser’s', 'de-AT,en;q=0.5', {}, 'de', 'Anmelden'],
    ['the browser’s second, as Japanese is not enabled', 'ja, fr;q=0.8', {}, 'fr', 'Se connecter'],
    ['with its region', 'fr-CA', {}, 'fr-CA', 'Se connecter'],
    ['the browser’s, also where the application asks for another', 'de', { ui_locales: 'fr' }, 'de', 'Anmelden'],
    ['none that there is', 'sv', {}, 'en', 'Sign On'],
  ];
  for (const [title, accept, parameters, locale, text] of cases) {
    const { body } = await page(accept, parameters);
    t.same([language(body), heading(body)], [locale, text], title);
  }

  const alice = await environment.store.users.get(ids.alice);
  if (!alice) throw new Error('alice is gone');
  await environment.store.users.put({ ...alice, preferredLanguage: 'fr-FR;q=0.9, de' });
  await assignPolicy(server, 'Names', [{ type: 'IDENTIFIER_FIRST' }]);
  const asked = await page('fr');
  t.equal(language(asked.body), 'fr', 'before the user is known');
  const known = await browser.submit(asked.address, { username: 'alice' });
  t.equal(language(known.body), 'de', 'the user’s preference is above the browser’s');

  const german = (await languagesOf(environment)).find(({ locale }) => locale === 'de');
  await call('PUT', `languages/${german?.id}`, { body: { locale: 'de', enabled: true, default: true } });
  t.equal(language((await page('sv')).body), 'de', 'the environment’s default');
});

t.test('the environment’s own translations take the place of the usual texts, as text', async (t) => {
  const { call, page } = await start(t);
  await call('POST', 'languages', { body: { locale: 'ar', enabled: false, default: false } });
  const arabic = (await call('GET', 'languages')).json()._embedded.languages.find(({ locale }: { locale: string }) => locale === 'ar');
  await call('PUT', `languages/${arabic.id}`, { body: { locale: 'ar', enabled: true, default: false } });
  const put = (locale: string, key: string, translatedText: string) =>
    call('PUT', `translations/${locale}`, { body: [{ key: `flow-ui.${key}`, translatedText }] });
  await put('de', 'heading.signOn', 'Willkommen <b>zurück</b>');
  await put('de', 'text.purpose', 'Weiter zu {application} und {nothing}');
  await put('en', 'button.cancel', 'Never mind');
  await put('ar', 'label.password', 'كلمة المرور');
  const german = (await page('de')).body;
  t.match(german, '<h1>Willkommen &lt;b&gt;zurück&lt;/b&gt;</h1>');
  t.match(german, /Weiter zu <strong><bdi>Demo SPA<\/bdi><\/strong> und \s*</);
  t.match(german, /<footer class="note" lang="en" dir="ltr">/, 'what is the mock’s own is marked as English');
  t.match((await page('en')).body, '>Never mind</button>');
  const written = (await page('ar')).body;
  t.match(written, '<html lang="ar" dir="rtl">');
  t.match(written, '<label for="password">كلمة المرور</label>');
  t.match(written, '<label for="username">Username</label>', 'English for what it lacks');
});

t.test('a refusal is in the language of the page', async (t) => {
  const { app, page, browser } = await start(t);
  const german = await page('de');
  const plain = await browser.submit(german.address, { username: 'alice', password: 'x' });
  t.match(plain.body, 'Invalid username and/or password', 'English for a browser that names no language');
  const { pathname, search } = new URL(german.address, 'http://localhost');
  const submit = (form: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: pathname + search,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'de' },
      payload: new URLSearchParams(form).toString(),
    });
  const refused = await submit({ username: 'alice', password: 'x' });
  t.match(refused.body, 'Benutzername oder Passwort ist falsch.');
  t.match(refused.body, '<title>Fehler: Anmelden – Demo SPA</title>');
  t.match((await submit({ username: '', password: '' })).body, 'Bitte eingeben: Benutzername, Passwort.');
});

t.test('an agreement is read and accepted in the user’s language, or else in the browser’s', async (t) => {
  const { server, app, call, environment, page } = await start(t);
  const agreement = (await call('POST', 'agreements', { body: { name: 'Terms', enabled: false } })).json();
  const path = `agreements/${agreement.id}/languages`;
  const made: Record<string, string> = {};
  for (const [locale, text] of Object.entries({ en: 'English terms', de: 'Deutsche Bedingungen', fr: 'Conditions françaises' })) {
    const created = (await call('POST', path, { body: { locale, displayName: `Terms ${locale}`, enabled: false } })).json();
    made[locale] = created.id;
    await call('POST', `${path}/${created.id}/revisions`, {
      body: { contentType: 'text/plain', effectiveAt: '2026-11-22T12:00:00.000Z', requireReconsent: true, text },
    });
    await call('PUT', `${path}/${created.id}`, { body: { locale, displayName: `Terms ${locale}`, enabled: true } });
  }
  t.equal((await call('PUT', `agreements/${agreement.id}`, { body: { name: 'Terms', enabled: true } })).statusCode, 200);
  await assignPolicy(server, 'With_Terms', [{ type: 'LOGIN' }, { type: 'AGREEMENT', agreement: { id: agreement.id } }]);

  const read = async (username: string, password: string, accept: string) => {
    const { address } = await page(accept);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': accept };
    const post = (form: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: new URL(address, 'http://localhost').pathname + new URL(address, 'http://localhost').search,
        headers,
        payload: new URLSearchParams(form).toString(),
      });
    return { body: (await post({ username, password })).body, accept: () => post({ action: 'accept' }) };
  };
  const alice = await environment.store.users.get(ids.alice);
  if (!alice) throw new Error('alice is gone');
  const cases: [title: string, preferred: string | undefined, accept: string, text: string][] = [
    ['the user’s', 'de', 'fr', 'Deutsche Bedingungen'],
    ['the browser’s, where the user has none', undefined, 'fr-CH, en', 'Conditions françaises'],
    ['the browser’s, where the agreement lacks the user’s', 'ja', 'fr', 'Conditions françaises'],
    ['the environment’s', 'ja', 'sv', 'English terms'],
  ];
  for (const [title, preferredLanguage, accept, text] of cases) {
    await environment.store.users.put({ ...alice, ...(preferredLanguage !== undefined && { preferredLanguage }) });
    const shown = await read('alice', 'Alice-Passw0rd', accept);
    t.match(shown.body, text, title);
  }
  await environment.store.users.put(alice);
  const shown = await read('alice', 'Alice-Passw0rd', 'de');
  t.match(shown.body, '<div class="agreement" lang="de" dir="auto"><p>Deutsche Bedingungen</p></div>');
  await shown.accept();
  t.match(
    await environment.store.agreementConsents.list(),
    [{ user: { id: ids.alice }, language: { id: made.de } }],
    'what was read is accepted',
  );
});
