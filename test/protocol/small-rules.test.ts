import t from 'tap';
import { parseDuration } from '../../src/lib/duration.js';
import { allowsOrigin } from '../../src/lib/origin-match.js';
import { expectations } from '../../src/lib/schema/expectations.js';
import { isSignedByClient, readJwt } from '../../src/protocol/jwt.js';

t.test('an application allows the origins that its settings name', async (t) => {
  const origin = 'https://app.example.com';
  const cases = [
    ['no settings: any origin', undefined, true],
    ['none', { behavior: 'ALLOW_NO_ORIGINS', origins: [origin] }, false],
    ['the one that is named', { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: [origin] }, true],
    ['others than those that are named', { behavior: 'ALLOW_SPECIFIC_ORIGINS', origins: ['https://other.example.com'] }, false],
    ['specific ones, and none is named', { behavior: 'ALLOW_SPECIFIC_ORIGINS' }, false],
  ] as const;
  for (const [name, settings, allowed] of cases) t.equal(allowsOrigin(settings, origin), allowed, name);
});

t.test('a length of time is parsed from its units', async (t) => {
  const cases = [
    ['61s', 61_000],
    ['1m30s', 90_000],
    ['-2h', -7_200_000],
    ['soon', undefined],
    ['99999999999999999999d', undefined],
  ] as const;
  for (const [text, milliseconds] of cases) t.equal(parseDuration(text), milliseconds, text);
});

t.test('a malformed token is not read', async (t) => {
  for (const text of ['', 'a.b', 'a b.c.d', 'e30.e3.x', '!.e30.x', 'bnVsbA.e30.x']) t.equal(readJwt(text), undefined, text);
});

t.test('an algorithm that PingOne does not list verifies no signature', async (t) => {
  for (const alg of ['none', 'ES256', 'EdDSA', ''])
    t.notOk(await isSignedByClient('a.b.c', { alg, kid: undefined }, { secrets: ['secret'], keys: [] }), alg);
});

t.test('a number out of range is reported with the range expected', async (t) => {
  const cases = [
    [{}, 'expected a whole number'],
    [{ minimum: 1 }, 'expected a whole number from 1'],
    [{ maximum: 9 }, 'expected a whole number to 9'],
    [{ minimum: 1, maximum: 9 }, 'expected a whole number from 1 to 9'],
  ] as const;
  for (const [schema, told] of cases) t.equal(expectations.range({ type: 'integer', ...schema }), told, told);
});
