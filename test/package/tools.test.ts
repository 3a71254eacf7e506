import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../helpers/until.js';
import { launch, launchReady, run } from './command.js';

// The commands beside `start`, as they are built.

const environmentId = 'e0000000-0000-4000-8000-000000000001';
const spa = 'a0000000-0000-4000-8000-000000000002';

t.test('the commands that need no server work from the bundle', async (t) => {
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  t.match(await run(['pkce', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', '--check', challenge]), { code: 0, output: /✓/, errors: '' });
  t.match(await run(['pkce', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', '--check', `${challenge}=`]), {
    code: 1,
    output: /padding, exact/,
  });
  t.match(await run(['explain', `http://localhost:9400/${environmentId}/as/authorize?client_id=${spa}`]), {
    code: 1,
    output: /✗ redirect_uri/,
  });
  t.match(await run(['seed', 'check', 'fixtures/default.json']), { code: 0, output: /1 environment, 6 applications, 2 users/ });
  t.match(await run(['seed', 'check', '/none.json']), { code: 2, output: '', errors: /none\.json does not exist/ });
  t.match(await run(['help', 'pkce']), { code: 0, output: /^pingone-mock pkce/ });
});

t.test('a token made without a running mock verifies with the keys of one', async (t) => {
  const { ready } = await launchReady(t);
  const { keys } = (await (await fetch(`${ready.issuer}/jwks`)).json()) as { keys: ({ kid: string } & Record<string, string>)[] };
  const { code, output } = await run([
    'token',
    '--offline',
    '--sub',
    'alice',
    '--scope',
    'a b',
    '--claims',
    '{"roles":["admin"]}',
    '--expires-in',
    '5m',
    '--issuer',
    ready.issuer,
  ]);
  t.equal(code, 0);
  const [header = '', payload = '', signature = ''] = output.trim().split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const key = keys.find((each) => each.kid === kid);
  t.ok(
    key &&
      verify('sha256', Buffer.from(`${header}.${payload}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url')),
  );
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  t.match(claims, { iss: ready.issuer, sub: 'b0000000-0000-4000-8000-000000000001', scope: 'a b', roles: ['admin'], env: environmentId });
  t.equal(claims.exp - claims.iat, 300);

  const fallback = await run(['token', '--json'], { PINGONE_MOCK_PORT: '1' });
  t.match(fallback, { code: 0, errors: /no mock is running/ });
  t.match(JSON.parse(fallback.output), { token_type: 'Bearer', expires_in: 3600 });
  t.match(await run(['token', '--url', 'http://127.0.0.1:1']), { code: 1, output: '', errors: /ECONNREFUSED|does not answer/ });
});

t.test('token asks a running mock', async (t) => {
  const { ready } = await launchReady(t);
  const { port } = new URL(ready.url);
  const userinfo = async (token: string) =>
    (await fetch(`${ready.issuer}/userinfo`, { headers: { authorization: `Bearer ${token.trim()}` } })).status;
  const good = await run(['token', '--sub', 'alice', '--scope', 'openid', '--url', ready.url]);
  t.match(good, { code: 0, errors: '' });
  const claims = JSON.parse(Buffer.from(good.output.split('.')[1] ?? '', 'base64url').toString());
  t.match(claims, { iss: ready.issuer, sub: 'b0000000-0000-4000-8000-000000000001' }, 'the same user as offline');
  const expired = await run(['token', '--sub', 'alice', '--scope', 'openid', '--invalid', 'expired'], { PINGONE_MOCK_PORT: port });
  t.match(expired, { code: 0, errors: '' });
  t.equal(await userinfo(expired.output), 401);
  t.match(JSON.parse((await run(['token', '--json', '--env', environmentId, '--expires-in', '90', '--url', ready.url])).output), {
    expires_in: 90,
  });
  t.match(await run(['token', '--env', 'none', '--url', ready.url]), {
    code: 1,
    output: '',
    errors: /answers 404: there is no environment "none"/,
  });
  t.match(await run(['token', '--invalid', 'wrong', '--url', ready.url]), { code: 1, output: '', errors: /answers 400/ });
});

t.test('start reloads a changed seed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'seed.json');
  const seed = (name: string) => JSON.stringify({ environments: [{ id: environmentId, name }] });
  writeFileSync(file, seed('One'));
  const { ready, written } = await launchReady(t, ['--config', file]);
  const nameOf = async () => {
    const answer = (await (await fetch(`${ready.url}/__mock/v1/environments/default`)).json()) as { name: string };
    return answer.name;
  };
  t.equal(await nameOf(), 'One');
  writeFileSync(file, '{');
  await until(() => written.errors.includes('stays in use'));
  t.equal(await nameOf(), 'One');
  writeFileSync(file, seed('Two'));
  await until(() => written.output.includes('seed reloaded'));
  t.equal(await nameOf(), 'Two');
});

t.test('exec runs a program with a mock beside it', async (t) => {
  const script = `fetch(process.env.OIDC_DISCOVERY).then((answer) => answer.json()).then(({ issuer }) => {
    console.log(issuer === process.env.OIDC_ISSUER, process.env.PINGONE_ENVIRONMENT_ID, new URL(process.env.PINGONE_AUTH_PATH).port !== '9400', process.env.OIDC_CLIENT_ID, process.argv.at(-1));
    process.exit(7);
  })`;
  t.same(await run(['exec', '--', process.execPath, '-e', script, '--', '--help']), {
    code: 7,
    output: `true ${environmentId} true ${spa} --help\n`,
    errors: '',
  });
  t.match(await run(['exec', process.execPath, '-e', 'process.exit(0)']), { code: 0 });
  t.match(
    await run(['exec', '--auto-login', 'alice', '--', process.execPath, '-e', 'process.kill(process.pid); setInterval(() => {}, 1000)']),
    { code: 143 },
  );

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    const { child, written, ended } = launch([
      'exec',
      '--',
      process.execPath,
      '-e',
      `process.on("${signal}", () => process.exit(5)); console.log("up"); setInterval(() => {}, 1000)`,
    ]);
    t.teardown(() => child.kill('SIGKILL'));
    child.stdout.on('data', () => written.output.includes('up') && child.kill(signal));
    t.match(await ended, { code: 5 }, `${signal} goes on to the program`);
  }
});

t.test('lab starts the server and prints the address of the page', async (t) => {
  const { child, written, ended } = launch(['lab', '--json', '--port', '0']);
  t.teardown(() => child.kill('SIGKILL'));
  child.stdout.once('data', () => child.kill('SIGTERM'));
  t.equal((await ended).code, 0);
  t.match(JSON.parse(written.output.split('\n')[0] ?? ''), { event: 'ready', lab: /^http:\/\/127\.0\.0\.1:\d+\/__mock\/lab$/ });
});
