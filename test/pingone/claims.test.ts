import t from 'tap';
import { placeClaim, placeOfClaim } from '../../src/pingone/claims.js';

t.test('a dotted claim is nested, and empty claims are left out', async (t) => {
  const claims = {};
  placeClaim(claims, placeOfClaim('address.locality'), 'Bath');
  placeClaim(claims, placeOfClaim('address.region'), '');
  placeClaim(claims, placeOfClaim('address.country'), 'GB');
  placeClaim(claims, placeOfClaim('email'), 'a@example.com');
  t.strictSame(claims, { address: { locality: 'Bath', country: 'GB' }, email: 'a@example.com' });
});
