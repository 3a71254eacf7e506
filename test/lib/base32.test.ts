import fc from 'fast-check';
import t from 'tap';
import { fromBase32, toBase32 } from '../../src/lib/base32.js';

t.test('base32 reproduces the test vectors of RFC 4648 §10', async (t) => {
  for (const [text, encoded] of [
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ] as const) {
    t.equal(toBase32(Buffer.from(text)), encoded.replaceAll('=', ''));
    t.same(fromBase32(encoded), Buffer.from(text));
  }
  t.equal(fromBase32('MZXW1'), undefined);
});

t.test('any bytes come back from base32', async () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => Buffer.compare(fromBase32(toBase32(bytes)) as Buffer, bytes) === 0));
});
