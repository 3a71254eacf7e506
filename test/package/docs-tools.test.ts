import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runScript } from '../helpers/child.js';
import { notRunnable, recipesFolder } from '../helpers/recipes.js';
import { environmentId, ids } from '../helpers/server.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/tools.md', 'utf8');

t.test('the commands of docs/tools.md lead curl to the mock, and set what Terraform reads', async (t) => {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands = '']) => commands);
  const [plain = '', ask = '', proxy = '', through = '', terraform = '', postman = '', newman = '', ...more] = blocks;
  t.same(more, [], 'each of them is run');
  const folder = mkdtempSync(join(tmpdir(), 'pingone-mock-tools-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { NODE_OPTIONS: _options, CURL_CA_BUNDLE: _bundle, SSL_CERT_DIR: _folder, ...env } = process.env;
  const run = (commands: string, url: string) =>
    runScript(commands.replaceAll('http://localhost:9400', url), { cwd: folder, env: { ...env, NO_PROXY: '127.0.0.1,localhost' } });

  t.equal(plain.trim(), 'node dist/cli.js');
  const server = await launchReady(t);
  const { _embedded } = JSON.parse(await run(ask, server.ready.url)) as { _embedded: { populations: { name: string }[] } };
  t.match(_embedded.populations, [{ name: 'Default' }]);

  t.equal(proxy.trim(), 'node dist/cli.js --proxy');
  const behind = await launchReady(t, ['--proxy']);
  t.match(JSON.parse(await run(through, behind.ready.url)), { keys: [{ kty: 'RSA' }] }, 'PingOne’s name, by the two variables');

  const set = await run(`${terraform}env`, server.ready.url);
  for (const line of [
    `PINGONE_CLIENT_ID=${ids.worker}`,
    'PINGONE_CLIENT_SECRET=worker-secret',
    `PINGONE_ENVIRONMENT_ID=${environmentId}`,
    'PINGONE_REGION_CODE=NA',
  ])
    t.ok(set.split('\n').includes(line), line);

  const here = (commands: string) =>
    runScript(commands.replaceAll('pingone-mock.postman_environment.json', join(folder, 'environment.json')), {
      env: { ...env, PINGONE_MOCK_BASE_URL: server.ready.url },
    });
  await here(postman);
  const { values } = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8')) as { values: { key: string; value: string }[] };
  t.same(Object.fromEntries(values.map(({ key, value }) => [key, value])), {
    tld: 'com',
    authPath: server.ready.url,
    apiPath: `${server.ready.url}/v1`,
    adminEnvID: environmentId,
    adminAppID: ids.worker,
    adminAppSecret: 'worker-secret',
    envID: environmentId,
  });
  const runner = join(recipesFolder, 'node_modules', '.bin', 'newman');
  const missing = notRunnable('newman');
  await t.test('newman runs the collection without a failure', { skip: missing }, async (t) => {
    t.match(await here(newman.replace('npx newman', runner)), /assertions │ +5\d │ +0 │/);
  });
});
