import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import t from 'tap';
import { type ContainerBuilder, type StartedContainer, startPingOneMock } from '../../src/testcontainers/index.js';
import { listen } from '../helpers/server.js';

/** A class in the place of GenericContainer, and what was asked of it. It starts a container whose port 9400 is that of a URL. */
function standIn(url: string, { says = '', fails = undefined as Error | undefined } = {}) {
  const asked: [string, ...unknown[]][] = [];
  const { hostname, port } = new URL(url);
  const started: StartedContainer = {
    getHost: () => hostname,
    getMappedPort: (inner) => {
      asked.push(['getMappedPort', inner]);
      return Number(port);
    },
    stop: async () => void asked.push(['stop']),
  };
  class GenericContainer implements ContainerBuilder {
    private consumer: ((log: NodeJS.ReadableStream) => unknown) | undefined;
    constructor(image: string) {
      asked.push(['new', image]);
    }
    private note(name: string, ...values: unknown[]): this {
      asked.push([name, ...values]);
      return this;
    }
    withExposedPorts(...ports: number[]) {
      return this.note('withExposedPorts', ...ports);
    }
    withEnvironment(environment: Record<string, string>) {
      return this.note('withEnvironment', environment);
    }
    withCopyContentToContainer(contents: { content: string; target: string }[]) {
      return this.note('withCopyContentToContainer', contents);
    }
    withStartupTimeout(milliseconds: number) {
      return this.note('withStartupTimeout', milliseconds);
    }
    withLogConsumer(consumer: (log: NodeJS.ReadableStream) => unknown) {
      this.consumer = consumer;
      return this;
    }
    async start() {
      asked.push(['start']);
      const log = Readable.from([says]);
      this.consumer?.(log);
      if (says !== '') await new Promise((resolve) => log.on('end', resolve));
      if (fails) throw fails;
      return started;
    }
  }
  return { GenericContainer, asked };
}

t.test('a container is configured, started, used and stopped', async (t) => {
  const { url, issuer } = await listen(t);
  const { GenericContainer, asked } = standIn(url);
  const seed = { environments: [{ name: 'Of a test' }] };
  const mock = await startPingOneMock(GenericContainer, {
    image: 'mock:1',
    seed,
    settings: { PINGONE_MOCK_AUTO_LOGIN: 'alice' },
    startupTimeout: 5000,
  });
  t.same(asked, [
    ['new', 'mock:1'],
    ['withExposedPorts', 9400],
    [
      'withEnvironment',
      {
        PINGONE_MOCK_LOG: 'json',
        PINGONE_MOCK_ALLOWED_HOSTS: '*',
        PINGONE_MOCK_AUTO_LOGIN: 'alice',
        PINGONE_MOCK_PORT: '9400',
        PINGONE_MOCK_HOST: '0.0.0.0',
      },
    ],
    ['withCopyContentToContainer', [{ content: JSON.stringify(seed), target: '/seed/seed.json' }]],
    ['withStartupTimeout', 5000],
    ['start'],
    ['getMappedPort', 9400],
  ]);
  t.equal(mock.issuer, issuer);
  t.match(await (await mock.authorize({ user: 'alice' })).redeem(), { access_token: /^ey/ });
  t.equal(mock.container.getHost(), '127.0.0.1');
  await mock.close();
  t.same(asked.at(-1), ['stop']);
  await mock[Symbol.asyncDispose]();
  t.equal(asked.filter(([name]) => name === 'stop').length, 2);
});

t.test('a container that fails to start or is never ready is reported with its output', async (t) => {
  const said = 'pingone-mock: seed.json: environments[0]: unknown name "nmae"; did you mean "name"?\n';
  const ended = standIn('http://127.0.0.1:9', { says: said, fails: new Error('Health check failed: unhealthy') });
  await t.rejects(startPingOneMock(ended.GenericContainer), {
    message: `Health check failed: unhealthy\nThe container logged:\n${said.trim()}`,
    cause: { message: 'Health check failed: unhealthy' },
  });
  const silent = standIn('http://127.0.0.1:9', { fails: new Error('no such image') });
  await t.rejects(startPingOneMock(silent.GenericContainer), { message: 'no such image' });

  const server = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const waiting = standIn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { says: 'waiting for the seed' });
  await t.rejects(startPingOneMock(waiting.GenericContainer, { startupTimeout: 300 }), {
    message: /not ready within 0\.3 s\nThe container logged:\nwaiting for the seed/,
  });
  t.same(waiting.asked.at(-1), ['stop'], 'and it does not stay behind');
});

// What only the real package can tell.
const root = process.cwd();
const project = join(root, 'examples', 'recipes');
const installed = existsSync(join(project, 'node_modules', 'testcontainers', 'package.json'));
const built = existsSync(join(root, 'dist', 'testcontainers.d.ts'));
const skip = installed && built ? false : 'testcontainers is not installed: npm run build && npm ci --prefix examples/recipes';

t.test('the types of the real GenericContainer fit', { skip }, async (t) => {
  const folder = mkdtempSync(join(project, 'check-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'esnext.disposable'] },
    ...{ types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  writeFileSync(
    join(folder, 'check.mts'),
    `import { GenericContainer } from 'testcontainers';
import { startPingOneMock } from 'pingone-mock/testcontainers';
const mock = await startPingOneMock(GenericContainer, { image: 'pingone-mock', seed: { environments: [{}] } });
const token: string = await mock.issueToken({ sub: 'alice' });
// @ts-expect-error: an image is a text
await startPingOneMock(GenericContainer, { image: 1 });
export { token };
`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    folder,
  ]).catch((error: { stdout: string }) => error);
  t.equal(stdout, '');
});

const image = process.env.TEST_IMAGE;

t.test('a real container serves its seed or refuses it', { skip: skip || (image ? false : 'TEST_IMAGE names no image') }, async (t) => {
  const { GenericContainer } = createRequire(join(project, 'package.json'))('testcontainers') as {
    GenericContainer: Parameters<typeof startPingOneMock>[0];
  };
  const seed = { environments: [{ users: [{ username: 'carol', password: 'Carol-Passw0rd', email: 'carol@example.com' }] }] };
  const mock = await startPingOneMock(GenericContainer, { image: image as string, seed });
  t.match(await (await fetch(`${mock.issuer}/.well-known/openid-configuration`)).json(), { issuer: mock.issuer });
  t.match(await mock.users.get('carol'), { email: 'carol@example.com' });
  const env = await mock.createEnvironment({ apps: [{}], users: [{ username: 'zoe' }] });
  t.match(await (await env.authorize()).redeem(), { id_token: /^ey/ });
  await mock.close();
  await t.rejects(fetch(mock.url), 'it is gone');
  await t.rejects(startPingOneMock(GenericContainer, { image: image as string, seed: { environments: [{ nmae: 'x' }] } }), {
    message: /The container logged:\n[\s\S]*unknown name "nmae"/,
  });
});
