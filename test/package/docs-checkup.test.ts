import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { connectMock } from '../../src/index.js';
import { runScript } from '../helpers/child.js';
import { signOnFirst } from '../helpers/first-sign-on.js';
import { until } from '../helpers/until.js';
import { startRelyingParty } from '../library/relying-party.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/checkup.md', 'utf8');
/** The one for single-page applications is run in test/browser/checkup.browser.ts. */
const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, text = '']) => text).filter((text) => !text.includes('--browser'));

t.test('the commands of docs/checkup.md check an application', async (t) => {
  const folder = t.testdir();
  const command = resolve('dist/cli.js');
  const { ready } = await launchReady(t);
  const mock = await connectMock(ready.url);
  const app = await mock.apps.create({ type: 'SINGLE_PAGE_APP', pkceEnforcement: 'OPTIONAL', redirectUris: ['http://127.0.0.1/callback'] });
  const { start, callback } = await startRelyingParty(t, { issuer: mock.issuer, clientId: app.id });
  await mock.apps.update(app.id, { redirectUris: [callback] });
  await signOnFirst(start, mock);

  const env = { ...process.env, PINGONE_MOCK_BASE_URL: ready.url };
  const checkups = `${ready.url}/__mock/v1/environments/default/checkups`;
  const idle = () =>
    until(async () => {
      const { checkups: all } = (await (await fetch(checkups)).json()) as { checkups: { state: string }[] };
      return all.every(({ state }) => state !== 'running');
    });
  const outputs: string[] = [];
  for (const block of blocks) {
    const script = block.replaceAll('http://localhost:3000/login', start).replaceAll('http://localhost:9400', ready.url);
    // All cases take a while, and are run elsewhere: here it is the commands that matter.
    const short = script.replace(/"start":"[^"]*"/, '$&,"only":["state-missing"]');
    const only = `pingone-mock() { '${process.execPath}' '${command}' "$@" --only state-missing; }\n`;
    outputs.push(await runScript(only + short, { cwd: folder, env }));
    await idle();
  }
  const [text = '', , begun = ''] = outputs;
  t.match(text, /^✓ state-missing +refused/m);
  t.match(readFileSync(join(folder, 'checkup.html'), 'utf8'), /^<!doctype html>[\s\S]*1\/1/);
  t.match(readFileSync(join(folder, 'checkup.svg'), 'utf8'), /checkup 1\/1/);
  t.match(JSON.parse(begun), { start, user: 'alice', all: 1 });
  t.ok(existsSync(join(folder, 'checkup.xml')));
  t.equal(blocks.length, 4, 'each of them is run');
});
