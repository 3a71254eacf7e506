import t from 'tap';
import { control, startExample } from '../examples/application.js';
import { fillSignOn, launchBrowser, visit } from '../helpers/browser.js';
import { launchReady } from '../package/command.js';

const browser = await launchBrowser(t);

t.test('a person signs on to the single-page application, refreshes, signs off and sees its errors', async (t) => {
  const { ready } = await launchReady(t);
  const origin = await startExample(t, 'spa/server.js', ready);
  const { page, said } = await visit(t, browser);
  const status = page.getByRole('status');
  const says = (text: string) => page.getByText(text, { exact: true }).waitFor();

  await page.goto(origin);
  await says('Nobody is signed on');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await fillSignOn(page);
  await says('Signed on as alice');
  t.equal(page.url(), `${origin}/`, 'the code is out of the address');
  await page.reload();
  await says('Signed on as alice');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await says('Signed on as alice, refreshed 1 times');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await says('Nobody is signed on');
  t.same(said, [], 'the console says nothing');

  await control(ready, '/environments/default/faults', { endpoint: 'token', times: 1, status: 400, error: 'invalid_grant' });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/Sign-on failed/).waitFor();
  t.equal(await status.textContent(), 'Sign-on failed: invalid_grant');
  await page.goto(`${origin}/callback?code=x&state=unknown`);
  await page.getByText(/Sign-on failed/).waitFor();
  t.match(await status.textContent(), /No matching state/);
});
