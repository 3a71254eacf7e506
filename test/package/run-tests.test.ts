import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';

interface RunTests {
  testNamed(name: string | undefined, from?: string): string;
  needsBuild(test: string): boolean;
}

const root = process.cwd();
const { testNamed, needsBuild } = (await import(pathToFileURL(join(root, 'tools/run-tests.mjs')).href)) as RunTests;

t.test('a test is found by its path, seen from the root, from its folder, or as compiled', async (t) => {
  const test = 'test/protocol/pkce.test.ts';
  t.equal(testNamed(test, root), test);
  t.equal(testNamed(`./${test}`, root), test);
  t.equal(testNamed(join(root, test), root), test);
  t.equal(testNamed('pkce.test.ts', join(root, 'test', 'protocol')), test);
  t.equal(testNamed(test, join(root, 'test', 'protocol')), test);
  t.equal(testNamed('build/test/protocol/pkce.test.js', root), test);
});

t.test('a wrong name is answered with the closest tests', async (t) => {
  const cases: [name: string | undefined, said: RegExp][] = [
    [undefined, /^Name a test file: npm run test:one -- test\/protocol\/pkce\.test\.ts$/],
    ['--grep=x', /^Name a test file/],
    ['test/protocol/pcke.test.ts', /^There is no file test\/protocol\/pcke\.test\.ts\. Did you mean test\/protocol\/pkce\.test\.ts/],
    ['pkce', /^There is no file pkce\. Did you mean test\/protocol\/pkce\.test\.ts/],
    ['src/protocol/pkce.ts', /^src\/protocol\/pkce\.ts is not a test\. Did you mean test\/protocol\/pkce\.test\.ts/],
    ['test/protocol', /^There is no file test\/protocol\./],
    ['zzz', /^There is no file zzz\. Tests are named test\/….test\.ts\.$/],
  ];
  for (const [name, said] of cases) t.throws(() => testNamed(name, root), { message: said }, name ?? 'no name');
  const { status, stderr } = spawnSync(process.execPath, ['tools/run-tests.mjs', 'one', 'zzz'], { encoding: 'utf8' });
  t.equal(status, 2);
  t.equal(stderr, 'There is no file zzz. Tests are named test/….test.ts.\n', 'a sentence, not a stack');
});

t.test('only a test of what is built waits for the build', async (t) => {
  t.equal(needsBuild('test/package/command.test.ts'), true, 'through a helper');
  t.equal(needsBuild('test/library/types.test.ts'), true);
  t.equal(needsBuild('test/protocol/pkce.test.ts'), false);
});

t.test('of every test it is known whether it needs the build', async (t) => {
  const tests = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((path) => /\.(test|browser)\.ts$/.test(path));
  t.ok(tests.length > 100);
  for (const path of tests) t.doesNotThrow(() => needsBuild(`test/${path.replaceAll('\\', '/')}`), path);
});
