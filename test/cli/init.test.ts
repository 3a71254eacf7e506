import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { frameworks } from '../../src/cli/init/frameworks.js';
import { startServer } from '../../src/server/start.js';
import { defaultSettings } from '../../src/settings/read.js';
import { run } from '../helpers/command.js';

/** Runs `init` in a new folder with these files. */
async function initIn(t: Test, files: Readonly<Record<string, string>>, argv: readonly string[] = ['--json']) {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const before = process.cwd();
  process.chdir(folder);
  t.teardown(() => rmSync(folder, { recursive: true }));
  try {
    return { folder, ...(await run(['init', ...argv])) };
  } finally {
    process.chdir(before);
  }
}

const packageWith = (...names: readonly string[]) =>
  JSON.stringify({ name: '@acme/shop', dependencies: Object.fromEntries(names.map((name) => [name, '1'])) });

t.test('init finds every framework, and its seed starts without a warning', async (t) => {
  for (const { name, file, dependsOn, type, settingsFile } of frameworks)
    for (const dependency of dependsOn) {
      const files: Record<string, string> =
        file === 'jvm' ? { 'build.gradle.kts': `id("${dependency}") version "3"` } : { 'package.json': packageWith(dependency) };
      const { folder, code, output, errors } = await initIn(t, files);
      const found = JSON.parse(output);
      t.match({ code, errors, found }, { code: 0, errors: '', found: { framework: name, settingsFile, file: 'pingone-mock.config.json' } });
      const server = await startServer({ ...defaultSettings, port: 0, configFile: join(folder, found.file) });
      t.same(server.warnings, [], name);
      const [application] = server.applications.filter(({ id }) => id === found.clientId);
      t.equal(application?.type, type);
      const lines = found.settings.join('\n');
      t.match(lines, found.clientId);
      t.match(lines, `http://localhost:9400/${server.environmentId}/as`);
      if (type === 'WEB_APP') t.match(lines, 'local-secret');
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: found.clientId,
        redirect_uri: found.redirectUri,
        scope: 'openid profile email',
      });
      if (type === 'SINGLE_PAGE_APP') {
        query.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
        query.set('code_challenge_method', 'S256');
      }
      const answer = await fetch(`${server.issuer}/authorize?${query}`, { redirect: 'manual' });
      t.match(answer.headers.get('location'), /\/signon\/\?/, `${name}: a person can sign on`);
      await answer.body?.cancel();
      await server.close();
    }
});

t.test('a library for sign-on is preferred to the framework that it works in', async (t) => {
  const cases: readonly [files: Record<string, string>, framework: string][] = [
    [{ 'package.json': packageWith('react', 'next', 'next-auth') }, 'Auth.js'],
    [{ 'package.json': packageWith('express', 'express-openid-connect') }, 'express-openid-connect'],
    [{ 'package.json': packageWith('react', 'next') }, 'Next.js'],
    [{ 'package.json': JSON.stringify({ devDependencies: { vue: '3' } }) }, 'Vue'],
    [{ 'pom.xml': '<groupId>io.quarkus.platform</groupId>' }, 'Quarkus'],
    [{ 'package.json': '{"dependencies":["react"]}' }, 'an application'],
    [{}, 'an application'],
  ];
  for (const [files, framework] of cases) t.equal(JSON.parse((await initIn(t, files)).output).framework, framework, JSON.stringify(files));
});

t.test('init prints what to do next, and never overwrites a file', async (t) => {
  const first = await initIn(t, { 'package.json': packageWith('vue') }, []);
  t.match(first, {
    code: 0,
    errors: '',
    output: /for Vue\n\n\.env:\n {2}VITE_OIDC_AUTHORITY=http:\/\/localhost:9400\/[\s\S]*Start it: pingone-mock\nSign on: +alice,/,
  });
  const mine = { 'pingone-mock.config.json': 'mine' };
  const refused = await initIn(t, mine, []);
  t.match(refused, { code: 1, output: '', errors: /config\.json already exists and was not changed; use --out FILE/ });
  t.equal(readFileSync(join(refused.folder, 'pingone-mock.config.json'), 'utf8'), 'mine');
  const other = await initIn(t, mine, ['--out', 'other.json']);
  t.match(other, { code: 0, output: /Start it: pingone-mock --config other\.json/ });
  t.match(await initIn(t, { 'package.json': '{' }), { code: 2, output: '', errors: /package\.json cannot be read/ });
});
