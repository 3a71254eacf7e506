import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';

const root = process.cwd();

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly severity: string;
    readonly message: string;
    readonly location: { readonly path: string };
  }[];
}

/** What the linter says of files, by the settings of this repository. */
async function lint(t: Test, files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['biome.json', 'tools/lint']) cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'lint', '--reporter=json', '--max-diagnostics=200', '.'],
    { cwd: folder },
  ).catch((error: { stdout: string }) => error);
  const said = new Map(Object.keys(files).map((path) => [path, [] as string[]]));
  for (const { severity, message, location } of (JSON.parse(stdout) as Report).diagnostics)
    if (severity === 'error') said.get(location.path)?.push(message);
  return said;
}

t.test('time and chance have one source in src', async (t) => {
  const forbidden = [
    'Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'Math.random()',
    'performance.now()',
    'process.hrtime()',
    'process.hrtime.bigint()',
    'randomUUID()',
    'crypto.randomUUID()',
    'randomBytes(16)',
    'crypto.randomBytes(16)',
    'randomInt(6)',
    'crypto.randomInt(6)',
    'crypto.getRandomValues(new Uint8Array(1))',
    'globalThis.crypto.randomUUID()',
    '[1].map(Math.random)',
    '[1].map(randomUUID)',
  ];
  const allowed = ['clock.now()', 'random.uuid()', 'new Date(clock.now())', 'Date.parse("2030-01-01")', 'Math.floor(1.5)'];
  const line = (expression: string) => `export const value = ${expression};\n`;
  const said = await lint(t, {
    ...Object.fromEntries([...forbidden, ...allowed].map((expression, at) => [`src/oauth/case-${at}.ts`, line(expression)])),
    'src/lib/clock.ts': line('Date.now()'),
    'src/lib/random.ts': line('randomUUID()'),
    'test/oauth/case.test.ts': line('Date.now()'),
  });
  const message = /Time and chance come from the context/;
  const caught = (path: string) => said.get(path)?.some((text) => message.test(text));
  for (const [at, expression] of forbidden.entries()) t.ok(caught(`src/oauth/case-${at}.ts`), `${expression} is refused`);
  for (const [at, expression] of allowed.entries()) t.notOk(caught(`src/oauth/case-${forbidden.length + at}.ts`), `${expression} is not`);
  for (const path of ['src/lib/clock.ts', 'src/lib/random.ts', 'test/oauth/case.test.ts']) t.notOk(caught(path), `${path} may`);
});

t.test('no value from outside is cast in src', async (t) => {
  const forbidden = [
    'JSON.parse(text)',
    'JSON.parse(text) as { a: string }',
    '[text].map(JSON.parse)',
    'parseJson(text) as { a: string }',
    'request.body as { a: string }',
    '(request.body as { a: string }).a',
    'request.query as { a?: string }',
    '(request.params as Record<string, string>).a',
  ];
  const allowed = ['parseJson(text)', 'membersOf(request.body)', 'request.body', 'textMember(request.params, "a")', 'JSON.stringify(text)'];
  const line = (expression: string) => `export const value = ${expression};\n`;
  const said = await lint(t, {
    ...Object.fromEntries([...forbidden, ...allowed].map((expression, at) => [`src/oauth/case-${at}.ts`, line(expression)])),
    'src/lib/unknown.ts': line('JSON.parse(text)'),
    'test/oauth/case.test.ts': line('JSON.parse(text) as string'),
  });
  const caught = (path: string) => said.get(path)?.some((text) => /is unknown until it is read/.test(text));
  for (const [at, expression] of forbidden.entries()) t.ok(caught(`src/oauth/case-${at}.ts`), `${expression} is refused`);
  for (const [at, expression] of allowed.entries()) t.notOk(caught(`src/oauth/case-${forbidden.length + at}.ts`), `${expression} is not`);
  for (const path of ['src/lib/unknown.ts', 'test/oauth/case.test.ts']) t.notOk(caught(path), `${path} may`);
});
