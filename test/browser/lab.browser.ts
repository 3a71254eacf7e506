import type { Page } from 'playwright-core';
import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { attack, type LabRun as Run, refusedInLab as refused } from '../helpers/lab.js';
import { listen } from '../helpers/server.js';

const browser = await launchBrowser(t);

t.test('a run shows the server’s exact answer, who did what, and why', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  await attack(page, url, { exercise: 2, pkce: 'S256' });
  t.match(await page.locator('.outcome').textContent(), /You predicted: Mallory gets tokens/);
  t.match(await page.getByText('"error": "invalid_grant"').count(), 1);
  t.match(await page.locator('.move.mallory').last().textContent(), /POST \/token.*no code_verifier/s);
  await page.getByText('What the server saw, computed and decided').click();
  t.match(await page.locator('.seen .why').textContent(), 'No code_verifier was sent');

  await attack(page, url, { exercise: 5, pkce: 'S256' });
  t.match(
    await page.locator('.move.server').last().textContent(),
    'Refused at /token',
    'a verifier for a code without a challenge is refused',
  );
  await attack(page, url, { exercise: 7, pkce: 'off' });
  t.match(await page.locator('.move.victim').last().textContent(), 'Is signed on as mallory');
});

t.test('a server broken on purpose shows what each check prevents', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  t.equal(await attack(page, url, { exercise: 3, pkce: 'S256', server: 'not comparing the verifier (broken)' }), 'stolen');
  const plain = { exercise: 6, pkce: 'plain', enforcement: 'S256_REQUIRED' } as const;
  t.equal(await attack(page, url, { ...plain, server: 'accepting plain although S256 is required (broken)' }), 'stolen');
  t.equal(await attack(page, url, { exercise: 8, pkce: 'S256', server: 'accepting used codes (broken)' }), 'stolen');
  t.equal(await attack(page, url, { exercise: 3, pkce: 'S256' }), 'token', 'and it is whole again afterwards');
});

t.test('a broken server is blamed only for what its fault changed', async (t) => {
  const { url, context } = await listen(t);
  const { page } = await visit(t, browser, { refused });
  const told = async (run: Run) => {
    const outcome = await attack(page, url, run);
    return `${outcome}: ${await page.locator('.outcome').textContent()}`;
  };
  const [forgets, plain, again] = ['not comparing the verifier', 'accepting plain although S256 is required', 'accepting used codes'].map(
    (name) => `${name} (broken)`,
  ) as [string, string, string];
  t.match(
    await told({ exercise: 5, pkce: 'S256', enforcement: 'REQUIRED', server: forgets }),
    /^authorize: .*which makes no difference to this run\. For a correct server: The pkceEnforcement of the application does not allow/,
  );
  t.match(
    await told({ exercise: 2, pkce: 'S256', server: plain }),
    /^token: .*no difference to this run\. For a correct server: .*the verifier is missing/,
  );
  t.match(
    await told({ exercise: 3, pkce: 'S256', server: again }),
    /^token: .*no difference to this run\. For a correct server: A verifier has 256 random bits/,
  );
  t.match(
    await told({ exercise: 2, pkce: 'off', server: forgets }),
    /^stolen: .*no difference to this run\. For a correct server: Without PKCE/,
  );
  t.match(
    await told({ exercise: 8, pkce: 'S256', server: forgets }),
    /^revoked: .*no difference to this run\. For a correct server: A code works once/,
  );
  t.match(
    await told({ exercise: 3, pkce: 'S256', server: forgets }),
    /^stolen: .*did not check the verifier\. A correct server says here: Refused at \/token\./,
  );
  t.match(
    await told({ exercise: 8, pkce: 'S256', server: again }),
    /^stolen: .*that was spent\. A correct server says here: Refused at \/token\./,
  );
  t.match(
    await told({ exercise: 6, pkce: 'plain', enforcement: 'S256_REQUIRED', server: plain }),
    /^stolen: .*accepted plain.*A correct server says here: Refused at \/authorize\./,
  );
  for (const pkce of ['plain', 'S256'] as const)
    t.match(
      await told({ exercise: 5, pkce, server: forgets }),
      /^stolen: (?!.*no difference)(?!.*refuses a verifier).*did not check the verifier\. A correct server says here: Refused at \/token\./,
      'an answer that is another one is told, though the theft comes out the same',
    );
  t.equal(context.environments.list().filter(({ record }) => record.name === 'Lab, one run').length, 10, 'the second runs leave nothing');
  t.same(
    context.environments
      .list()
      .find(({ record }) => record.name === 'Lab')
      ?.faults.list() ?? [],
    [],
    'and nobody else has the fault',
  );
});

t.test('a run shows its own transaction while others use the lab', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused });
  const lab = (await (await fetch(`${url}/__mock/v1/lab`, { method: 'POST' })).json()) as {
    issuer: string;
    redirectUri: string;
    applications: Record<string, { id: string }>;
  };
  const other = new URLSearchParams({
    response_type: 'code',
    client_id: lab.applications.demo?.id ?? '',
    redirect_uri: lab.redirectUri,
    scope: 'openid',
  });
  // Somebody else is faster: each time that the page asks what the server saw, there is a newer one.
  await page.route(/\/transactions\?/, async (route) => {
    await fetch(`${lab.issuer}/authorize?${other}`, { redirect: 'manual' });
    await route.continue();
  });
  await attack(page, url, { exercise: 2, pkce: 'S256' });
  await page.getByText('What the server saw, computed and decided').click();
  t.match(await page.locator('.seen .why').textContent(), 'No code_verifier was sent');
  await page.getByRole('button', { name: 'Run App A' }).click();
  await page.getByLabel('encodes the hash’s hex string').check();
  t.match(await page.locator('p.outcome').textContent(), /Yes.*hex text/);

  await attack(page, url, { exercise: 5, pkce: 'S256' });
  t.match(await page.locator('.answers > pre').textContent(), /^HTTP 200\n.*access_token/s, 'the answer is the one to the theft');
  await page.getByText('What the server saw, computed and decided').click();
  await page.locator('.seen .hero.bad', { hasText: 'Stolen: Mallory gets tokens' }).waitFor();
  await page.getByRole('link', { name: 'Stolen: Mallory gets tokens' }).click();
  await page.locator('.item.bad[aria-current]', { hasText: 'Stolen: Mallory gets tokens' }).waitFor();
  t.equal(await page.locator('.item.good', { hasText: 'Mallory' }).count(), 0, 'a theft is no success on the live page');
});

t.test('the results of an exercise keep the outcome of each setting, also when the page is opened again', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused });
  await attack(page, url, { exercise: 2, pkce: 'off' });
  await attack(page, url, { exercise: 2, pkce: 'off', enforcement: 'REQUIRED' });
  await page.goto(`${url}/__mock/lab/2`);
  const results = await page.locator('.tile').allTextContents();
  t.same(results.slice(0, 3), [
    'PKCE Off, OPTIONAL✗ tokens stolen',
    'PKCE Off, REQUIRED✓ refused at /authorize',
    'PKCE Off, S256_REQUIRED not tried yet',
  ]);
  t.match(await page.locator('.exercises li').nth(1).textContent(), '2 of 9 runs seen');
  await page.getByText('Exercises: 1 of 11 done').waitFor();
  await page.goto(`${url}/__mock/lab`);
  await page.getByRole('heading', { name: 'One honest sign-on' }).waitFor();
  await page.getByRole('button', { name: 'Forget my results' }).click();
  await page.getByText('Exercises: 0 of 11 done').waitFor();
});

t.test('using the lab by keyboard never loses the focus', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused });
  const focused = () => page.evaluate<string>('document.activeElement.value || document.activeElement.textContent');
  await page.goto(`${url}/__mock/lab/2`);
  await page.getByRole('radio', { name: 'Off' }).focus();
  for (const expected of ['plain', 'S256']) {
    await page.keyboard.press('ArrowRight');
    t.equal(await focused(), expected);
  }
  t.match(page.url(), 'pkce=S256');
  await page.getByRole('radio', { name: 'OPTIONAL' }).focus();
  await page.keyboard.press('ArrowRight');
  t.equal(await focused(), 'REQUIRED');
  await page.getByLabel('The server is').focus();
  await page.keyboard.press('ArrowDown');
  t.equal(await focused(), 'challenge-ignored');
  await page.locator('input[name=prediction]').first().focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Run the attack' }).focus();
  await page.keyboard.press('Enter');
  t.equal(await focused(), 'Run the attack', 'while it runs');
  await page.locator('[data-outcome]').waitFor();
  t.equal(await focused(), 'Run the attack', 'and afterwards');
});

/** Holds a page's requests to /token until released. */
async function holdTokens(page: Page): Promise<() => void> {
  let letGo = () => {};
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/\/as\/token$/, async (route) => {
    await free;
    await route.continue();
  });
  return letGo;
}

t.test('choices made while an attack runs do not change the outcome that is remembered', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused });
  const letGo = await holdTokens(page);
  await page.goto(`${url}/__mock/lab/2`);
  await page.locator('input[name=prediction]').first().check();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const sent = page.waitForRequest(/\/as\/token$/);
  const run = page.getByRole('button', { name: 'Run the attack' });
  await run.click();
  await run.click();
  await sent;
  await page.getByRole('radio', { name: 'S256', exact: true }).check();
  await page.getByLabel('The server is').selectOption('challenge-ignored');
  letGo();
  await page.getByText('Exercises: 1 of 11 done').waitFor();
  t.same(JSON.parse(await page.evaluate("localStorage.getItem('pingone-mock lab')")), { 'stolen-code': { 'off,OPTIONAL': 'stolen' } });
  t.equal(await page.locator('[data-outcome]').count(), 0, 'and it does not stand below another choice');
  t.equal(asked.filter((each) => each.endsWith('/token')).length, 1, 'a second press while it runs begins nothing');
});

t.test('the later of two applications run at once is shown', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser, { refused });
  const letGo = await holdTokens(page);
  await page.goto(`${url}/__mock/lab`);
  await page.getByRole('button', { name: 'Run App C' }).click();
  // App A is refused before it reaches /token.
  await page.getByRole('button', { name: 'Run App A' }).click();
  await page.getByRole('heading', { name: 'App A was refused' }).waitFor();
  const over = page.waitForResponse(/\/transactions\?/);
  letGo();
  await (await over).finished();
  await page.waitForTimeout(200);
  t.same(await page.getByRole('heading', { name: /was refused$/ }).allTextContents(), ['App A was refused']);
});

t.test('the lab on a projector shows one exercise and only what is needed to run it', async (t) => {
  const { url } = await listen(t);
  const { page } = await visit(t, browser);
  await page.goto(`${url}/__mock/lab/4?pkce=plain&projector=1`);
  t.match(page.url(), 'projector=1', 'it stays so when the page is loaded again');
  await page.getByRole('heading', { name: 'Mallory saw the challenge as well' }).waitFor();
  t.same(await page.getByRole('button').allTextContents(), ['Run the attack']);
  t.equal(await page.getByRole('main').getByRole('combobox').count(), 0);
  t.equal(await page.getByRole('radio').count(), 3, 'the prediction');
  await page.locator('input[name=prediction]').first().check();
  await page.getByRole('button').click();
  t.equal(await page.locator('[data-outcome]').getAttribute('data-outcome'), 'stolen');
});

t.test('three applications with a bug each are refused, and a right guess names the bug', async (t) => {
  const { url } = await listen(t);
  const { page, said } = await visit(t, browser, { refused });
  await page.goto(`${url}/__mock/lab`);
  for (const [app, guess, verdict] of [
    ['App A', 'encodes the hash’s hex string', /Yes.*hex text of 32 bytes/],
    ['App B', 'does not hash at all', /No\..*ends in =/],
    ['App C', 'makes a new verifier after the redirect', /Yes.*made from a different verifier/],
  ] as const) {
    await page.getByRole('button', { name: `Run ${app}` }).click();
    await page.getByRole('heading', { name: `${app} was refused` }).waitFor();
    await page.getByLabel(guess).check();
    t.match(await page.locator('p.outcome').textContent(), verdict, app);
  }
  t.same(said, []);
});

for (const [name, options] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['400 pixels', { viewport: { width: 400, height: 800 } }],
] as const)
  t.test(`the lab is accessible and fits its window: ${name}`, async (t) => {
    const { url } = await listen(t);
    const { page } = await visit(t, browser, { bypassCSP: true, ...options });
    await attack(page, url, { exercise: 4, pkce: 'plain' });
    t.same(await accessibilityFaults(page), []);
    t.equal(await overflowOf(page), 0, 'nothing stands out of the window');
    if (process.env.SCREENSHOTS)
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/lab-${name.replace(' ', '-')}.png`, fullPage: true });
  });
