import { decodeJwt, SignJWT } from 'jose';
import t from 'tap';
import type { App } from '../../../src/environment/context.js';
import { decideBackchannelRequest, waitingBackchannelRequests } from '../../../src/signon/decoupled/backchannel.js';
import { as, authorize, basic, post, redeem } from '../../helpers/client.js';
import { changeApplication } from '../../helpers/configure.js';
import { buildTestServer, ids, type TestServer } from '../../helpers/server.js';

/** Authentication on another device (OpenID Connect CIBA, poll mode; docs/fidelity.md, 7.7). */

const grant = 'urn:openid:params:grant-type:ciba';
const web = { authorization: basic(ids.web, 'web-secret') };
const processing = (text: string) =>
  new RegExp(
    `^The request could not be completed\\. There was an issue processing the request\\.: ${text} \\(Correlation ID: [0-9a-f-]{36}\\)$`,
  );

const ask = (app: App, form: Record<string, string | undefined> = {}, headers: Record<string, string> = web) =>
  post(app, `${as}/cibaAuthorization`, { scope: 'openid profile', login_hint: 'alice', ...form }, headers);
const poll = (app: App, id: string | undefined, headers: Record<string, string> = web) =>
  post(app, `${as}/token`, { grant_type: grant, auth_req_id: id }, headers);

const build = async (t: Parameters<typeof buildTestServer>[0]): Promise<TestServer> => {
  const server = await buildTestServer(t);
  await changeApplication(server, ids.web, { grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CIBA'] });
  return server;
};

t.test('a backchannel request stays pending until it is approved, then gives tokens once', async (t) => {
  const { app, environment, clock } = await build(t);
  const response = await ask(app, { binding_message: 'Pump 4' });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'application/json');
  const body = response.json();
  t.same(Object.keys(body), ['auth_req_id', 'expires_in', 'interval']);
  t.match(body, { auth_req_id: /^[0-9a-f-]{36}$/, expires_in: 120, interval: 2 });
  t.match(await waitingBackchannelRequests(environment), [{ id: body.auth_req_id, userId: ids.alice, bindingMessage: 'Pump 4' }]);

  const pending = await poll(app, body.auth_req_id);
  t.equal(pending.statusCode, 400);
  t.match(pending.json(), {
    error: 'authorization_pending',
    error_description: processing('The authorization request is still pending\\.'),
  });
  t.match((await poll(app, body.auth_req_id)).json(), {
    error: 'slow_down',
    error_description: processing('The authorization request is still pending\\. Please slow down the poll requests\\.'),
  });
  await clock.advance(7000);
  t.match((await poll(app, body.auth_req_id)).json(), { error: 'authorization_pending' });

  t.equal(await decideBackchannelRequest(environment, body.auth_req_id, true), 'approved');
  t.equal(await decideBackchannelRequest(environment, body.auth_req_id, false), 'decided already');
  const tokens = (await poll(app, body.auth_req_id)).json();
  t.same(Object.keys(tokens), ['access_token', 'token_type', 'expires_in', 'scope', 'id_token'], 'no refresh token');
  t.match(decodeJwt(tokens.access_token), { sub: ids.alice, client_id: ids.web, sid: /./, acr: 'Single_Factor' });
  t.match(decodeJwt(tokens.id_token), { aud: ids.web, sub: ids.alice, preferred_username: 'alice' });
  t.match((await poll(app, body.auth_req_id)).json(), { error: 'invalid_grant', error_description: /has been used already/ });
  t.same(await waitingBackchannelRequests(environment), []);
});

t.test('a request that is denied or expired gives no tokens, and a disabled user cannot approve', async (t) => {
  const { app, environment, clock } = await build(t);
  const denied = (await ask(app)).json().auth_req_id;
  t.equal(await decideBackchannelRequest(environment, denied, false), 'denied');
  t.match((await poll(app, denied)).json(), {
    error: 'access_denied',
    error_description: processing('The authorization request has been denied\\.'),
  });
  const expired = (await ask(app, { requested_expiry: '30' })).json();
  t.equal(expired.expires_in, 30, 'a client may ask for less time');
  await clock.advance(30_000);
  t.match((await poll(app, expired.auth_req_id)).json(), {
    error: 'expired_token',
    error_description: processing('The authorization request for the provided auth_req_id has expired\\.'),
  });
  t.equal(await decideBackchannelRequest(environment, expired.auth_req_id, true), 'expired');
  t.equal(await decideBackchannelRequest(environment, 'nobody', true), 'unknown');
  t.equal((await ask(app, { requested_expiry: '9999' })).json().expires_in, 120, 'but not for more');

  const disabled = (await ask(app)).json().auth_req_id;
  const alice = await environment.store.users.get(ids.alice);
  await environment.store.users.put({ ...(alice as NonNullable<typeof alice>), enabled: false });
  t.equal(await decideBackchannelRequest(environment, disabled, true), 'denied', 'a disabled user approves nothing');
});

t.test('exactly one hint must name a known user', async (t) => {
  const server = await build(t);
  const { app, environment } = server;
  const tokens = (await redeem(app, await authorize(app, { clientId: ids.web }), { client_id: undefined }, web)).json();
  const now = environment.clock.now() / 1000;
  const hint = (claims: object, secret = 'web-secret') =>
    new SignJWT({ iss: ids.web, sub: ids.alice, aud: `http://localhost${as}`, iat: now, exp: now + 60, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
  const none = { login_hint: undefined };
  const accepted = [
    ['a user name', {}],
    ['in other letters', { login_hint: 'ALICE' }],
    ['an e-mail address', { login_hint: 'alice@example.com' }],
    ['a user id', { login_hint: ids.alice }],
    ['an ID token', { ...none, id_token_hint: tokens.id_token }],
    ['a login_hint_token', { ...none, login_hint_token: await hint({}) }],
  ] as const;
  for (const [name, form] of accepted) {
    const { auth_req_id: id } = (await ask(app, form)).json();
    t.match(await environment.store.backchannelRequests.get(id), { userId: ids.alice }, name);
  }
  const refused = [
    ['nobody', { login_hint: 'nobody' }, 'unknown_user_id'],
    ['an unknown id', { login_hint: ids.web }, 'unknown_user_id'],
    ['an access token', { ...none, id_token_hint: tokens.access_token }, 'invalid_request'],
    ['an invented ID token', { ...none, id_token_hint: 'a.b.c' }, 'invalid_request'],
    ['a login_hint_token of another secret', { ...none, login_hint_token: await hint({}, 'wrong') }, 'invalid_request'],
    ['an expired login_hint_token', { ...none, login_hint_token: await hint({ exp: now - 1 }) }, 'invalid_request'],
    ['a login_hint_token about nobody', { ...none, login_hint_token: await hint({ sub: 'x' }) }, 'invalid_request'],
    ['no hint', none, 'invalid_request'],
    ['two hints', { id_token_hint: tokens.id_token }, 'invalid_request'],
  ] as const;
  for (const [name, form, error] of refused) {
    const response = await ask(app, form);
    t.match([response.statusCode, response.json()], [400, { error, error_description: /\(Correlation ID/ }], name);
  }
});

t.test('only a confidential client with the grant can ask or poll', async (t) => {
  const server = await build(t);
  const { app } = server;
  await changeApplication(server, ids.native, { grantTypes: ['CIBA'] });
  const unsupported = /Unsupported authentication method/;
  const cases = [
    ['no client', {}, {}, 401, 'invalid_client', unsupported],
    ['a public client', { client_id: ids.native }, {}, 401, 'invalid_client', unsupported],
    ['a wrong secret', {}, { authorization: basic(ids.web, 'x') }, 401, 'invalid_client', /Invalid client credentials/],
    [
      'without the grant',
      {},
      { authorization: basic(ids.worker, 'worker-secret') },
      400,
      'unauthorized_client',
      /Unsupported grant type: urn:openid/,
    ],
    ['no scope', { scope: undefined }, web, 400, 'invalid_request', /scope is required/],
    ['no scope that is granted', { scope: 'unknown' }, web, 400, 'invalid_scope', /At least one scope/],
    ['a message that cannot be shown', { binding_message: 'a\nb' }, web, 400, 'invalid_binding_message', /binding_message/],
    ['a message that is too long', { binding_message: 'x'.repeat(257) }, web, 400, 'invalid_binding_message', /binding_message/],
    ['an expiry that is none', { requested_expiry: '-1' }, web, 400, 'invalid_request', /requested_expiry/],
  ] as const;
  for (const [name, form, headers, status, error, description] of cases) {
    const response = await ask(app, form, headers);
    t.equal(response.statusCode, status, name);
    t.match(response.json(), { error, error_description: description }, name);
  }
  t.equal((await app.inject({ method: 'POST', url: `${as}/cibaAuthorization`, payload: {} })).statusCode, 415);
  const id = (await ask(app)).json().auth_req_id;
  await changeApplication(server, ids.worker, { grantTypes: ['CIBA'] });
  const polls = [
    ['no auth_req_id', undefined, web, 400, 'invalid_request'],
    ['an invented one', 'x', web, 400, 'invalid_grant'],
    ['another client’s', id, { authorization: basic(ids.worker, 'worker-secret') }, 400, 'invalid_grant'],
    ['no client', id, {}, 401, 'invalid_client'],
  ] as const;
  for (const [name, authReqId, headers, status, error] of polls) {
    const response = await poll(app, authReqId, headers);
    t.match([response.statusCode, response.json()], [status, { error }], name);
  }
  const form = { grant_type: grant, auth_req_id: id, client_id: ids.native };
  t.match(
    (await post(app, `${as}/token`, form)).json(),
    { error: 'invalid_client', error_description: unsupported },
    'a public client polls',
  );
});

t.test('a refused request carries its diagnosis', async (t) => {
  const { app } = await build(t);
  const response = await ask(app, { login_hint: 'nobody' });
  t.match(response.headers['x-mock-diagnosis'], /backchannel_user_known/);
  t.match((await poll(app, 'x')).headers['x-mock-diagnosis'], /auth_req_id_known/);
});
