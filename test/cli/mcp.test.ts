import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import t from 'tap';
import { tools } from '../../src/cli/mcp/mcp.js';
import { startMock } from '../../src/index.js';
import { startAgent } from '../helpers/agent.js';
import { until } from '../helpers/until.js';
import { startRelyingParty } from '../library/relying-party.js';

interface State {
  readonly url: string;
  readonly environment: {
    readonly id: string;
    readonly issuer: string;
    readonly applications: readonly { readonly id: string; readonly name: string }[];
    readonly users: readonly { readonly username: string }[];
  };
}

t.test('an agent finds why a sign-on fails, and fixes it', async (t) => {
  const { ask } = await startAgent(t);
  const { environment } = await ask<State>('get_state');
  const app = await ask<{ id: string; pkceEnforcement: string }>('create_application', {
    type: 'SINGLE_PAGE_APP',
    name: 'Shop',
    redirect_uris: ['http://localhost:3000/callback'],
  });
  await ask('create_user', { username: 'grace', password: 'Grace-Passw0rd' });
  await ask('grant_scopes', { application: 'Shop', resource: 'openid', scopes: ['profile', 'email'] });
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const url = new URL(`${environment.issuer}/authorize`);
  // The mistake: the challenge is the verifier itself, under the name of its hash.
  url.search = String(
    new URLSearchParams({
      client_id: app.id,
      response_type: 'code',
      redirect_uri: 'http://localhost:3000/callback',
      scope: 'openid profile',
      state: 'x',
      code_challenge: verifier,
      code_challenge_method: 'S256',
    }),
  );
  t.match(await ask('explain_url', { url: String(url) }), { valid: true }, 'the request itself looks right');
  const { callback_url: callback = '' } = await ask<Record<string, string>>('sign_on', { authorize_url: String(url), user: 'grace' });
  const form = {
    grant_type: 'authorization_code',
    client_id: app.id,
    code: new URL(callback).searchParams.get('code') ?? '',
    redirect_uri: 'http://localhost:3000/callback',
    code_verifier: verifier,
  };
  const token = async () => fetch(`${environment.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  t.equal((await token()).status, 400);

  const [newest] = await ask<{ id: string; user: string; state: string; diagnosis: { code: string; fix: string } }[]>('list_transactions', {
    application: 'Shop',
    state: 'failed',
  });
  t.match(newest, { user: 'grace', state: 'failed', diagnosis: { code: /^\w+$/, fix: /\w/ } });
  t.match(await ask('get_transaction', { id: newest?.id ?? '' }), { pkce: { challenge: verifier, match: false } });
  t.match(await ask('wait_for_transaction', { application: 'Shop', state: 'failed', timeout_seconds: 1 }), { id: newest?.id });
  const compared = await ask<{ match: boolean; expected: string; diagnosis: { code: string } }>('compare_pkce', {
    verifier,
    challenge: verifier,
  });
  t.match(compared, { match: false, expected: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', diagnosis: { code: newest?.diagnosis.code } });

  url.searchParams.set('code_challenge', compared.expected);
  const fixed = await ask<Record<string, string>>('sign_on', { authorize_url: String(url), user: 'grace' });
  form.code = new URL(fixed.callback_url ?? '').searchParams.get('code') ?? '';
  t.equal((await token()).status, 200);
});

t.test('an agent plays time, bad luck and wrong tokens', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const { ask, refused } = await startAgent(t, '--url', mock.url);
  t.equal((await ask<State>('get_state')).url, mock.url, 'beside a running mock');

  await ask('fail_next', { endpoint: 'discovery', status: 503 });
  t.same([(await fetch(mock.discovery)).status, (await fetch(mock.discovery)).status], [503, 200]);
  await ask('fail_next', { endpoint: 'discovery', status: 503, times: 9 });
  await ask('clear_faults');
  t.equal((await fetch(mock.discovery)).status, 200);
  t.match(await refused('fail_next', { endpoint: 'discovery' }), /does nothing.*status/s);

  const before = mock.clock.now().getTime();
  await ask('move_clock', { advance: '1h' });
  t.ok(mock.clock.now().getTime() - before >= 3_600_000);
  await ask('move_clock');
  t.ok(mock.clock.now().getTime() - before < 3_600_000);

  const { access_token: token } = await ask<Record<string, string>>('issue_token', { sub: 'alice', invalid: 'expired' });
  t.equal((await fetch(`${mock.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status, 401);

  const { id } = await ask<{ id: string }>('create_environment', { contents: { apps: [{ name: 'Other' }] } });
  t.match(await ask('get_state', { environment: id }), { environment: { id, applications: [{ name: 'Other' }] } });
  await ask('update_application', { environment: id, application: 'Other', members: { redirectUris: ['https://app.example/cb'] } });
  t.match(await ask('export_seed', { environment: id }), { environments: [{ id }] });
  await ask('reset', { environment: id });
  await mock.transactions.clear();
  t.same(await ask('clear_transactions'), 'cleared');
  t.same(await ask('list_transactions', { limit: 5 }), []);
  t.same(await ask('read_outbox'), []);
});

t.test('an agent finds what an application accepts and should not, and fixes it', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const { ask, refused } = await startAgent(t, '--url', mock.url);
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without: 'nonce' });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const summary = await ask<{ wrong_answers: object[] }>('run_checkup', { start, only: ['nonce', 'state-'] });
  t.match(summary, { start, state: 'done', wrong: 3, does_not_apply: 0, taken_as_success: ['status 200', 'path /profile'] });
  t.match(summary.wrong_answers[0], {
    id: 'nonce-wrong',
    verdict: 'accepted',
    expected: 'refused',
    must: /Compare nonce .*OpenID Connect Core/,
    transaction: new RegExp(`^${mock.url}/__mock/tx/`),
  });
  t.match(await ask('run_checkup', { start, only: ['state-missing'] }), { state: 'done', wrong: 0, as_expected: 1, wrong_answers: [] });
  t.match(await refused('run_checkup', { start: 'https://example.com/' }), /may be somebody else's server/);
  t.match(await refused('run_checkup', { start, only: ['nonsense'] }), /no case is called nonsense/);
  t.match(await refused('run_checkup', { start, click: 'Sign on' }), /without a browser/);
});

t.test('an agent gets what a checkup found before it had to stop, with the reason', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const { ask } = await startAgent(t, '--url', mock.url);
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, without: 'nonce' });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  // The sign-on of the case succeeds, and none after it.
  mock.on('token.before-sign', async () => {
    const { rules } = (await (await fetch(`${mock.url}/__mock/v1/environments/default/rules`)).json()) as { rules: object[] };
    if (rules.length > 0) await mock.failNext('token', { error: 'invalid_client', times: 'always' });
  });
  const summary = await ask<{ state: string }>('run_checkup', { start, only: ['nonce-wrong', 'json-cut'] });
  t.match(summary, { wrong: 1, taken_as_success: ['status 200', 'path /profile'], wrong_answers: [{ id: 'nonce-wrong' }] });
  t.match(summary.state, /^stopped after 1 of 2 cases: .*does not succeed any more, after the case nonce-wrong/s);
  t.match(await ask('get_state'), { url: mock.url }, 'and goes on');
});

t.test('an agent gives the addresses that some cases need', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const { ask, refused } = await startAgent(t, '--url', mock.url);
  const other = await mock.createEnvironment({});
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const second = { issuer: other.issuer, clientId: 'registered-elsewhere' };
  const { start, secondStart, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id, second });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  const at = (path: string) => new URL(path, start).href;
  const none = await ask('run_checkup', { start, only: ['mix-up'] });
  t.match(none, { as_expected: 0, does_not_apply: 1 });
  t.match(await ask('run_checkup', { start, only: ['mix-up'], second_start: secondStart }), { as_expected: 1, does_not_apply: 0 });
  const kept = { start, only: ['sign-off-session-kept'] };
  t.match(await ask('run_checkup', { ...kept, sign_off: at('/logout') }), { as_expected: 1 });
  t.match(await ask('run_checkup', { ...kept, sign_off: at('/profile') }), { wrong: 1, wrong_answers: [{ verdict: 'accepted' }] });
  t.match(await ask('run_checkup', { ...kept, protected_page: `${mock.url}/__mock/` }), { does_not_apply: 1 });
  t.match(await refused('run_checkup', { ...kept, protected_page: 'https://example.com/' }), /may be somebody else's server/);
  t.match(await refused('run_checkup', { start, restart: 'true' }), /restart: no such argument/, 'no command is run for an agent');
});

t.test('a checkup that an agent has begun ends with the agent, and leaves nothing behind', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const { client } = await startAgent(t, '--url', mock.url);
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.closeAllConnections());
  t.teardown(() => silent.close());
  const start = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const asked = new Promise((resolve) => silent.once('request', resolve));
  const leases = async () =>
    ((await (await fetch(`${mock.url}/__mock/v1/environments/default/leases`)).json()) as { leases: object[] }).leases;
  const call = client.callTool({ name: 'run_checkup', arguments: { start } }).catch((error: Error) => error);
  await asked;
  for (const more of [{ user: 'bob' }, { only: ['state'] }])
    t.match(await client.callTool({ name: 'run_checkup', arguments: { start, ...more } }), {
      isError: true,
      content: [{ text: /is running: call run_checkup with its arguments .*\{"environment":"default","start":/ }],
    });
  t.match(await leases(), [{ holder: `a checkup of ${start}` }]);
  t.match(await client.callTool({ name: 'run_checkup', arguments: { start: 'http://localhost:1/' } }), {
    isError: true,
    content: [{ text: new RegExp(`a checkup of ${start} is running`) }],
  });
  await client.close();
  await call;
  await until(async () => (await leases()).length === 0);
});

t.test('an agent makes a seed for a project, and checks one', async (t) => {
  const { ask, refused } = await startAgent(t);
  const folder = t.testdir({ 'package.json': JSON.stringify({ name: 'web', dependencies: { next: '15' } }) });
  const made = await ask<{ framework: string; seed: object }>('make_seed', { folder });
  t.match(made, { framework: /Next/, settings: [String] });
  t.same(await ask('check_seed', { seed: made.seed }), { valid: true, warnings: [] });
  t.match(await ask('check_seed', { seed: '{"environments":[{"apps":[{"name":"x","enabled":false}]}]}' }), { warnings: [/disabled/] });
  t.match(await refused('check_seed', { seed: '{"environments":[{"apps":[{"nam":"x"}]}]}' }), /nam/);
  t.match(await refused('check_seed', { seed: '{' }), /JSON|line/);
  for (const seed of ['{', '{"environments":[{"apps":[{"nam":"x"}]}]}']) t.match(await refused('check_seed', { seed }), /^seed: /);
  t.match(await refused('make_seed', { folder: `${folder}/missing` }), /missing is not a folder/);
  t.match(await refused('make_seed', { folder: `${folder}/package.json` }), /package\.json is not a folder/);
});

t.test('an agent reads the documents and what is known of PingOne', async (t) => {
  const { ask, client } = await startAgent(t);
  const { resources } = await client.listResources();
  t.ok(resources.length > 30);
  for (const { uri } of resources) {
    const { contents } = await client.readResource({ uri });
    const [first] = contents;
    t.ok(first && 'text' in first && typeof first.text === 'string' && first.text.length > 20, uri);
  }
  const { facts } = await ask<{ facts: { fact: string; evidence: string }[] }>('search_facts', { words: 'issuer environment' });
  t.match(facts[0], { fact: /environment/i, evidence: /documented|recorded|inferred/ });
  await t.rejects(client.readResource({ uri: 'file:///etc/passwd' }), /no resource/);
});

t.test('a wrong call of an agent is refused with what would be right, and answers are bounded', async (t) => {
  const { ask, refused, client } = await startAgent(t);
  t.same(
    (await client.listTools()).tools.map(({ name }) => name),
    tools.map(({ name }) => name),
  );
  for (const { name, description, input } of tools) {
    t.ok(description.length > 30 && description.length < 400, name);
    for (const [member, schema] of Object.entries(input.properties ?? {})) t.match(schema, { description: /\.$/ }, `${name}.${member}`);
  }
  t.match(await refused('sign_on', { authorise_url: 'x' }), /authorise_url: no such argument; known: authorize_url/);
  t.match(await refused('sign_on', {}), /authorize_url/);
  t.match(await refused('get_transaction', { id: '../../reset' }), /no transaction/);
  t.match(await refused('get_state', { environment: 'nowhere' }), /no environment "nowhere".*nearest/s);
  t.match(await refused('grant_scopes', { application: 'Nope', resource: 'openid', scopes: [] }), /no application "Nope"; there are: /);
  t.match(await refused('explain_url', { url: 'authorize' }), /complete URL/);
  t.match(await refused('sign_on', { authorize_url: 'http://localhost/nothing', user: 'alice' }), /\w/);
  await t.rejects(client.callTool({ name: 'format_disk', arguments: {} }), /no tool "format_disk"/);
  await ask('create_environment', {
    contents: { name: 'Many', users: Array.from({ length: 100 }, (_, n) => ({ username: `user-${n}` })) },
  });
  const { environments } = await ask<{ environments: { id: string; name: string }[] }>('get_state');
  const { id } = environments.find(({ name }) => name === 'Many') ?? {};
  const { content } = (await client.callTool({ name: 'export_seed', arguments: { environment: id } })) as CallToolResult;
  const [first] = content;
  t.match(first, { text: /… cut: \d+ characters in all/ });
  t.ok(first?.type === 'text' && first.text.length < 25_000);
});
