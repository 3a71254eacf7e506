import type { BrowserContextOptions, Page } from 'playwright-core';
import t from 'tap';
import { launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { listen } from '../helpers/server.js';
import { newVerifier, s256, signOn } from '../helpers/sign-on.js';

/** Makes the pictures of the documentation, on request: PICTURES=docs/images. */
const folder = process.env.PICTURES;

interface Screen {
  readonly name: string;
  readonly path: string;
  /** The text of what is folded, and opened first. */
  readonly open?: string;
  /** What has to be there before the screen is looked at. */
  readonly ready: string;
  /** What is scrolled to the top. */
  readonly at?: string;
}

const screens: readonly Screen[] = [
  { name: 'setup', path: '', ready: '.cards' },
  { name: 'live', path: 'live', ready: '.compared-values .verdict' },
  { name: 'bytes', path: 'live', open: 'How the verifier becomes the challenge', ready: '.weave', at: '.transformation' },
  { name: 'source', path: 'live', ready: '.source .decided', at: '.source' },
  { name: 'tokens', path: 'tokens', ready: '.outcome' },
  { name: 'calculator', path: 'pkce?challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM%3D', ready: '.snippet' },
  { name: 'state', path: 'state', ready: 'table' },
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
    for (const { name, path, open, ready, at } of screens) {
      await page.goto(`${url}/__mock/${path}`);
      if (open) await page.getByText(open).click();
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
