import { readFile } from 'node:fs/promises';
import t from 'tap';
import { accessibilityFaults, launchBrowser, overflowOf, visit } from '../helpers/browser.js';
import { environmentId, ids, listen } from '../helpers/server.js';

const browser = await launchBrowser(t);

interface Variable {
  readonly key: string;
  readonly value: string;
}

t.test('the setup page gives Postman the environment that is chosen, and the collection that uses its variables', async (t) => {
  const { url } = await listen(t);
  const other = 'e0000000-0000-4000-8000-0000000000aa';
  await fetch(`${url}/__mock/v1/environments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: other, name: 'Ärger & Söhne' }),
  });
  const { page, said } = await visit(t, browser, { acceptDownloads: true });
  await page.goto(`${url}/__mock/`);
  const take = async (name: string) => {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
    const taken = await download;
    return { name: taken.suggestedFilename(), text: await readFile(await taken.path(), 'utf8') };
  };
  const variablesOf = (text: string) =>
    Object.fromEntries((JSON.parse(text) as { values: Variable[] }).values.map(({ key, value }) => [key, value]));

  const first = await take('Environment file');
  t.equal(first.name, 'pingone-mock-demo.postman_environment.json');
  const variables = variablesOf(first.text);
  t.match(variables, {
    authPath: url,
    apiPath: `${url}/v1`,
    envID: environmentId,
    adminAppID: ids.worker,
    adminAppSecret: 'worker-secret',
  });
  await page.getByRole('region', { name: 'Postman' }).getByLabel('Environment').selectOption(other);
  const second = await take('Environment file');
  t.equal(second.name, 'pingone-mock-rger-s-hne.postman_environment.json');
  t.match(variablesOf(second.text), { envID: other, adminAppSecret: '' });

  const collection = await take('Collection');
  t.equal(collection.name, 'pingone-mock-pkce.postman_collection.json');
  t.match(JSON.parse(collection.text), { info: { schema: /getpostman\.com/ } });
  const before = new Set(Object.keys(variables));
  for (const name of ['authPath', 'apiPath', 'envID', 'adminAppID', 'adminAppSecret'])
    t.ok(before.has(name) && collection.text.includes(`{{${name}}}`), name);
  t.same(said, []);
});

for (const [name, options] of [
  ['light', {}],
  ['narrow, dark', { colorScheme: 'dark', viewport: { width: 400, height: 800 } }],
] as const)
  t.test(`the panel for Postman is accessible: ${name}`, async (t) => {
    const { url } = await listen(t);
    const { page } = await visit(t, browser, { bypassCSP: true, ...options });
    await page.goto(`${url}/__mock/`);
    await page.getByRole('region', { name: 'Postman' }).scrollIntoViewIfNeeded();
    t.same(await accessibilityFaults(page), []);
    t.ok((await overflowOf(page)) <= 0);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/postman-${name.slice(0, 6)}.png` });
  });
