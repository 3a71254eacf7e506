import t from 'tap';
import { ask } from '../helpers/ask.js';
import { buildTestServer, listen } from '../helpers/server.js';

const passkeyPath = '/__mock/v1/lab/passkey';

t.test('a run of the mix-up has a shop and two identity providers, which go together with it', async (t) => {
  const { app, context } = await buildTestServer(t);
  const begin = async (payload: object) => (await app.inject({ method: 'POST', url: '/__mock/v1/lab', payload })).json();
  const first = await begin({ scene: 'mix-up', pkceMethod: 'S256' });
  const { honest, mallory } = first.shop.providers;
  t.equal(new Set([first.environmentId, honest.environmentId, mallory.environmentId]).size, 3);
  const shop = context.environments.get(first.environmentId);
  t.same((await shop?.store.identityProviders.list())?.map(({ name, pkceMethod }) => [name, pkceMethod]).sort(), [
    ['Honest provider', 'S256'],
    ['Mallory’s provider', 'S256'],
  ]);
  t.same(
    (await context.environments.get(mallory.environmentId)?.store.users.list())?.map(({ username }) => username),
    ['mallory'],
  );
  const { shop: noPkce, environmentId } = await begin({ scene: 'mix-up' });
  t.not(noPkce.providers.honest.environmentId, honest.environmentId);
  t.same(
    (await context.environments.get(environmentId)?.store.identityProviders.list())?.map(({ pkceMethod }) => pkceMethod),
    ['NONE', 'NONE'],
  );
  for (let run = 0; run < 20; run += 1) await begin({ own: true });
  await context.clock.advance(61_000);
  await begin({ own: true });
  for (const { environmentId: id } of [first, honest, mallory])
    t.equal(context.environments.get(id), undefined, 'when newer runs take its place');
  t.equal((await app.inject({ method: 'POST', url: '/__mock/v1/lab', payload: { scene: 'other' } })).statusCode, 400);
});

t.test('the passkey of a run signs for any origin, and of nothing else', async (t) => {
  const { app, environment } = await buildTestServer(t);
  const begin = async (payload: object) => (await app.inject({ method: 'POST', url: '/__mock/v1/lab', payload })).json();
  const sign = (environmentId: string, more: object = {}) =>
    app.inject({ method: 'POST', url: passkeyPath, payload: { environmentId, origin: 'https://evil.example', challenge: 'abc', ...more } });
  const run = await begin({ scene: 'passkey' });
  t.same(run.passkey, { origin: 'https://signon.localhost' });
  const signed = await sign(run.environmentId);
  t.equal(signed.statusCode, 200);
  t.same(signed.json().clientData, { type: 'webauthn.get', challenge: 'abc', origin: 'https://evil.example' });
  t.match(JSON.parse(signed.json().assertion), { type: 'public-key', response: { signature: String, clientDataJSON: String } });
  const shared = await begin({});
  const withoutPasskey = await begin({ scene: 'passcode' });
  for (const id of [environment.id, shared.environmentId, withoutPasskey.environmentId, 'nothing', '__proto__']) {
    const refused = await sign(id);
    t.same([refused.statusCode, refused.json().error?.code], [404, 'passkey_unknown'], id);
  }
  t.equal((await sign(run.environmentId, { origin: 'x'.repeat(257) })).statusCode, 400);
});

t.test('pages of other origins cannot have anything signed', async (t) => {
  const { url } = await listen(t);
  const refused = await ask(`${url}${passkeyPath}`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
    body: JSON.stringify({ environmentId: 'x', origin: 'https://evil.example', challenge: 'abc' }),
  });
  t.equal(refused.status, 403);
});
