import { readFileSync } from 'node:fs';
import t from 'tap';
import { startMock } from '../../src/library/start-mock.js';
import { runScript } from '../helpers/child.js';

t.test('the commands of docs/playground.md offer Someone Else and make a pair with a mistake', async (t) => {
  const mock = await startMock();
  t.teardown(() => mock.close());
  const page = readFileSync('docs/playground.md', 'utf8');
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, text = '']) => text);
  t.equal(blocks.length, 1, 'each of them is run');
  const said = await runScript((blocks[0] ?? '').replaceAll('http://localhost:9400', mock.url));
  t.match(said, '{"name":"Someone Else"}');
  t.match(said, '"verifier":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"');
});
