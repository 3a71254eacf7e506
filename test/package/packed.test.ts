import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type Ended, runChild, runScript } from '../helpers/child.js';
import { recipesFolder } from '../helpers/recipes.js';

// The file that `npm pack` makes, installed as a user does: nothing of the checkout is beside it.

const root = process.cwd();
const runners = join(recipesFolder, 'node_modules');
const notInstalled = existsSync(join(runners, 'ts-jest')) ? false : 'the runners are not installed: npm ci --prefix examples/recipes';

/** Nothing of the runner of this test is for what it starts. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(TAP|NODE_TEST|NODE_OPTIONS|_TAPJS|npm_)/.test(name)),
) as Record<string, string>;

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs a copy of the checkout: packing changes its package.json for a moment. */
async function pack(): Promise<Packed> {
  const copy = join(folder, 'checkout');
  mkdirSync(copy);
  for (const name of [
    'src',
    'tools',
    'fixtures',
    'docs',
    'examples/postman',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    '.npmrc',
    'README.md',
    'LICENSE',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  // Linked one by one: what packing keeps in node_modules belongs to the copy.
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  const before = readFileSync(join(copy, 'package.json'), 'utf8');
  // Without the hooks of the runner of this test.
  const output = await runScript('unset NODE_OPTIONS; npm pack --json --pack-destination ..', { cwd: copy, env });
  if (readFileSync(join(copy, 'package.json'), 'utf8') !== before) throw new Error('packing has changed package.json');
  const [made] = JSON.parse(output.slice(output.search(/^\[$/m))) as Packed[];
  if (!made) throw new Error(`npm pack made nothing: ${output}`);
  return made;
}

const project = join(folder, 'project');
let packed: Packed;
t.before(async () => {
  packed = await pack();
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"name":"project","private":true}');
  const install = `npm install --offline --no-audit --no-fund --engine-strict ../${packed.filename}`;
  await runScript(`unset NODE_OPTIONS; ${install}`, { cwd: project, env });
  for (const name of ['jest', 'ts-jest', 'typescript', 'vitest', '@playwright', '@types'])
    if (existsSync(join(runners, name))) symlinkSync(join(runners, name), join(project, 'node_modules', name));
});

/** Runs a program of Node in the project, with files that are there only meanwhile. */
async function run(files: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ended> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const ended = await runChild(process.execPath, argv, { cwd: project, env: { ...env, CI: 'true', NO_COLOR: '1' } });
  for (const name of Object.keys(files)) rmSync(join(project, name));
  return ended;
}

t.test('the packed file installs one package: at most 40 files and 2 MB, without dependencies', async (t) => {
  t.ok(packed.size <= 2_000_000, `${packed.size} bytes`);
  t.ok(packed.files.length <= 40, `${packed.files.length} files`);
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as { packages: object };
  t.same(Object.keys(lock.packages), ['', 'node_modules/pingone-mock']);
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules/pingone-mock/package.json'), 'utf8')) as Record<string, unknown>;
  t.strictSame([manifest.dependencies, manifest.devDependencies, manifest.scripts], [undefined, undefined, undefined]);
  t.same(manifest.peerDependenciesMeta, { 'playwright-core': { optional: true }, testcontainers: { optional: true } });
});

t.test('the licences of all libraries that are built in come with the packed file', async (t) => {
  const notices = readFileSync(join(project, 'node_modules/pingone-mock/dist/THIRD-PARTY-NOTICES'), 'utf8');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
  for (const name of Object.keys(dependencies)) t.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'), name);
  t.match(notices, /Permission is hereby granted/);
});

const roundTrip = `
async function roundTrip({ startMock, connectMock, MockError }) {
  const mock = await startMock();
  const other = await connectMock(mock.url);
  const flow = await other.authorize({ user: 'alice' });
  const { token_type } = await flow.redeem();
  const refused = await mock.issueToken({ invalid: 'no such kind' }).catch((error) => error instanceof MockError || error.message);
  await mock.close();
  console.log(token_type, refused);
}
`;

t.test('Node.js loads the packed library by import and by require, as one and the same', async (t) => {
  const files = {
    'by-require.cjs': `${roundTrip}roundTrip(require('pingone-mock'));`,
    'by-import.mjs': `import * as library from 'pingone-mock';
import { createRequire } from 'node:module';
const required = createRequire(import.meta.url)('pingone-mock');
if (required.MockError !== library.MockError) throw new Error('two copies');
${roundTrip}await roundTrip(library);`,
    'containers.cjs': `console.log(typeof require('pingone-mock/testcontainers').startPingOneMock);`,
    'containers.mjs': `import { startPingOneMock } from 'pingone-mock/testcontainers'; console.log(typeof startPingOneMock);`,
  };
  const outputs = [];
  for (const name of Object.keys(files)) {
    const { output, errors } = await run(files, name);
    outputs.push([name, output.trim(), errors]);
  }
  t.strictSame(outputs, [
    ['by-require.cjs', 'Bearer true', ''],
    ['by-import.mjs', 'Bearer true', ''],
    ['containers.cjs', 'function', ''],
    ['containers.mjs', 'function', ''],
  ]);
});

t.test('importing the packed library does not load the server', async (t) => {
  const probe = `
import { createRequire } from 'node:module';
const before = new Set(process.moduleLoadList);
await import('pingone-mock');
const loaded = process.moduleLoadList.filter((name) => !before.has(name) && /NativeModule (http|https|tls|http2|worker_threads)$/.test(name));
const read = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('pingone-mock'));
console.log(JSON.stringify([loaded, read.map((file) => file.split(/[/\\\\]/).at(-1)).sort()]));`;
  t.strictSame(JSON.parse((await run({ 'probe.mjs': probe }, 'probe.mjs')).output), [[], ['index.cjs', 'library.cjs']]);
  // Node.js searches the text of a CommonJS file for its exports when an ES module imports it: 80 ms for each MB.
  const size = (name: string): number => statSync(join(project, 'node_modules/pingone-mock/dist', name)).size;
  t.ok(size('index.cjs') < 1000, `${size('index.cjs')} bytes`);
  t.ok(size('library.cjs') < 150_000, `${size('library.cjs')} bytes`);
});

t.test('the command of the packed file runs', async (t) => {
  const { output, code } = await run({}, 'node_modules/.bin/pingone-mock', '--version');
  t.match(output, /^\d+\.\d+\.\d+/);
  t.equal(code, 0);
});

t.test('from npm install to the first token of one’s own seed it takes init and start', async (t) => {
  const script = join(root, 'bench/first-token.mjs');
  const { code, output, errors } = await runChild(process.execPath, [script, packed.filename, '--offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    env,
  });
  t.match(output, /^npm install +\d.*\ninit +\d.*\nstart +\d.*\nfirst token +\d.*\nin all +\d+\.\d\d s\n$/, errors);
  t.equal(code, 0);
});

t.test('on a Node.js that is too old the packed file says which is needed', async (t) => {
  // A loader that changes what the process says of itself before the first line of the package.
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.20.8' }); Object.defineProperty(process, 'version', { value: 'v18.20.8' });`;
  const sentence = 'pingone-mock needs Node.js 20.19 or newer; this is v18.20.8.';
  const files = { 'old.cjs': old, 'load.cjs': `try { require('pingone-mock'); } catch ({ message }) { console.log(message); }` };
  t.equal((await run(files, '--require', './old.cjs', 'load.cjs')).output.trim(), sentence);
  const command = await run(files, '--require', './old.cjs', 'node_modules/pingone-mock/dist/cli.js', '--version');
  t.strictSame([command.errors.trim(), command.code], [sentence, 1]);
});

const consumer = `
import { connectMock, startMock, type Mock, type User } from 'pingone-mock';
import { startPingOneMock } from 'pingone-mock/testcontainers';
export async function use(): Promise<string> {
  const mock: Mock = await startMock();
  const carol: User = await mock.users.create({ username: 'carol' });
  // @ts-expect-error there is no such option
  await startMock({ prot: 1 });
  return carol.id + (await connectMock(mock.url)).url + typeof startPingOneMock;
}
`;

const resolutions = [
  ['node10', { module: 'commonjs', moduleResolution: 'node10' }, 'consumer.ts'],
  ['node16 from CommonJS', { module: 'node16', moduleResolution: 'node16' }, 'consumer.cts'],
  ['node16 from an ES module', { module: 'node16', moduleResolution: 'node16' }, 'consumer.mts'],
  ['nodenext from CommonJS', { module: 'nodenext', moduleResolution: 'nodenext' }, 'consumer.cts'],
  ['nodenext from an ES module', { module: 'nodenext', moduleResolution: 'nodenext' }, 'consumer.mts'],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }, 'consumer.ts'],
] as const;

for (const [name, resolution, file] of resolutions)
  t.test(`the packed types resolve under ${name}`, { skip: notInstalled }, async (t) => {
    const compilerOptions = {
      ...resolution,
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
    };
    const files = { [file]: consumer, 'tsconfig.json': JSON.stringify({ compilerOptions, files: [file] }) };
    const { output, code } = await run(files, 'node_modules/typescript/bin/tsc', '-p', '.');
    t.strictSame([output, code], ['', 0]);
  });

/** A test of a user's project; `load` and `test` are how its runner has them. */
const usersTest = (load: string, expectation: string) => `${load}
test('a user signs on', async () => {
  const mock = await startMock();
  const { token_type } = await (await mock.authorize({ user: 'alice' })).redeem();
  await mock.close();
  ${expectation}
});
`;
const expectBearer = "expect(token_type).toBe('Bearer');";

const suites = [
  [
    'jest without any configuration',
    { 'user.test.js': usersTest("const { startMock } = require('pingone-mock');", expectBearer) },
    ['node_modules/jest/bin/jest.js', 'user.test.js'],
    /Tests: +1 passed/,
  ],
  [
    'ts-jest',
    {
      'user.test.ts': usersTest("import { startMock } from 'pingone-mock';\ndeclare const test: any, expect: any;", expectBearer),
      'jest.config.json': JSON.stringify({ preset: 'ts-jest', testMatch: ['**/user.test.ts'] }),
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'commonjs',
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable', 'dom'],
          strict: true,
          types: [],
          skipLibCheck: true,
        },
      }),
    },
    ['node_modules/jest/bin/jest.js', '--config', 'jest.config.json'],
    /Tests: +1 passed/,
  ],
  [
    'vitest',
    {
      'user.vitest.test.mjs': usersTest("import { startMock } from 'pingone-mock';\nimport { expect, test } from 'vitest';", expectBearer),
    },
    ['node_modules/vitest/vitest.mjs', 'run', 'user.vitest.test.mjs'],
    /Tests +1 passed/,
  ],
  [
    'Playwright',
    {
      'user.spec.mjs': usersTest(
        "import { startMock } from 'pingone-mock';\nimport { expect, test } from '@playwright/test';",
        expectBearer,
      ),
    },
    ['node_modules/@playwright/test/cli.js', 'test', 'user.spec.mjs', '--reporter=line'],
    /1 passed/,
  ],
] as const;

for (const [name, files, argv, passed] of suites)
  t.test(`the packed library runs in ${name}`, { skip: notInstalled }, async (t) => {
    const { code, output, errors } = await run(files as Readonly<Record<string, string>>, ...argv);
    t.equal(code, 0, `${output}${errors}`.slice(-3000));
    t.match(output + errors, passed, 'its test was run');
  });
