import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { settingRows } from '../../src/settings/table.js';
import { endGroup, startChild } from '../helpers/child.js';
import { jwksOf, signOn, startFleet } from '../helpers/fleet.js';
import { freePort, startRedis, withoutRedis } from '../helpers/redis.js';
import { until } from '../helpers/until.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly deploy?: { readonly replicas: number };
}
interface Compose {
  readonly services: Readonly<Record<'balancer' | 'pingone' | 'valkey', Service>>;
  readonly configs: { readonly balancer: { readonly content: string } };
}

const { services, configs } = parse(readFileSync('compose.replicas.yaml', 'utf8')) as Compose;

t.test('compose.replicas.yaml has three replicas, what they share, and a balancer that waits for them', async (t) => {
  t.same(Object.keys(services), ['balancer', 'pingone', 'valkey']);
  t.equal(services.pingone.deploy?.replicas, 3);
  t.match(services.balancer.depends_on, { pingone: { condition: 'service_healthy' } });
  t.match(services.pingone.depends_on, { valkey: { condition: 'service_healthy' } });
  // The image of the mock has a health check of its own.
  for (const name of ['balancer', 'valkey'] as const) t.equal(services[name].healthcheck?.test[0], 'CMD', name);
  for (const { image } of Object.values(services)) t.match(image, /:[\d.]+\d|:\d+-alpine/, `${image} has a version`);
  for (const { source } of services.balancer.configs ?? []) t.ok(source in configs);
});

t.test('every setting in compose.replicas.yaml exists, and the store is the service of that name', async (t) => {
  const known = settingRows.map(([, { variable }]) => variable);
  for (const [name, value] of Object.entries(services.pingone.environment ?? {})) {
    t.ok(known.includes(name), name);
    const row = settingRows.find(([, { variable }]) => variable === name)?.[1];
    t.not(row?.parse(value), undefined, `${name}=${value}`);
  }
  t.ok(new URL(services.pingone.environment?.PINGONE_MOCK_STORE ?? '').hostname in services);
});

const nginx = ['/usr/sbin/nginx', 'nginx'].find((command) => {
  try {
    execFileSync(command, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

t.test(
  'three replicas behind the balancer are one PingOne',
  { skip: withoutRedis || (nginx === undefined && 'nginx is not installed') },
  async (t) => {
    const { url: store } = await startRedis(t);
    const fleet = await startFleet(t, store);
    const port = await freePort();
    const folder = t.testdir();
    const replicas = fleet.map(({ url }) => `server ${new URL(url).host};`).join('\n');
    const file = join(folder, 'nginx.conf');
    // As Compose writes it, but for addresses and folders of this machine, and for a process in the foreground.
    const config = configs.balancer.content
      .replaceAll('$$', '$')
      .replace('server pingone:9400 resolve;', replicas)
      .replace('listen 9400;', `listen 127.0.0.1:${port};`)
      .replaceAll('/tmp/', `${folder}/`);
    t.notMatch(config, /pingone:9400|\/tmp\/nginx/);
    writeFileSync(file, `daemon off;\nmaster_process off;\n${config}`);
    const balancer = startChild(nginx as string, ['-c', file, '-e', 'stderr']);
    t.teardown(() => endGroup(balancer.child));
    const url = `http://localhost:${port}`;
    const isReady = async () => (await fetch(`${url}/readyz`)).status === 200;
    await until(() => isReady().catch(() => balancer.child.exitCode !== null));
    t.equal(balancer.child.exitCode, null, balancer.written.errors);

    const signOns = await Promise.all(Array.from({ length: 20 }, () => signOn(() => url)));
    const answers = await Promise.all(signOns.map(({ redeem }) => redeem()));
    t.same(
      answers.map(({ status }) => status),
      Array(20).fill(200),
    );
    const [answer] = answers as [Response];
    const { id_token: token = '' } = (await answer.json()) as { id_token?: string };
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iss: string };
    t.ok(iss.startsWith(`${url}/`), 'the issuer is the name that the client used');

    const { redeem } = await signOn(() => url);
    const twice = await Promise.all(Array.from({ length: 9 }, () => redeem()));
    t.equal(twice.filter(({ status }) => status === 200).length, 1, 'a code is redeemed once');

    fleet[0]?.process.kill('SIGKILL');
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await fetch(`${url}/healthz`)).status));
    t.same(statuses, Array(12).fill(200), 'a replica that is gone is skipped');
    t.equal((await (await signOn(() => url)).redeem()).status, 200);
    t.match(await jwksOf(url), /"kty"/);
  },
);
