import { createPublicKey, X509Certificate } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import t, { type Test } from 'tap';
import { createKeyPool, type KeyPool } from '../../../src/environment/keys/pool.js';
import { createSpareKeys } from '../../../src/environment/keys/spare-keys.js';
import type { ReadyKey } from '../../../src/environment/keys/types.js';
import { createMock } from '../../../src/index.js';
import { createRandom } from '../../../src/lib/random.js';
import { holdTimers } from '../../helpers/hold-timers.js';
import { until } from '../../helpers/until.js';

const startedAt = Date.UTC(2030, 0, 1);
const quietMilliseconds = 500;

/** Spare keys in a time that passes only where a test says so, and how many were begun to be made. */
function spares(t: Test, wanted: number) {
  const pass = holdTimers(t);
  const begun: number[] = [];
  const now = () => {
    begun.push(startedAt);
    return startedAt;
  };
  const spare = createSpareKeys({ random: createRandom(), now, wanted, quietMilliseconds });
  t.teardown(() => spare.close());
  return { spare, begun, pass };
}

/** Takes a key as soon as there is one. */
async function taken({ spare, pass }: ReturnType<typeof spares>): Promise<ReadyKey> {
  let key: ReadyKey | undefined;
  await until(() => {
    pass(quietMilliseconds);
    key = spare.take();
    return key;
  });
  return key as ReadyKey;
}

t.test('new keys are made in the background once one has been asked for', async (t) => {
  const made = spares(t, 2);
  made.pass(3_600_000);
  t.equal(made.begun.length, 0, 'none is made at the start: most servers never need one');
  const [one, other] = [await taken(made), await taken(made)];
  t.not(one.n, other.n, 'each is another one');
  for (const key of [one, other]) {
    const certificate = new X509Certificate(Buffer.from(key.x5c[0] ?? '', 'base64'));
    t.equal(certificate.publicKey.export({ format: 'jwk' }).n, key.n, 'the certificate is the key’s');
    t.ok(certificate.verify(createPublicKey({ key: { kty: 'RSA', n: key.n as string, e: key.e as string }, format: 'jwk' })));
    t.ok(Date.parse(certificate.validFrom) < startedAt && startedAt < Date.parse(certificate.validTo), 'valid by the clock of the server');
  }
});

t.test('making keys waits for a quiet moment, and ends with the server', async (t) => {
  const { spare, begun, pass } = spares(t, 1);
  for (let asked = 0; asked < 20; asked += 1) {
    t.equal(spare.take(), undefined);
    pass(quietMilliseconds - 1);
  }
  t.equal(begun.length, 0);
  pass(1);
  t.equal(begun.length, 1);
  await until(() => spare.take());

  spare.close();
  pass(3_600_000);
  t.equal(begun.length, 1);
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

  await until(async () => {
    // A key is made only while no request needs one.
    await wait(2 * quietMilliseconds);
    const late = await keysOf((await mock.createEnvironment({ name: 'Late' })).issuer);
    return late.some(({ n }) => !seen.has(n));
  });
  t.pass('the pool was refilled in the background');
});
