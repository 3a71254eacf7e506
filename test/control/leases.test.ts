import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import t, { type Test } from 'tap';
import { as, authorize, redeem } from '../helpers/client.js';
import { holdTimers } from '../helpers/hold-timers.js';
import { buildTestServer, ids, ownMemoryOnly } from '../helpers/server.js';
import { until } from '../helpers/until.js';

const path = '/__mock/v1/environments/default';

async function build(t: Test) {
  const server = await buildTestServer(t);
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', rest: string, payload?: object) => {
    const answer = await server.app.inject({ method, url: `${path}${rest}`, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.payload === '' ? {} : answer.json() };
  };
  const take = (holder: string, seconds = 20) => ask('POST', '/leases', { holder, seconds });
  return { ...server, ask, take };
}

t.test('one holder at a time has the lease, and the next one reads who', async (t) => {
  const { ask, take } = await build(t);
  const { body: lease } = await take('a checkup of http://localhost:3000/');
  t.match(await take('another'), {
    status: 409,
    body: { error: { code: 'lease_held', message: /taken by a checkup of http:\/\/localhost:3000\//, fix: /within 20 seconds/ } },
  });
  t.same((await ask('GET', '/leases')).body, { leases: [lease] });
  t.equal((await ask('DELETE', `/leases/${lease.id}`)).status, 204);
  t.same((await ask('GET', '/leases')).body, { leases: [] });
  t.equal((await take('another')).status, 201);
  t.match(await ask('DELETE', `/leases/${lease.id}`), { status: 409, body: { error: { code: 'lease_ended' } } });
  for (const wrong of [{}, { holder: '', seconds: 5 }, { holder: 'x', seconds: 0 }, { holder: 'x', seconds: 301 }])
    t.equal((await ask('POST', '/leases', wrong)).status, 400, JSON.stringify(wrong));
});

const ended = ownMemoryOnly('the lease ends by the time of the shared store, which no test can move');
t.test('a lease that is not renewed ends, whatever the clock of the environment says', { skip: ended }, async (t) => {
  const { ask, take, clock } = await build(t);
  const pass = holdTimers(t, 20_000);
  const { body: lease } = await take('a test');
  clock.advance(3_600_000);
  pass(19_999);
  t.equal((await ask('PUT', `/leases/${lease.id}`)).status, 204);
  pass(19_999);
  t.same((await ask('GET', '/leases')).body, { leases: [lease] }, 'it was renewed');
  pass(1);
  t.same((await ask('GET', '/leases')).body, { leases: [] });
  t.match(await ask('PUT', `/leases/${lease.id}`), { status: 409, body: { error: { code: 'lease_ended' } } });
});

t.test('faults and rules that belong to a lease end with it, and others stay', async (t) => {
  const { ask, take } = await build(t);
  const { body: lease } = await take('a test');
  await ask('POST', '/faults', { endpoint: 'token', status: 503, lease: lease.id });
  await ask('POST', '/faults', { endpoint: 'userinfo', status: 503 });
  await ask('POST', '/rules', { on: 'userinfo', set: { a: 1 }, lease: lease.id });
  await ask('POST', '/rules', { on: 'userinfo', set: { b: 1 } });
  t.match((await ask('GET', '/faults')).body, { faults: [{ lease: lease.id }, { endpoint: 'userinfo' }] });
  await ask('DELETE', `/leases/${lease.id}`);
  t.match((await ask('GET', '/faults')).body.faults, [{ endpoint: 'userinfo' }]);
  t.match((await ask('GET', '/rules')).body.rules, [{ set: { b: 1 } }]);
  const refused = { status: 409, body: { error: { code: 'lease_ended' } } };
  t.match(await ask('POST', '/faults', { endpoint: 'token', status: 503, lease: lease.id }), refused);
  t.match(await ask('POST', '/rules', { on: 'userinfo', set: { a: 1 }, lease: lease.id }), refused);
  t.match(await ask('POST', '/keys/rotate', { client_id: ids.spa, lease: lease.id }), refused);
});

t.test('an environment that belongs to a lease goes with it, and others stay', async (t) => {
  const { app, ask, take } = await build(t);
  const { body: lease } = await take('a test');
  const make = async (query: string) => {
    const answer = await app.inject({ method: 'POST', url: `/__mock/v1/environments${query}`, payload: {} });
    return { status: answer.statusCode, body: answer.json() };
  };
  const idsOf = async () =>
    (await app.inject('/__mock/v1/environments')).json().environments.map(({ id }: { id: string }) => id) as string[];
  const before = await idsOf();
  const { body: own } = await make(`?lease=${lease.id}`);
  const { body: other } = await make('');
  t.same(await idsOf(), [...before, own.id, other.id]);
  await ask('DELETE', `/leases/${lease.id}`);
  await until(async () => !(await idsOf()).includes(own.id));
  t.same(await idsOf(), [...before, other.id]);
  t.match(await make(`?lease=${lease.id}`), { status: 409, body: { error: { code: 'lease_ended' } } });
  t.same(await idsOf(), [...before, other.id], 'none is left without a lease');
});

t.test('one application gets a key of its own, until the lease ends', async (t) => {
  const { ask, take, app, environment } = await build(t);
  const keySet = async () => (await app.inject(`${as}/jwks`)).json() as JSONWebKeySet;
  const kids = async () => (await keySet()).keys.map(({ kid }) => kid);
  const before = await kids();
  const { body: lease } = await take('a test');
  const { body: rotated } = await ask('POST', '/keys/rotate', { client_id: ids.spa, lease: lease.id });
  t.notOk(before.includes(rotated.kid), 'the key is new');
  t.same(await kids(), [...before, rotated.kid]);
  const tokens = (await redeem(app, await authorize(app))).json();
  for (const token of [tokens.id_token, tokens.access_token]) t.equal(decodeProtectedHeader(token).kid, rotated.kid);
  await t.resolves(jwtVerify(tokens.id_token, createLocalJWKSet(await keySet()), { currentDate: new Date(environment.clock.now()) }));
  const userinfo = () => app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${tokens.access_token}` } });
  t.equal((await userinfo()).statusCode, 200);
  t.equal(environment.keys.ofApplication(ids.web, undefined).kid, before[1], 'others keep theirs');
  await ask('DELETE', `/leases/${lease.id}`);
  t.same(await kids(), before);
  t.match(await ask('POST', '/keys/rotate', { client_id: ids.spa }), { status: 400, body: { error: { fix: /set lease/ } } });
  const { body: next } = await take('a test');
  t.match(await ask('POST', '/keys/rotate', { client_id: 'nobody', lease: next.id }), { status: 400 });
});
