import { execFileSync } from 'node:child_process';
import t from 'tap';
import { readSettings } from '../../src/settings/read.js';
import { containerSettings, untilReady } from '../../src/testcontainers/index.js';
import { listen } from '../helpers/server.js';

// Without a container engine: the builder's settings, and the requests to a running mock.

t.test('containerSettings gives the server variables it knows, and refuses others', async (t) => {
  t.same(containerSettings({}), {
    image: 'pingone-mock',
    port: 9400,
    environment: { PINGONE_MOCK_LOG: 'json', PINGONE_MOCK_ALLOWED_HOSTS: '*', PINGONE_MOCK_PORT: '9400', PINGONE_MOCK_HOST: '0.0.0.0' },
    contents: [],
  });
  const seed = { environments: [{ name: 'Of a test' }] };
  const { image, environment, contents } = containerSettings({
    image: 'registry/mock:1',
    seed,
    settings: { PINGONE_MOCK_AUTO_LOGIN: 'alice', PINGONE_MOCK_PORT: '1' },
  });
  t.equal(image, 'registry/mock:1');
  t.same(contents, [{ content: JSON.stringify(seed), target: '/seed/seed.json' }]);
  t.match(environment, { PINGONE_MOCK_AUTO_LOGIN: 'alice', PINGONE_MOCK_PORT: '9400' }, 'the port inside is fixed');
  const named = containerSettings({ settings: { PINGONE_MOCK_ALLOWED_HOSTS: 'engine.example.com' } }).environment;
  t.equal(named.PINGONE_MOCK_ALLOWED_HOSTS, 'engine.example.com', 'a list that is given stays');
  const file = containerSettings({ settings: { PINGONE_MOCK_ALLOWED_HOSTS_FILE: '/run/secrets/hosts' } }).environment;
  t.notOk('PINGONE_MOCK_ALLOWED_HOSTS' in file, 'a file as well: both would be an error');
  t.throws(() => containerSettings({ settings: { PATH: '/' } }), { message: /unknown setting PATH/ });
  const { settings, warnings } = readSettings({ argv: [], env: environment });
  t.same(warnings, [], 'the server knows them all');
  t.match(settings, { port: 9400, host: '0.0.0.0', autoLogin: 'alice' });
});

t.test('untilReady waits for a mock, and gives up in time', async (t) => {
  const { url } = await listen(t);
  await untilReady(url, 5000);
  await t.rejects(untilReady('http://127.0.0.1:9', 250), { message: /not ready within 0\.25 s/ });
});

t.test('the package exports it under a path of its own', async (t) => {
  const script = "import('pingone-mock/testcontainers').then((module) => console.log(Object.keys(module).sort().join(' ')))";
  const names = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  t.equal(names, 'containerSettings startPingOneMock untilReady\n');
});
