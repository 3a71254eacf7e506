import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runChild, runScript } from '../helpers/child.js';
import { launchReady } from './command.js';

const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');

/** The shell commands under a heading. */
const commandsUnder = (heading: string): string => {
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands]) => commands).join('\n');
};

t.test('the commands of the README give tokens, a diagnosis and an application', async (t) => {
  const { ready } = await launchReady(t);
  const here = (commands: string) => commands.replaceAll('http://localhost:9400', ready.url);
  const [tenLines, workflow] = here(commandsUnder('The first token')).split('examples/pkce-workflow.sh');
  t.equal(workflow?.trim(), '', 'the workflow stands last; it has a test of its own');
  const answer = await runScript(tenLines as string);
  t.match(answer, /^COMPLETED\n/);
  const tokens = JSON.parse(answer.slice('COMPLETED\n'.length));
  t.match(tokens, { access_token: /^ey/, id_token: /^ey/, token_type: 'Bearer', scope: 'openid profile' });

  const diagnosed = await runScript(`${tenLines?.split('flow=')[0]}\n${here(commandsUnder('When something is refused'))}`);
  t.match(diagnosed, /✓ the verifier matches[\s\S]*✓ code_challenge[\s\S]*\/as"\n$/, 'what is said of a refusal');

  const setup = here(commandsUnder('Configure applications'));
  const application = await runScript(`as=${ready.issuer}\n${setup}`);
  t.match(application, /^[0-9a-f-]{36}\n$/, 'an application is created');
});

t.test('the README’s example of the library works as shown', async (t) => {
  const [, shown] = /^## In a test\n+```ts\n(.*?)^```/ms.exec(readme) ?? [];
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

t.test('scripts and files named in the README exist', async (t) => {
  const { scripts } = JSON.parse(readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'));
  for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g)) t.ok(name && name in scripts, `npm run ${name}`);
  for (const [, path] of readme.matchAll(/\]\(([^)#:]+)\)/g)) t.ok(existsSync(new URL(`../../../${path}`, import.meta.url)), `${path}`);
});
