import type { LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import t from 'tap';
import { createEnvironment } from '../../src/configuration/environments/create.js';
import type { Environment } from '../../src/environment/context.js';
import { logOutcomes } from '../../src/environment/journal/outcome-log.js';
import { transactionUrl } from '../../src/environment/journal/transaction-url.js';
import { rotateSecret } from '../../src/environment/secrets.js';
import { s256 } from '../../src/protocol/pkce.js';
import {
  as,
  askAuthorize,
  authorize,
  basic,
  checkPassword,
  locationOf,
  newVerifier,
  post,
  redeem,
  redirectUri,
} from '../helpers/client.js';
import { addResource, changeApplication, grant } from '../helpers/configure.js';
import { answerDevice, poll, startDevice } from '../helpers/device.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

const hexText = (verifier: string) => Buffer.from(Buffer.from(s256(verifier), 'base64url').toString('hex')).toString('base64url');

/** The code and the confidence in an answer, and whether it links a transaction that says the same. */
function told(response: LightMyRequestResponse, environment: Environment): string | undefined {
  const header = response.headers['x-mock-diagnosis'];
  if (header === undefined) return undefined;
  const [, code = 'none', confidence, id] =
    /^([a-z0-9_]+); confidence=(exact|possible); see=http:\/\/localhost\/__mock\/tx\/([0-9a-f-]{36})$/.exec(String(header)) ?? [];
  const { diagnosis } = environment.transactions.get(id ?? '') ?? {};
  return diagnosis?.code === code && diagnosis?.confidence === confidence ? `${code} ${confidence}` : `unlike its transaction: ${header}`;
}

/** The code alone, where the transaction has not failed. */
const codeOf = (response: LightMyRequestResponse): string | undefined => String(response.headers['x-mock-diagnosis']).split(';')[0];

t.test('a refused authorization request is diagnosed, wherever its answer goes', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const verifier = newVerifier();
  const right = { code_challenge: s256(verifier), code_challenge_method: 'S256' };
  const cases: readonly (readonly [diagnosis: string, parameters: Record<string, string | undefined>])[] = [
    ['hex_text possible', { ...right, code_challenge: hexText(verifier) }],
    ['padding possible', { ...right, code_challenge: `${s256(verifier)}=` }],
    ['method_missing exact', { code_challenge: s256(verifier) }],
    ['method_unknown exact', { ...right, code_challenge_method: 'SHA-256' }],
    ['challenge_missing exact', {}],
    ['redirect_uri_trailing_slash exact', { ...right, redirect_uri: `${redirectUri}/` }],
    ['redirect_uri_scheme exact', { ...right, redirect_uri: redirectUri.replace('http', 'https') }],
    ['client_unknown exact', { ...right, client_id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' }],
    ['client_id_missing exact', { ...right, client_id: undefined }],
    ['response_type_known exact', { ...right, response_type: 'cod' }],
    ['scope_not_granted exact', { ...right, scope: 'orders:read' }],
    ['scope_misspelt possible', { ...right, scope: 'profle' }],
    ['scope_unknown exact', { ...right, scope: 'nonsense' }],
    ['method_missing exact', { code_challenge: s256(verifier), response_mode: 'pi.flow' }],
    ['method_missing exact', { code_challenge: s256(verifier), response_mode: 'form_post' }],
  ];
  for (const [diagnosis, parameters] of cases)
    t.equal(told(await askAuthorize(app, parameters), environment), diagnosis, JSON.stringify(parameters));
  t.equal(told(await askAuthorize(app, right), environment), undefined, 'a right one');
});

t.test('a refused token request is diagnosed', async (t) => {
  const { app, clock, environment } = await buildTestServer(t);
  const verifier = newVerifier();
  const expect = async (diagnosis: string, response: LightMyRequestResponse | Promise<LightMyRequestResponse>) => {
    const answer = await response;
    t.ok(answer.statusCode >= 400, `${diagnosis}: ${answer.statusCode}`);
    t.equal(told(answer, environment), diagnosis);
  };
  const wrong = async (challenge: string) => ({
    ...(await authorize(app, { method: 'none', parameters: { code_challenge: challenge, code_challenge_method: 'S256' } })),
    codeVerifier: verifier,
  });
  await expect('trailing_newline exact', redeem(app, await wrong(s256(`${verifier}\n`))));
  await expect('hash_of_challenge exact', redeem(app, await wrong(s256(s256(verifier)))));
  await expect('different_verifier possible', redeem(app, await wrong(s256(newVerifier()))));
  const [first, second] = [await authorize(app), await authorize(app)];
  await expect('verifier_of_other_transaction exact', redeem(app, { ...first, codeVerifier: second.codeVerifier }));
  await expect('verifier_missing exact', redeem(app, { ...second, codeVerifier: undefined }));
  const plain = await authorize(app, { clientId: ids.native, method: 'none', parameters: { code_challenge: s256(verifier) } });
  await expect('method_missing exact', redeem(app, { ...plain, codeVerifier: verifier }));
  const named = await authorize(app, {
    clientId: ids.native,
    method: 'none',
    parameters: { code_challenge: s256(verifier), code_challenge_method: 'plain' },
  });
  await expect('method_plain exact', redeem(app, { ...named, codeVerifier: verifier }));
  const bare = await authorize(app, { clientId: ids.web, method: 'none' });
  await expect(
    'challenge_missing exact',
    redeem(app, { ...bare, codeVerifier: verifier }, {}, { authorization: basic(ids.web, 'web-secret') }),
  );

  const used = await authorize(app);
  const redeemed = await redeem(app, used);
  t.equal(redeemed.statusCode, 200);
  t.equal(told(redeemed, environment), undefined);
  await expect('code_used exact', redeem(app, used));
  const late = await authorize(app);
  await clock.advance(601_000);
  await expect('code_expired exact', redeem(app, late));
  await expect('code_of_other_client exact', redeem(app, await authorize(app), { client_id: ids.native }));
  await expect('redirect_uri_loopback_host exact', redeem(app, await authorize(app), { redirect_uri: 'http://127.0.0.1:3000/callback' }));
  await expect('redirect_uri_repeated exact', redeem(app, await authorize(app), { redirect_uri: undefined }));
  const altered = await authorize(app);
  await expect('code_altered exact', redeem(app, altered, { code: ` ${altered.code}` }));
  await expect('code_unknown possible', redeem(app, altered, { code: 'nothing' }));

  await expect('grant_type_present exact', post(app, `${as}/token`, {}));
  await expect(
    'content_type_form exact',
    app.inject({ method: 'POST', url: `${as}/token`, payload: { grant_type: 'authorization_code' } }),
  );
  await expect('client_unknown exact', post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: 'nobody' }));
  const asWorker = (secret: string) =>
    post(app, `${as}/token`, { grant_type: 'client_credentials' }, { authorization: basic(ids.worker, secret) });
  await expect('secret_of_other_application exact', asWorker('web-secret'));
  await expect('secret_white_space exact', asWorker('worker-secret\n'));
  await expect('secret_wrong exact', asWorker('nonsense'));
  await expect(
    'wrong_authentication_method exact',
    post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.worker, client_secret: 'worker-secret' }),
  );
  const { clock: own } = environment;
  await rotateSecret(environment, ids.worker, new Date(own.now() + 1000).toISOString());
  await clock.advance(2_000);
  await expect('previous_secret_expired exact', asWorker('worker-secret'));
  await expect(
    'scope_unknown exact',
    post(app, `${as}/token`, {
      grant_type: 'client_credentials',
      client_id: ids.service,
      client_secret: 'service-secret',
      scope: 'warehouse',
    }),
  );
});

t.test('a client, code or token of another environment is named as such', async (t) => {
  const { app, context, environment } = await buildTestServer(t);
  const other = await createEnvironment(context, { name: 'Stage' });
  const asked = await app.inject({ url: `/${other.id}/as/authorize?response_type=code&client_id=${ids.spa}&redirect_uri=${redirectUri}` });
  t.equal(told(asked, other), 'client_of_other_environment exact');
  t.match(other.transactions.list().at(-1)?.diagnosis, { title: /Demo.*Stage/ });
  const { code, codeVerifier } = await authorize(app);
  const spa = await environment.store.applications.get(ids.native);
  if (spa) await other.store.applications.put({ ...spa, environment: { id: other.id } });
  const redeemed = await post(app, `/${other.id}/as/token`, {
    grant_type: 'authorization_code',
    client_id: ids.native,
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  });
  t.equal(told(redeemed, other), 'code_of_other_environment exact');
  const refreshed = await post(app, `/${other.id}/as/token`, {
    grant_type: 'refresh_token',
    client_id: ids.native,
    refresh_token: (await redeem(app, await authorize(app, { clientId: ids.native }))).json().refresh_token,
  });
  t.equal(told(refreshed, other), 'refresh_token_of_other_environment exact');
  const nowhere = await post(app, `/${environmentId.replace('1', '2')}/as/token`, { grant_type: 'authorization_code' });
  t.equal(nowhere.statusCode, 404);
  t.match(
    nowhere.headers['x-mock-diagnosis'],
    /^unknown_environment; confidence=exact; see=http:\/\/localhost\/__mock\/tx\/[0-9a-f-]{36}$/,
  );
});

t.test('a state reused across sign-ons is named', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await authorize(app, { parameters: { state: 'fixed' } });
  const second = await authorize(app, { parameters: { state: 'fixed' } });
  t.equal(told(await redeem(app, { ...second, codeVerifier: newVerifier() }), environment), 'state_reused possible');
  t.match(environment.transactions.list().at(-1)?.diagnosis?.why, /the same state/);
});

t.test('a correct client never gets a diagnosis', async (t) => {
  const { app, environment } = await buildTestServer(t);
  for (const [clientId, method, username] of [
    [ids.spa, 'S256', 'alice'],
    [ids.native, 'S256', 'bob'],
    [ids.native, 'plain', 'alice'],
    [ids.spa, 'S256', 'alice'],
  ] as const) {
    const authorized = await authorize(app, {
      clientId,
      method,
      username,
      password: username === 'alice' ? 'Alice-Passw0rd' : 'Bob-Passw0rd1',
      parameters: { state: 's' },
    });
    const response = await redeem(app, authorized);
    t.equal(response.statusCode, 200);
    const refreshed = await post(app, `${as}/token`, {
      grant_type: 'refresh_token',
      refresh_token: response.json().refresh_token,
      client_id: clientId,
    });
    t.equal(refreshed.statusCode, 200);
    for (const each of [response, refreshed]) t.equal(each.headers['x-mock-diagnosis'], undefined);
  }
  for (const transaction of environment.transactions.list()) t.equal(transaction.diagnosis, undefined);
});

t.test('correct requests of the other grants, and answers such as login_required, get no diagnosis', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment, clock } = server;
  const web = { authorization: basic(ids.web, 'web-secret') };
  const right = (response: LightMyRequestResponse, answer: number | string, name: string) => {
    t.equal(response.headers['x-mock-diagnosis'], undefined, name);
    t.equal(typeof answer === 'number' ? response.statusCode : response.json().error, answer, name);
  };
  const redeemed = await redeem(app, await authorize(app, { clientId: ids.web }), { client_id: undefined }, web);
  right(redeemed, 200, 'a web application');

  const device = await startDevice(app);
  right(await poll(app, device.device_code), 'authorization_pending', 'a device waits');
  t.match((await poll(app, device.device_code)).headers['x-mock-diagnosis'], /^polled_slowly; confidence=exact/, 'too fast');
  await clock.advance(60_000);
  await answerDevice(app, device);
  right(await poll(app, device.device_code), 200, 'a device is let in');

  right(
    await post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' }),
    200,
    'client credentials',
  );

  await changeApplication(server, ids.web, { grantTypes: ['CIBA', 'TOKEN_EXCHANGE'] });
  const asked = await post(app, `${as}/cibaAuthorization`, { scope: 'openid', login_hint: 'alice' }, web);
  right(asked, 200, 'a backchannel request');
  const { auth_req_id: id } = asked.json();
  const ciba = { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: id };
  right(await post(app, `${as}/token`, ciba, web), 'authorization_pending', 'it waits');
  await clock.advance(10_000);
  await app.inject({ method: 'POST', url: `/__mock/v1/environments/default/backchannel-requests/${id}`, payload: { approve: true } });
  right(await post(app, `${as}/token`, ciba, web), 200, 'it is approved');

  await addResource(server, 'Books', ['books:read']);
  await grant(server, ids.web, 'Books', ['books:read']);
  const { access_token: subject } = (await redeem(app, await authorize(app))).json();
  const exchange = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subject,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  };
  right(await post(app, `${as}/token`, exchange, web), 200, 'token exchange');

  const silent = await askAuthorize(app, { code_challenge: s256(newVerifier()), code_challenge_method: 'S256', prompt: 'none' });
  t.equal(locationOf(silent).searchParams.get('error'), 'login_required');
  t.equal(silent.headers['x-mock-diagnosis'], undefined, 'nobody is signed on, as prompt=none asks to be told');
  t.same(
    environment.transactions
      .list()
      .map(({ diagnosis }) => diagnosis?.code)
      .filter(Boolean),
    [],
  );
});

t.test('the log says what was wrong and where to look', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const lines: string[] = [];
  logOutcomes(environment.transactions, pino({}, { write: (line: string) => void lines.push(line) }), { see: transactionUrl });
  const authorized = await authorize(app);
  await redeem(app, { ...authorized, codeVerifier: newVerifier() });
  t.match(JSON.parse(lines.at(-1) ?? '{}'), {
    level: 40,
    event: 'token',
    ok: false,
    application: 'Demo SPA',
    diagnosis: 'different_verifier',
    confidence: 'possible',
    msg: /^PKCE: The challenge was made from a different verifier/,
    see: /^http:\/\/localhost\/__mock\/tx\/[0-9a-f-]{36}$/,
  });
  t.equal(lines.length, 2, 'the code, and its failure');
});

t.test('a refused access token is diagnosed', async (t) => {
  const { app, context, clock, environment } = await buildTestServer(t);
  const { access_token: good, id_token: idToken } = (await redeem(app, await authorize(app))).json();
  const other = await createEnvironment(context, { name: 'Stage' });
  const ask = async (in_: Environment, token?: string) => {
    const response = await app.inject({
      url: `/${in_.id}/as/userinfo`,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return response.statusCode < 400 ? undefined : told(response, in_);
  };
  t.equal(await ask(environment, good), undefined);
  t.equal(await ask(environment), 'token_missing exact');
  t.equal(await ask(environment, 'undefined'), 'token_unreadable exact');
  t.equal(await ask(environment, idToken), 'id_token_as_access_token exact');
  t.equal(await ask(other, good), 'token_of_other_environment exact');
  t.equal(await ask(environment, `${good.slice(0, -6)}AAAAAA`), 'token_refused possible');
  const [, payload, signature] = good.split('.');
  const header = Buffer.from('{"alg":"RS256","kid":"gone"}').toString('base64url');
  t.equal(await ask(environment, `${header}.${payload}.${signature}`), 'token_key_unknown exact');
  await clock.advance(3_601_000);
  t.equal(await ask(environment, good), 'token_expired exact');
});

t.test('a refusal within a flow is diagnosed', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const asked = await askAuthorize(app, { code_challenge: s256(newVerifier()), code_challenge_method: 'S256' });
  const flowId = locationOf(asked).searchParams.get('flowId') as string;
  const wrong = await checkPassword(app, flowId, 'alice', 'wrong');
  t.match(wrong.headers['x-mock-diagnosis'], /^password_right; confidence=exact; see=http/);
  const [transaction] = environment.transactions.list();
  t.match(
    transaction,
    { state: 'waiting', diagnosis: { code: 'password_right', title: /wrong password for alice/ } },
    'nothing has failed',
  );
  t.equal(told(await app.inject({ url: `/${environmentId}/flows/none` }), environment), 'flow_known exact');
  t.equal((await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd')).headers['x-mock-diagnosis'], undefined);
  t.equal(transaction?.diagnosis, undefined, 'another try was right');
});

t.test('an injected fault is diagnosed as one', async (t) => {
  const { app, environment } = await buildTestServer(t);
  await environment.faults.add({ endpoint: 'token', status: 503, times: 1 });
  const refused = await redeem(app, await authorize(app));
  t.equal(refused.statusCode, 503);
  t.equal(environment.transactions.list().at(-1)?.diagnosis?.code, 'fault_injected');
});

t.test('a sign-on that changes its host name on the way is diagnosed as origins_mixed', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const asked = await askAuthorize(app, { code_challenge: s256(newVerifier()), code_challenge_method: 'S256' });
  const flowId = locationOf(asked).searchParams.get('flowId') as string;
  await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd');
  const url = `${as}/resume?flowId=${flowId}`;
  t.equal(codeOf(await app.inject({ url })), 'session_cookie');
  t.equal(codeOf(await app.inject({ url, headers: { host: '127.0.0.1' } })), 'origins_mixed');
  t.match(
    environment.transactions.list()[0],
    { state: 'waiting', diagnosis: { code: 'origins_mixed' } },
    'the right browser may still come',
  );
});

t.test('very long values are refused, and their diagnosis is short', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const long = 'ü/x'.repeat(200_000);
  const codes: unknown[] = [];
  for (const name of ['client_id', 'redirect_uri', 'scope', 'code_challenge', 'state'])
    codes.push(
      (await post(app, `${as}/authorize`, { client_id: ids.spa, response_type: 'code', redirect_uri: redirectUri, [name]: long }))
        .statusCode,
    );
  const authorized = await authorize(app);
  codes.push((await redeem(app, { ...authorized, codeVerifier: long })).statusCode);
  codes.push((await redeem(app, { ...(await authorize(app)), codeVerifier: 'x' }, { redirect_uri: long })).statusCode);
  codes.push((await post(app, `${as}/token`, { grant_type: long })).statusCode);
  codes.push(
    (await post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, client_secret: long })).statusCode,
  );
  codes.push(
    (
      await post(app, `${as}/token`, {
        grant_type: 'client_credentials',
        client_id: ids.service,
        client_secret: 'service-secret',
        scope: long,
      })
    ).statusCode,
  );
  for (const code of codes) t.ok(Number(code) < 500, `${code}`);
  for (const { diagnosis } of environment.transactions.list()) t.ok((diagnosis?.title.length ?? 0) < 300, `${diagnosis?.code}`);
});
