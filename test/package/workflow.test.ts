import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runChild } from '../helpers/child.js';
import { launchReady } from './command.js';

const script = fileURLToPath(new URL('../../../examples/pkce-workflow.sh', import.meta.url));

t.test('PingOne’s documented workflow runs step by step against the built command', async (t) => {
  const { ready } = await launchReady(t);
  const { output: stdout } = await runChild('bash', [script], { env: { ...process.env, authPath: ready.url } });
  for (const step of ['1: create', '2: submit', '3: verify', '4: submit', '5: call', '6: get'])
    t.match(stdout, `== Step ${step}`, `step ${step} is walked`);
  t.match(stdout, /"authorizeResponse": \{\s+"code": "[0-9a-f-]{36}"/, 'pi.flow gives the code as JSON');
  t.match(stdout, /Location: https:\/\/www\.example\.com\?code=[0-9a-f-]{36}/, 'the redirect form in the redirect');
  t.equal(stdout.match(/"id_token": "ey/g)?.length, 2, 'tokens in both forms');
  t.match(stdout, /claims of the ID token: \{"iss":"http:[^}]*"at_hash"/);
  t.match(stdout, /"error": "invalid_grant"/, 'and a thief is refused');
  t.match(stdout, /workflow complete\n$/);
});
