import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { commands } from '../../src/cli/commands.js';
import { s256 } from '../../src/protocol/pkce.js';
import { run } from '../helpers/command.js';

// The commands that need no server, in this process; test/package has them as they are built.

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const environmentId = 'e0000000-0000-4000-8000-000000000001';
const spa = 'a0000000-0000-4000-8000-000000000002';

t.test('pkce makes a pair, and explains a pair that does not match', async (t) => {
  const made = await run(['pkce', '--json']);
  const pair = JSON.parse(made.output);
  t.equal(made.code, 0);
  t.equal(pair.challenge, s256(pair.verifier));
  t.match(await run(['pkce', verifier]), { code: 0, output: `code_challenge         ${challenge}\n` });
  t.match(await run(['pkce', verifier, '--check', challenge]), { code: 0, output: /✓/, errors: '' });
  for (const dashed of [`-${verifier}`, `-a${verifier}`, `-a-${verifier}`])
    t.match(await run(['pkce', dashed, '--check', s256(dashed)]), { code: 0 }, `a verifier that begins with a dash: ${dashed}`);
  t.match(await run(['pkce', '--json', '--', `--${verifier}`]), { code: 0, output: `"verifier":"--${verifier}"` }, 'after "--"');
  const hexText = Buffer.from(Buffer.from(challenge, 'base64url').toString('hex')).toString('base64url');
  const refused = await run(['pkce', verifier, '--check', hexText, '--language', 'python']);
  t.match(refused, { code: 1, output: /hex text[\s\S]*urlsafe_b64encode[\s\S]*\(hex_text, exact\)/ });
  t.match(JSON.parse((await run(['pkce', verifier, '--check', hexText, '--json'])).output), {
    match: false,
    expected: challenge,
    diagnosis: { code: 'hex_text', confidence: 'exact' },
  });
  t.match(await run(['pkce', verifier, '--check', challenge, '--method=plain']), { code: 1, output: /method_missing/ });
  t.match(await run(['pkce', 'short']), { code: 1, output: /verifier_length/ });
  for (const argv of [
    ['--check', challenge],
    [verifier, '--method', 's256'],
    [verifier, '--language', 'cobol'],
    [verifier, verifier],
    ['--chek'],
    ['--json=1'],
    ['--json', '--json'],
    [verifier, '--check'],
  ])
    t.match(await run(['pkce', ...argv]), { code: 2, output: '', errors: /^pingone-mock: .+\n$/ }, argv.join(' '));
});

const authorizeUrl = (parameters: Record<string, string>) =>
  `http://localhost:9400/${environmentId}/as/authorize?${new URLSearchParams({ response_type: 'code', client_id: spa, redirect_uri: 'http://localhost:3000/callback', scope: 'openid', state: 's', code_challenge: challenge, code_challenge_method: 'S256', ...parameters })}`;

t.test('expression prints the value of every part, and where an error is', async (t) => {
  const shown = await run(['expression', 'user.name.given + "!"', '--user', 'alice', '--offline']);
  t.strictSame(shown, {
    code: 0,
    output: 'user.name.given        "Alice"\nuser.name.given + "!"  "Alice!"\n= "Alice!"\n',
    errors: '',
  });
  const request = JSON.stringify({ grantType: 'client_credentials' });
  const json = await run(['expression', 'context.requestData.grantType', '--request', request, '--offline', '--json']);
  t.match(JSON.parse(json.output), { value: 'client_credentials' });
  t.match(await run(['expression', 'foo.bar', '--offline']), {
    code: 1,
    output: /there is no foo; there are user and context, at position 0/,
  });
  t.match(await run(['expression', '1+1', '--offline']), { code: 1, output: /needs a blank on both sides, at position 1\n1\+1\n \^\n$/ });
  for (const argv of [[], ['1', '2'], ['1', '--request', '[]'], ['1', '--user', 'nobody'], ['1', '--env', 'none']])
    t.match(await run(['expression', ...argv, '--offline']), { code: 2, output: '', errors: /^pingone-mock: .+\n$/ }, argv.join(' '));
});

t.test('explain judges an authorize URL', async (t) => {
  const right = await run(['explain', authorizeUrl({})]);
  t.equal(right.code, 0, right.output);
  t.notMatch(right.output, /[✗!]/);
  const cases: readonly (readonly [string, Record<string, string>, code: number, said: RegExp])[] = [
    ['slash', { redirect_uri: 'http://localhost:3000/callback/' }, 1, /redirect_uri_trailing_slash, exact/],
    ['method', { code_challenge_method: '' }, 1, /method_missing, exact/],
    ['hex', { code_challenge: 'f'.repeat(64) }, 1, /hex_digest, possible/],
    ['response type', { response_type: 'cod' }, 1, /response_type_known/],
    ['response mode', { response_mode: 'post' }, 1, /response_mode_known/],
    ['prompt', { prompt: 'none login' }, 1, /prompt_none_alone/],
    ['scope', { scope: 'orders:read' }, 1, /scope_not_granted/],
    ['a scope misspelt', { scope: 'opnid' }, 1, /scope_misspelt/],
    ['a policy that is not there', { acr_values: 'x' }, 1, /acr_values_assigned/],
    ['a redirect_uri of another application', { redirect_uri: 'com.example.demo://callback' }, 1, /redirect_uri_of_other_application/],
    ['a scope too much', { scope: 'openid orders:read' }, 0, /! scope .*orders:read is not granted/],
    ['state', { state: '' }, 0, /! state/],
    ['misspelt', { code_challange: 'x' }, 0, /did you mean code_challenge\?/],
    [
      'another application',
      { client_id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', redirect_uri: 'http://app.example.com/' },
      0,
      /checked against the standards alone[\s\S]*! redirect_uri .*travels unencrypted/,
    ],
    ['a fragment', { client_id: 'x', redirect_uri: 'https://app.example.com/#cb' }, 1, /redirect_uri_fragment/],
    ['no PKCE', { client_id: 'x', code_challenge: '', code_challenge_method: '' }, 0, /! code_challenge .*stolen/],
    ['implicit', { client_id: 'x', response_type: 'id_token' }, 0, /! response_type[\s\S]*! nonce/],
    ['no client_id', { client_id: '' }, 1, /client_id_missing/],
  ];
  for (const [name, parameters, code, said] of cases)
    t.match(await run(['explain', authorizeUrl(parameters)]), { code, output: said, errors: '' }, name);
  const elsewhere = authorizeUrl({}).replace(environmentId, 'e0000000-0000-4000-8000-0000000000ff');
  t.match(await run(['explain', elsewhere]), { code: 1, output: /✗ path .*no environment "e0[\s\S]*unknown_environment, exact/ });
  t.match(
    await run([
      'explain',
      elsewhere
        .replace(spa, 'f47ac10b-58cc-4372-a567-0e02b2c3d479')
        .replace(/redirect_uri=[^&]*/, 'redirect_uri=https%3A%2F%2Fa.example%2F'),
    ]),
    { code: 0, output: /checked against the standards alone/ },
    'an environment and an application that the seed knows nothing of',
  );
  t.match(await run(['explain', `${authorizeUrl({})}&scope=x`]), { code: 1, output: /was sent more than once/ });
  t.match(await run(['explain', 'https://auth.pingone.com/authorize?client_id=x']), { code: 1, output: /! path/ });
  t.match(JSON.parse((await run(['explain', authorizeUrl({ prompt: 'x' }), '--json'])).output), { ok: false });
  for (const argv of [[], ['nonsense'], [authorizeUrl({}), '--config', '/none.json']])
    t.match(await run(['explain', ...argv]), { code: 2, output: '' });
});

t.test('explain judges by the applications of a seed, and seed check reports each fault on a line', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'seed.json');
  const id = '11111111-2222-4333-8444-555555555555';
  const application = {
    id,
    name: 'Shop',
    type: 'SINGLE_PAGE_APP',
    protocol: 'OPENID_CONNECT',
    enabled: true,
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    tokenEndpointAuthMethod: 'NONE',
    pkceEnforcement: 'S256_REQUIRED',
    redirectUris: ['https://shop.example.com/cb'],
  };
  writeFileSync(file, JSON.stringify({ environments: [{ id: environmentId, applications: [application] }] }));
  t.match(await run(['explain', authorizeUrl({ client_id: id, redirect_uri: 'http://shop.example.com/cb' }), '--config', file]), {
    code: 1,
    output: /✓ client_id +Shop[\s\S]*redirect_uri_scheme/,
  });
  t.match(await run(['explain', authorizeUrl({}), '--config', file]), { code: 1, output: /client_unknown/ });

  t.match(await run(['seed', 'check', file]), { code: 0, output: `✓ ${file}: 1 environment, 1 application, 0 users\n` });
  const noUser = /^pingone-mock: warning: environment "Environment": there is no user who could sign on; add "users"\n$/;
  t.match(await run(['seed', 'check', file]), { code: 0, errors: noUser });
  t.match(JSON.parse((await run(['seed', 'check', file, '--json'])).output), { ok: true, warnings: [/no user/] });
  t.match(await run(['seed', 'check', folder]), { code: 0, output: new RegExp(`${folder}: 1 environment`) });
  writeFileSync(file, '{"environments":[{"aplications":[]}]}');
  t.match(await run(['seed', 'check', file]), {
    code: 1,
    output: '',
    errors: /^pingone-mock: .*seed\.json: environments\[0\]: unknown name "aplications"; did you mean "applications"\?\n$/,
  });
  t.match(JSON.parse((await run(['seed', 'check', file, '--json'])).output), { ok: false, message: /aplications/ });
  writeFileSync(file, '{"environments":[{"users":[{"usrname":"a"}, {"username":5}]}]}');
  const told = await run(['seed', 'check', file]);
  t.equal(told.code, 1);
  t.match(
    told.errors
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^pingone-mock: .*seed\.json: /, '')),
    [
      /users\[0\]: unknown name "usrname"; did you mean "username"\?$/,
      /users\[0\]\.username: is missing/,
      /users\[1\]\.username: expected a text$/,
    ],
    'every fault in a line of its own',
  );
  t.equal(JSON.parse((await run(['seed', 'check', file, '--json'])).output).faults.length, 3);
  rmSync(file);
  t.match(await run(['seed', 'check', folder]), { code: 1, errors: /there is no \*\.json in this folder/ }, 'as start reads it');
  for (const argv of [[], ['check'], ['chekc', file], ['check', join(folder, 'none.json')]])
    t.match(await run(['seed', ...argv]), { code: 2, output: '' });
});

t.test('each command has one screen of help', async (t) => {
  for (const { name } of commands) {
    const { code, output } = await run(['help', name]);
    t.equal(code, 0);
    t.ok(output.startsWith(`pingone-mock ${name}`) && output.trimEnd().split('\n').length <= 24, name);
    for (const line of output.split('\n')) t.ok(line.length <= 80, line);
    t.equal((await run([name, '--help'])).output, output);
  }
  t.match(await run(['help', 'settings']), { code: 0, output: /PINGONE_MOCK_SEED_DIR/ });
  for (const argv of [
    ['help', 'nonsense'],
    ['nonsense', '--help'],
    ['help', 'tokn'],
  ])
    t.match(await run(argv), { code: 2, output: '', errors: /unknown command .*; did you mean \w+\?/ });
});

t.test('healthcheck reports in JSON, and token --invalid needs a running mock', async (t) => {
  const free = { PINGONE_MOCK_PORT: '1' };
  const { code, output, errors } = await run(['healthcheck', '--json'], free);
  t.same(
    { code, errors, ...JSON.parse(output) },
    { code: 1, errors: '', ok: false, url: 'http://127.0.0.1:1/readyz', answer: 'ECONNREFUSED' },
  );
  t.match(await run(['healthcheck'], free), { code: 1, output: '', errors: /answers ECONNREFUSED/ });
  t.match(await run(['token', '--invalid', 'expired'], free), {
    code: 2,
    output: '',
    errors: /^pingone-mock: --invalid needs a running mock, but none answers at http:\/\/127\.0\.0\.1:1\n$/,
  });
  t.match(await run(['token', '--invalid', 'nonce'], free), { code: 2, errors: /add --json/ });
});

t.test('token and exec end with code 2 on arguments they cannot use', async (t) => {
  for (const argv of [['--claims', '[]'], ['--expires-in', 'soon'], ['--url', 'x'], ['--offline', '--invalid', 'expired'], ['word']])
    t.match(await run(['token', ...argv]), { code: 2, output: '' }, argv.join(' '));
  for (const argv of [[], ['--'], ['--prot', '1', '--', 'true'], ['--', '/no/such/program']])
    t.match(await run(['exec', ...argv]), { code: 2, output: '' }, argv.join(' '));
  t.match(await run(['exec', '--', '/']), { code: 2, errors: /program "\/" cannot be run \(EACCES\): is it an executable file\?/ });
});
