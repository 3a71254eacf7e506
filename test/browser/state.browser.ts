import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { applySeed, readSeed } from '../../src/configuration/seed/index.js';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { environmentId, ids, listen } from '../helpers/server.js';

const browser = await launchBrowser(t);

/** The last call that a page shows: its status, method and path, and what it sent and got. */
async function lastCall(page: Page) {
  const call = page.locator('.call').last();
  await call.waitFor();
  const [body] = await call.getByLabel('Body', { exact: true }).allTextContents();
  const [answer] = await call.getByLabel('Answer', { exact: true }).allTextContents();
  return {
    head: await call.locator('.call-head code').textContent(),
    status: await call.locator('.call-head b').textContent(),
    body: body === undefined ? undefined : (JSON.parse(body) as Record<string, unknown>),
    answer,
    why: await call.locator('.call-why').allTextContents(),
  };
}

/** Runs what “Copy as curl” copied, and returns the status of its answer. */
async function runCopied(page: Page): Promise<{ command: string; answer: string }> {
  await page.locator('.call').last().getByRole('button', { name: 'Copy as curl' }).click();
  await page.locator('.call').last().getByRole('button', { name: 'Copied' }).waitFor();
  const command = await page.evaluate<string>('navigator.clipboard.readText()');
  const { stdout } = await promisify(execFile)('bash', ['-c', command]);
  return { command, answer: stdout };
}

const prefix = `/v1/environments/${environmentId}`;

async function open(t: Test, path: string, options: Parameters<typeof visit>[2] = {}, settings = {}) {
  const server = await listen(t, settings);
  const visited = await visit(t, browser, { permissions: ['clipboard-read', 'clipboard-write'], ...options });
  await visited.page.goto(`${server.url}/__mock/state?environment=${environmentId}${path}`);
  await visited.page.getByRole('heading', { level: 1 }).waitFor();
  return { ...server, ...visited };
}

t.test('a new user is made by the call that the page shows, which a shell can repeat', async (t) => {
  const { page, said, environment } = await open(t, '');
  await page.getByRole('link', { name: 'New user' }).click();
  await page.getByRole('heading', { name: 'New user' }).waitFor();
  // By keyboard: the first field has the focus.
  await page.keyboard.type('zoe');
  await page.keyboard.press('Tab');
  await page.keyboard.type('zoe@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Zoe-Passw0rd');
  await page.keyboard.press('Enter');
  const made = await lastCall(page);
  t.match(made, { status: /201/, head: `POST ${prefix}/users`, body: { username: 'zoe', email: 'zoe@example.com' } });
  t.match(made.body, { password: { value: 'Zoe-Passw0rd' } });
  const [zoe] = await environment.store.users.find('username', 'zoe');
  t.equal(zoe?.email, 'zoe@example.com');
  t.ok(await environment.store.passwords.get(zoe?.id ?? ''), 'with the password');
  t.match(await page.locator('.call').textContent(), 'application/vnd.pingidentity.user.import+json');

  const { answer } = await runCopied(page);
  t.match(answer, /^HTTP\/1.1 400[\s\S]*UNIQUENESS_VIOLATION/, 'the same again is refused: there is one by now');
  t.match(
    environment.requests.list({ method: 'POST' }).map(({ url }) => url),
    [`${prefix}/users`, `${prefix}/users`],
    'the journal has it, as it has every request',
  );

  await page.getByLabel('Username').fill('zoe');
  await page.keyboard.press('Enter');
  await page.locator('.call.refused').waitFor();
  const refused = await lastCall(page);
  t.match(refused, { status: /400/, answer: /UNIQUENESS_VIOLATION/, why: [/What to do: Choose another value for “username”/] });
  t.equal(await page.getByLabel('Username').getAttribute('aria-invalid'), 'true');
  t.equal(await page.evaluate('document.activeElement.id'), 'user-username', 'the focus goes to what is refused');
  await page.getByLabel('Username').fill('yan');
  await page.keyboard.press('Enter');
  await page.locator('.call.held').waitFor();
  await page.getByRole('link', { name: 'Open yan' }).click();
  await page.getByRole('heading', { name: 'yan', level: 1 }).waitFor();
  t.same(
    said.filter((line) => !/status of 400/.test(line)),
    [],
  );
});

t.test('a user is disabled, locked, given another password, and put into a group', async (t) => {
  const { page, said, environment } = await open(t, `&user=${ids.alice}`, { refused: /password$/ });
  const user = () => environment.store.users.get(ids.alice);
  await page.getByRole('button', { name: 'Disable' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('DISABLED', { exact: true }).waitFor();
  t.match(await lastCall(page), { status: /200/, head: `PUT ${prefix}/users/${ids.alice}/enabled`, body: { enabled: false } });
  t.equal((await user())?.enabled, false);
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Enable', 'the focus stays where it was');
  const { answer } = await runCopied(page);
  t.match(answer, /^HTTP\/1.1 200[\s\S]*"enabled" : false/);
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByText('enabled', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Lock the account' }).click();
  await page.getByText('account LOCKED').waitFor();
  await page.getByRole('button', { name: 'Unlock the account' }).click();
  await page.getByText('account LOCKED').waitFor({ state: 'detached' });
  t.match(await lastCall(page), { status: /200/, head: `POST ${prefix}/users/${ids.alice}` });
  t.match(await page.locator('.call').last().textContent(), 'vnd.pingidentity.account.unlock+json');

  await page.getByLabel('New password').fill('short');
  await page.keyboard.press('Enter');
  await page.locator('.call.refused').waitFor();
  t.match(await lastCall(page), {
    status: /400/,
    why: [/What to do: The password policy also wants: .*/],
    answer: /unsatisfiedRequirements/,
  });
  await page.getByLabel('New password').fill('Alice-N3w-Passw0rd');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.locator('.call.refused').waitFor({ state: 'detached' });
  t.match(await lastCall(page), { status: /200/, head: `PUT ${prefix}/users/${ids.alice}/password` });

  t.same(said, []);
});

t.test('a group is made, a user joins it on either screen and leaves it', async (t) => {
  const { page, said, environment, url } = await open(t, '&new=group');
  await page.getByLabel('Name').fill('Testers');
  await page.keyboard.press('Enter');
  t.match(await lastCall(page), { status: /201/, head: `POST ${prefix}/groups`, body: { name: 'Testers' } });
  await page.getByRole('link', { name: 'Open Testers' }).click();
  await page.getByText('No members.').waitFor();
  const [group] = await environment.store.groups.find('name', 'testers');
  await page.getByLabel('Username').fill('no "such\\ user');
  await page.keyboard.press('Enter');
  await page.locator('main').getByText('There is no user “no "such\\ user”').waitFor();
  t.equal(await page.locator('.call').count(), 0, 'there was nothing to ask');
  await page.getByLabel('Username').fill('bob');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove bob' }).waitFor();
  t.match(await lastCall(page), { status: /201/, head: `POST ${prefix}/users/${ids.bob}/memberOfGroups`, body: { id: group?.id } });
  await page.getByRole('button', { name: 'Remove bob' }).click();
  await page.getByText('No members.').waitFor();
  t.match(await lastCall(page), { status: /204/, head: `DELETE ${prefix}/users/${ids.bob}/memberOfGroups/${group?.id}` });

  await page.goto(`${url}/__mock/state?environment=${environmentId}&user=${ids.alice}`);
  await page.getByLabel('Group', { exact: true }).selectOption({ label: 'Testers' });
  await page.getByRole('button', { name: 'Add to group' }).click();
  await page.getByRole('button', { name: 'Remove from Testers' }).waitFor();
  t.equal((await environment.store.memberships.find('group.id', group?.id ?? '')).length, 1);
  await page.getByRole('link', { name: 'Testers' }).click();
  await page.getByRole('button', { name: 'Delete group' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete group' }).click();
  await page.getByRole('heading', { name: 'State', level: 1 }).waitFor();
  t.same(await environment.store.groups.find('name', 'testers'), []);
  t.same(said, []);
});

const types = ['SINGLE_PAGE_APP', 'WEB_APP', 'NATIVE_APP', 'SERVICE', 'WORKER', 'CUSTOM_APP', 'AI_AGENT', 'PORTAL_LINK_APP'];

t.test('an application of each type is made, and what it lacks is said', async (t) => {
  const { page, said, environment } = await open(t, '&new=application', { refused: /applications$/ });
  for (const type of types) {
    await page.getByLabel('Name').fill(`My ${type}`);
    await page.getByLabel('Type').selectOption(type);
    const [redirects, address] = [page.getByLabel(/Redirect URIs/), page.getByLabel('Address of the page')];
    if (await redirects.isVisible()) await redirects.fill('http://localhost:4000/callback\n\n  http://localhost:4000/other ');
    if (await address.isVisible()) await address.fill('https://example.com/');
    await page.getByRole('button', { name: 'Create application' }).click();
    await page.getByRole('link', { name: `Open My ${type}` }).waitFor();
    t.match(await lastCall(page), { status: /201/, head: `POST ${prefix}/applications`, body: { type, enabled: true } });
  }
  const made = (await environment.store.applications.list()).filter(({ name }) => name.startsWith('My '));
  t.same(new Set(made.map(({ type }) => type)), new Set(types));
  const spa = made.find(({ type }) => type === 'SINGLE_PAGE_APP');
  t.match(spa, { redirectUris: ['http://localhost:4000/callback', 'http://localhost:4000/other'], pkceEnforcement: 'S256_REQUIRED' });

  await page.getByLabel('Name').fill('Wrong');
  await page.getByLabel('Type').selectOption('WEB_APP');
  await page.getByLabel(/Redirect URIs/).fill('not an address');
  await page.getByRole('button', { name: 'Create application' }).click();
  await page.locator('.call.refused').waitFor();
  t.equal(await page.evaluate('document.activeElement.name'), 'redirectUris');
  t.match((await lastCall(page)).why, [/What to do: Correct “redirectUris”/]);
  t.same(said, []);
});

t.test('an application is disabled, changed, and granted scopes', async (t) => {
  const { page, said, environment } = await open(t, `&application=${ids.spa}`);
  const path = `${prefix}/applications/${ids.spa}`;
  const application = () => environment.store.applications.get(ids.spa);
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('DISABLED', { exact: true }).waitFor();
  t.match(await lastCall(page), { status: /200/, head: `PUT ${path}`, body: { enabled: false, name: 'Demo SPA' } });
  t.equal((await application())?.enabled, false);
  const { answer } = await runCopied(page);
  t.match(answer, /^HTTP\/1.1 200/, 'the whole body is there to be sent again');
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByText('enabled', { exact: true }).waitFor();
  await page.getByLabel(/Redirect URIs/).fill('http://localhost:5000/callback');
  await page.getByLabel('PKCE').selectOption('OPTIONAL');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('PKCE OPTIONAL').waitFor();
  t.match(await application(), { redirectUris: ['http://localhost:5000/callback'], pkceEnforcement: 'OPTIONAL' });

  const openid = page.getByRole('group', { name: 'openid' });
  await openid.getByLabel('address', { exact: true }).check();
  await page.getByRole('button', { name: 'Save the grant' }).click();
  await page.locator('.call', { hasText: '/grants/' }).waitFor();
  t.match((await lastCall(page)).status, /200/);
  const [grant] = await environment.store.grants.find('application.id', ids.spa);
  const names = await Promise.all((grant?.scopes ?? []).map(async ({ id }) => (await environment.store.scopes.get(id))?.name));
  t.ok(names.includes('address'), names.join());
  for (const box of await openid.getByRole('checkbox').all()) await box.uncheck();
  await page.getByRole('button', { name: 'Save the grant' }).click();
  await page.locator('.call', { hasText: '204' }).waitFor();
  t.match((await lastCall(page)).head, /^DELETE .*\/grants\//);
  t.same(await environment.store.grants.find('application.id', ids.spa), []);
  t.same(said, []);
});

t.test('a flow policy of DaVinci is assigned to an application and removed', async (t) => {
  const { page, said, url, context, environment } = await open(t, `&application=${ids.spa}`);
  t.equal(await page.getByRole('heading', { name: 'Flow policies of DaVinci' }).count(), 0, 'there are none yet');
  const seed = { environments: [{ id: environmentId, flowPolicies: [{ name: 'Our flow', preset: 'sign-on' }] }] };
  await applySeed(context, readSeed(seed, 'flow.json'));
  await page.reload();
  await page.getByRole('button', { name: 'Assign' }).click();
  await page.getByRole('button', { name: 'Remove Our flow' }).waitFor();
  t.match(await lastCall(page), {
    status: /201/,
    head: `POST ${prefix}/applications/${ids.spa}/flowPolicyAssignments`,
    body: { priority: 1 },
  });
  t.equal((await environment.store.flowPolicyAssignments.find('application.id', ids.spa)).length, 1);
  await page.getByRole('button', { name: 'Remove Our flow' }).click();
  await page.getByText('None: people sign on by the sign-on policies.').waitFor();
  await page.goto(`${url}/__mock/state?environment=${environmentId}`);
  await page.getByRole('heading', { name: 'Flow policies' }).waitFor();
  t.same(said, []);
});

t.test('one environment is reset after a question, and the others stay', async (t) => {
  const { page, said, environment, url } = await open(t, '');
  await fetch(`${url}/__mock/v1/environments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Other', users: [{ username: 'olga' }] }),
  });
  await environment.store.users.take(ids.alice);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('button', { name: 'Reset this environment' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  t.equal(await environment.store.users.get(ids.alice), undefined);
  await page.getByRole('button', { name: 'Reset this environment' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset this environment' }).click();
  t.match(await lastCall(page), { status: /204/, head: `POST /__mock/v1/environments/${environmentId}/reset` });
  await page.getByRole('link', { name: 'alice' }).waitFor();
  const other = page.getByLabel('Environment', { exact: true }).locator('option', { hasText: 'Other' });
  await page.getByLabel('Environment', { exact: true }).selectOption(await other.getAttribute('value'));
  await page.getByRole('link', { name: 'olga' }).waitFor();
  t.equal(await page.locator('.call').count(), 0, 'another environment has other calls');
  t.same(said, []);
});

t.test('secrets that are hidden stay so in the calls that are shown', async (t) => {
  const { page, said } = await open(t, `&user=${ids.alice}`, {}, { hideSecrets: true });
  await page.getByLabel('New password').fill('Alice-N3w-Passw0rd');
  await page.keyboard.press('Enter');
  const { status, body } = await lastCall(page);
  t.match([status, body], [/200/, { value: '(hidden)' }]);
  await page.getByText('Pair a device').click();
  await page.getByLabel('Type').selectOption('TOTP');
  await page.getByRole('button', { name: 'Pair', exact: true }).click();
  await page.getByText('Its secret is not shown').waitFor();
  t.notMatch(await page.locator('main').textContent(), /Alice-N3w-Passw0rd|[A-Z2-7]{32}/);
  t.same(said, []);
});

const looks = [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 400, height: 800 } }],
] as const;
for (const [name, options] of looks)
  t.test(`every screen of the state is accessible and fits its window: ${name}`, async (t) => {
    const { page, url } = await open(t, '', { bypassCSP: true, refused: /users$|applications$/, ...options });
    const look = async (what: string) => {
      t.same(await accessibilityFaults(page), [], what);
      t.ok((await overflowOf(page)) <= 0, `${what} keeps to its window`);
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/state-${what}-${name}.png`, fullPage: true });
    };
    const go = async (path: string) => {
      await page.goto(`${url}/__mock/state?environment=${environmentId}${path}`);
      await page.locator('form, .cards').first().waitFor();
    };
    await look('list');
    await go('&new=user');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.locator('.call').waitFor();
    await look('new-user');
    await go('&new=application');
    await page.getByLabel('Name').fill('Shop');
    await page.getByRole('button', { name: 'Create application' }).click();
    await page.locator('.call').waitFor();
    await look('new-application');
    await go(`&user=${ids.alice}`);
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('DISABLED', { exact: true }).waitFor();
    await page.getByText('Pair a device').click();
    await page.getByLabel('Type').selectOption('TOTP');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText('Scan it with an authenticator app').waitFor();
    await look('user');
    await go(`&application=${ids.spa}`);
    await look('application');
    await go('');
    await page.getByRole('button', { name: 'Reset this environment' }).click();
    await look('dialog');
  });
