import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import t from 'tap';
import { endGroup } from '../helpers/child.js';
import { jwksOf, signOn } from '../helpers/fleet.js';
import { startRedis, withoutRedis } from '../helpers/redis.js';
import { until } from '../helpers/until.js';
import { launch, launchReady } from './command.js';

const withoutProc = process.platform !== 'linux' && 'needs /proc';

/** The processes that a process has started. */
const childrenOf = (pid = 0): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const isAlive = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false;
  } catch {
    return false;
  }
};

/** The status of an address, over a connection of its own: each goes to the next worker. */
const statusOf = (url: string, ca?: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = url.startsWith('https:') ? getSecurely(url, { agent: false, ca }) : get(url, { agent: false });
    asked.on('error', reject).on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });

t.test('three workers are one PingOne', { skip: withoutProc }, async (t) => {
  const { ready, child, written } = await launchReady(t, ['--workers', '3']);
  const { url } = ready;
  t.match(ready, { event: 'ready', workers: 3 });
  t.equal(childrenOf(child.pid).length, 3);

  await t.test('sign-ons whose requests go to any of them succeed', async (t) => {
    const answers = await Promise.all(Array.from({ length: 30 }, async () => (await signOn(() => url)).redeem()));
    t.same(
      answers.map(({ status }) => status),
      Array(30).fill(200),
    );
    t.equal(new Set(await Promise.all(Array.from({ length: 9 }, () => jwksOf(url)))).size, 1, 'they publish the same keys');
  });

  await t.test('a code that twelve requests redeem at once is redeemed once', async (t) => {
    for (let round = 0; round < 10; round += 1) {
      const { redeem } = await signOn(() => url);
      const answers = await Promise.all(Array.from({ length: 12 }, () => redeem()));
      t.equal(answers.filter(({ status }) => status === 200).length, 1, `round ${round}`);
    }
  });

  await t.test('a change at one of them is seen by all', async (t) => {
    const clock = `${url}/__mock/v1/environments/default/clock`;
    const { redeem } = await signOn(() => url);
    const headers = { 'content-type': 'application/json' };
    t.equal((await fetch(clock, { method: 'PUT', headers, body: '{"advance":"11m"}' })).status, 200);
    t.equal((await redeem()).status, 400, 'the code is over');
    t.equal((await fetch(clock, { method: 'DELETE' })).status, 200);
  });

  await t.test('one that is killed loses only what it was doing, and is replaced', async (t) => {
    const before = childrenOf(child.pid);
    const { redeem } = await signOn(() => url);
    process.kill(before[0] ?? 0, 'SIGKILL');
    const statuses = await Promise.all(Array.from({ length: 30 }, () => statusOf(`${url}/healthz`).catch(() => undefined)));
    t.ok(statuses.filter((status) => status !== 200).length <= 30 / 3, 'the others serve meanwhile');
    await until(() => childrenOf(child.pid).length === 3 && /another one takes its place/.test(written.errors));
    t.notOk(childrenOf(child.pid).includes(before[0] ?? 0));
    t.equal((await redeem()).status, 200, 'the code that was issued before is still there');
    t.equal((await (await signOn(() => url)).redeem()).status, 200);
  });

  await t.test('output is one JSON line for each event, and says once that it is ready', async (t) => {
    const events = written.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event?: string });
    t.equal(events[0]?.event, 'ready');
    t.equal(events.filter(({ event }) => event === 'ready').length, 1);
    t.ok(events.length > 30, 'workers log as well');
  });

  await t.test('SIGTERM ends all of them', async (t) => {
    const workers = childrenOf(child.pid);
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null);
    t.equal(child.exitCode, 0);
    t.same(workers.filter(isAlive), []);
  });
});

t.test('workers end with their primary process, however it ends', { skip: withoutProc }, async (t) => {
  const { child } = await launchReady(t, ['--workers', '2']);
  const workers = childrenOf(child.pid);
  t.equal(workers.length, 2);
  child.kill('SIGKILL');
  await until(() => workers.every((pid) => !isAlive(pid)));
  t.pass();
});

t.test('Ctrl-C, which every process of the terminal gets, ends them in order', { skip: withoutProc }, async (t) => {
  const { child, ended } = await launchReady(t, ['--workers', '2']);
  const workers = childrenOf(child.pid);
  endGroup(child, 'SIGINT');
  t.match(await ended, { code: 0, errors: '' });
  t.same(workers.filter(isAlive), []);
});

t.test('a signal during the start ends it', { skip: withoutProc }, async (t) => {
  const { child, ended } = launch(['--workers', '2', '--port', '0']);
  await until(() => childrenOf(child.pid).length > 0);
  const workers = childrenOf(child.pid);
  child.kill('SIGINT');
  t.equal((await ended).code, 0);
  await until(() => workers.every((pid) => !isAlive(pid)));
});

t.test('one worker is the ordinary process', { skip: withoutProc }, async (t) => {
  const { ready, child } = await launchReady(t, ['--workers', '1']);
  t.notHas(ready, { workers: 1 });
  t.same(childrenOf(child.pid), []);
  t.notMatch(readFileSync('dist/server.cjs', 'utf8'), /node:cluster/, 'which does not have the code for several');
});

t.test('workers share a certificate authority', async (t) => {
  const { ready } = await launchReady(t, ['--workers', '2', '--https', '--https-port', '0']);
  const { httpsUrl } = ready as unknown as { httpsUrl: string };
  const ca = await (await fetch(`${ready.url}/__mock/ca.pem`)).text();
  t.same(await Promise.all(Array.from({ length: 6 }, () => statusOf(`${httpsUrl}/readyz`, ca))), Array(6).fill(200));
});

t.test('workers share a store where there is one', { skip: withoutRedis }, async (t) => {
  const { url: store } = await startRedis(t);
  const { ready } = await launchReady(t, ['--workers', '2', '--store', store]);
  const answers = await Promise.all(Array.from({ length: 10 }, async () => (await signOn(() => ready.url)).redeem()));
  t.same(
    answers.map(({ status }) => status),
    Array(10).fill(200),
  );
});

t.test('the reason why workers cannot start is reported once', async (t) => {
  const { ready } = await launchReady(t);
  const { port } = new URL(ready.url);
  const inUse = await launch(['--workers', '3', '--port', port]).ended;
  t.match(inUse, { code: 1, errors: /^pingone-mock: port \d+ of 127\.0\.0\.1 is in use\. [^\n]*\n$/ });
  const badSeed = await launch(['--workers', '3', '--port', '0'], { PINGONE_MOCK_CONFIG: '{"environments": 5}' }).ended;
  t.equal(badSeed.code, 2);
  t.equal(badSeed.errors.match(/pingone-mock:/g)?.length, 1);
  const exec = await launch(['exec', '--workers', '2', '--', 'true']).ended;
  t.match(exec, { code: 2, errors: /is for the command "pingone-mock start" alone/ });
});

t.test('a seed that changes while the worker that watches it is replaced is loaded', { skip: withoutProc }, async (t) => {
  const file = `${t.testdir({ 'seed.json': '{"environments":[{"name":"one"}]}' })}/seed.json`;
  const { child, written } = await launchReady(t, ['--workers', '2', '--config', file]);
  const [first = 0] = childrenOf(child.pid);
  // It sees nothing any more.
  process.kill(first, 'SIGSTOP');
  writeFileSync(file, '{"environments":[{"name":"two"}]}');
  process.kill(first, 'SIGKILL');
  await until(() => /seed reloaded/.test(written.output));
  t.equal(written.output.match(/seed reloaded/g)?.length, 1);
});

t.test('a worker that is replaced does not load the seed again', { skip: withoutProc }, async (t) => {
  const file = `${t.testdir({ 'seed.json': '{"environments":[{"name":"one"}]}' })}/seed.json`;
  const { ready, child, written } = await launchReady(t, ['--workers', '2', '--config', file]);
  const workers = childrenOf(child.pid);
  process.kill(workers[0] ?? 0, 'SIGKILL');
  await until(() => childrenOf(child.pid).length === 2 && !childrenOf(child.pid).includes(workers[0] ?? 0));
  await until(() =>
    statusOf(`${ready.url}/readyz`).then(
      (status) => status === 200,
      () => false,
    ),
  );
  t.notMatch(written.output, /seed reloaded/);
});
