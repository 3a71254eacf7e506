import { pino } from 'pino';
import t from 'tap';
import { s256 } from '../../src/protocol/pkce.js';
import { as, askAuthorize, authorize, basic, locationOf, newVerifier, post, redeem } from '../helpers/client.js';
import { addResource, changeApplication, grant } from '../helpers/configure.js';
import { buildTestServer, ids } from '../helpers/server.js';

const right = () => ({ code_challenge: s256(newVerifier()), code_challenge_method: 'S256' });

t.test('scopes that are left out are named with the missing grant in log, header and transaction', async (t) => {
  const server = await buildTestServer(t);
  const { app, environment } = server;
  const lines: string[] = [];
  Object.assign(environment, { log: pino({}, { write: (line: string) => void lines.push(line) }) });
  await addResource(server, 'Books', ['books:read']);
  const asked = await askAuthorize(app, { ...right(), scope: 'openid books:read nonsense' });
  t.ok(locationOf(asked).searchParams.get('flowId'), 'it goes on, as at PingOne');
  const [transaction] = environment.transactions.list();
  t.match(asked.headers['x-mock-diagnosis'], /^scopes_left_out; confidence=exact; severity=warning; names="books:read nonsense"; see=http/);
  t.match(transaction, { state: 'waiting', diagnosis: undefined, warnings: [{ code: 'scopes_left_out', severity: 'warning' }] });
  t.match(transaction?.warnings[0], {
    title: /books:read nonsense/,
    why: /books:read is a scope of Books, without a grant. No resource has the scope nonsense/,
    fix: /\[{"resource":"Books","scopes":\["books:read"\]}\]/,
  });
  t.match(JSON.parse(lines.at(-1) ?? '{}'), { level: 40, event: 'warning', diagnosis: 'scopes_left_out', msg: /books:read nonsense/ });
  const shown = await app.inject({ url: `/__mock/v1/transactions/${transaction?.id}` });
  t.match(shown.json(), { diagnosis: { code: 'scopes_left_out' }, warnings: [{ names: ['books:read', 'nonsense'] }] });
  await grant(server, ids.spa, 'Books', ['books:read']);
  t.equal((await askAuthorize(app, { ...right(), scope: 'openid books:read' })).headers['x-mock-diagnosis'], undefined, 'granted');
});

t.test('the token of a service or worker for fewer scopes than were asked for warns of the others', async (t) => {
  const server = await buildTestServer(t);
  await addResource(server, 'Books', ['books:read', 'books:write']);
  await grant(server, ids.service, 'Books', ['books:read']);
  const ask = (form: Record<string, string>, headers = {}) =>
    post(server.app, `${as}/token`, { grant_type: 'client_credentials', ...form }, headers);
  const service = { client_id: ids.service, client_secret: 'service-secret' };
  const less = await ask({ ...service, scope: 'books:read books:write' });
  t.equal(less.statusCode, 200);
  t.match(less.headers['x-mock-diagnosis'], /^scopes_left_out.*names="books:write"/);
  t.equal((await ask({ ...service, scope: 'books:read' })).headers['x-mock-diagnosis'], undefined);
  const worker = { authorization: basic(ids.worker, 'worker-secret') };
  t.match((await ask({ scope: 'p1:read' }, worker)).headers['x-mock-diagnosis'], /names="p1:read"/);
  t.equal((await ask({}, worker)).headers['x-mock-diagnosis'], undefined);
});

t.test('an ID token in the front channel without a nonce, and an acr that no policy has, are named', async (t) => {
  const server = await buildTestServer(t);
  const { app } = server;
  await changeApplication(server, ids.spa, { responseTypes: ['CODE', 'ID_TOKEN'], grantTypes: ['AUTHORIZATION_CODE', 'IMPLICIT'] });
  const idToken = { response_type: 'id_token', code_challenge: undefined };
  t.match((await askAuthorize(app, idToken)).headers['x-mock-diagnosis'], /^nonce_missing; confidence=exact; severity=warning/);
  t.equal((await askAuthorize(app, { ...idToken, nonce: 'n' })).headers['x-mock-diagnosis'], undefined);
  t.match(
    (await askAuthorize(app, { ...right(), acr_values: 'Gold' })).headers['x-mock-diagnosis'],
    /^acr_values_assigned; confidence=exact/,
  );
});

t.test('a revocation without effect warns, and one with an effect does not', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const { refresh_token: token } = (await redeem(app, await authorize(app, { clientId: ids.native }))).json();
  const revoke = (clientId: string, sent: string) => post(app, `${as}/revoke`, { client_id: clientId, token: sent });
  for (const sent of [await revoke(ids.spa, token), await revoke(ids.native, 'unknown')]) {
    t.equal(sent.statusCode, 200);
    t.match(sent.headers['x-mock-diagnosis'], /^nothing_revoked; confidence=exact; severity=warning/);
  }
  t.match(environment.transactions.list().at(-1)?.warnings, [{ title: /Nothing was revoked: the token is unknown/ }]);
  t.equal((await revoke(ids.native, token)).headers['x-mock-diagnosis'], undefined);
});
