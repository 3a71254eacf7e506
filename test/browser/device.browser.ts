import t from 'tap';
import { accessibilityFaults, fillSignOn, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { basic } from '../helpers/client.js';
import { changeApplication } from '../helpers/configure.js';
import { deviceGrant, type StartedDevice } from '../helpers/device.js';
import { environmentId, ids, listen } from '../helpers/server.js';

/** The pages of a person who connects a device, and of one who approves what an application asks, in a real browser. */

const browser = await launchBrowser(t);

const send = async (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  (await (await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })).json()) as Record<string, unknown>;

for (const javaScriptEnabled of [true, false])
  t.test(`a person connects a device ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const { issuer } = await listen(t);
    const { page, said } = await visit(t, browser, { javaScriptEnabled, refused: /\/signon\/\?flowId/ });
    const device = (await send(`${issuer}/device_authorization`, {
      client_id: ids.device,
      scope: 'openid profile',
    })) as unknown as StartedDevice;
    await page.goto(device.verification_uri);
    await fillSignOn(page);
    const code = page.getByLabel('Code that the device shows');
    t.equal(await page.locator(':focus').getAttribute('name'), 'userCode', 'one can type at once');
    await code.fill('AAAA-AAAA');
    await page.getByRole('button', { name: 'Continue' }).click();
    t.match(await page.getByRole('alert').textContent(), /invalid or has expired/);
    t.equal(await code.inputValue(), 'AAAA-AAAA', 'what was typed is kept');
    await code.fill(device.user_code.toLowerCase());
    await page.getByRole('button', { name: 'Continue' }).click();
    t.match(await page.getByRole('main').textContent(), new RegExp(device.user_code));
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByRole('heading', { name: 'Device Connected' }).waitFor();
    const tokens = await send(`${issuer}/token`, { grant_type: deviceGrant, device_code: device.device_code, client_id: ids.device });
    t.type(tokens.access_token, 'string');

    const second = (await send(`${issuer}/device_authorization`, { client_id: ids.device })) as unknown as StartedDevice;
    await page.goto(second.verification_uri_complete);
    await page.getByRole('button', { name: 'Do not allow' }).click();
    await page.getByRole('heading', { name: 'Device Not Connected' }).waitFor();
    t.same(said, []);
  });

t.test('the device and approval pages are accessible and fit a phone, light and dark', async (t) => {
  const server = await listen(t);
  await changeApplication(server, ids.web, { grantTypes: ['CIBA'] });
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await visit(t, browser, { colorScheme, bypassCSP: true, viewport: { width: 320, height: 640 } });
    const check = async (name: string) => {
      t.same(await accessibilityFaults(page), [], `${name}, ${colorScheme}`);
      t.equal(await overflowOf(page), 0, `${name}, ${colorScheme}: no wider than the window`);
    };
    const device = (await send(`${server.issuer}/device_authorization`, { client_id: ids.device })) as unknown as StartedDevice;
    await page.goto(device.verification_uri);
    await fillSignOn(page);
    await check('the user code');
    await page.getByLabel('Code that the device shows').fill('x');
    await page.getByRole('button', { name: 'Continue' }).click();
    await check('a wrong user code');
    await page.getByLabel('Code that the device shows').fill(device.user_code);
    await page.getByRole('button', { name: 'Continue' }).click();
    await check('the consent');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await check('connected');

    const approvals = `${server.url}/${environmentId}/signon/approvals`;
    await page.goto(approvals);
    await check('nothing to approve');
    const form = { scope: 'openid profile', login_hint: 'alice', binding_message: 'Pump 4, 50 $' };
    await send(`${server.issuer}/cibaAuthorization`, form, { authorization: basic(ids.web, 'web-secret') });
    await page.goto(approvals);
    await check('something to approve');
    await page.getByRole('button', { name: 'Approve' }).click();
    await check('approved');
    await page.getByRole('link', { name: 'Back to the waiting requests' }).click();
    t.equal(page.url(), approvals);
  }
});
