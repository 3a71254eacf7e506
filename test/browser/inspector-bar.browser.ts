import t from 'tap';
import { accessibilityFaults, launchBrowser, visit } from '../helpers/browser.js';
import { listen } from '../helpers/server.js';
import { screenshot } from '../helpers/sign-on.js';
import { until } from '../helpers/until.js';

const browser = await launchBrowser(t);

/** The place of everything in the bar that every page has. */
const placesInBar = `JSON.stringify([...document.querySelectorAll('.home, nav a, #theme')].map((each) => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [each.textContent, x, y, width, height].join(' ');
}))`;

for (const width of [1440, 1366, 1280, 1180, 1024, 640, 400])
  t.test(`the navigation stays where it is from page to page, ${width} pixels wide`, async (t) => {
    const { url } = await listen(t);
    const { page, said } = await visit(t, browser, { viewport: { width, height: 700 } });
    const places = new Set<unknown>();
    for (const [path, ready] of [
      ['', '.cards'],
      ['live', '.empty'],
      ['lab', '.stage-area'],
      ['playground', '.page'],
      ['tokens', '.page'],
      ['pkce', '.page'],
      ['state', '.cards'],
    ] as const) {
      await page.goto(`${url}/__mock/${path}`);
      await page.locator(ready).first().waitFor();
      places.add(await page.evaluate(placesInBar));
    }
    t.equal(places.size, 1, [...places].join('\n'));
    t.same(said, []);
  });

t.test('a theme is chosen once for all pages, is there before the first paint, and follows the system by default', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { colorScheme: 'light' });
  const scheme = 'getComputedStyle(document.documentElement).colorScheme';
  const paper = 'getComputedStyle(document.documentElement).backgroundColor';
  const [light, dark] = ['rgb(238, 241, 244)', 'rgb(15, 18, 22)'];
  await page.goto(`${url}/__mock/`);
  t.equal(await page.getByLabel('Theme').inputValue(), 'system');
  t.equal(await page.evaluate(paper), light);
  await page.emulateMedia({ colorScheme: 'dark' });
  t.equal(await page.evaluate(paper), dark, 'as the system is');
  await page.getByLabel('Theme').focus();
  await page.keyboard.press('ArrowDown');
  t.equal(await page.evaluate(paper), light, 'by keyboard');

  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByLabel('Theme').selectOption('dark');
  t.same([await page.evaluate(paper), await page.evaluate(scheme)], [dark, 'dark']);
  const other = await page.context().newPage();
  await other.goto(`${url}/__mock/lab`);
  await other.locator('.stage-area').waitFor();
  t.equal(await other.getByLabel('Theme').inputValue(), 'dark', 'also on the lab');
  t.equal(await other.evaluate(paper), dark);
  await other.getByLabel('Theme').selectOption('system');
  await until(async () => (await page.evaluate('document.documentElement.dataset.theme')) === 'system');
  t.equal(await page.getByLabel('Theme').inputValue(), 'system', 'other tabs follow');

  await other.getByLabel('Theme').selectOption('dark');
  // What the head alone says of the theme: before any of the modules ran, and before the body was there.
  await page.addInitScript(`new MutationObserver((_, observer) => {
    if (!document.body) return;
    observer.disconnect();
    window.atFirst = document.documentElement.dataset.theme;
  }).observe(document, { childList: true, subtree: true })`);
  await page.goto(`${url}/__mock/tokens`);
  t.equal(await page.evaluate('window.atFirst'), 'dark', 'no flash of another theme');
  t.same(said, []);
});

t.test('a theme that cannot be kept still changes the page', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { colorScheme: 'light' });
  await page.addInitScript(
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused', 'SecurityError'); } })",
  );
  await page.goto(`${url}/__mock/`);
  await page.getByLabel('Theme').selectOption('dark');
  t.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
  await page.goto(`${url}/__mock/lab`);
  t.equal(await page.evaluate('document.documentElement.dataset.theme'), 'system');
  t.same(said, []);
});

t.test('the bar and what can be copied are accessible in a theme that the system does not have', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { bypassCSP: true, colorScheme: 'light', viewport: { width: 400, height: 800 } });
  await page.goto(`${url}/__mock/`);
  await page.locator('.cards').first().waitFor();
  await page.getByLabel('Theme').selectOption('dark');
  t.same(await accessibilityFaults(page), []);
  await screenshot(page, 'bar-narrow-dark');
  const copy = page.getByRole('button', { name: 'Copy Issuer' });
  const before = await copy.evaluate((button) => (button as unknown as { offsetWidth: number }).offsetWidth);
  await copy.click();
  await page
    .getByText(/^(Copied|Not copied)$/)
    .first()
    .waitFor();
  t.ok((await copy.evaluate((button) => (button as unknown as { offsetWidth: number }).offsetWidth)) >= before, 'it does not shrink');
});
