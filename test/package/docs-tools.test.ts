import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runScript } from '../helpers/child.js';
import { environmentId, ids } from '../helpers/server.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/tools.md', 'utf8');

t.test('the commands of docs/tools.md lead curl to the mock, and set what Terraform reads', async (t) => {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands = '']) => commands);
  const [plain = '', ask = '', proxy = '', through = '', terraform = '', ...more] = blocks;
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
});
