import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { openPlayground, parameter, press, reasons, signOnThere, step } from '../helpers/playground.js';
import { ids } from '../helpers/server.js';
import { screenshot } from '../helpers/sign-on.js';

const browser = await launchBrowser(t);

/** How many requests an environment has had; those to the control API do not count. */
const sentTo = async (url: string): Promise<unknown> =>
  ((await (await fetch(`${url}/__mock/v1/environments/default/requests`)).json()) as { count: number }).count;

t.test('the address of the page shows a colleague the same request, and what the server decided, and sends nothing', async (t) => {
  const { page, server, said } = await openPlayground(t, browser, { application: ids.web });
  await press(page, 'Swap the two');
  await parameter(page, 3, 'scope').fill('openid profile');
  await parameter(page, 3, 'max_age').fill('60');
  await page.getByText('More parameters').first().click();
  await page.getByLabel('Name of another parameter').fill('my_own');
  await press(page, 'Add a parameter');
  await parameter(page, 3, 'my_own').fill('a&b=c');
  await signOnThere(page, { signsOn: true });
  await press(page, 'Send the token request');
  await reasons(step(page, 5)).locator('.why').waitFor();
  const address = page.url();
  t.notMatch(address, /web-secret|[#&](token\.)?code=|client_secret=/, 'without secrets and codes');

  const before = await sentTo(server.url);
  const colleague = await visit(t, browser);
  await colleague.page.goto(address);
  const there = colleague.page;
  await reasons(step(there, 5)).locator('.why').getByText('swapped', { exact: true }).waitFor();
  for (const [number, name] of [
    [2, 'code_verifier'],
    [2, 'code_challenge'],
    [3, 'scope'],
    [3, 'state'],
    [3, 'max_age'],
    [3, 'my_own'],
  ] as const)
    t.equal(await parameter(there, number, name).inputValue(), await parameter(page, number, name).inputValue(), name);
  t.equal(await there.getByRole('button', { name: 'Swap the two', exact: true }).getAttribute('aria-pressed'), 'true');
  t.equal(await there.getByLabel('Application', { exact: true }).inputValue(), ids.web);
  await step(there, 4).getByText('The browser has not come back yet').waitFor();
  t.equal(there.url(), address, 'the address is the same there');
  const after = await sentTo(server.url);
  t.equal(after, before, 'nothing was sent');
  t.same([...said, ...colleague.said], []);
});

t.test('a hostile address fills in fields at most', async (t) => {
  const { page, server, said } = await openPlayground(t, browser);
  const evil = new URLSearchParams({
    application: '"><img src=x onerror=alert(1)>',
    redirect_uri: 'https://evil.example/callback',
    scope: '<script>alert(1)</script>',
    'other.__proto__': 'polluted',
    'other.constructor': 'polluted',
    'token.__proto__': 'polluted',
    way: 'javascript:alert(1)',
    authenticate: '__proto__',
    mistake: 'constructor',
    transaction: '../../state',
    state: 'x'.repeat(1400),
    code: 'stolen',
    request: 'stolen',
  });
  const before = await sentTo(server.url);
  const { page: other, said: also } = await visit(t, browser, { refused: /transactions\// });
  await other.goto(`${server.url}/__mock/playground#${evil}`);
  await other.getByText('There is no application').waitFor();
  t.equal(await parameter(other, 3, 'scope').inputValue(), '<script>alert(1)</script>', 'it is text');
  t.equal(await parameter(other, 3, 'request').inputValue(), '', 'secrets are not taken from an address');
  t.equal(await parameter(other, 5, 'code').inputValue(), '');
  t.equal(await other.evaluate('({}).polluted'), undefined);
  t.ok((await other.evaluate<number>('location.hash.length')) < 7000, 'the address stays short');
  await other.goto('about:blank');
  await other.goto(`${server.url}/__mock/playground#scope=${'y'.repeat(20_000)}`);
  await other.getByText('longer than the playground reads').waitFor();
  const after = await sentTo(server.url);
  t.equal(after, before, 'nothing was sent');
  // An answer that nobody waits for goes no further.
  await other.goto(`${server.url}/__mock/callback?code=stolen&state=x`);
  await other.getByText('There is no sign-on to finish').waitFor();
  await parameter(page, 3, 'nonce').fill('z'.repeat(2000));
  await page.getByText('Too long for the address').waitFor();
  t.same([...said, ...also], []);
});

t.test('with hidden secrets neither the verifier nor a plain challenge is in the address, and the secret is typed', async (t) => {
  const { page, said } = await openPlayground(t, browser, { application: ids.web, settings: { hideSecrets: true } });
  const verifier = await parameter(page, 2, 'code_verifier').inputValue();
  t.notMatch(page.url(), verifier);
  await parameter(page, 2, 'code_challenge_method').fill('plain');
  await parameter(page, 2, 'code_challenge').fill(verifier);
  t.notMatch(page.url(), verifier, 'plain, the challenge is the verifier');
  await press(page, 'New pair');
  await step(page, 2).getByText('A right pair').waitFor();
  await page.getByLabel('Its secret').fill('web-secret');
  await signOnThere(page, { signsOn: true });
  await press(page, 'Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  t.notMatch(page.url(), /code_verifier|web-secret/);
  t.same(said, []);
});

t.test('the playground works by keyboard alone', async (t) => {
  const { page, said } = await openPlayground(t, browser);
  const enter = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
  };
  await enter('Hash the challenge again');
  await step(page, 2).getByText('✗ One mistake').waitFor();
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Hash the challenge again', 'the focus stays');
  await page.keyboard.press('Enter');
  await step(page, 2).getByText('A right pair').waitFor();
  await parameter(page, 3, 'login_hint').focus();
  await page.keyboard.type('alice');
  await enter('Go to the sign-on');
  await page.getByLabel('Password').focus();
  await page.keyboard.type('Alice-Passw0rd');
  await page.keyboard.press('Enter');
  await step(page, 4).getByText('The application has a code.').waitFor();
  await enter('Send the token request');
  await step(page, 5).getByText('✓ 200').waitFor();
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Send the token request');
  t.same(said, []);
});

for (const [name, options] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 800 } }],
  ['forced-colors', { forcedColors: 'active' }],
] as const)
  t.test(`the playground is accessible and fits its window at each step: ${name}`, async (t) => {
    const { page } = await openPlayground(t, browser, { options: { bypassCSP: true, ...options } });
    const openAll = () => page.evaluate("for (const each of document.querySelectorAll('.play-step details')) each.open = true");
    const look = async (title: string) => {
      t.same(await accessibilityFaults(page), [], title);
      t.ok((await overflowOf(page)) <= 0, `${title} keeps to its window`);
      await screenshot(page, `playground-${title}-${name}`);
    };
    await press(page, 'Forget code_verifier');
    await openAll();
    await look('begun');
    await signOnThere(page, { signsOn: true });
    await press(page, 'Send the token request');
    await reasons(step(page, 5)).locator('.why').waitFor();
    await look('refused');
    await press(page, 'New pair');
    await signOnThere(page);
    await press(page, 'Send the token request');
    await step(page, 5).getByText('✓ 200').waitFor();
    await openAll();
    await look('used');
  });
