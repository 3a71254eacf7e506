import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { endGroup } from '../helpers/child.js';
import { until } from '../helpers/until.js';
import { launch, launchLimited, launchReady, type Ready, run } from './command.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
/** How long Fastify keeps a connection open that is not used. */
const keepAliveMilliseconds = 72_000;
const environmentId = 'e0000000-0000-4000-8000-000000000001';

t.test('the ready line is the first on standard output, and the server answers at once', async (t) => {
  const { ready, written, child, ended } = await launchReady(t);
  t.match(ready.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  t.same(ready, {
    event: 'ready',
    url: ready.url,
    environmentId,
    issuer: `${ready.url}/${environmentId}/as`,
    discovery: `${ready.url}/${environmentId}/as/.well-known/openid-configuration`,
    inspector: `${ready.url}/__mock/`,
    version,
  });
  t.same(Object.keys(ready), ['event', 'url', 'environmentId', 'issuer', 'discovery', 'inspector', 'version'], 'in this order');
  for (const path of ['/healthz', '/readyz']) t.equal((await fetch(ready.url + path)).status, 200, path);
  t.match(await (await fetch(ready.discovery)).json(), { issuer: ready.issuer });
  child.kill('SIGTERM');
  const { code } = await ended;
  t.equal(code, 0);
  t.equal(written.errors, '');
  for (const line of written.output.trimEnd().split('\n')) t.doesNotThrow(() => JSON.parse(line), 'each line is JSON');
});

t.test('a signal ends the server in under a second, with connections open', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { ready, child, ended } = await launchReady(t);
    const agent = new Agent({ keepAlive: true });
    t.teardown(() => agent.destroy());
    await new Promise<void>((resolve, reject) => {
      get(`${ready.url}/healthz`, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
    });
    const started = Date.now();
    child.kill(signal);
    t.equal((await ended).code, 0, signal);
    // It takes some milliseconds. What the server must not wait for is the connection, which lasts for longer than this.
    t.ok(Date.now() - started < keepAliveMilliseconds / 2, `${signal}: ${Date.now() - started} ms`);
  }
});

t.test('a signal during the start ends the server', async (t) => {
  for (const milliseconds of [100, 200, 300]) {
    const { child, ended } = launch(['--json', '--port', '0']);
    await wait(milliseconds);
    child.kill('SIGTERM');
    const { code, errors } = await ended;
    // On a busy machine Node itself may need longer than this to reach the first statement.
    if (code === null) t.pass(`after ${milliseconds} ms no statement had run`);
    else t.equal(code, 0, `after ${milliseconds} ms`);
    t.equal(errors, '');
  }
});

t.test('the server keeps running after the reader of the ready line closes the pipe', async (t) => {
  const { ready, child, ended } = await launchReady(t);
  child.stdout.destroy();
  for (let count = 0; count < 3; count += 1) await fetch(`${ready.url}/${environmentId}/as/authorize`, { redirect: 'manual' });
  t.equal((await fetch(`${ready.url}/readyz`)).status, 200);
  child.kill('SIGTERM');
  t.equal((await ended).code, 0);
});

t.test('the server that runs out of file descriptors says so, once, and goes on when some are free again', async (t) => {
  const { child, written } = launchLimited(96, ['--json', '--port', '0']);
  t.teardown(() => endGroup(child));
  await until(() => written.output.includes('\n'));
  const { url } = JSON.parse(written.output.split('\n')[0] as string) as Ready;
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: 120 }, () => connect(Number(port), hostname).on('error', () => undefined));
  await until(() => written.errors.includes('no file descriptors are left'));
  const [line, ...more] = written.errors.split('\n').filter((each) => each.includes('no file descriptors are left'));
  t.match(JSON.parse(line as string), { level: 50, code: 'EMFILE', connections: Number, msg: /ulimit -n/ });
  t.same(more, []);
  for (const socket of sockets) socket.destroy();
  await until(async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok === true);
  t.equal(child.exitCode, null);
});

t.test('where the log is JSON, the warnings of the start are lines of it', async (t) => {
  const { child, written } = await launchReady(t, ['--log', 'json'], { NODE_ENV: 'production', PINGONE_MOCK_PROT: '1' });
  t.match(
    written.errors
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { level: 40, event: 'start', msg: /unknown variable PINGONE_MOCK_PROT is ignored/ },
      { level: 40, event: 'start', msg: /NODE_ENV is production/ },
    ],
  );
  child.kill('SIGTERM');
});

t.test('the pretty log shows a person how to connect and sign on', async (t) => {
  const { child, written, ended } = launch(['--log', 'pretty', '--port', '0'], { NODE_ENV: 'production', PINGONE_MOCK_PROT: '1' });
  t.teardown(() => child.kill('SIGKILL'));
  await until(() => written.output.includes('OIDC_CLIENT_ID='));
  t.match(written.output, /MOCK of PingOne/);
  t.match(written.output, new RegExp(`^PINGONE_ENVIRONMENT_ID=${environmentId}$`, 'm'));
  t.match(written.output, new RegExp(`^OIDC_ISSUER=http://127\\.0\\.0\\.1:\\d+/${environmentId}/as$`, 'm'));
  for (const text of ['Demo SPA', 'alice', 'Alice-Passw0rd', '/__mock/']) t.ok(written.output.includes(text), text);
  t.match(written.errors, /unknown variable PINGONE_MOCK_PROT is ignored; did you mean PINGONE_MOCK_PORT\?\n/);
  t.match(written.errors, /NODE_ENV is production/);
  child.kill('SIGTERM');
  t.equal((await ended).code, 0);
});

t.test('unusable settings end the command with code 2 and one message', async (t) => {
  const cases: [argv: string[], env: Record<string, string>, message: string][] = [
    [['--port', 'abc'], {}, '--port is "abc"; expected a whole number from 0 to 65535'],
    [['start', '--prot', '1'], {}, 'unknown flag "--prot"; did you mean --port?'],
    [['strat'], {}, 'unknown command "strat"; did you mean start?'],
    [[], { PINGONE_MOCK_BASE_URL: 'localhost' }, 'PINGONE_MOCK_BASE_URL is "localhost"; expected an http or https URL'],
    [[], { PINGONE_MOCK_PORT: '1', PINGONE_MOCK_PORT_FILE: '/x' }, 'PINGONE_MOCK_PORT and PINGONE_MOCK_PORT_FILE are both set'],
    [['--config', '/none/seed.json'], {}, '/none/seed.json'],
    [[], { PINGONE_MOCK_CONFIG: '{"environments":[' }, 'PINGONE_MOCK_CONFIG'],
    [['--data', 'package.json'], {}, '--data (PINGONE_MOCK_DATA): package.json cannot be used: '],
    [[], { PINGONE_MOCK_DATA: 'package.json/x' }, 'package.json is a file, not a folder. Choose another data folder.'],
    [
      ['--data', t.testdir({ '.lock': `${process.pid}\n` })],
      {},
      `process ${process.pid} has it open. Stop it, or choose another data folder.`,
    ],
    [['--data', '/dev/null'], {}, '/dev/null is a file, not a folder'],
  ];
  const answers = await Promise.all(cases.map(([argv, env]) => run(argv, { PORT: '0', ...env })));
  cases.forEach(([, , message], index) => {
    const { code, output, errors } = answers[index] ?? { code: -1, output: '', errors: '' };
    t.equal(code, 2, message);
    t.equal(output, '');
    t.ok(errors.startsWith('pingone-mock: ') && errors.includes(message), errors);
    t.notMatch(errors, /\n\s+at /, 'no stack');
  });
});

t.test('a port in use ends the command with code 1 and says what to do', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const { code, output, errors } = await run(['--port', String(port)]);
  t.equal(code, 1);
  t.equal(output, '');
  t.match(errors, new RegExp(`^pingone-mock: port ${port} of 127\\.0\\.0\\.1 is in use\\. .*--port N.*\\n$`));
});

t.test('healthcheck ends with 0 while the server answers, and with 1 otherwise', async (t) => {
  const { ready, child, ended } = await launchReady(t);
  const { port } = new URL(ready.url);
  t.same(await run(['healthcheck', '--port', port]), { code: 0, output: '', errors: '' });
  t.match(await run(['healthcheck'], { PINGONE_MOCK_PORT: port, PINGONE_MOCK_HOST: '0.0.0.0' }), { code: 0 }, 'as in the image');
  child.kill('SIGTERM');
  await ended;
  t.same(await run(['healthcheck', '--port', port]), {
    code: 1,
    output: '',
    errors: `pingone-mock: http://127.0.0.1:${port}/readyz answers ECONNREFUSED\n`,
  });
  t.match(await run(['healthcheck', '--port', '0']), { code: 2 });
  t.match(await run(['healthcheck', '--port', 'x']), { code: 2 });
});

t.test('help fits on one screen and lists every setting', async (t) => {
  const { code, output, errors } = await run(['--help']);
  const lines = output.trimEnd().split('\n');
  t.equal(code, 0);
  t.equal(errors, '');
  t.ok(lines.length <= 24, `${lines.length} lines`);
  for (const line of lines) t.ok(line.length <= 80, line);
  for (const word of ['start', 'healthcheck', '--port N', '--config FILE', '--data DIR', '--version']) t.ok(output.includes(word), word);
  for (const argv of [['-h'], ['help'], ['help', '--help']]) t.equal((await run(argv)).output, output, argv.join(' '));

  const all = (await run(['help', 'settings'])).output;
  for (const word of ['--port N', 'PINGONE_MOCK_SEED_DIR', 'PINGONE_MOCK_HIDE_SECRETS', 'PINGONE_MOCK_CODE_LIFETIME'])
    t.ok(all.includes(word), word);
  for (const line of all.split('\n')) t.ok(line.length <= 80, line);
  t.same(await run(['--version']), { code: 0, output: `${version}\n`, errors: '' });
});
