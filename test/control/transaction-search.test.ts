import t from 'tap';
import { fitsSearch, parseSearch, type Searchable, type SearchTerm } from '../../src/control/transaction-search.js';
import { environmentId, ids, listen } from '../helpers/server.js';
import { newVerifier, signOn } from '../helpers/sign-on.js';

const term = (value: string, field?: SearchTerm['field'], excluded = false): SearchTerm => ({ ...(field && { field }), value, excluded });

const searches: readonly (readonly [text: string, expected: readonly SearchTerm[]])[] = [
  ['', []],
  ['   ', []],
  ['alice', [term('alice')]],
  ['Alice  BOB', [term('alice'), term('bob')]],
  ['user:Alice', [term('alice', 'user')]],
  ['USER:alice', [term('alice', 'user')]],
  ['app:"Demo SPA" endpoint:token', [term('demo spa', 'app'), term('token', 'endpoint')]],
  ['-state:failed', [term('failed', 'state', true)]],
  ['-alice', [term('alice', undefined, true)]],
  ['"two words"', [term('two words')]],
  // What is being typed is not searched for yet.
  ['user:', []],
  ['user:"', []],
  ['user:""', []],
  ['alice rule:', [term('alice')]],
  ['app:"Demo', [term('demo', 'app')]],
  // What is no field is a text like any other.
  ['http://localhost:3000', [term('http://localhost:3000')]],
  ['usr:alice', [term('usr:alice')]],
  ['urn:openid:params', [term('urn:openid:params')]],
  ['-', [term('-')]],
  ['"', []],
  [':', [term(':')]],
  ['12:30', [term('12:30')]],
];

for (const [text, expected] of searches)
  t.test(`the search ${JSON.stringify(text)} has ${expected.length} terms`, async (t) => t.same(parseSearch(text), expected));

t.test('a search of more than twenty words is cut', async (t) => {
  t.equal(parseSearch('a '.repeat(400)).length, 20);
});

const one: Searchable = {
  user: ['alice'],
  app: ['demo spa', ids.spa],
  endpoint: ['authorize', 'resume', 'token'],
  rule: ['verifier_matches_challenge', 'different_verifier'],
  id: ['1f2e3d4c-0000-4000-8000-000000000001', '9a8b7c6d-0000-4000-8000-000000000002'],
  state: ['failed'],
  status: ['200', '400'],
  env: [environmentId, 'demo'],
  text: ['the verifier is another one'],
};

const fits: readonly (readonly [search: string, expected: boolean])[] = [
  ['', true],
  ['alice', true],
  ['user:ali', true],
  ['user:bob', false],
  ['app:"demo spa"', true],
  [`app:${ids.spa}`, true],
  ['endpoint:token', true],
  ['endpoint:userinfo', false],
  ['rule:verifier', true],
  ['rule:pkce', false],
  ['id:9a8b7c6d', true],
  ['id:9A8B7C6D-0000-4000-8000-000000000002', true],
  ['id:7c6d', false],
  ['9a8b7c6d', true],
  ['state:fail', true],
  ['status:4', true],
  ['status:00', false],
  ['env:demo', true],
  ['another', true],
  ['alice rule:different -endpoint:userinfo', true],
  ['alice -endpoint:token', false],
  ['usr:alice', false],
];

for (const [text, expected] of fits)
  t.test(`the search ${JSON.stringify(text)} ${expected ? 'finds' : 'leaves out'} a refused sign-on`, async (t) =>
    t.equal(fitsSearch(parseSearch(text), one), expected),
  );

t.test('the control API finds transactions by what was sent, decided and answered', async (t) => {
  const { url } = await listen(t);
  await signOn(url);
  const refused = await signOn(url, { sends: newVerifier() });
  await fetch(`${url}/${environmentId}/as/authorize?client_id=nothing`, { redirect: 'manual' });
  const correlation = refused?.headers.get('correlation-id') ?? '';
  const find = async (search: string) => {
    const query = new URLSearchParams({ search });
    const found = (await (await fetch(`${url}/__mock/v1/transactions?${query}`)).json()) as {
      transactions: { id: string; state: string }[];
    };
    const { ids: same } = (await (await fetch(`${url}/__mock/v1/search?${query}`)).json()) as { ids: string[] };
    t.same(
      same,
      found.transactions.map(({ id }) => id),
      'the page finds the same',
    );
    return found.transactions.map(({ state }) => state);
  };
  t.same(await find('user:alice'), ['failed', 'succeeded']);
  t.same(await find('user:alice state:failed'), ['failed']);
  t.same(await find(`id:${correlation}`), ['failed'], 'by the correlation id of its answer');
  t.same(await find(correlation.slice(0, 8)), ['failed'], 'or by how that begins');
  t.same(await find('rule:verifier_matches'), ['failed']);
  t.same(await find('rule:client_known'), ['failed']);
  t.same(await find('endpoint:token -state:failed'), ['succeeded']);
  t.same(await find('app:"Demo SPA"'), ['failed', 'succeeded']);
  t.same(await find('status:400 endpoint:token'), ['failed']);
  t.same(await find('nothing of the kind'), []);
  t.equal((await fetch(`${url}/__mock/v1/transactions?search=${'x'.repeat(1001)}`)).status, 400);
});
