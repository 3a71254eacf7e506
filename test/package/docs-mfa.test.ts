import { readFileSync } from 'node:fs';
import t from 'tap';
import { ask } from '../helpers/ask.js';
import { runScript } from '../helpers/child.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/mfa.md', 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

t.test('the test of docs/mfa.md signs on by a passcode, a passkey and a phone', async (t) => {
  const [script = '', ...more] = blocks('js');
  t.same(more, []);
  const folder = t.testdir({ 'test.mjs': script.replace("'pingone-mock'", JSON.stringify(`${process.cwd()}/dist/index.js`)) });
  const said = await runScript(`node ${folder}/test.mjs`, {});
  t.match(said, /[?&]code=/);
});

t.test('the commands of docs/mfa.md pair an authenticator app and a phone', async (t) => {
  const [commands = '', ...more] = blocks('sh');
  t.same(more, []);
  const { ready } = await launchReady(t);
  const said = await runScript(commands.replaceAll('http://localhost:9400', ready.url), {});
  t.match(said, /^<svg .*"type" ?: ?"MOBILE"/s);
});

t.test('the seed of docs/mfa.md is one', async (t) => {
  const [seed = ''] = blocks('json');
  const { ready } = await launchReady(t, [], { PINGONE_MOCK_CONFIG: seed });
  const read = await ask(`${ready.url}/__mock/v1/environments/default/seed?users=true`);
  const { environments } = JSON.parse(read.body) as { environments: { users: { devices: object[] }[] }[] };
  t.match(environments[0]?.users?.[0]?.devices, [
    { type: 'TOTP', nickname: 'App' },
    { type: 'EMAIL' },
    { type: 'FIDO2' },
    { type: 'MOBILE' },
  ]);
});
