// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PingOne's expressions look like that
import t from 'tap';
import { decideBackchannelRequest } from '../../src/signon/decoupled/backchannel.js';
import { as, askAuthorize, authorize, basic, checkPassword, locationOf, post, redeem } from '../helpers/client.js';
import { addResource, changeApplication, grant } from '../helpers/configure.js';
import { answerDevice, poll, startDevice } from '../helpers/device.js';
import { addPartner, addProvider, newBrowser, partnerId, partnerMembers } from '../helpers/federation.js';
import { assignPolicy, startFlow } from '../helpers/flows.js';
import { withSecondFactor } from '../helpers/second-factor.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../helpers/server.js';

/** What the sequence diagram of the live page draws of real transactions. */

interface Drawn {
  readonly note?: string;
  readonly from: string;
  readonly words: string;
  readonly decision: { readonly ok: boolean | null; readonly words: string };
  readonly answer: string;
  readonly carries?: string;
  readonly provider?: { readonly name?: string };
  readonly asksProvider: boolean;
  readonly times: number;
}
type Lane = readonly [id: string, name: string, more?: string];
const page = new URL('../../../src/inspector/pages/sequence.js', import.meta.url).href;
const { sequenceOf, lanesOf } = (await import(page)) as {
  sequenceOf(transaction: object): Drawn[];
  lanesOf(sequence: readonly Drawn[], transaction: object): Lane[];
};

/** A transaction as the control API shows it: the newest of an environment, or the one at `index` of those that are listed. */
async function shown({ app }: TestServer, environment = environmentId, index = 0): Promise<object> {
  const { transactions } = (await app.inject({ url: `/__mock/v1/environments/${environment}/transactions` })).json();
  return transactions[index];
}

const lineOf = ({ note, from, words, decision, answer, carries, provider, asksProvider, times }: Drawn): string =>
  note ??
  [
    `${from}: ${words}`,
    `${decision.ok} ${decision.words}`,
    answer,
    carries && `carries ${carries}`,
    provider && `to ${provider.name}`,
    asksProvider && 'asks the provider',
    times > 1 && `${times} times`,
  ]
    .filter(Boolean)
    .join(' | ');

const linesOf = (transaction: object): string[] => sequenceOf(transaction).map(lineOf);
const namesOf = (transaction: object): string[] => lanesOf(sequenceOf(transaction), transaction).map(([, name]) => name);

t.test('a sign-on in a browser: the redirects, the code that the browser carries, the tokens and their use', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } });
  const transaction = await shown(server);
  t.same(linesOf(transaction), [
    'browser: GET /authorize: challenge | true challenge kept | 302: sign-on page',
    'application: POST usernamePassword.check | true Signed on as alice | 200: COMPLETED',
    'browser: GET /resume | true code issued | 302: code for localhost:3000 | carries the code',
    'application: POST /token: code, verifier | true verifier fits the challenge, tokens issued | 200: ID token, access token, refresh token',
    'application: GET /userinfo | true Claims of alice given | 200: claims',
  ]);
  t.same(namesOf(transaction), ['Browser', 'Application', 'Mock']);
});

t.test('a refusal says why on its arrow', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const authorized = await authorize(app);
  await redeem(app, authorized, { code_verifier: 'x'.repeat(43) });
  t.equal(
    linesOf(await shown(server)).at(-1),
    'application: POST /token: code, verifier | false the verifier does not fit the challenge | 400: invalid_grant',
  );
  await askAuthorize(app, { redirect_uri: 'http://localhost:3000/elsewhere' });
  t.same(linesOf(await shown(server)), ['browser: GET /authorize | false redirect_uri is not registered | 302: error page']);
  await askAuthorize(app, {});
  t.same(linesOf(await shown(server)), [
    'browser: GET /authorize | false no code_challenge | 302: invalid_request for localhost:3000 | carries the error',
  ]);
  await app.inject({ url: `/${environmentId.replace('1', '7')}/as/token`, method: 'POST' });
  const { transactions } = (await app.inject({ url: '/__mock/v1/transactions' })).json();
  t.match(linesOf(transactions.find(({ envId }: { envId: string }) => envId !== environmentId)), [
    /^application: POST \/token \| false .* \| 404/,
  ]);
});

t.test('a sign-on by the flows API has no browser, and a wrong password ends nothing', async (t) => {
  const server = await buildTestServer(t);
  const flow = await startFlow(server);
  await flow.act('usernamePassword.check', { username: 'alice', password: 'wrong' });
  await flow.act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  await flow.tokens();
  const transaction = await shown(server);
  t.same(linesOf(transaction), [
    'application: GET /authorize: challenge | true challenge kept | 200: USERNAME_PASSWORD_REQUIRED',
    'application: POST usernamePassword.check | null wrong password | 400: INVALID_DATA',
    'application: POST usernamePassword.check | true Signed on as alice | 200: COMPLETED',
    'application: GET /resume | true code issued | 200: code',
    'application: POST /token: code, verifier | true verifier fits the challenge, tokens issued | 200: ID token, access token, refresh token',
  ]);
  t.same(namesOf(transaction), ['Application', 'Mock']);
});

t.test('a second factor: each device that is asked, and each wrong passcode', async (t) => {
  const server = await buildTestServer(t);
  const { pair, appCode } = await withSecondFactor(server);
  await pair({ type: 'EMAIL', email: 'work@example.com' });
  const authenticator = await pair({ type: 'TOTP' });
  const flow = await startFlow(server);
  await flow.act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  await flow.act('device.select', { device: { id: authenticator.id } });
  await flow.act('otp.check', { otp: '000000' });
  await flow.act('otp.check', { otp: appCode(authenticator) });
  t.same(linesOf(await shown(server)).slice(1), [
    'application: POST usernamePassword.check | true Password accepted; asked for a passcode by e-mail | 200: OTP_REQUIRED',
    'application: POST device.select | true Device selected; asked for a passcode of an authenticator app | 200: OTP_REQUIRED',
    'application: POST otp.check | null wrong code | 400: INVALID_DATA',
    'application: POST otp.check | true Signed on as alice | 200: COMPLETED',
  ]);
  const { steps } = (await shown(server)) as { steps: { title: string; data?: object }[] };
  t.same(steps.at(-1)?.data, { amr: ['pwd', 'otp', 'mfa'], acr: 'Two_Steps' }, 'the last step says what was shown');
});

t.test('a sign-on at another environment links the two transactions', async (t) => {
  const server = await buildTestServer(t);
  await addPartner(server);
  const population = (await server.environment.store.populations.list())[0]?.id ?? '';
  const provider = await addProvider(
    server,
    { ...partnerMembers, registration: { population: { id: population } } },
    { username: '${providerAttributes.preferred_username}', email: '${providerAttributes.email}' },
  );
  await assignPolicy(server, 'Partners', [{ type: 'IDENTITY_PROVIDER', identityProvider: { id: provider.id } }]);
  const browser = newBrowser(server.app);
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: ids.spa, redirect_uri: 'http://localhost:3000/callback', scope: 'openid', state: 'xyz' },
    ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
  });
  const there = await browser.follow(`/${environmentId}/as/authorize?${query}`);
  await browser.followFrom(await browser.submit(there.url.href, { username: 'carol', password: 'Carol-Passw0rd1' }), there.url.href);

  const outer = (await shown(server)) as { id: string; related: object[] };
  t.same(linesOf(outer), [
    'browser: GET /authorize: challenge | true challenge kept | 302: sign-on page',
    `browser: GET /rp/authenticate | null Sent to the identity provider Partner | 302: localhost | to Partner`,
    'browser: GET /rp/callback: the provider’s answer | true Signed on at Partner, Signed on as carol | 302: sign-on page | asks the provider',
    'browser: GET /resume | true code issued | 302: code for localhost:3000 | carries the code',
  ]);
  t.same(namesOf(outer), ['Browser', 'Application', 'Mock', 'Provider']);
  const inner = (await shown(server, partnerId)) as { id: string; related: object[] };
  t.same(linesOf(inner), [
    'browser: GET /authorize: challenge | true challenge kept | 302: sign-on page',
    'browser: POST sign-on page: the form | true Signed on as carol | 303: resume',
    'browser: GET /resume | true code issued | 302: code for localhost | carries the code',
    'application: POST /token: code, verifier | true verifier fits the challenge, tokens issued | 200: ID token, access token, refresh token',
  ]);
  t.match(outer.related, [{ role: 'provider', envId: partnerId, id: inner.id, name: 'Partner', step: Number }]);
  t.match(inner.related, [{ role: 'application', envId: environmentId, id: outer.id, name: 'Demo SPA' }]);
});

t.test('a device that polls is one row, and its owner’s part belongs to it', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const device = await startDevice(app);
  for (let at = 0; at < 4; at += 1) {
    await clock.advance(6000);
    await poll(app, device.device_code);
  }
  await answerDevice(app, device);
  await clock.advance(6000);
  await poll(app, device.device_code);
  const transaction = await shown(server);
  t.same(linesOf(transaction), [
    'application: POST /device_authorization | true Device authorization | 200: device code, user code',
    'application: POST /token: device code | null not decided yet | 400: authorization_pending | 4 times',
    'application: POST usernamePassword.check | true Signed on as alice | 200',
    'application: POST deviceAuthGrant.consent | true Device connected | 200',
    'application: POST /token: device code | true tokens issued | 200: ID token, access token, refresh token',
  ]);
  t.equal((transaction as { truncated?: boolean }).truncated, true, 'although bodies are cut');
  t.same(namesOf(transaction), ['Device', 'Mock']);
});

t.test('a sign-on on another device shows what its person decided', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment, clock } = server;
  await changeApplication(server, ids.web, { grantTypes: ['AUTHORIZATION_CODE', 'CIBA'] });
  const web = { authorization: basic(ids.web, 'web-secret') };
  const { auth_req_id: id } = (await post(app, `${as}/cibaAuthorization`, { scope: 'openid', login_hint: 'alice' }, web)).json();
  await decideBackchannelRequest(environment, id, true);
  await clock.advance(6000);
  await post(app, `${as}/token`, { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: id }, web);
  t.same(linesOf(await shown(server)), [
    'application: POST /cibaAuthorization | true Backchannel authentication | 200: auth_req_id',
    'Waiting for alice to approve',
    'Approved by alice',
    'application: POST /token: auth_req_id | true tokens issued | 200: ID token, access token',
  ]);
});

t.test('grants without a person, and questions about a token', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await post(app, `${as}/token`, { grant_type: 'client_credentials', client_id: ids.service, client_secret: 'service-secret' });
  t.same(linesOf(await shown(server)), ['application: POST /token: client_credentials | true tokens issued | 200: access token']);
  t.same(namesOf(await shown(server)), ['Application', 'Mock']);

  await addResource(server, 'Books', ['books:read']);
  await changeApplication(server, ids.web, { grantTypes: ['TOKEN_EXCHANGE', 'AUTHORIZATION_CODE'] });
  await grant(server, ids.web, 'Books', ['books:read']);
  const tokens = (await redeem(app, await authorize(app))).json();
  const web = { authorization: basic(ids.web, 'web-secret') };
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: tokens.access_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  };
  await post(app, `${as}/token`, form, web);
  t.match(linesOf(await shown(server)), [/^application: POST \/token: subject token \| true tokens issued \| 200: access token$/]);

  await post(app, `${as}/introspect`, { token: tokens.access_token, client_id: ids.spa });
  await post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: ids.spa });
  await post(app, `${as}/revoke`, { token: tokens.refresh_token, client_id: ids.spa });
  t.same(linesOf(await shown(server, environmentId, 1)).slice(-3), [
    'application: POST /introspect: token | true Token introspected: active | 200: active',
    'application: POST /token: refresh token | true refresh token accepted, tokens issued | 200: ID token, access token, refresh token',
    'application: POST /revoke: token | true Refresh token revoked, with its family | 200',
  ]);
});

t.test('a token that is used all the time does not fill its transaction', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const { access_token: token } = (await redeem(app, await authorize(app))).json();
  for (let at = 0; at < 12; at += 1) await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${token}` } });
  const kinds = environment.transactions.list()[0]?.steps.map(({ kind }) => kind) ?? [];
  t.equal(kinds.filter((kind) => kind === 'userinfo').length, 5);
  t.equal(linesOf(await shown(server)).at(-1), 'application: GET /userinfo | true Claims of alice given | 200: claims | 5 times');
});

t.test('a sign-on without a page is one request', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  const { cookie } = await authorize(app);
  const again = await askAuthorize(app, { prompt: 'none', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }, { cookie });
  t.match(locationOf(again).search, 'code=');
  const [line, ...others] = linesOf(await shown(server));
  t.same(others, []);
  t.match(line, /^browser: GET \/authorize: challenge \| true .*code issued \| 302: code for localhost:3000 \| carries the code$/);
  t.equal((await checkPassword(app, 'none', 'alice', 'x')).statusCode, 404);
});
