import type { BrowserContextOptions, Page } from 'playwright-core';
import t from 'tap';
import { launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { listen } from '../helpers/server.js';
import { newVerifier, s256, signOn } from '../helpers/sign-on.js';

/** Makes the pictures of the documentation, on request: PICTURES=docs/images. */
const folder = process.env.PICTURES;

/** Each screen with what has to be there before it is looked at; `at` is scrolled to the top. */
const screens: readonly (readonly [name: string, path: string, ready: string, at?: string])[] = [
  ['setup', '', '.cards'],
  ['live', 'live', '.snippet'],
  ['bytes', 'live', '.weave', '.transformation'],
  ['source', 'live', '.source .decided', '.source'],
  ['tokens', 'tokens', '.outcome'],
  ['calculator', 'pkce?challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM%3D', '.snippet'],
  ['state', 'state', 'table'],
];

const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['light', { viewport: { width: 1280, height: 860 } }],
  ['dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 860 } }],
];

const bringUp = (page: Page, selector: string) =>
  page.evaluate(`scrollBy(0, document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().top - 72)`);

for (const [look, options] of looks)
  t.test(`each screen of the documentation can be photographed: ${look}`, { skip: !folder && 'PICTURES names no folder' }, async (t) => {
    const { url } = await listen(t);
    const { page, said } = await visit(t, await launchBrowser(t), options);
    const take = (name: string) => page.screenshot({ path: `${folder}/${name}-${look}.png` });
    await signOn(url);
    const verifier = newVerifier();
    await signOn(url, { challenge: s256(verifier), sends: `${verifier.slice(0, -1)}${verifier.endsWith('A') ? 'B' : 'A'}` });
    for (const [name, path, ready, at] of screens) {
      await page.goto(`${url}/__mock/${path}`);
      await page.locator(ready).first().waitFor();
      if (at) await bringUp(page, at);
      await take(name);
    }
    await page.goto(`${url}/__mock/lab?exercise=3&pkce=plain`);
    await page.getByLabel('Refused at /token').check();
    await page.getByRole('button', { name: 'Run the attack' }).click();
    await page.locator('.outcome').waitFor();
    await bringUp(page, '.stage-area');
    await take('lab');
    await page.goto(`${url}/__mock/`);
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('button', { name: /victor/i }).click();
    await page.getByRole('heading', { name: 'Signed on, with PKCE' }).waitFor();
    await take('callback');
    t.equal(await overflowOf(page), 0);
    t.same(said, []);
  });
