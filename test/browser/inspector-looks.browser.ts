import type { BrowserContextOptions } from 'playwright-core';
import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { listen } from '../helpers/server.js';
import { newVerifier, screenshot, signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 800 } }],
  ['zoomed', { viewport: { width: 640, height: 360 } }],
  ['forced-colors', { forcedColors: 'active', reducedMotion: 'reduce' }],
];
for (const [name, options] of looks)
  t.test(`every page of the inspector is accessible and fits its window: ${name}`, async (t) => {
    const { url } = await listen(t);
    const { page } = await visit(t, browser, { bypassCSP: true, ...options });
    await page.goto(`${url}/__mock/live`);
    await page.locator('.empty').waitFor();
    t.same(await accessibilityFaults(page), [], 'live, empty');
    await screenshot(page, `empty-${name}`);
    await signOn(url);
    await signOn(url, { sends: newVerifier() });
    for (const [path, ready] of [
      ['', '.cards'],
      ['playground', '.play-step'],
      ['live', '.source .decided'],
      ['tokens', '.outcome'],
      ['pkce?challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM%3D', '.snippet'],
      ['state', 'table'],
      ['callback', '.problem'],
      ['tx/unknown', '.empty h2'],
    ] as const) {
      await page.goto(`${url}/__mock/${path}`);
      await page.locator(ready).first().waitFor();
      if (path === 'live') await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
      t.same(await accessibilityFaults(page), [], path);
      t.ok((await overflowOf(page)) <= 0, `${path} keeps to its window`);
      await screenshot(page, `${path.split('?')[0]?.replace('/', '-') || 'setup'}-${name}`);
    }
  });
