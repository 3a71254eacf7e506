import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { ask } from '../helpers/ask.js';
import { until } from '../helpers/until.js';
import { launch, launchReady, run } from './command.js';

const environmentId = 'e0000000-0000-4000-8000-000000000001';

t.test('the ready line names the https address, and the framework writes nothing of its own', async (t) => {
  const { ready, child, ended } = await launchReady(t, ['--https', '--https-port', '0']);
  const { httpsUrl } = ready as { httpsUrl?: string };
  t.match(httpsUrl, /^https:\/\/127\.0\.0\.1:\d+$/);
  t.same(Object.keys(ready), ['event', 'url', 'httpsUrl', 'environmentId', 'issuer', 'discovery', 'inspector', 'version']);
  const { body: ca } = await ask(`${ready.url}/__mock/ca.pem`);
  t.equal((await ask(`${httpsUrl}/readyz`, { ca })).status, 200);
  child.kill('SIGTERM');
  const { code, output, errors } = await ended;
  t.equal(code, 0);
  t.equal(errors, '', 'no warning of Node or of the framework');
  t.notMatch(output, /listening/i);
});

t.test('with https only, healthcheck and ca find the one address', async (t) => {
  const { ready } = await launchReady(t, ['--https', 'only', '--https-port', '0']);
  t.match(ready.url, /^https:/);
  t.equal(ready.issuer, `${ready.url}/${environmentId}/as`);
  t.notOk('httpsUrl' in ready);
  const flags = ['--https', 'only', '--https-port', new URL(ready.url).port];
  t.equal((await run(['healthcheck', ...flags])).code, 0);
  const { code, output } = await run(['ca', ...flags]);
  t.equal(code, 0);
  t.equal((await ask(`${ready.url}/readyz`, { ca: output })).status, 200);
});

t.test('the command ca prints and exports the same authority each time', async (t) => {
  const folder = t.testdir({});
  const kept = { PINGONE_MOCK_CA_DIR: join(folder, 'ca') };
  const made = await run(['ca'], kept);
  t.equal(made.code, 0);
  t.match(made.output, /^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n$/);
  t.equal((await run(['ca'], kept)).output, made.output, 'the same one again');
  for (const argv of [['--export', join(folder, 'a.pem')], [`--export=${join(folder, 'b.pem')}`]]) {
    t.same(await run(['ca', ...argv], kept), { code: 0, output: '', errors: '' });
    t.equal(readFileSync((argv.at(-1) as string).replace('--export=', ''), 'utf8'), made.output);
  }
  const { ready } = await launchReady(t, ['--https', '--https-port', '0'], kept);
  t.equal((await run(['ca', '--port', new URL(ready.url).port])).output, made.output, 'from the server');

  t.match(await run(['ca', '--export'], kept), { code: 2, errors: 'pingone-mock: --export needs a value: the path of a file\n' });
  t.match(await run(['ca', '--export', join(folder, 'none/a.pem')], kept), {
    code: 2,
    errors: /--export: .*a\.pem cannot be written: the folder .*none does not exist/,
  });
  t.match(await run(['ca', '--port', '1']), {
    code: 1,
    output: '',
    errors: /^pingone-mock: there is no certificate authority: start a server with --https/,
  });
  writeFileSync(join(folder, 'ca/ca-key.pem'), 'x');
  t.match(await run([], { PORT: '0', PINGONE_MOCK_HTTPS: 'on', PINGONE_MOCK_HTTPS_PORT: '0', ...kept }), {
    code: 2,
    output: '',
    errors: /does not hold/,
  });
});

t.test('the banner shows the https address, the proxy and what to trust', async (t) => {
  const { child, written, ended } = launch(['--log', 'pretty', '--port', '0', '--https', '--https-port', '0', '--proxy']);
  t.teardown(() => child.kill('SIGKILL'));
  await until(() => written.output.includes('OIDC_CLIENT_ID='));
  for (const line of [
    /^ {2}HTTPS +https:\/\//m,
    /^ {2}Proxy +HTTPS_PROXY=http:/m,
    /^ {2}CA +http:.*\/__mock\/ca\.pem$/m,
    /^ {2}Key hash +[\w+/]{43}= /m,
  ])
    t.match(written.output, line);
  child.kill('SIGTERM');
  t.equal((await ended).code, 0);
});

t.test('an https port in use is reported with its own flag', async (t) => {
  const { ready } = await launchReady(t);
  const { port } = new URL(ready.url);
  const { code, errors } = await run(['--port', '0', '--https', '--https-port', port]);
  t.equal(code, 1);
  t.match(errors, new RegExp(`port ${port} of 127.0.0.1 is in use\\. .*--https-port N or PINGONE_MOCK_HTTPS_PORT`));
});

t.test('a signal ends open streams, and a second one does not wait', async (t) => {
  const { ready, child, ended } = await launchReady(t);
  const began = await new Promise<number | undefined>((resolve, reject) => {
    const stream = get(`${ready.url}/__mock/v1/events`, (response) => {
      response.on('error', () => {}).resume();
      resolve(response.statusCode);
    });
    stream.on('error', reject);
  });
  t.equal(began, 200);
  child.kill('SIGTERM');
  t.equal((await ended).code, 0);

  const twice = await launchReady(t);
  twice.child.kill('SIGINT');
  twice.child.kill('SIGINT');
  t.ok([0, 130].includes((await twice.ended).code as number));
});

t.test('a seed is taken from a folder or the working folder, and an unusable folder is refused', async (t) => {
  const folder = t.testdir({
    'b.json': '{"environments":[{"id":"e0000000-0000-4000-8000-00000000000b","name":"B"}]}',
    'a.json': '{"environments":[{"id":"e0000000-0000-4000-8000-00000000000a","name":"A"}]}',
    'notes.txt': 'no seed',
  });
  const { ready } = await launchReady(t, [], { PINGONE_MOCK_SEED_DIR: folder });
  t.equal(ready.environmentId, 'e0000000-0000-4000-8000-00000000000a', 'in name order');
  const id = 'e0000000-0000-4000-8000-0000000000ff';
  t.equal((await launchReady(t, ['--env-id', id])).ready.environmentId, id);

  const refused: [folder: string, message: string][] = [
    [join(folder, 'none'), `PINGONE_MOCK_SEED_DIR: ${folder}/none does not exist`],
    [join(folder, 'notes.txt'), `PINGONE_MOCK_SEED_DIR: ${folder}/notes.txt is not a folder`],
  ];
  for (const [path, message] of refused)
    t.same(await run([], { PORT: '0', PINGONE_MOCK_SEED_DIR: path }), { code: 2, output: '', errors: `pingone-mock: ${message}\n` });
  mkdirSync(join(folder, 'empty'));
  t.equal(
    (await launchReady(t, [], { PINGONE_MOCK_SEED_DIR: join(folder, 'empty') })).ready.environmentId,
    environmentId,
    'as in the image',
  );

  writeFileSync(join(folder, 'pingone-mock.config.json'), `{"environments":[{"id":"${id}"}]}`);
  t.equal((await launchReady(t, [], {}, folder)).ready.environmentId, id);
  t.equal(
    (await launchReady(t, ['--config', join(folder, 'b.json')], {}, folder)).ready.environmentId,
    'e0000000-0000-4000-8000-00000000000b',
  );
});
