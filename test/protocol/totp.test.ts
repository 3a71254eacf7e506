import t from 'tap';
import { hotp, matchTotp, stepAt, totp } from '../../src/protocol/totp.js';

// RFC 6238, appendix B: the secrets are the digits 1 to 0 repeated to the length of the hash.
const secretOf = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length));
const secrets = { sha1: secretOf(20), sha256: secretOf(32), sha512: secretOf(64) } as const;

t.test('TOTP reproduces the test vectors of RFC 6238, appendix B', async (t) => {
  const vectors: [seconds: number, sha1: string, sha256: string, sha512: string][] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ];
  for (const [seconds, ...expected] of vectors)
    for (const [at, algorithm] of (['sha1', 'sha256', 'sha512'] as const).entries())
      t.equal(totp(secrets[algorithm], seconds * 1000, { algorithm, digits: 8 }), expected[at], `${algorithm} at ${seconds}`);
});

t.test('HOTP reproduces the test vectors of RFC 4226, appendix D', async (t) => {
  const expected = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
  for (const [counter, value] of expected.entries()) t.equal(hotp(secrets.sha1, counter), value, `counter ${counter}`);
});

t.test('a password counts one step early and one late, and only once', async (t) => {
  const secret = secrets.sha1;
  const now = 1_700_000_010_000;
  const step = stepAt(now);
  const at = (drift: number) => hotp(secret, step + drift);
  for (const drift of [-1, 0, 1]) t.equal(matchTotp(secret, at(drift), { now }), step + drift);
  for (const drift of [-2, 2]) t.equal(matchTotp(secret, at(drift), { now }), undefined);
  t.equal(matchTotp(secret, at(0), { now, usedStep: step }), undefined, 'used');
  t.equal(matchTotp(secret, at(-1), { now, usedStep: step }), undefined, 'before the one that was used');
  t.equal(matchTotp(secret, at(1), { now, usedStep: step }), step + 1, 'after it');
  for (const odd of ['', '12345', `${at(0)}0`, 'abcdef']) t.equal(matchTotp(secret, odd, { now }), undefined, odd);
});
