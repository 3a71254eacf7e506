import { readFileSync } from 'node:fs';
import t from 'tap';
import { ask } from '../helpers/ask.js';
import { runScript } from '../helpers/child.js';
import { launchReady } from './command.js';

const page = readFileSync('docs/davinci.md', 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

t.test('the commands of docs/davinci.md show a form and sign a user on', async (t) => {
  const [commands = '', ...more] = blocks('sh');
  t.same(more, []);
  const { ready } = await launchReady(t);
  const said = await runScript(commands.replaceAll('http://localhost:9400', ready.url), {});
  const lines = said.trim().split('\n');
  t.match(JSON.parse(lines[0] ?? ''), { type: 'TEXT', key: 'username', label: 'Username' });
  t.match(JSON.parse(lines.at(-1) ?? ''), { status: 'COMPLETED', authorizeResponse: { code: /^[0-9a-f-]{36}$/ } });
});

t.test('the seed of docs/davinci.md is one, and an export of it the same', async (t) => {
  const [seed = ''] = blocks('json');
  const { ready } = await launchReady(t, [], { PINGONE_MOCK_CONFIG: seed });
  const read = await ask(`${ready.url}/__mock/v1/environments/default/seed`);
  const { environments } = JSON.parse(read.body);
  const [given] = JSON.parse(seed).environments;
  t.match(environments[0].flowPolicies, given.flowPolicies);
  t.match(
    environments[0].applications.find(({ name }: { name: string }) => name === 'Shop'),
    {
      flowPolicyAssignments: [{ flowPolicy: environments[0].flowPolicies[0].id }],
    },
  );
});

t.test('docs/davinci.md names every ready flow and every type of node', async (t) => {
  const { presetNames } = await import('../../src/configuration/flow-policies/presets.js');
  const { nodeTypes } = await import('../../src/configuration/flow-policies/nodes.js');
  const named = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
  t.same(named, [...presetNames, ...nodeTypes]);
});
