import fc from 'fast-check';
import t from 'tap';
import { decide } from '../../src/protocol/check.js';
import {
  type CodeChallenge,
  checkCodeChallenge,
  recordedChallenge,
  s256,
  soundPolicies,
  transform,
  verifyPkce,
} from '../../src/protocol/pkce.js';

// RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const value = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const challenge: CodeChallenge = { value, method: 'S256' };

t.test('S256 reproduces the test vector of RFC 7636, appendix B', async (t) => {
  t.equal(s256(verifier), value);
  t.equal(transform(verifier, 'S256'), value);
  t.equal(transform(verifier, 'plain'), verifier);
  t.equal(decide(verifyPkce(challenge, verifier)).refusedBy, undefined);
});

t.test('a verifier is accepted only if it matches the recorded challenge', async (t) => {
  const plain: CodeChallenge = { value: verifier, method: 'plain' };
  const cases = [
    ['the RFC’s own pair', challenge, verifier, undefined],
    ['plain: the challenge itself', plain, verifier, undefined],
    ['plain: another text of the same length', plain, `${verifier.slice(0, -1)}j`, 'verifier_matches_challenge'],
    ['plain: the hash of the challenge', plain, s256(verifier), 'verifier_matches_challenge'],
    ['S256: the challenge sent as the verifier', challenge, value, 'verifier_matches_challenge'],
    ['another verifier', challenge, 'a'.repeat(43), 'verifier_matches_challenge'],
    ['128 characters, wrong', challenge, 'a'.repeat(128), 'verifier_matches_challenge'],
    ['42 characters', challenge, 'a'.repeat(42), 'verifier_length'],
    ['129 characters', challenge, 'a'.repeat(129), 'verifier_length'],
    ['10 characters', challenge, 'a'.repeat(10), 'verifier_length'],
    ['a plus sign', challenge, `${'a'.repeat(42)}+`, 'verifier_characters'],
    ['a blank', challenge, `${'a'.repeat(42)} `, 'verifier_characters'],
    ['a line feed at the end', challenge, `${verifier}\n`, 'verifier_characters'],
    ['a letter beyond ASCII', challenge, `${'a'.repeat(42)}é`, 'verifier_characters'],
    ['a NUL', challenge, `${'a'.repeat(42)}\0`, 'verifier_characters'],
    ['no verifier', challenge, undefined, 'verifier_present'],
    ['an empty verifier', challenge, '', 'verifier_length'],
    ['a verifier nobody asked for', undefined, verifier, 'no_verifier_without_challenge'],
    ['neither', undefined, undefined, undefined],
  ] as const;
  for (const [name, recorded, sent, rule] of cases) t.equal(decide(verifyPkce(recorded, sent)).refusedBy?.rule, rule, name);
});

t.test('the deciding check says what it compared and names its section', async (t) => {
  const check = decide(verifyPkce(challenge, 'a'.repeat(43))).refusedBy;
  t.match(check, { spec: 'RFC 7636 §4.6', using: 'S256', expected: value, got: s256('a'.repeat(43)) });
});

t.test('challenge and method must meet what the application requires', async (t) => {
  const cases = [
    ['S256', value, 'S256', ['', '', '']],
    ['plain', verifier, 'plain', ['', '', 'method_is_s256']],
    ['no method means plain', verifier, undefined, ['', '', 'method_is_s256']],
    ['no challenge', undefined, undefined, ['', 'challenge_present', 'challenge_present']],
    ['a method without a challenge', undefined, 'S256', ['no_method_without_challenge', 'challenge_present', 'challenge_present']],
    ['an unknown method', value, 'S512', ['method_known', 'method_known', 'method_known']],
    ['s256 in lower case', value, 's256', ['method_known', 'method_known', 'method_known']],
    ['S256, padded', `${value}=`, 'S256', ['challenge_length', 'challenge_length', 'challenge_length']],
    ['S256, 42 characters', value.slice(1), 'S256', ['challenge_length', 'challenge_length', 'challenge_length']],
    ['S256, not base64url', `${value.slice(1)}+`, 'S256', ['challenge_characters', 'challenge_characters', 'challenge_characters']],
    [
      'S256, unreserved but not base64url',
      `${value.slice(1)}~`,
      'S256',
      ['challenge_characters', 'challenge_characters', 'challenge_characters'],
    ],
    ['S256, hexadecimal', 'a'.repeat(64), 'S256', ['challenge_length', 'challenge_length', 'challenge_length']],
    ['plain, 42 characters', 'a'.repeat(42), 'plain', ['challenge_length', 'challenge_length', 'method_is_s256']],
    ['plain, 128 characters', 'a'.repeat(128), 'plain', ['', '', 'method_is_s256']],
    ['plain, 129 characters', 'a'.repeat(129), undefined, ['challenge_length', 'challenge_length', 'method_is_s256']],
    ['plain, a blank in it', `${'a'.repeat(43)} `, undefined, ['challenge_characters', 'challenge_characters', 'method_is_s256']],
  ] as const;
  for (const [name, sent, method, rules] of cases)
    for (const [at, enforcement] of (['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'] as const).entries())
      t.equal(
        decide(checkCodeChallenge(sent, method, soundPolicies[enforcement])).refusedBy?.rule ?? '',
        rules[at],
        `${name}, ${enforcement}`,
      );
});

t.test('a challenge is recorded with its method, plain by default', async (t) => {
  t.equal(recordedChallenge(undefined, undefined), undefined);
  t.same(recordedChallenge(value, 'S256'), challenge);
  t.same(recordedChallenge(verifier, undefined), { value: verifier, method: 'plain' });
});

t.test('a broken policy lets a plain challenge pass, and says so', async (t) => {
  const accepting = { ...soundPolicies.S256_REQUIRED, plain: 'accepted' } as const;
  const outcome = (sent: string | undefined, method: string | undefined) => {
    const decision = decide(checkCodeChallenge(sent, method, accepting));
    return decision.refusedBy ? decision.refusedBy.rule : decision.value;
  };
  t.same(outcome(verifier, 'plain'), { codeChallenge: { value: verifier, method: 'plain' }, plainAccepted: true });
  t.same(outcome(value, 'S256'), { codeChallenge: challenge, plainAccepted: false });
  t.equal(outcome(undefined, undefined), 'challenge_present', 'a challenge is still needed');
  t.equal(outcome('short', 'plain'), 'challenge_length', 'of the right form');
});

const unreserved = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'];
const verifiers = fc.array(fc.constantFrom(...unreserved), { minLength: 43, maxLength: 128 }).map((characters) => characters.join(''));
const methods = fc.constantFrom('S256', 'plain' as const);

t.test('every matching pair is accepted at authorize and at token', async (t) => {
  fc.assert(
    fc.property(verifiers, methods, (text, method) => {
      const sent = transform(text, method as 'S256');
      const recorded = recordedChallenge(sent, method);
      return (
        decide(checkCodeChallenge(sent, method, soundPolicies.REQUIRED)).refusedBy === undefined &&
        decide(verifyPkce(recorded, text)).refusedBy === undefined
      );
    }),
  );
  t.pass('held for every generated pair');
});

t.test('no other verifier is accepted', async (t) => {
  fc.assert(
    fc.property(verifiers, verifiers, methods, (text, other, method) => {
      fc.pre(text !== other);
      return decide(verifyPkce(recordedChallenge(transform(text, method as 'S256'), method), other)).refusedBy !== undefined;
    }),
  );
  t.pass('held for every generated pair');
});

t.test('whatever is sent, only the last check of the list can fail', async (t) => {
  const anything = fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), verifiers), { nil: undefined });
  fc.assert(
    fc.property(anything, anything, anything, (sent, method, text) => {
      for (const enforcement of ['OPTIONAL', 'REQUIRED', 'S256_REQUIRED'] as const) {
        const { checks } = decide(checkCodeChallenge(sent, method, soundPolicies[enforcement]));
        if (checks.slice(0, -1).some(({ ok }) => !ok)) return false;
      }
      const { checks } = decide(verifyPkce(recordedChallenge(sent, method), text));
      return !checks.slice(0, -1).some(({ ok }) => !ok);
    }),
  );
  t.pass('held for everything generated');
});
