import t from 'tap';
import { omitEmpty, placeClaim } from '../../src/pingone/claims.js';

t.test('a dotted claim is nested, and empty claims are left out', async (t) => {
  const claims = {};
  placeClaim(claims, 'address.locality', 'Bath');
  placeClaim(claims, 'address.region', '');
  placeClaim(claims, 'address.country', 'GB');
  placeClaim(claims, 'email', 'a@example.com');
  t.strictSame(claims, { address: { locality: 'Bath', country: 'GB' }, email: 'a@example.com' });
  t.strictSame(omitEmpty({ a: 0, b: false, c: '', d: null, e: undefined, f: [] }), { a: 0, b: false, f: [] });
});
