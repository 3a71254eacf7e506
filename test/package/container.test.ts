import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { readSettings } from '../../src/settings/read.js';
import { endGroup, startChild } from '../helpers/child.js';
import { notRunnable, recipesFolder } from '../helpers/recipes.js';
import { until } from '../helpers/until.js';
import { launchReady } from './command.js';

const dockerfile = readFileSync('Dockerfile', 'utf8').replace(/\\\n\s*/g, '');
const stages = dockerfile.split(/^FROM /m).slice(1);
const instructions = (stage: string, name: string) => [...stage.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, rest]) => rest);

t.test('the shipped images have no RUN, no root user, and a health check', async (t) => {
  const shipped = stages.slice(-2);
  t.equal(shipped.length, 2);
  for (const stage of shipped) {
    t.same(instructions(stage, 'RUN'), [], 'nothing is run, so that a build for another platform needs no emulation');
    t.same(instructions(stage, 'EXPOSE'), ['9400 9443']);
    t.same(instructions(stage, 'VOLUME'), []);
    t.match(instructions(stage, 'HEALTHCHECK')[0], /--start-interval=250ms.* CMD \[.*"healthcheck"\]$/);
    t.match(instructions(stage, 'ENTRYPOINT')[0], /^\["\/tini", "-e", "143", .*"--", ".*node", "dist\/cli\.js"\]$/);
    t.ok(/^USER 1000$/m.test(stage) || /:nonroot/.test(stage), 'not root');
    t.notMatch(stage, /NODE_ENV/, 'it would warn at every start');
    t.match(instructions(stage, 'ENV').join(' '), /MALLOC_ARENA_MAX=2/, 'threads share what they allocate from');
    t.same(
      instructions(stage, 'COPY').map((copy) => copy?.split(' ').at(-1)),
      ['/seed', './dist/', '/tini'],
      'the bundle, where a seed is mounted, and the first process',
    );
  }
});

t.test('the shipped images have the program as a stage of their own base left it, with the code cache of their Node.js', async (t) => {
  for (const stage of stages.slice(-2)) {
    const [base, name] = /^(\S+) AS (\S+)/.exec(stage)?.slice(1) ?? [];
    t.match(instructions(stage, 'COPY'), [/./, `--from=${name}-cache /app/dist ./dist/`]);
    const maker = stages.find((each) => each.startsWith(`${base} AS ${name}-cache\n`)) ?? '';
    t.same(instructions(maker, 'COPY'), ['--from=build /app/dist/cli.js /app/dist/*.cjs ./dist/', 'tools/make-code-cache.mjs ./']);
    t.match(instructions(maker, 'RUN'), [/^\["[\w/]*node", "make-code-cache\.mjs", "dist"\]$/]);
  }
});

t.test('the build context includes whatever the Dockerfile copies', async (t) => {
  const ignored = readFileSync('.dockerignore', 'utf8');
  for (const copied of instructions(stages[0] ?? '', 'COPY').flatMap((copy) => (copy ?? '').split(' ').slice(0, -1)))
    t.ok(ignored.includes(`\n!${copied.replace('./', '')}\n`), copied);
});

t.test('nothing is loaded before the program can receive signals', async (t) => {
  const bundle = readFileSync('dist/cli.js', 'utf8');
  t.notOk(/\bfrom ?"node:/.test(bundle), 'no import of Node’s own modules is left above it');
});

const init = '/usr/bin/tini-static';
const noNamespace = process.getuid?.() !== 0 && 'a namespace of processes needs root';
const noInit = !existsSync(init) && 'tini is not installed';

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

t.test('a container ends at once, however early the signal comes', { skip: noNamespace || noInit }, async (t) => {
  for (const [at, stage] of stages.slice(-2).entries()) {
    const [, ...argv] = JSON.parse(instructions(stage, 'ENTRYPOINT')[0] ?? '[]') as string[];
    const command = argv.map((word) => (word.endsWith('node') ? process.execPath : word));
    const isolated = ['--pid', '--fork', '--mount-proc', init, ...command, '--port', '0'];
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, ended } = startChild('unshare', isolated);
      t.teardown(() => endGroup(child));
      // The program has just been started, and has not run a line of its own.
      await until(() => childrenOf(child.pid ?? 0).some((pid) => childrenOf(pid).length > 0));
      process.kill(childrenOf(child.pid ?? 0)[0] ?? 0, signal);
      t.equal((await ended).code, 0, `${signal}, stage ${at}`);
    }
  }
});

/** A part of a Kubernetes manifest of docs/container.md, as far as the tests read it. */
interface Part {
  readonly apiVersion: string;
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly spec: { readonly containers: readonly Container[] } } };
}
interface Container {
  readonly image: string;
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly readinessProbe: { readonly httpGet: { readonly path: string } };
  readonly livenessProbe: { readonly httpGet: { readonly path: string } };
}
type Models = Readonly<Record<string, new (part: object) => { validate(): void }>>;

const manifests = [...readFileSync('docs/container.md', 'utf8').matchAll(/^```yaml\n(apiVersion.*?)^```/gms)].map(([, text = '']) =>
  text.split(/^---$/m).map((part) => parse(part) as Part),
);
const [parts = [], replicated = []] = manifests;
const containerOf = (manifest: readonly Part[]): Container | undefined =>
  manifest.flatMap(({ spec }) => spec?.template?.spec.containers ?? [])[0];

t.test('the Kubernetes manifests fit the schema of their API', { skip: notRunnable('kubernetes-models') }, async (t) => {
  const folder = join(recipesFolder, 'node_modules', 'kubernetes-models');
  t.same(
    manifests.map((manifest) => manifest.map(({ kind }) => kind)),
    [
      ['Deployment', 'Service', 'ConfigMap'],
      ['Secret', 'Deployment', 'PodDisruptionBudget'],
    ],
  );
  for (const { apiVersion, kind, ...members } of manifests.flat()) {
    const models = (await import(pathToFileURL(join(folder, apiVersion, 'index.js')).href)) as Models;
    const Model = models[kind];
    if (!Model) throw new Error(`there is no ${kind} in ${apiVersion}`);
    t.doesNotThrow(() => new Model(members).validate(), kind);
    t.throws(() => new Model({ ...members, spec: 5, data: 5 }).validate(), `${kind}: a wrong one is found`);
  }
});

t.test('the Kubernetes manifest holds a seed that starts, and asks paths that answer', async (t) => {
  const [seed = ''] = parts.flatMap(({ data = {} }) => Object.values(data));
  const { ready } = await launchReady(t, [], { PINGONE_MOCK_CONFIG: seed });
  t.equal(ready.environmentId, '11111111-1111-4111-8111-111111111111');
  const container = containerOf(parts);
  for (const probe of [container?.readinessProbe, container?.livenessProbe])
    t.equal((await fetch(`${ready.url}${probe?.httpGet.path}`)).status, 200);
  t.ok(
    readFileSync('docs/container.md', 'utf8').includes(`docker run --rm -p 9400:9400 ${container?.image}\n`),
    'the image of the rest of the page',
  );
});

t.test('the manifest for three replicas is the other one with a store, whose address is in a secret', async (t) => {
  const [secret, deployment] = replicated;
  t.equal(deployment?.spec?.replicas, 3);
  const { env = [], ...rest } = containerOf(replicated) ?? {};
  t.same(rest, containerOf(parts), 'the same container');
  t.same(
    env.map(({ name, valueFrom: { secretKeyRef } }) => [name, secretKeyRef]),
    [['PINGONE_MOCK_STORE', { name: secret?.metadata.name, key: Object.keys(secret?.stringData ?? {})[0] }]],
  );
  const { settings, warnings } = readSettings({ argv: [], env: { PINGONE_MOCK_STORE: secret?.stringData?.address } });
  t.ok(settings.store);
  t.same(warnings, []);
});
