import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { ask } from '../helpers/ask.js';
import { runScript } from '../helpers/child.js';
import { until } from '../helpers/until.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/webhooks.md', 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Runs a command until the end of the test. */
function outputOf(t: Test, command: string): () => string {
  let output = '';
  const child = spawn('bash', ['-c', `exec ${command}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (chunk: Uint8Array) => {
    output += Buffer.from(chunk).toString();
  });
  t.teardown(() => child.kill());
  return () => output;
}

t.test('the commands of docs/webhooks.md print an event that the mock posts', async (t) => {
  const [receiver = '', subscribe = '', ...more] = blocks('sh');
  t.same(more, [], 'each of them is run');
  const port = await freePort();
  const received = outputOf(t, receiver.replace('9500', String(port)));
  await until(() =>
    ask(`http://127.0.0.1:${port}`)
      .then(() => true)
      .catch(() => false),
  );
  const { ready } = await launchReady(t);
  const answers = await runScript(subscribe.replaceAll('http://localhost:9400', ready.url).replace('9500', String(port)), {});
  t.match(answers, /"protocol" : "HTTPS"/);
  await until(() => received().endsWith(']'));
  t.match(JSON.parse(received()), [{ action: { type: 'POPULATION.CREATED' }, resources: [{ name: 'Staff' }] }]);
});

t.test('the seed of docs/webhooks.md is one', async (t) => {
  const [seed = ''] = blocks('json');
  const { ready } = await launchReady(t, [], { PINGONE_MOCK_CONFIG: seed });
  const read = await ask(`${ready.url}/__mock/v1/environments/default/seed`);
  const { environments } = JSON.parse(read.body) as { environments: { id: string; subscriptions: object[] }[] };
  t.match(environments[0]?.subscriptions, [{ name: 'Audit', enabled: true, verifyTlsCertificates: true }]);
});
