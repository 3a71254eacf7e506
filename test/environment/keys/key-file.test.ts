import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { signingKeysJson } from '../../../src/embedded.js';
import { readKeyFile } from '../../../src/environment/keys/key-file.js';
import { createRandom } from '../../../src/lib/random.js';
import { SettingsError } from '../../../src/settings/read.js';
import { as } from '../../helpers/client.js';
import { buildTestServer } from '../../helpers/server.js';

const [ready, other] = (JSON.parse(signingKeysJson) as { keys: { n: string; x5c: string[] }[] }).keys.slice(4, 6);
const bare = { ...ready, x5c: undefined };
const write = (content: unknown) => ({ 'keys.json': typeof content === 'string' ? content : JSON.stringify(content) });
const read = (path: string) => readKeyFile(path, Date.UTC(2026, 10, 22), createRandom());

t.test('keys from a file sign in their order, with a certificate made where none fits', async (t) => {
  const keyFile = join(t.testdir(write({ keys: [ready, bare] })), 'keys.json');
  const { app } = await buildTestServer(t, { keyFile });
  const { keys } = (await app.inject(`${as}/jwks`)).json();
  for (const key of keys) t.equal(key.n, ready?.n);
  t.equal(read(keyFile)[0]?.x5c[0], ready?.x5c[0], 'its own certificate');
  const strange = join(t.testdir(write({ keys: [bare, { ...bare, x5c: other?.x5c }, { ...bare, x5c: 'x' }] })), 'keys.json');
  for (const { x5c } of read(strange)) t.ok(x5c[0] && x5c[0] !== other?.x5c[0], 'a certificate is made where none belongs to the key');
});

t.test('a key file that cannot be used is refused with one message', async (t) => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const cases: [content: unknown, message: RegExp][] = [
    ['{', /keys\.json is not JSON: /],
    ['null', /is not a JWK set; expected/],
    [{ keys: [] }, /is not a JWK set; expected/],
    [{ keys: [null] }, /keys\[0\] is not a private key/],
    [{ keys: [ready, { kty: 'RSA', n: ready?.n, e: 'AQAB' }] }, /keys\[1\] is not a private key/],
    [{ keys: [elliptic] }, /keys\[0\] is not an RSA key/],
  ];
  for (const [content, message] of cases) {
    const path = join(t.testdir(write(content)), 'keys.json');
    t.throws(() => read(path), SettingsError);
    t.throws(() => read(path), { message });
  }
  t.throws(() => read('/none/keys.json'), new SettingsError('PINGONE_MOCK_KEY_FILE: /none/keys.json does not exist'));
});
