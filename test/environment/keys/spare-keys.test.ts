import { createPublicKey, X509Certificate } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import t from 'tap';
import type { ReadyKey } from '../../../src/environment/keys/key-ring.js';
import { createKeyPool, type KeyPool } from '../../../src/environment/keys/pool.js';
import { createSpareKeys, type SpareKeys } from '../../../src/environment/keys/spare-keys.js';
import { createMock } from '../../../src/index.js';
import { createRandom } from '../../../src/lib/random.js';

const startedAt = Date.UTC(2030, 0, 1);
const spares = (wanted: number, quietMilliseconds: number) =>
  createSpareKeys({ random: createRandom(), now: () => startedAt, wanted, quietMilliseconds });

/** Takes a key as soon as there is one. */
async function taken(spare: Pick<SpareKeys, 'take'>): Promise<ReadyKey> {
  for (let tries = 0; tries < 400; tries += 1) {
    const key = spare.take();
    if (key) return key;
    await wait(25);
  }
  throw new Error('no key was made within ten seconds');
}

t.test('new keys are made in the background once one has been asked for', async (t) => {
  const spare = spares(2, 5);
  t.teardown(() => spare.close());
  await wait(400);
  t.equal(spare.take(), undefined, 'none is made at the start: most servers never need one');
  const [one, other] = [await taken(spare), await taken(spare)];
  t.not(one.n, other.n, 'each is another one');
  for (const key of [one, other]) {
    const certificate = new X509Certificate(Buffer.from(key.x5c[0] ?? '', 'base64'));
    t.equal(certificate.publicKey.export({ format: 'jwk' }).n, key.n, 'the certificate is the key’s');
    t.ok(certificate.verify(createPublicKey({ key: { kty: 'RSA', n: key.n as string, e: key.e as string }, format: 'jwk' })));
    t.ok(Date.parse(certificate.validFrom) < startedAt && startedAt < Date.parse(certificate.validTo), 'valid by the clock of the server');
  }
});

t.test('making keys waits for a quiet moment, and ends with the server', async (t) => {
  const busy = spares(1, 800);
  t.teardown(() => busy.close());
  for (let asked = 0; asked < 20; asked += 1) {
    t.equal(busy.take(), undefined);
    await wait(50);
  }
  await wait(3000);
  t.ok(busy.take());

  const closed = spares(1, 5);
  closed.take();
  closed.close();
  await wait(500);
  t.equal(closed.take(), undefined);
});

const named = (n: string) => ({ n, x5c: [] }) as unknown as ReadyKey;
/** What an environment takes: its default key, CURRENT and NEXT. */
const takeAll = (pool: KeyPool) => (['default', 'current', 'next'] as const).map((use) => pool.take(use).n);

t.test('the pool gives ready keys first, then new ones, and shares CURRENT keys last', async (t) => {
  const made = [undefined, undefined, named('new')];
  const ended: boolean[] = [];
  const pool = createKeyPool([...'abcdefgh'].map(named), { take: () => made.shift(), plenty: false, close: () => ended.push(true) });
  t.same(takeAll(pool), ['a', 'b', 'c'], 'an environment has keys of its own');
  t.equal(takeAll(pool)[1], 'e');
  const others = Array.from({ length: 6 }, () => takeAll(pool));
  t.same(
    others.map(([, current]) => current),
    ['f', 'g', 'h', 'b', 'e', 'new'],
    'CURRENT keys are shared last, and nobody waits for one',
  );
  t.notOk(
    others.some(([own, , next]) => [...'befgh'].includes(String(own)) || [...'befgh'].includes(String(next))),
    'no other key is what signs in another environment',
  );
  pool.close();
  t.same(ended, [true]);
  t.same(takeAll(createKeyPool([named('only')])), ['only', 'only', 'only'], 'one key of a file is every key');
  t.same(takeAll(createKeyPool([...'abc'].map(named))), ['a', 'b', 'c']);
  const fresh = createKeyPool([named('only')], { take: () => named('new'), plenty: true, close: () => undefined });
  takeAll(fresh);
  t.same(takeAll(fresh), ['new', 'new', 'new'], 'where there are plenty, all are new');
});

t.test('environments get key pairs of their own again once new ones have been made', async (t) => {
  const mock = await createMock();
  t.teardown(() => mock.close());
  const keysOf = async (issuer: string) => ((await mock.inject(`${new URL(issuer).pathname}/jwks`)).json() as JSONWebKeySet).keys;
  const seen = new Set((await keysOf(mock.issuer)).map(({ n }) => n));
  const kids: (string | undefined)[] = [];
  let shared = false;
  for (let number = 0; number < 15; number += 1) {
    const environment = await mock.createEnvironment({ name: `${number}` });
    const rotating = (await keysOf(environment.issuer)).filter(({ kid }) => kid !== 'default');
    shared ||= rotating.some(({ n }) => seen.has(n));
    kids.push(...rotating.map(({ kid }) => kid));
    for (const { n } of rotating) seen.add(n);
    const { kid: used } = decodeProtectedHeader(await environment.issueToken({ sub: 'somebody' }));
    t.ok(rotating.some(({ kid }) => kid === used));
  }
  t.ok(shared, 'more environments than ready pairs: some share one');
  t.equal(new Set(kids).size, kids.length, 'never under the same key id');

  for (let tries = 0; tries < 10; tries += 1) {
    await wait(1000);
    const late = await keysOf((await mock.createEnvironment({ name: 'Late' })).issuer);
    if (late.some(({ n }) => !seen.has(n))) return t.pass('the pool was refilled in the background');
    for (const { n } of late) seen.add(n);
  }
  return t.fail('the pool was not refilled');
});
