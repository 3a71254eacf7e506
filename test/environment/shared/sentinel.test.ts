import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connectRedis } from '../../../src/environment/shared/redis/connect.js';
import { startChild } from '../../helpers/child.js';
import { jwksOf, runServer, signOn, startFleet, startReplica } from '../../helpers/fleet.js';
import { startLoad } from '../../helpers/fleet-load.js';
import { askRedis, freePort, redisServer, startRedis, withoutRedis } from '../../helpers/redis.js';
import { asFlags, makeServerCertificate } from '../../helpers/redis-tls.js';
import { until } from '../../helpers/until.js';

/** Starts a sentinel that watches a primary under the name `main`. */
async function startSentinel(t: Test, primary: number, ...lines: string[]): Promise<number> {
  const port = await freePort();
  const file = join(t.testdir(), 'sentinel.conf');
  const watched = ['monitor main 127.0.0.1 PORT 1', 'down-after-milliseconds main 500', 'failover-timeout main 5000'];
  const sentinel = watched.map((line) => `sentinel ${line.replace('PORT', String(primary))}`);
  writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', ...sentinel, ...lines, ''].join('\n'));
  const { child } = startChild(redisServer as string, [file, '--sentinel']);
  t.teardown(() => child.kill('SIGKILL'));
  await until(() => askRedis(port, 'PING').catch(() => ''));
  return port;
}

t.test('when another server takes over in the middle of sign-ons, the fleet follows it', { skip: withoutRedis }, async (t) => {
  const primary = await startRedis(t);
  const replica = await startRedis(t, { args: ['--replicaof', '127.0.0.1', String(primary.port)] });
  await until(async () => /state=online/.test(await askRedis(primary.port, 'INFO', 'replication')));
  const port = await startSentinel(t, primary.port);
  await until(async () => (await askRedis(port, 'SENTINEL', 'REPLICAS', 'main')).includes(String(replica.port)));

  const urls = (await startFleet(t, `redis+sentinel://127.0.0.1:1,127.0.0.1:${port}/main`)).map(({ url }) => url);
  const next = () => urls[Math.floor(Math.random() * urls.length)] as string;
  const earlier = await signOn(next);
  const keys = await jwksOf(next());
  const load = startLoad(urls);
  await load.untilDone(5);
  await primary.stop();
  await load.untilRefused(1);
  await load.untilDone(5);
  t.same(await load.stop(), []);
  t.match(await askRedis(replica.port, 'ROLE'), /master/);
  t.equal((await earlier.redeem()).status, 200, 'a code of before is redeemed');
  for (const url of urls) t.equal(await jwksOf(url), keys, 'the keys are the same');
});

t.test('a connection that is dropped while the sentinels are asked is made again', { skip: withoutRedis }, async (t) => {
  const primary = await startRedis(t);
  const port = await startSentinel(t, primary.port);
  const { commands, subscriber, close } = await connectRedis(`redis+sentinel://127.0.0.1:${port}/main`, 'dropped');
  t.teardown(close);
  for (const client of [commands, subscriber]) {
    const ended = new Promise((resolve) => client.once('end', resolve));
    client.once('connecting', () => client.disconnect(true));
    client.disconnect(true);
    await ended;
    await until(() => client.status === 'ready');
    t.equal(await client.ping(), 'PONG');
  }
});

t.test('sentinels and the server that they watch are asked with TLS', { skip: withoutRedis }, async (t) => {
  const { authority, port: primary, settings } = await makeServerCertificate(t, 'DNS:localhost,IP:127.0.0.1');
  await startRedis(t, { args: asFlags(settings) });
  const ofSentinel = { ...settings, 'tls-port': String(await freePort()), 'tls-replication': 'yes' };
  const plain = await startSentinel(t, primary, ...Object.entries(ofSentinel).map((each) => each.join(' ')));
  await until(async () => /flags\r\n\$6\r\nmaster\r\n/.test(await askRedis(plain, 'SENTINEL', 'MASTER', 'main')));
  const store = `rediss+sentinel://localhost:${ofSentinel['tls-port']}/main`;
  const { url } = await startReplica(t, store, [], { NODE_EXTRA_CA_CERTS: authority });
  t.equal((await (await signOn(() => url)).redeem()).status, 200);
  const { code, errors } = await runServer(['--store', store]);
  t.equal(code, 2, 'without the authority');
  t.match(errors, /no sentinel answers there|NODE_EXTRA_CA_CERTS/);
});

t.test('problems of sentinels are explained', { skip: withoutRedis }, async (t) => {
  const primary = await startRedis(t);
  const port = await startSentinel(t, primary.port, 'requirepass geheim');
  const refused = async (store: string, expected: RegExp) => {
    const { code, errors } = await runServer(['--store', store]);
    t.equal(code, 2, store);
    t.match(errors, expected);
    t.notMatch(errors, /geheim/);
  };
  await refused(`redis+sentinel://127.0.0.1:${port}/main`, /the sentinels ask for a password.*sentinel_password/);
  await refused(`redis+sentinel://127.0.0.1:${port}/main?sentinel_password=geheimer`, /or refuse the one in the address/);
  await refused(`redis+sentinel://127.0.0.1:${port}/other?sentinel_password=geheim`, /none watches a server of this name/);
  await startFleet(t, `redis+sentinel://127.0.0.1:${port}/main/1?sentinel_password=geheim`, 1);
  t.match(await askRedis(primary.port, 'INFO', 'keyspace'), /db1:keys=/);
});
