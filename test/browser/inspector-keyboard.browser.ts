import t from 'tap';
import { launchBrowser, visit } from '../helpers/browser.js';
import { ids, listen } from '../helpers/server.js';
import { signOn } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);
const focused = 'document.activeElement.id || document.activeElement.textContent || document.activeElement.tagName';

t.test('choosing an environment by keyboard keeps the focus on the state page', async (t) => {
  const { url } = await listen(t);
  await fetch(`${url}/__mock/v1/lab`, { method: 'POST' });
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/state`);
  await page.getByLabel('Environment').locator('option').nth(1).waitFor({ state: 'attached' });
  await page.getByLabel('Environment').focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('Try-it Client').waitFor();
  t.equal(await page.evaluate(focused), 'environment');
  await page.keyboard.press('ArrowUp');
  await page.getByText('Demo SPA').first().waitFor();
  t.equal(await page.evaluate(focused), 'environment');
  t.same(said, []);
});

t.test('a button that vanishes when pressed passes the focus on', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser);
  await page.goto(`${url}/__mock/`);
  await page.getByLabel('Application', { exact: true }).selectOption(ids.web);
  await page.getByRole('button', { name: 'Auth.js' }).click();
  await page.getByRole('button', { name: 'Register it' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('which is not registered').waitFor({ state: 'detached' });
  t.equal(await page.evaluate(focused), 'Auth.js', 'to the library whose address was registered');

  await page.goto(`${url}/__mock/live`);
  await page.getByText('● live').waitFor();
  await page.keyboard.press('p');
  await signOn(url);
  await page.getByText('1 changed while paused: show').focus();
  await page.keyboard.press('Enter');
  await page.locator('.item').waitFor();
  t.equal(await page.evaluate(focused), 'Pause');
  t.same(said, []);
});

t.test('the state page reports an unknown environment and lets the reader choose another', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { refused: /environment=nope/ });
  await page.goto(`${url}/__mock/state?environment=nope`);
  await page.locator('.problem', { hasText: 'nope' }).waitFor();
  t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'State');
  t.ok(await page.getByLabel('Environment').isVisible());
  t.same(said, []);
});
