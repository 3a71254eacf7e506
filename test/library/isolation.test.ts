import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import t from 'tap';
import { createMock, type Environment, type Mock } from '../../src/index.js';

const settled = async <T>(work: Promise<T>): Promise<T | Error> => work.catch((error: Error) => error);

/** A whole flow in an environment of its own, with everything that tests do beside it. */
async function live(mock: Mock, number: number) {
  const environment = await mock.createEnvironment({
    name: `Environment ${number}`,
    apps: [{ id: 'a0000000-0000-4000-8000-000000000009', name: 'App', redirectUris: [`http://localhost:${3000 + number}/callback`] }],
    users: [{ username: 'same-name', email: `user-${number}@example.com` }],
  });
  environment.clock.freeze(Date.UTC(2030, 0, 1) + number * 86_400_000);
  environment.on('token.before-sign', ({ accessToken }) => {
    accessToken.payload.number = number;
  });
  if (number % 2 === 0) environment.failNext('token', { status: 503 });
  const flow = await environment.authorize({ app: 'App', user: 'same-name' });
  const first = await settled(flow.redeem());
  const tokens = number % 2 === 0 ? await flow.redeem() : first;
  if (tokens instanceof Error) throw tokens;
  return { number, environment, flow, first, tokens };
}

t.test('200 busy environments do not affect each other', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const lives = await Promise.all(Array.from({ length: 200 }, (_, number) => live(mock, number)));

  const faults: string[] = [];
  const expect = (ok: boolean, what: string) => ok || faults.push(what);
  for (const { number, environment, flow, first, tokens } of lives) {
    const [access, id] = [decodeJwt(tokens.access_token), decodeJwt(tokens.id_token as string)];
    expect(first instanceof Error === (number % 2 === 0), `${number}: the fault of another environment`);
    expect(access.number === number, `${number}: the hook of another environment`);
    expect(access.iat === (Date.UTC(2030, 0, 1) + number * 86_400_000) / 1000, `${number}: the time of another environment`);
    expect(access.iss === environment.issuer && id.iss === environment.issuer, `${number}: the issuer`);
    expect(new URL(flow.callback).port === String(3000 + number), `${number}: the redirect URI of another environment’s application`);
    expect(environment.requests.filter({ endpoint: 'token' }).length === (number % 2 === 0 ? 2 : 1), `${number}: the journal`);
    expect((await environment.transactions.list()).length === 1, `${number}: the transactions`);
  }
  const kids = new Set(lives.map(({ tokens }) => decodeProtectedHeader(tokens.access_token).kid));
  t.equal(kids.size, 200, 'each signs with a key id of its own');
  t.equal(new Set(lives.map(({ tokens }) => decodeJwt(tokens.access_token).sub)).size, 200, 'and has users of its own');
  // Each token at the environment of its neighbour.
  for (const [at, { tokens }] of lives.slice(0, 20).entries()) {
    const neighbour = (lives[at + 1] as { environment: Environment }).environment;
    const answer = await mock.inject({
      url: `${new URL(neighbour.issuer).pathname}/userinfo`,
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(answer.statusCode === 401, `${at}: a neighbour took the token`);
  }
  t.same(faults, []);
  t.equal((await mock.transactions.list()).length, 0, 'the default environment saw nothing');

  const [{ environment: one }, { environment: other }] = lives as unknown as [{ environment: Environment }, { environment: Environment }];
  await one.reset();
  t.same(one.requests.filter(), [], 'a reset is of one environment');
  t.ok(other.requests.filter().length > 0);
  await one.delete();
  t.ok(await other.issueToken(), 'and so is its end');
});

t.test('while ready keys last, no two environments share a signing key', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const made: Environment[] = [];
  for (let number = 0; number < 14; number += 1) made.push(await mock.createEnvironment());
  const keysOf = async ({ issuer }: { issuer: string }) =>
    (await mock.inject(`${new URL(issuer).pathname}/jwks`)).json<{ keys: (JWK & { kid: string })[] }>().keys;
  const tokens = await Promise.all(made.map((environment) => environment.issueToken({ sub: 'somebody' })));
  const sets = await Promise.all(made.map(keysOf));
  const signers = tokens.map((token, at) => sets[at]?.find(({ kid }) => kid === decodeProtectedHeader(token).kid));
  t.equal(new Set(signers.map((key) => key?.n)).size, made.length, 'a pair of its own for each');
  for (const [at, token] of tokens.entries())
    for (const [other, keys] of sets.entries())
      for (const key of keys) {
        const verified = await jwtVerify(token, await importJWK(key, 'RS256')).then(
          () => true,
          () => false,
        );
        if (verified !== (at === other && key.kid === decodeProtectedHeader(token).kid)) t.fail(`${at} by a key of ${other}`);
      }
});

t.test('a reset restores exactly what there was', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const token = await mock.managementToken();
  const read = async (base: string) => {
    const shown: Record<string, unknown> = {};
    for (const kind of ['', '/applications', '/users', '/populations']) {
      const answer = await mock.inject({ url: `/v1/environments/${base}${kind}`, headers: { authorization: `Bearer ${token}` } });
      shown[kind] = answer.json();
    }
    return shown;
  };
  const keys = async (issuer: string) => (await mock.inject(`${new URL(issuer).pathname}/jwks`)).body;
  const before = { contents: await read(mock.environmentId), keys: await keys(mock.issuer) };

  const disturb = async () => {
    await mock.apps.delete('Demo SPA');
    await mock.apps.update('Demo Web', { name: 'Renamed' });
    await mock.users.delete('alice');
    await mock.users.create({ username: 'eve' });
    await mock.apps.create({ name: 'Another' });
    await mock.rotateKeys({ keepOld: false });
    mock.clock.advance('400d');
    mock.failNext('token', { status: 500, times: 'always' });
    mock.addRule({ on: 'token', set: { 'id_token.acr': 'x' } });
    mock.on('error.before-response', () => undefined);
  };
  await disturb();
  t.notSame(await read(mock.environmentId), before.contents);
  await mock.reset();
  t.same(await read(mock.environmentId), before.contents);
  t.equal(await keys(mock.issuer), before.keys, 'keys are the old ones, too');
  const now = Date.now();
  t.ok(now <= Number(mock.clock.now()) && Number(mock.clock.now()) <= Date.now(), 'it is today');
  const tokens = await (await mock.authorize()).redeem();
  t.equal(decodeJwt(tokens.id_token as string).acr, 'Single_Factor', 'no fault, no rule');

  const environment = await mock.createEnvironment({ apps: [{ name: 'Mine' }], users: [{ username: 'zoe' }] });
  const ids = async () => [await environment.apps.get('Mine'), await environment.users.get('zoe')].map(({ id }) => id);
  const made = await ids();
  await environment.apps.delete('Mine');
  await environment.users.delete('zoe');
  await environment.reset();
  t.same(await ids(), made, 'an environment of a test goes back to how it was made, ids and all');

  // The whole environment is removed, as a test of the management API may.
  await mock.inject({ method: 'DELETE', url: `/__mock/v1/environments/${mock.environmentId}` });
  await mock.reset();
  t.ok((await mock.authorize()).code, 'what was removed is there again');
  t.same(
    (await mock.users.list()).map(({ username }) => username),
    ['alice', 'bob'],
  );
});

t.test('the same seed text gives the same ids, codes and tokens', async (t) => {
  const flow = async (randomSeed: string) => {
    const mock = await createMock({ randomSeed });
    try {
      mock.clock.freeze('2030-01-01T00:00:00Z');
      const environment = await mock.createEnvironment({ apps: [{}], users: [{ username: 'zoe' }] });
      const redeem = async (owner: Pick<Environment, 'authorize'>) => {
        const { code, state, verifier, redeem } = await owner.authorize();
        const { access_token: access, refresh_token: refresh, id_token: id } = await redeem();
        return { code, state, verifier, access, id, refresh, header: decodeProtectedHeader(access), claims: decodeJwt(access) };
      };
      environment.clock.freeze('2030-01-01T00:00:00Z');
      const transactions = async () => (await mock.transactions.list()).map(({ id }) => id);
      return {
        demo: await redeem(mock),
        own: await redeem(environment),
        environment: environment.issuer,
        transactions: await transactions(),
      };
    } finally {
      await mock.close();
    }
  };
  const [one, again, other] = [await flow('snapshot'), await flow('snapshot'), await flow('another')];
  t.same(again, one);
  t.match(one.demo, { code: /^[0-9a-f-]{36}$/, header: { kid: /-1[0-9a-f]{3}-/ } });
  t.not(other.demo.code, one.demo.code);
  t.not(other.demo.verifier, one.demo.verifier);
  t.not(other.own.claims.sub, one.own.claims.sub);
  t.not(other.environment, one.environment);
});
