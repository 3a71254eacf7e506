import t from 'tap';
import { claimPairingKey, createPairingKey } from '../../src/configuration/devices/pairing-keys.js';
import { languagesOf, putLanguage } from '../../src/configuration/languages/languages.js';
import type { User } from '../../src/environment/model/user.js';
import { accessibilityFaults, fillSignOn, launchBrowser, overflowOf, startSignOn, visit } from '../helpers/browser.js';
import { addProvider } from '../helpers/federation.js';
import { assignPolicy } from '../helpers/flows.js';
import { managementClient, workerToken } from '../helpers/management.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { ids } from '../helpers/server.js';

const browser = await launchBrowser(t);

const configuration = {
  name: 'Acme',
  logoType: 'NONE',
  backgroundType: 'COLOR',
  backgroundColor: '#e8f0ec',
  bodyTextColor: '#333f38',
  buttonColor: '#00664f',
  buttonTextColor: '#ffffff',
  cardColor: '#ffffff',
  headingTextColor: '#00513f',
  linkTextColor: '#00664f',
  footer: '© Acme · <a href="https://example.com/privacy">Privacy</a> · <a href="https://example.com/terms">Terms</a>',
};

/** A picture of two colours, 16 × 4: what a logo is loaded from. */
const logo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAECAIAAAAI1ii7AAAAHElEQVR4nGOov7YLjhjS/OEIlzgDMYpQxGluAwDSc1iBHe99RQAAAABJRU5ErkJggg==',
  'base64',
);

const looks = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { name: 'narrow', options: { colorScheme: 'dark', viewport: { width: 400, height: 800 } } },
] as const;

for (const { name, options } of looks)
  t.test(`every page of a sign-on is accessible and fits, themed and in other languages as well: ${name}`, async (t) => {
    const server = await startSignOn(t);
    const { authorizeUrl, environment, app, url } = server;
    const call = await managementClient(app);
    const { page } = await visit(t, browser, { ...options, bypassCSP: true });
    const inspect = async (state: string) => {
      t.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${state}: one heading`);
      t.equal(await overflowOf(page), 0, `${state}: no scrolling to the side`);
      t.same(await accessibilityFaults(page), [], `${state}: axe-core finds nothing`);
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${state} ${name}.png`, fullPage: true });
    };
    const begin = (acr: string) => page.goto(authorizeUrl({ prompt: 'login', acr_values: acr }));

    const google = await addProvider(server, { type: 'GOOGLE', name: 'Google' });
    const partner = await addProvider(server, {
      type: 'OPENID_CONNECT',
      name: 'A Partner with a Rather Long Name',
      playedBy: 'someone-else',
    });
    const agreement = (await call('POST', 'agreements', { body: { name: 'Terms', enabled: false } })).json();
    const languages = `agreements/${agreement.id}/languages`;
    const language = (await call('POST', languages, { body: { locale: 'en', displayName: 'Terms of Use', enabled: false } })).json();
    await call('POST', `${languages}/${language.id}/revisions`, {
      body: {
        contentType: 'text/html',
        effectiveAt: '2026-11-22T12:00:00.000Z',
        requireReconsent: true,
        text: '<p>Be kind.</p><p>Do not copy other people’s work.</p>',
      },
    });
    await call('PUT', `${languages}/${language.id}`, { body: { locale: 'en', displayName: 'Terms of Use', enabled: true } });
    await call('PUT', `agreements/${agreement.id}`, { body: { name: 'Terms', enabled: true } });
    const numbers = [{ id: ids.native, push: { enabled: true, numberMatching: { enabled: true } } }];
    const { pair } = await withSecondFactor(server, {
      mobile: { enabled: true, otp: { failure: { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } } }, applications: numbers },
    });
    const socialProviders = [{ id: google.id }, { id: partner.id }];
    await assignPolicy(server, 'Providers', [{ type: 'LOGIN', socialProviders, registration: { enabled: true } }]);
    await assignPolicy(server, 'Terms', [{ type: 'LOGIN' }, { type: 'AGREEMENT', agreement: { id: agreement.id } }]);

    await begin('Providers');
    await inspect('providers');
    await page.getByRole('link', { name: /Google/ }).click();
    await inspect('someone else');
    await begin('Terms');
    await fillSignOn(page);
    await inspect('agreement');

    await page.goto(`${url}/${environment.id}/myaccount/`);
    await fillSignOn(page);
    await inspect('account empty');
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    await inspect('enrolment');
    await page.getByLabel('Passcode that the app shows').fill('000000');
    await page.getByRole('button', { name: 'Activate' }).click();
    await inspect('enrolment refused');
    await page.getByRole('button', { name: 'Cancel' }).click();

    const user = (await environment.store.users.get(ids.alice)) as User;
    const { code } = await createPairingKey(environment, user, [ids.native]);
    await claimPairingKey(environment, code, 'My phone');
    await pair({ type: 'EMAIL', email: 'alice@work.example' });
    await page.goto(`${url}/${environment.id}/myaccount/`);
    await inspect('account');

    await call('POST', 'themes', { body: { template: 'split', default: true, configuration } });
    await call('PUT', 'brandingSettings', { body: { companyName: 'Acme Corporation' } });
    await begin('Providers');
    await inspect('themed');
    await begin('Two_Steps');
    await fillSignOn(page);
    await inspect('themed push');
    await page.getByRole('button', { name: 'Use another device' }).click();
    await inspect('themed devices');
    await page.getByRole('button', { name: /Send an email/ }).click();
    await inspect('themed passcode');

    const sent = await app.inject({
      method: 'POST',
      url: `/v1/environments/${environment.id}/images`,
      headers: {
        authorization: `Bearer ${await workerToken(app)}`,
        'content-type': 'image/png',
        'content-disposition': 'attachment; filename=logo.png',
      },
      payload: logo,
    });
    const { id, targets } = sent.json();
    const image = { id, href: targets.original.href };
    const night = {
      ...configuration,
      name: 'Night',
      cardColor: '#14201b',
      bodyTextColor: '#dfe9e4',
      headingTextColor: '#a5e0cb',
      buttonColor: '#7fd6ba',
      buttonTextColor: '#06251c',
      linkTextColor: '#9fe3cd',
    };
    await call('POST', 'themes', {
      body: {
        template: 'mural',
        default: true,
        configuration: { ...night, logoType: 'IMAGE', logo: image, backgroundType: 'IMAGE', backgroundImage: image },
      },
    });
    await begin('Providers');
    t.equal(await page.evaluate("document.querySelector('.logo img').naturalWidth > 0"), true, 'the logo is loaded');
    await inspect('themed with images');

    for (const locale of ['de', 'ru']) {
      const known = (await languagesOf(environment)).find((each) => each.locale === locale);
      if (known) await putLanguage(environment, { ...known, enabled: true });
      await environment.store.users.put({ ...user, preferredLanguage: locale, mfaEnabled: true });
      await page.setExtraHTTPHeaders({ 'accept-language': locale });
      await begin('Providers');
      await inspect(`language ${locale}`);
    }
  });
