/** Mistakes of clients as people have reported them, each with what its diagnosis has to say. */
import { createHash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import t from 'tap';
import type { Diagnosis } from '../../src/protocol/mistakes/index.js';
import { s256 } from '../../src/protocol/pkce.js';
import { as, askAuthorize, authorize, basic, checkPassword, locationOf, newVerifier, post, redeem } from '../helpers/client.js';
import { workerToken } from '../helpers/management.js';
import { buildTestServer, environmentId, ids } from '../helpers/server.js';

type Server = Awaited<ReturnType<typeof buildTestServer>>;

/** The diagnosis behind the header of an answer. */
function diagnosisOf({ environment, context }: Server, { headers }: LightMyRequestResponse): Diagnosis | undefined {
  const id = /\/__mock\/tx\/([0-9a-f-]{36})$/.exec(String(headers['x-mock-diagnosis']))?.[1] ?? '';
  return (environment.transactions.get(id) ?? context.unmatched.get(id))?.diagnosis;
}

t.test('btoa of an ArrayBuffer, a typed array or a Promise is named by the text that it makes', async (t) => {
  const server = await buildTestServer(t);
  for (const text of ['[object ArrayBuffer]', '[object Uint8Array]', '[object Promise]']) {
    const challenge = Buffer.from(text).toString('base64url');
    const asked = await askAuthorize(server.app, { code_challenge: challenge, code_challenge_method: 'S256', response_mode: 'pi.flow' });
    t.match(diagnosisOf(server, asked), { code: 'object_as_text', confidence: 'exact', title: new RegExp(text.replace(/[[]/, '.')) });
  }
  const weak = Buffer.from('[object Uint8Array]').toString('base64url');
  const authorized = await authorize(server.app, {
    method: 'none',
    parameters: { code_challenge: s256(weak), code_challenge_method: 'S256' },
  });
  t.match(diagnosisOf(server, await redeem(server.app, { ...authorized, codeVerifier: weak })), {
    code: 'object_as_text',
    title: /^The verifier is base64 of the text "\[object Uint8Array\]"$/,
  });
});

t.test('a hash whose bytes were taken for text is not called a verifier that was not hashed', async (t) => {
  const server = await buildTestServer(t);
  const digest = createHash('sha256').update(newVerifier()).digest();
  const challenge = Buffer.from(digest.toString('latin1')).toString('base64url');
  t.match(diagnosisOf(server, await askAuthorize(server.app, { code_challenge: challenge, code_challenge_method: 'S256' })), {
    code: 'digest_as_text',
    confidence: 'possible',
    why: /treated as text/,
  });
});

/** A flow of the demo application, which waits for a name and a password. */
async function newFlow({ app }: Server): Promise<string> {
  const asked = await askAuthorize(app, { code_challenge: s256(newVerifier()), code_challenge_method: 'S256' });
  return locationOf(asked).searchParams.get('flowId') ?? '';
}

const clientCredentials = { grant_type: 'client_credentials' };
const workerBasic = { authorization: basic(ids.worker, 'worker-secret') };

t.test('a secret in header and body at once is to be sent once, and no method of that name is proposed', async (t) => {
  const server = await buildTestServer(t);
  const form = { ...clientCredentials, client_id: ids.worker, client_secret: 'worker-secret' };
  const found = diagnosisOf(server, await post(server.app, `${as}/token`, form, workerBasic));
  t.match(found, { code: 'secret_sent_twice', confidence: 'exact', fix: /once.*leave client_secret out of the body/ });
  t.notMatch(found?.fix, /SEVERAL/);
});

t.test('parameters of the token request that came in the query are found there', async (t) => {
  const server = await buildTestServer(t);
  const ask = (url: string, form = {}, headers = {}) => post(server.app, url, form, headers);
  const asked = await ask(`${as}/token?grant_type=client_credentials`, {}, workerBasic);
  t.match(diagnosisOf(server, asked), { code: 'parameters_in_query', title: /grant_type/ });
  const secret = await ask(`${as}/token?client_id=${ids.worker}&client_secret=worker-secret`, clientCredentials);
  t.match(diagnosisOf(server, secret), { code: 'parameters_in_query', title: /client_id, client_secret/ });
  const revoked = await ask(`${as}/revoke?token=abc`, {}, { authorization: basic(ids.web, 'web-secret') });
  t.match(diagnosisOf(server, revoked), { code: 'parameters_in_query', title: /token/ });
});

t.test('a form under a JSON type, and JSON under that of a form, are named', async (t) => {
  const server = await buildTestServer(t);
  const send = (type: string, payload: string) =>
    server.app.inject({ method: 'POST', url: `${as}/token`, headers: { 'content-type': type }, payload });
  t.match(diagnosisOf(server, await send('application/json', 'grant_type=client_credentials')), {
    code: 'form_under_other_type',
    title: /application\/json/,
  });
  t.match(diagnosisOf(server, await send('application/x-www-form-urlencoded', JSON.stringify(clientCredentials))), {
    code: 'json_as_form',
  });
});

t.test('the token of an application or worker at userinfo is told from that of a user', async (t) => {
  const server = await buildTestServer(t);
  const ask = async (headers: Record<string, string>, query = '') =>
    diagnosisOf(server, await server.app.inject({ url: `${as}/userinfo${query}`, headers }));
  const token = await workerToken(server.app);
  t.match(await ask({ authorization: `Bearer ${token}` }), { code: 'token_of_application', confidence: 'exact', fix: /Sign a user on/ });
  t.match(await ask({}, `?access_token=${token}`), { code: 'token_in_query', confidence: 'exact' });
  t.match(await ask({ authorization: token }), { code: 'token_scheme', confidence: 'exact' });
  const [clientId, secret] = [ids.web, 'web-secret'];
  const { access_token: plain } = (
    await redeem(
      server.app,
      await authorize(server.app, { clientId }),
      { client_id: undefined },
      { authorization: basic(clientId, secret) },
    )
  ).json();
  await server.environment.store.users.take(
    (await server.environment.store.users.list()).find(({ username }) => username === 'alice')?.id ?? '',
  );
  t.match(await ask({ authorization: `Bearer ${plain}` }), { code: 'token_user_gone' });
});

t.test('the second try of a library does not hide why the first was refused', async (t) => {
  const server = await buildTestServer(t);
  const { app, clock } = server;
  const inBody = (secret: string) => ({ client_id: ids.worker, client_secret: secret });
  await post(app, `${as}/token`, clientCredentials, { authorization: basic(ids.worker, 'nonsense') });
  t.match(diagnosisOf(server, await post(app, `${as}/token`, { ...clientCredentials, ...inBody('nonsense') })), {
    code: 'secret_wrong',
    why: /Its authentication method is wrong too/,
  });
  const web = { authorization: basic(ids.web, 'web-secret') };
  const late = await authorize(app, { clientId: ids.web });
  await clock.advance(601_000);
  t.match(diagnosisOf(server, await redeem(app, late, { client_id: undefined }, web)), { code: 'code_expired' });
  t.match(diagnosisOf(server, await redeem(app, late, { client_id: ids.web, client_secret: 'web-secret' })), {
    code: 'code_expired',
    why: /repeats it with the credentials in another place/,
  });
  await post(app, `${as}/token`, { ...clientCredentials, scope: 'nonsense' }, workerBasic);
  await clock.advance(60_000);
  t.match(
    diagnosisOf(server, await post(app, `${as}/token`, { ...clientCredentials, ...inBody('worker-secret') })),
    { code: 'wrong_authentication_method', confidence: 'exact' },
    'a right secret, and nothing before it',
  );
});

t.test('addresses that are put together in a wrong way are named with the right one', async (t) => {
  const server = await buildTestServer(t);
  const get = async (url: string) => {
    const answer = await server.app.inject({ url });
    t.equal(answer.statusCode, 403, url);
    return diagnosisOf(server, answer);
  };
  const jwks = await get(`${as}/jwks/.well-known/openid-configuration`);
  t.match(jwks, { code: 'issuer_is_jwks_address', fix: new RegExp(`is ${as}/.well-known/openid-configuration`) });
  t.match(await get(`/${as}/authorize?response_type=code`), { code: 'path_two_slashes', fix: new RegExp(`is ${as}/authorize`) });
  t.match(await get(`/${environmentId}//as/authorize`), { code: 'path_two_slashes' });
  for (const path of [`as/authorize?client_id=${ids.spa}`, 'as/.well-known/openid-configuration', 'as/token'])
    t.match(await get(`/v1/${environmentId}/${path}`), { code: 'v1_in_auth_path', fix: new RegExp(`: ${as}/`) });
});

t.test('the token address below the management API gets the refusal of the gateway and the right address', async (t) => {
  const server = await buildTestServer(t);
  const asked = await post(server.app, `/v1/environments/${environmentId}/as/token`, clientCredentials, workerBasic);
  t.equal(asked.statusCode, 403);
  t.match(asked.json().message, /Authorization/);
  t.match(diagnosisOf(server, asked), { code: 'auth_path_on_api', fix: new RegExp(`${as}/token`) });
});

t.test('a registration that no policy allows is named with the setting that allows it', async (t) => {
  const server = await buildTestServer(t);
  const flowId = await newFlow(server);
  const act = (action: string, payload: object) =>
    server.app.inject({
      method: 'POST',
      url: `/${environmentId}/flows/${flowId}`,
      headers: { 'content-type': `application/vnd.pingidentity.${action}+json` },
      payload: JSON.stringify(payload),
    });
  const registered = await act('user.register', { username: 'new', email: 'new@example.com', password: 'New-Passw0rd11' });
  t.match(diagnosisOf(server, registered), { code: 'registration_not_enabled', confidence: 'exact', fix: /registration.*LOGIN/ });
  t.match(diagnosisOf(server, await act('otp.check', { otp: '1' })), { code: 'action_not_offered' });
});

t.test('a wrong password has its diagnosis behind the link', async (t) => {
  const server = await buildTestServer(t);
  const flowId = await newFlow(server);
  t.match(diagnosisOf(server, await checkPassword(server.app, flowId, 'alice', 'not this')), {
    code: 'password_right',
    title: /wrong password for alice/,
  });
  t.match(diagnosisOf(server, await checkPassword(server.app, flowId, 'nobody', 'not this')), { title: /no user nobody/ });
});

t.test('refusals of the management API say why in the header', async (t) => {
  const { app } = await buildTestServer(t);
  const headers = { authorization: `Bearer ${await workerToken(app)}` };
  const ask = async (path: string, options: object = {}) =>
    (await app.inject({ url: `/v1/environments/${environmentId}/${path}`, headers, ...options })).headers['x-mock-diagnosis'];
  t.equal(await ask('populations'), undefined, 'nothing is refused');
  t.match(await ask('populations', { method: 'POST', payload: {} }), /^empty_value; confidence=exact; target=name; reason="/);
  t.match(await ask(`users/${ids.web}`), /^not_found; confidence=exact; reason="/);
  t.match(await ask('populations', { headers: {} }), /; confidence=exact; .*reason="/);
  const unknown = /^path_unknown; confidence=possible; reason="the mock has no such method/;
  t.match(await ask('nothing'), unknown);
  t.match(await ask('populations', { method: 'PATCH' }), unknown);
  t.match(await ask('riskPolicySets'), /^not_offered; confidence=exact/);
});

t.test('an unknown address of the mock itself gets a 404 with the list of those that exist', async (t) => {
  const { app } = await buildTestServer(t);
  for (const url of ['/__mock/nothing', '/__mock/tx', '/__mock/live/x?y=1']) {
    const answer = await app.inject({ url });
    t.equal(answer.statusCode, 404, url);
    t.match(answer.json(), { error: { code: 'path_unknown', fix: /\/__mock\/live.*\/__mock\/v1 / } });
  }
  const closed = await buildTestServer(t, { inspector: false, admin: false });
  t.match((await closed.app.inject({ url: '/__mock/' })).json(), { error: { fix: 'the inspector and the control API are off' } });
});
