import t from 'tap';
import { decide } from '../../src/protocol/check.js';
import { s256, soundPolicies } from '../../src/protocol/pkce.js';
import { checkRedemption, type IssuedCode, type Redemption } from '../../src/protocol/redemption.js';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const code: IssuedCode = {
  clientId: 'client',
  redirectUri: 'https://example.com/callback',
  codeChallenge: { value: s256(verifier), method: 'S256' },
  expiresAt: 1000,
};
const policy = soundPolicies.REQUIRED;
const right: Redemption = { clientId: 'client', redirectUri: 'https://example.com/callback', codeVerifier: verifier };

const cases: readonly (readonly [string, IssuedCode | undefined, Partial<Redemption>, number, string | undefined])[] = [
  ['all right', code, {}, 999, undefined],
  ['never issued', undefined, {}, 0, 'code_known'],
  ['at the end of its life', code, {}, 1000, 'code_fresh'],
  ['another client', code, { clientId: 'other' }, 0, 'code_client'],
  ['another redirect_uri', code, { redirectUri: 'https://example.com/callback/' }, 0, 'redirect_uri_repeated'],
  ['no redirect_uri', code, { redirectUri: undefined }, 0, 'redirect_uri_repeated'],
  ['a redirect_uri where authorize had none', { ...code, redirectUri: undefined }, {}, 0, 'redirect_uri_repeated'],
  ['no redirect_uri at either', { ...code, redirectUri: undefined }, { redirectUri: undefined }, 0, undefined],
  ['no verifier', code, { codeVerifier: undefined }, 0, 'verifier_present'],
  ['a wrong verifier', code, { codeVerifier: 'a'.repeat(43) }, 0, 'verifier_matches_challenge'],
  ['a verifier for a code without challenge', { ...code, codeChallenge: undefined }, {}, 0, 'no_verifier_without_challenge'],
];

for (const [name, issued, differing, now, rule] of cases)
  t.equal(decide(checkRedemption(issued, { ...right, ...differing }, { now, usedBefore: false, policy })).refusedBy?.rule, rule, name);
t.equal(decide(checkRedemption(undefined, right, { now: 0, usedBefore: true, policy })).refusedBy?.rule, 'code_unused', 'used before');

const ignoring = { ...policy, challenge: 'ignored' } as const;
const place = { now: 0, usedBefore: false, policy: ignoring };
const ignored = decide(checkRedemption(code, { ...right, codeVerifier: 'a'.repeat(43) }, place));
t.match(ignored, { value: { code, challengeIgnored: true } }, 'a wrong verifier passes if the challenge is ignored, and that is said');
t.notOk(
  ignored.checks.some(({ ok }) => !ok),
  'no check that failed is shown',
);
t.match(decide(checkRedemption(code, right, place)), { value: { challengeIgnored: false } }, 'a right one would have passed anyway');
t.equal(decide(checkRedemption(code, { ...right, clientId: 'other' }, place)).refusedBy?.rule, 'code_client', 'the rest is judged as ever');
