import t from 'tap';
import type { App } from '../../src/environment/context.js';
import { createMock, type Mock, MockError } from '../../src/index.js';
import { managementClient } from '../helpers/management.js';
import { startRedis, withoutRedis } from '../helpers/redis.js';

type Options = NonNullable<Parameters<typeof createMock>[0]>;

/** What a mock with these options is refused with. */
async function refusal(options: Options): Promise<Pick<MockError, 'code' | 'message'>> {
  try {
    await (await createMock(options)).close();
  } catch (error) {
    if (error instanceof MockError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

t.test('a store that cannot be used, or not together with another option, is refused in a sentence', async (t) => {
  const store = 'redis://:geheim@127.0.0.1:1';
  t.match(await refusal({ store, dataFolder: t.testdir() }), {
    code: 'options_exclude',
    message: /store and dataFolder do not go together\n {2}fix: set only one/,
  });
  t.match(await refusal({ store, randomSeed: 'a' }), { code: 'options_exclude', message: /would issue the same codes/ });
  const away = await refusal({ store });
  t.match(away, { code: 'store_unusable', message: /^store: .*no Redis or Valkey server answers there/ });
  t.notMatch(away.message, /geheim/);
  t.match(await refusal({ store: 'localhost:6379' }), { code: 'store_unusable', message: /^store: the address .*redis:\/\// });
});

t.test('two mocks of one process that share a store are one PingOne', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const start = async (more: Options = {}): Promise<Mock> => {
    const mock = await createMock({ store, ...more });
    t.teardown(() => mock.close());
    return mock;
  };
  const one = await start({ hideSecrets: true });
  const other = await start({ hideSecrets: true });
  const redeemAt = ({ inject, environmentId, env }: Mock, { code, verifier, redirectUri }: Awaited<ReturnType<Mock['authorize']>>) =>
    inject({
      method: 'POST',
      url: `/${environmentId}/as/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: String(env.OIDC_CLIENT_ID),
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      }).toString(),
    });
  const flow = await one.authorize();
  const redeemed = await redeemAt(other, flow);
  t.equal(redeemed.statusCode, 200, 'a code of one is redeemed by the other');
  t.equal((await redeemAt(one, flow)).statusCode, 400, 'and only once');

  await t.test('each knows its own requests at once, and what the other has recorded when it is asked', async (t) => {
    t.match(one.requests.last('token'), { answer: { status: 400 } });
    t.equal(other.requests.filter({ endpoint: 'authorize' }).length, 0);
    const shown = await other.transactions.waitFor({});
    t.match(shown.steps.map(({ kind }) => kind).slice(0, 2), ['authorize', 'pkce.recorded']);
    t.ok(other.requests.filter({ endpoint: 'authorize' }).length > 0);
    t.equal(other.requests.filter({ endpoint: 'token' }).length, 2, 'each of them once');
  });

  await t.test('secrets of requests that another one has served are hidden', async (t) => {
    const third = await start({ hideSecrets: true });
    const tokens = redeemed.json<{ access_token: string; id_token: string }>();
    for (const path of ['transactions', 'environments/default/requests']) {
      const shown = (await third.inject(`/__mock/v1/${path}`)).body;
      t.match(shown, /as\/token/, `${path} has the request`);
      t.match(shown, /token_type/, `${path} has the answer`);
      for (const secret of [flow.code, flow.verifier, tokens.access_token, tokens.id_token, 'Alice-Passw0rd'])
        t.notOk(shown.includes(secret), `${path}: ${secret.slice(0, 9)}`);
    }
  });

  await t.test('a fault that one waits for breaks a request to the other', async (t) => {
    await one.failNext('token', { status: 503 });
    t.equal((await redeemAt(one, await other.authorize())).statusCode, 503);
  });

  await t.test('of two environments of one name that are created at once, by different mocks, one is made', async (t) => {
    const callAt = (mock: Mock) => managementClient(mock as unknown as App);
    const [here, there] = [await callAt(one), await callAt(other)];
    const { license } = (await here('GET', '')).json();
    const body = { name: 'Twin', type: 'SANDBOX', region: 'EU', license };
    const made = await Promise.all([here, there, here, there].map((call) => call('POST', '/environments', { body })));
    t.same(made.map(({ statusCode }) => statusCode).sort(), [201, 400, 400, 400]);
  });

  await t.test('with another prefix a mock knows none of it', async (t) => {
    const apart = await start({ storePrefix: 'apart' });
    t.equal((await apart.transactions.list()).length, 0);
    await one.users.create({ username: 'carol' });
    t.equal((await other.users.get('carol')).username, 'carol');
    t.same((await apart.users.list()).length, (await other.users.list()).length - 1);
  });
});

t.test('a mock that cannot be seeded closes its connections', { skip: withoutRedis }, async (t) => {
  const redis = await startRedis(t);
  await t.rejects(createMock({ store: redis.url, seed: { environments: [{ apps: 3 } as object] } }));
  await (await createMock({ store: redis.url })).close();
  // Otherwise this process would not end.
});
