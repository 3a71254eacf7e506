import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runChild, runScript } from '../helpers/child.js';
import { launchReady } from './command.js';

const pages = ['README.md', 'docs/getting-started.md'] as const;
const [readme, started] = pages.map((path) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')) as [
  string,
  string,
];

/** The shell commands under a heading. */
const commandsUnder = (heading: string, page = started): string => {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands]) => commands).join('\n');
};

t.test('the commands of the README and of docs/getting-started.md do what they say', async (t) => {
  t.same([...readme.matchAll(/^```sh$/gm)].length, 2, 'how to start, and the first token');
  t.equal(commandsUnder('Install', readme), 'npm ci\nnpm start\n');
  const { ready } = await launchReady(t);
  const here = (commands: string) => commands.replaceAll('http://localhost:9400', ready.url);
  const answer = await runScript(here(commandsUnder('The first token', readme)));
  t.match(answer, /^COMPLETED\n/);
  const tokens = JSON.parse(answer.slice('COMPLETED\n'.length));
  t.match(tokens, { access_token: /^ey/, id_token: /^ey/, token_type: 'Bearer', scope: 'openid profile' });

  const [setup, workflow] = here(commandsUnder('Configure through the management API')).split('examples/pkce-workflow.sh');
  t.equal(workflow?.trim(), '', 'the workflow comes last; it has a test of its own');
  t.match(await runScript(setup as string), /^[0-9a-f-]{36}\n$/, 'an application is created');

  const diagnosed = await runScript(`as=${ready.issuer}\n${here(commandsUnder('Find out why it refused'))}`);
  t.match(diagnosed, /✓ the verifier matches[\s\S]*✓ code_challenge[\s\S]*\/as"\n$/, 'what is said of a refusal');
});

t.test('the seed of docs/getting-started.md is complete', async (t) => {
  const [, seed = ''] = /^```json\n(.*?)^```/ms.exec(started) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'getting-started-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'seed.json'), seed);
  const built = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
  const output = await runScript(commandsUnder('Write a seed').replace('dist/cli.js', JSON.stringify(built)), { cwd: folder });
  t.match(output, /^✓ seed\.json: 1 environment, 1 application, 1 user\n$/);
  t.same((await launchReady(t, ['--config', join(folder, 'seed.json')])).written.errors, '');
});

t.test('the example of the library in docs/getting-started.md works as shown', async (t) => {
  const [, shown] = /^## Use it in a test\n+```ts\n(.*?)^```/ms.exec(started) ?? [];
  // The URL that the reader's application makes, and the end that the block leaves to the reader's test.
  const body = String(shown)
    .replace("'pingone-mock'", JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href))
    .replace('await using mock', 'const mock')
    .replace(
      'const callback',
      `const authorizeUrl = mock.issuer + '/authorize?response_type=code&scope=openid&client_id=' + app.id +
        '&redirect_uri=' + encodeURIComponent(app.redirectUris[0]) + '&code_challenge=' + 'a'.repeat(43) + '&code_challenge_method=S256';
       const callback`,
    );
  const { output } = await runChild(process.execPath, [
    '--input-type=module',
    '-e',
    `${body}\nconsole.log(JSON.stringify({ callback, token, refused: (await fetch(mock.issuer + '/token', { method: 'POST' })).status }));\nawait mock.close();`,
  ]);
  t.match(JSON.parse(output), { callback: /^http:\/\/localhost:5173\/callback\?code=/, token: /^ey/, refused: 503 });
});

t.test('scripts and files that both pages name exist', async (t) => {
  const { scripts } = JSON.parse(readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'));
  for (const [at, page] of [readme, started].entries()) {
    for (const [, name] of page.matchAll(/npm run ([\w:]+)/g)) t.ok(name && name in scripts, `npm run ${name}`);
    for (const [, path = ''] of page.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g))
      t.ok(existsSync(new URL(path, new URL(`../../../${pages[at]}`, import.meta.url))), path);
  }
});

t.test('the README fits on two screens', async (t) => {
  t.ok(readme.trimEnd().split('\n').length <= 80);
});
