import { readFileSync } from 'node:fs';
import t from 'tap';
import { startMock } from '../../src/library/start-mock.js';
import { runScript } from '../helpers/child.js';

const page = readFileSync('docs/identity-providers.md', 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

t.test('the commands of docs/identity-providers.md make an environment the provider of another', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const [commands = '', ...more] = blocks('sh');
  t.same(more, [], 'each of them is run');
  t.match(await runScript(commands.replaceAll('http://localhost:9400', mock.url)), '"name":"Partner","type":"OPENID_CONNECT"');
  t.equal((await mock.identityProviders.get('Partner')).issuer, 'https://auth.pingone.com/e0000000-0000-4000-8000-00000000000b/as');
});

t.test('the seed and the player of docs/identity-providers.md are read as such', async (t) => {
  const [seed = '{}', player = '{}'] = blocks('json');
  const mock = await startMock({ seed: JSON.parse(seed) });
  t.teardown(() => mock.close());
  const read = async <T>(path: string) => (await (await fetch(`${mock.url}/__mock/v1/environments${path}`)).json()) as T;
  const environments = (await read<{ environments: { id: string; name: string }[] }>('')).environments;
  const shop = environments.find(({ name }) => name === 'Shop')?.id;
  const { environments: exported } = await read<{ environments: { identityProviders: { id: string }[] }[] }>(`/${shop}/seed`);
  t.match(exported[0]?.identityProviders, [{ name: 'Partner', type: 'OPENID_CONNECT' }]);
  const path = `${mock.url}/__mock/v1/environments/${shop}/identity-providers/${exported[0]?.identityProviders[0]?.id}/player`;
  const answer = await fetch(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: player });
  t.equal(answer.status, 200);
});
