import t from 'tap';
import { madeMistakes } from '../../src/protocol/mistakes/index.js';
import { accessibilityFaults, launchBrowser, visit } from '../helpers/browser.js';
import { changeApplication } from '../helpers/configure.js';
import { call, openPlayground, parameter, press, reasons, signOnThere, step } from '../helpers/playground.js';
import { ids, listen } from '../helpers/server.js';
import { until } from '../helpers/until.js';

const browser = await launchBrowser(t);

t.test('a person signs on as anybody, redeems the code, and uses the tokens up, with the server’s reasons beside each step', async (t) => {
  const server = await listen(t);
  const { page, said } = await visit(t, browser, { bypassCSP: true });
  await page.goto(`${server.url}/__mock/`);
  await page.getByRole('link', { name: 'Playground', exact: true }).first().click();
  await press(page, 'Register it');
  await page.getByText('does not know the playground').waitFor({ state: 'detached' });
  await press(page, 'Offer “Someone Else”');
  await step(page, 3).getByText('Or anybody').waitFor();
  await press(page, 'Go to the sign-on');
  await page.getByRole('link', { name: /Someone Else/ }).click();
  await page.getByLabel('Name').fill('Dora Doe');
  await press(page, 'Continue');
  await step(page, 4).getByText('The application has a code.').waitFor();
  t.equal(await page.evaluate('document.activeElement.id'), 'play-step-4', 'the focus is where the answer is');
  await step(page, 4).getByText('The state is the one that was sent').waitFor();
  await reasons(step(page, 3)).getByText('Authorization request parsed').waitFor();
  await reasons(step(page, 3)).getByText('Challenge recorded, method S256').waitFor();
  await reasons(step(page, 4)).getByText('Signed on as dora.doe').waitFor();
  t.notMatch(page.url(), /code=|token=/, 'neither code nor token is in the address');

  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  await reasons(step(page, 5)).getByText('Tokens issued').waitFor();
  await step(page, 6).getByRole('heading', { name: 'ID token', exact: true }).waitFor();
  t.equal(await step(page, 6).getByText('dora.doe').first().isVisible(), true, 'the ID token is decoded');

  await press(page, 'Ask for the claims');
  await call(page, 'Userinfo').getByText('"given_name": "Dora"').waitFor();
  await press(page, 'Introspect the token');
  await call(page, 'Introspect').getByText('"active": true').waitFor();
  const old = await call(page, 'Refresh').locator('input[name=refresh_token]').inputValue();
  await press(page, 'Refresh the tokens');
  await reasons(call(page, 'Refresh')).getByText('Tokens refreshed').waitFor();
  const fresh = await call(page, 'Refresh').locator('input[name=refresh_token]').inputValue();
  t.not(fresh, old, 'the new refresh token is in its field');
  await press(page, 'Revoke the token');
  await reasons(call(page, 'Revoke')).getByText('Refresh token revoked').waitFor();
  await press(page, 'Refresh the tokens');
  await call(page, 'Refresh').getByText('✗ 400').waitFor();
  await reasons(call(page, 'Refresh')).locator('.why').waitFor();
  await press(page, 'Sign off here');
  await reasons(call(page, 'Sign off')).getByText('Signed off dora.doe').waitFor();
  t.same(await accessibilityFaults(page), []);
  t.same(
    said.filter((line) => !/as\/token$/.test(line)),
    [],
  );
});

t.test('each of ten mistakes with PKCE is made by one click, and the server’s diagnosis names it', async (t) => {
  const { page, said } = await openPlayground(t, browser);
  await signOnThere(page, { signsOn: true });
  for (const { code, label } of madeMistakes) {
    await press(page, label);
    await step(page, 2).getByText(`One mistake: ${label}`).waitFor();
    await signOnThere(page);
    t.equal(await step(page, 2).getByRole('button', { name: label, exact: true }).getAttribute('aria-pressed'), 'true', 'it is still made');
    const isRefusedThere = await step(page, 4).getByText('✗ invalid_request').isVisible();
    if (!isRefusedThere) await press(page, 'Send the token request');
    const why = reasons(step(page, isRefusedThere ? 3 : 5)).locator('.why');
    await why.getByText(code, { exact: true }).waitFor();
    t.equal(await why.getByText('proven by the values').isVisible(), true, `${label}: ${code}`);
  }
  // The same button mends it.
  await press(page, madeMistakes.at(-1)?.label ?? '');
  await step(page, 2).getByText('A right pair').waitFor();
  await signOnThere(page);
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  t.same(said, []);
});

t.test('a confidential application proves itself by its secret, in each way, and pushes or signs its request', async (t) => {
  const { page, server, said } = await openPlayground(t, browser, { application: ids.web });
  const configured = (tokenEndpointAuthMethod: string) => changeApplication(server, ids.web, { tokenEndpointAuthMethod });
  let signsOn = true;
  for (const method of ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']) {
    await configured(method.toUpperCase());
    await page.getByLabel('Authenticates by').selectOption(method);
    await signOnThere(page, { signsOn });
    signsOn = false;
    await press(page, 'Send the token request');
    await step(page, 5).getByText('✓ 200').waitFor();
    await reasons(step(page, 5)).getByText('Client authenticated').waitFor();
    t.equal(await page.getByLabel('Authenticates by').inputValue(), method, 'the choice outlives the way to the sign-on and back');
  }
  await configured('CLIENT_SECRET_BASIC');
  await page.getByLabel('Authenticates by').selectOption('client_secret_basic');
  await page.getByLabel('How it is sent').selectOption('par');
  await press(page, 'Push the request');
  await step(page, 3).getByText('✓ 201').waitFor();
  t.match(await page.getByLabel('The address that the browser opens').innerText(), /request_uri=urn/);
  await signOnThere(page);
  await reasons(step(page, 3)).getByText('Authorization request pushed').waitFor();
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();

  await page.getByLabel('Authenticates by').selectOption('client_secret_post');
  await parameter(page, 5, 'client_secret').fill('wrong');
  await page.getByLabel('How it is sent').selectOption('redirect');
  await signOnThere(page);
  await parameter(page, 5, 'client_secret').fill('wrong');
  await press(page, 'Send the token request');
  await reasons(step(page, 5)).locator('.why').waitFor();
  t.match(await step(page, 5).locator('.play-answer').innerText(), /invalid_client/);
  await press(page, 'Undo the edits');
  t.equal(await parameter(page, 5, 'client_secret').inputValue(), 'web-secret');
  await page.getByLabel('Authenticates by').selectOption('client_secret_basic');

  await page.getByLabel('How it is sent').selectOption('object');
  await until(async () => /&request=ey/.test(await page.getByLabel('The address that the browser opens').innerText()));
  await signOnThere(page);
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  await reasons(step(page, 3)).getByText('Authorization request parsed').waitFor();
  t.same(said, []);
});

t.test('the answer is read from query, fragment, form and JSON, and from an address that is pasted', async (t) => {
  const { page, said } = await openPlayground(t, browser);
  await parameter(page, 3, 'response_type').fill('code id_token');
  await signOnThere(page, { signsOn: true });
  await step(page, 4).getByRole('heading', { name: 'ID token', exact: true }).waitFor();
  await parameter(page, 3, 'response_mode').fill('form_post');
  await parameter(page, 3, 'response_type').fill('code');
  await signOnThere(page);
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();

  await parameter(page, 3, 'response_mode').fill('pi.flow');
  await parameter(page, 3, 'prompt').fill('login');
  await press(page, 'Send it');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill('Alice-Passw0rd');
  await press(page, 'Check the password');
  await step(page, 4).getByText('The application has a code.').waitFor();
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  await reasons(step(page, 4)).getByText('Signed on as alice').waitFor();

  await page.getByText('The browser ended at another address?').click();
  await page.getByLabel('Paste it here').fill('https://app.example/callback?error=access_denied&state=another');
  await press(page, 'Read it');
  await step(page, 4).getByText('✗ access_denied').waitFor();
  await step(page, 4).getByText('an application must stop here').waitFor();
  t.same(said, []);
});
