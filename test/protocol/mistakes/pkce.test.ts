import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import {
  candidates,
  diagnoseChallengeRequest,
  diagnosePkce,
  diagnosisHeader,
  languageNames,
  pkceSnippets,
} from '../../../src/protocol/mistakes/index.js';
import { s256 } from '../../../src/protocol/pkce.js';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const tilde = 'dBjftJeZ4CVP~mB92K27uhbUJU1p1r.wW1gFWFOEjXk';
const hash = (algorithm: string, text: string | Buffer) => createHash(algorithm).update(text).digest();
const sha256 = (text: string | Buffer) => hash('sha256', text);
const hex = sha256(verifier).toString('hex');
const challenge = s256(verifier);

/** Mistakes as clients make them: what was recorded, what was sent, and what it is called. */
const mistakes: readonly (readonly [code: string, name: string, recorded: string, sent: string])[] = [
  ['plain', 'the verifier as the challenge', `${verifier}xx`, `${verifier}xx`],
  ['plain', 'a verifier of 43 characters that no hash can be', `${verifier.slice(0, 42)}l`, `${verifier.slice(0, 42)}l`],
  ['challenge_as_verifier', 'the challenge as the verifier', challenge, challenge],
  ['swapped', 'verifier first, hash second', verifier, challenge],
  ['padding', 'base64url with padding', `${challenge}=`, verifier],
  ['hex_digest', 'hex', hex, verifier],
  ['hex_digest', 'hex in capitals', hex.toUpperCase(), verifier],
  ['hex_text', 'base64url of hex', Buffer.from(hex).toString('base64url'), verifier],
  ['hex_text', 'base64url of hex in capitals', Buffer.from(hex.toUpperCase()).toString('base64url'), verifier],
  ['hex_text', 'base64 of hex', Buffer.from(hex).toString('base64'), verifier],
  ['decoded_verifier', 'the random bytes', sha256(Buffer.from(verifier, 'base64url')).toString('base64url'), verifier],
  ['decoded_verifier', 'the bytes of a hex verifier', sha256(Buffer.from(hex, 'hex')).toString('base64url'), hex],
  ['utf16', 'little endian', sha256(Buffer.from(verifier, 'utf16le')).toString('base64url'), verifier],
  ['utf16', 'big endian', sha256(Buffer.from(verifier, 'utf16le').swap16()).toString('base64url'), verifier],
  ['unhashed_base64url', 'encoded only', Buffer.from(verifier).toString('base64url'), verifier],
  ['sha1', 'base64url', hash('sha1', verifier).toString('base64url'), verifier],
  ['sha1', 'hex', hash('sha1', verifier).toString('hex'), verifier],
  ['sha512', 'base64url', hash('sha512', verifier).toString('base64url'), verifier],
  ['double_hash', 'of the bytes', sha256(sha256(verifier)).toString('base64url'), verifier],
  ['double_hash', 'of the hex text', sha256(hex).toString('base64url'), verifier],
  ['hash_of_challenge', 'hashed and encoded twice', s256(challenge), verifier],
  ['trailing_newline', 'hashed by echo', s256(`${verifier}\n`), verifier],
  ['trailing_newline', 'sent with a line break', challenge, `${verifier}\r\n`],
  ['challenge_wrapped', 'a space before the challenge', ` ${challenge}`, verifier],
  ['challenge_wrapped', 'the challenge in quotes', `"${challenge}"`, verifier],
  ['json_quoted', 'hashed with quotes', s256(`"${verifier}"`), verifier],
  ['json_quoted', 'sent with quotes', challenge, `"${verifier}"`],
  ['percent_encoded', 'hashed in form encoding', s256(tilde.replace('~', '%7E')), tilde],
  ['percent_encoded', 'sent encoded twice', s256(tilde), tilde.replace('~', '%7E')],
  ['hex_digest', 'hex as C# prints it', (hex.toUpperCase().match(/../g) ?? []).join('-'), verifier],
  ['hex_text', 'base64 of hex with colons', Buffer.from((hex.match(/../g) ?? []).join(':')).toString('base64'), verifier],
  ['double_encoding', 'base64url of base64', Buffer.from(sha256(verifier).toString('base64')).toString('base64url'), verifier],
  ['double_encoding', 'base64 of base64url', Buffer.from(challenge).toString('base64'), verifier],
  ['digest_as_text', 'Latin-1 as UTF-8', Buffer.from(sha256(verifier).toString('latin1')).toString('base64url'), verifier],
  ['digest_as_text', 'the characters themselves', sha256(verifier).toString('latin1'), verifier],
  ['digest_as_text', 'read as UTF-8', Buffer.from(sha256(verifier).toString('utf8')).toString('base64url'), verifier],
  ['digest_as_text', 'read as ASCII', Buffer.from(sha256(verifier).toString('ascii')).toString('base64'), verifier],
  [
    'digest_as_text',
    'read as Windows-1252',
    Buffer.from(new TextDecoder('windows-1252').decode(sha256(verifier))).toString('base64url'),
    verifier,
  ],
  ['other_hash', 'MD5', hash('md5', verifier).toString('base64url'), verifier],
  ['other_hash', 'SHA-384', hash('sha384', verifier).toString('base64url'), verifier],
  ['other_hash', 'SHA3-256, of the right length', hash('sha3-256', verifier).toString('base64url'), verifier],
  ['other_hash', 'an HMAC', createHmac('sha256', verifier).update(verifier).digest('base64url'), verifier],
  ['double_hash', 'of the hex text in capitals', sha256(hex.toUpperCase()).toString('base64url'), verifier],
  ['trailing_newline', 'a byte order mark', s256(`\ufeff${verifier}`), verifier],
  ['trailing_newline', 'hashed with a null byte', s256(`${verifier}\0`), verifier],
  ['challenge_percent_encoded', 'the padding', `${challenge}%3D`, verifier],
  ['verifier_alphabet', 'hashed as base64', s256(verifier.replaceAll('-', '+').replaceAll('_', '/').concat('=')), verifier],
  ['verifier_alphabet', 'sent with padding', challenge, `${verifier}=`],
  ['verifier_extended', 'something was added', challenge, `${verifier}-and-more`],
  ['case_changed', 'the challenge in small letters', challenge.toLowerCase(), verifier],
  ['case_changed', 'the verifier was made in small letters', s256(verifier.toLowerCase()), verifier],
  ['challenge_cut', '32 characters of it', challenge.slice(0, 32), verifier],
  ['challenge_cut', '8 characters of it', challenge.slice(0, 8), verifier],
];

t.test('each mistake is named, and no other candidate fits', async (t) => {
  for (const [code, name, recorded, sent] of mistakes) {
    const confidence = code === 'challenge_as_verifier' ? 'possible' : 'exact';
    t.match(diagnosePkce({ challenge: recorded, method: 'S256', verifier: sent }), { code, confidence }, `${code}: ${name}`);
    const fitting = candidates
      .filter((each) => each.fits({ challenge: recorded, method: 'S256', verifier: sent }))
      .map((each) => each.code)
      // Tried last: one mistake written down as two.
      .filter((each) => each !== 'several_mistakes');
    t.same(fitting, [code], `${code}: ${name}, alone`);
  }
  const slashed = Array.from({ length: 200 }, (_, at) => `${verifier}${at}`).find((each) =>
    /\+.*\//.test(sha256(each).toString('base64')),
  ) as string;
  for (const recorded of [sha256(slashed).toString('base64'), sha256(slashed).toString('base64').replace(/=$/, '').replaceAll('+', ' ')])
    t.match(diagnosePkce({ challenge: recorded, method: 'S256', verifier: slashed }), { code: 'base64_standard', confidence: 'exact' });
  t.match(diagnosePkce({ challenge, method: 'plain', verifier }), { code: 'method_missing', confidence: 'exact' });
});

t.test('a verifier sent as the challenge is named as one of two possible mistakes', async (t) => {
  const values = Array.from({ length: 50 }, () => randomBytes(32).toString('base64url'));
  for (const value of values)
    t.match(diagnosePkce({ challenge: value, method: 'S256', verifier: value }), {
      confidence: 'possible',
      title: /The challenge was sent as the code_verifier, or the verifier as the challenge/,
      why: /`plain`/,
      fix: /SHA256\(verifier\)/,
    });
});

t.test('fewer than 8 characters in common prove nothing', async (t) => {
  t.notMatch(diagnosePkce({ challenge: challenge.slice(0, 7), method: 'S256', verifier }), { code: 'challenge_cut' });
});

t.test('a verifier of another sign-on is distinguished from an unrelated or malformed one', async (t) => {
  const other = 'x'.repeat(43);
  const recorded = { challenge, method: 'S256', verifier: other } as const;
  t.match(diagnosePkce({ ...recorded, otherTransactions: [{ id: '1', challenge: s256(other), method: 'S256' }] }), {
    code: 'verifier_of_other_transaction',
    confidence: 'exact',
  });
  t.match(diagnosePkce({ ...recorded, otherTransactions: [{ id: '1' }, { id: '2', challenge: s256('y'.repeat(43)) }] }), {
    code: 'different_verifier',
    confidence: 'possible',
  });
  t.match(diagnosePkce({ verifier }), { code: 'challenge_missing', confidence: 'exact' });
  t.match(diagnosePkce({ challenge, method: 'S256' }), { code: 'verifier_missing' });
  t.match(diagnosePkce({ challenge, method: 'S256', verifier: '' }), { code: 'verifier_missing' });
  t.match(diagnosePkce({ challenge, method: 'S256', verifier: 'short' }), { code: 'verifier_length', title: /5 characters/ });
  t.match(
    diagnosePkce({ challenge: s256('short'), method: 'S256', verifier: 'short' }),
    { code: 'verifier_length' },
    'a right hash of a short one',
  );
  t.match(diagnosePkce({ challenge, method: 'S256', verifier: `${'a'.repeat(42)}+=` }), {
    code: 'verifier_characters',
    title: /"\+" "="/,
    why: /base64/,
  });
  t.match(diagnosePkce({ challenge, method: 'S256', verifier: `${'a'.repeat(42)}ü` }), { code: 'verifier_characters', title: /"ü"/ });
  t.match(diagnosePkce({ challenge: 'f'.repeat(64), method: 'S256', verifier }), { code: 'hex_digest', confidence: 'possible' });
  t.equal(diagnosePkce({}), undefined, 'no PKCE at all');
});

t.test('mistakes from public reports are recognised', async (t) => {
  t.match(
    diagnosePkce({
      challenge: 'OWE3MjM1YTExMWJlODlkMWRlYTU0ZTM2YjlhMWUyNTkxNGQ4N2EyYWFjYmRmZGYyYzY0YTEwMGRmZjEyZGY5Ng',
      verifier: 'd2OJlOfGOolT1tZoKKhrpYttdAfUR969P0NWY3wjGBzc6Ii0Bcksc7TMso8N2JHacQQTiMjJjUcBLszsrI5UG6xo5bzySrXjYRIFTnPxNVS',
    }),
    { code: 'hex_text', confidence: 'exact' },
    'panva/node-oidc-provider issue 771, the values of the report',
  );
  t.match(
    diagnosePkce({
      challenge: 'ZTE4MTMxZGRlMjA2ZGJiZjAyNTMyZjU3NjM0MThmOTkxYTQ4Y2EyZjFhY2Y1NjRmOGI1YWE1ZjJhYTRkYTE3Ng',
      verifier: '6e5ec79163ee989be79fa7a542f599d0e7c77038c8620aa44170217c',
    }),
    { code: 'hex_text', confidence: 'exact' },
    'ory/hydra issue 1572, the values of the report',
  );
  t.match(
    diagnosePkce({ challenge, method: 'S256', verifier: challenge }),
    { code: 'challenge_as_verifier', confidence: 'possible' },
    'django-oauth-toolkit issue 1207, the same mistake (the report shows its values in pictures only): the challenge was sent as the verifier',
  );
  t.match(
    diagnosePkce({ challenge, method: 'plain', verifier }),
    { code: 'method_missing', confidence: 'exact' },
    'django-oauth-toolkit issue 1207, the cause behind it, rebuilt: code_challenge_method was not sent',
  );
  t.equal(
    diagnosePkce({ challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', method: 'S256', verifier }),
    undefined,
    'RFC 7636 appendix B',
  );
});

const unreserved = fc.string({ unit: fc.constantFrom(...'ABCXYZabcxyz0189-._~'), minLength: 43, maxLength: 128 });

t.test('a correct client never gets a diagnosis', async () => {
  fc.assert(
    fc.property(unreserved, unreserved, (own, other) => {
      const otherTransactions = [
        { id: '1', challenge: s256(other) },
        { id: '2', challenge: s256(own) },
      ];
      return (
        diagnosePkce({ challenge: s256(own), method: 'S256', verifier: own, otherTransactions }) === undefined &&
        diagnosePkce({ challenge: own, method: 'plain', verifier: own, otherTransactions }) === undefined &&
        diagnoseChallengeRequest({ challenge: s256(own), method: 'S256', enforcement: 'S256_REQUIRED' }) === undefined &&
        diagnoseChallengeRequest({ challenge: own, enforcement: 'REQUIRED' }) === undefined
      );
    }),
  );
});

t.test('a wrong pair always gets a diagnosis, and an unrelated one never an exact cause', async () => {
  fc.assert(
    fc.property(unreserved, unreserved, (own, other) => {
      fc.pre(own.toLowerCase() !== other.toLowerCase());
      return diagnosePkce({ challenge: s256(own), method: 'S256', verifier: other })?.code === 'different_verifier';
    }),
  );
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      (recorded, sent) => diagnosePkce({ challenge: recorded, method: 'S256', verifier: sent }) !== undefined,
    ),
  );
});

t.test('of 5,000 random wrong pairs none gets an exact cause', async (t) => {
  const shapes: readonly ((bytes: Buffer) => string)[] = [
    (bytes) => bytes.toString('base64url'),
    (bytes) => bytes.toString('hex'),
    (bytes) => bytes.toString('base64'),
    (bytes) => bytes.toString('latin1'),
  ];
  // Methods and lengths vary, and so does what is sent as the challenge; verifiers are well formed, so that nothing else is wrong.
  const sizes = [32, 32, 20, 48, 64, 16, 33];
  const sure = new Set<string>();
  for (let round = 0; round < 5_000; round += 1) {
    const shape = shapes[round % 8 < 5 ? 0 : (round % 8) - 4] as (bytes: Buffer) => string;
    const challenge = shape(randomBytes(sizes[round % sizes.length] as number));
    const found = diagnosePkce({
      challenge,
      method: round % 5 === 0 ? 'plain' : 'S256',
      verifier: randomBytes(32 + (round % 60)).toString('base64url'),
    });
    if (found?.confidence !== 'possible') sure.add(`${found?.code}: ${challenge}`);
  }
  t.same([...sure], []);
});

t.test('a possible cause comes with all that was tried', async (t) => {
  const unrelated = diagnosePkce({ challenge: s256('x'.repeat(43)), method: 'S256', verifier });
  t.match(unrelated, {
    code: 'different_verifier',
    confidence: 'possible',
    why: /Tried: .*hex_text.*digest_as_text.*several_mistakes/,
  });
  for (const sent of [hex, `${challenge}=`, challenge.slice(0, 20), '?'])
    t.match(diagnoseChallengeRequest({ challenge: sent, method: 'S256', enforcement: 'REQUIRED' }), {
      confidence: 'possible',
      title: /^The challenge (is|has|ends)/,
      why: /hex_digest.*challenge_cut/,
    });
});

t.test('a text that stands in place of a value is named for what it is', async (t) => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const texts = [
    ['object_as_text', '[object ArrayBuffer]'],
    ['object_as_text', '[object Uint8Array]'],
    ['object_as_text', '[object Promise]'],
    ['object_as_text', '[object Blob]'],
    ['object_as_text', '[B@1b6d3586'],
    ['object_as_text', 'System.Byte[]'],
    ['object_as_text', "Instance of 'Digest'"],
    ['object_as_text', '<sha256 _hashlib.HASH object @ 0x7f1c>'.replace('@', 'at')],
    ['object_as_text', '32 bytes'],
    ['bytes_as_list', [...sha256(verifier)].join(',')],
    ['bytes_as_list', JSON.stringify(sha256(verifier))],
    ['bytes_as_list', JSON.stringify({ ...sha256(verifier) })],
    ['bytes_as_list', `[${[...sha256(verifier)].join(' ')}]`],
    ['missing_value', 'undefined'],
    ['missing_value', 'null'],
  ] as const;
  for (const [code, text] of texts) {
    const shown = {
      code,
      confidence: 'exact',
      title: new RegExp(
        JSON.stringify(text)
          .slice(1, 9)
          .replaceAll(/[^\w ]/g, '.'),
      ),
    };
    for (const sent of [text, base64(text), Buffer.from(text).toString('base64url'), Buffer.from(text).toString('hex')]) {
      t.match(diagnoseChallengeRequest({ challenge: sent, method: 'S256', enforcement: 'REQUIRED' }), shown, `challenge ${sent}`);
      t.match(diagnosePkce({ challenge: sent, method: 'S256', verifier }), shown, `${sent}, with a verifier`);
    }
    const weak = Buffer.from(text).toString('base64url');
    if (weak.length < 43) t.match(diagnosePkce({ challenge: s256(weak), method: 'S256', verifier: weak }), shown, `verifier ${weak}`);
  }
  for (const text of ['undefined', '[object Object]', '[object ArrayBuffer]', ''])
    t.match(diagnosePkce({ challenge: s256(text), method: 'S256', verifier }), {
      confidence: 'exact',
      title: /the SHA-256 of the (empty )?text/,
    });
});

t.test('two mistakes at once are both named', async (t) => {
  const cases = [
    [sha256(`${verifier}\n`).toString('hex'), /added to the verifier; the hash was written in hex/],
    [Buffer.from(hash('md5', verifier).toString('hex')).toString('base64url'), /MD5; the hex text/],
    [Buffer.from(hash('sha1', verifier).toString('latin1')).toString('base64url'), /SHA-1; the bytes of the hash were treated as text/],
    [`${sha256(Buffer.from(verifier, 'utf16le')).toString('base64')}`, /UTF-16; /],
  ] as const;
  for (const [sent, why] of cases)
    t.match(diagnosePkce({ challenge: sent, method: 'S256', verifier }), { code: 'several_mistakes', why, confidence: 'exact' }, sent);
});

t.test('a malformed challenge is recognised by its form', async (t) => {
  const forms: readonly (readonly [challenge: string, code: string])[] = [
    [hex, 'hex_digest'],
    [Buffer.from(hex).toString('base64url'), 'hex_text'],
    [Buffer.from(hex).toString('base64'), 'hex_text'],
    [hash('sha512', verifier).toString('base64url'), 'sha512'],
    [hash('sha512', verifier).toString('hex'), 'sha512'],
    [hash('sha1', verifier).toString('base64url'), 'sha1'],
    [`${challenge}=`, 'padding'],
    [`+/${challenge.slice(2).replaceAll(/[-_]/g, '/')}=`, 'base64_standard'],
    [` /${challenge.slice(2).replaceAll(/[-_]/g, '/')}`, 'base64_standard'],
    [Buffer.from(verifier).toString('base64url'), 'unhashed_base64url'],
    ['~'.repeat(50), 'plain'],
    [`"${challenge}"`, 'challenge_wrapped'],
    [`${challenge}\n`, 'challenge_wrapped'],
    [`${challenge}%3D`, 'challenge_percent_encoded'],
    [Buffer.from(sha256(verifier).toString('latin1')).toString('base64url'), 'digest_as_text'],
    [Buffer.from(`${challenge}=`).toString('base64url'), 'double_encoding'],
    [hash('sha384', verifier).toString('base64url'), 'other_hash'],
    [challenge.slice(0, 32), 'challenge_cut'],
    ['?', 'challenge_form'],
  ];
  for (const [sent, code] of forms)
    t.match(diagnoseChallengeRequest({ challenge: sent, method: 'S256', enforcement: 'REQUIRED' }), { code, confidence: 'possible' }, code);
  t.match(
    diagnoseChallengeRequest({ challenge: '%41'.repeat(342), method: 'S256', enforcement: 'REQUIRED' }),
    { code: 'challenge_form', title: /has 1026 characters/, why: /None of the usual mistakes makes one this long\./ },
    'of one that is longer than any form, only the length is said',
  );
});

t.test('each PKCE mistake in an authorization request is named', async (t) => {
  const cases = [
    [{ enforcement: 'REQUIRED' }, 'challenge_missing'],
    [{ method: 'S256', enforcement: 'OPTIONAL' }, 'challenge_missing'],
    [{ challenge, method: 'SHA-256', enforcement: 'OPTIONAL' }, 'method_unknown'],
    [{ challenge, method: 's', enforcement: 'OPTIONAL' }, 'method_unknown'],
    [{ challenge, enforcement: 'S256_REQUIRED' }, 'method_missing'],
    [{ challenge, method: 'plain', enforcement: 'S256_REQUIRED' }, 'method_plain'],
    [{ challenge: 'short', method: 'plain', enforcement: 'OPTIONAL' }, 'challenge_form'],
    [{ challenge: 'short', enforcement: 'OPTIONAL' }, 'challenge_form'],
    [{ enforcement: 'OPTIONAL' }, undefined],
  ] as const;
  for (const [request, code] of cases) t.equal(diagnoseChallengeRequest(request)?.code, code, JSON.stringify(request));

  const said = (sent: string, method: string | undefined, enforcement: 'OPTIONAL' | 'S256_REQUIRED' = 'OPTIONAL') =>
    diagnoseChallengeRequest({ challenge: sent, method, enforcement });
  t.match(said('+'.repeat(50), 'plain'), { title: /this one has "\+"$/ }, 'of the right length, of wrong characters');
  t.match(said('a'.repeat(40), 'plain'), { title: /this one has 40$/ });
  t.match(said(`${'a'.repeat(42)}!`, 'S256'), { title: /^The challenge has characters that are not base64url: "!"$/ });
  t.match(said(challenge, undefined, 'S256_REQUIRED'), { why: /without code_challenge_method/ });
  t.notMatch(said(challenge, 'plain', 'S256_REQUIRED')?.why, /without code_challenge_method/, 'a method was sent');
  t.match(diagnosePkce({ challenge, method: 'plain', methodNamed: true, verifier }), {
    code: 'method_plain',
    title: /code_challenge_method=plain was sent/,
    confidence: 'exact',
  });
});

t.test('every candidate has readable texts, and the header is one line', async (t) => {
  for (const { code, title, why, fix } of candidates) {
    t.match(code, /^[a-z0-9_]+$/);
    for (const text of [title, why, fix]) t.ok(text.length > 10 && !text.includes('\n'), code);
  }
  t.equal(new Set(candidates.map(({ code }) => code)).size, candidates.length);
  t.same(Object.keys(pkceSnippets), Object.keys(languageNames));
  for (const snippet of Object.values(pkceSnippets)) t.match(snippet, /sha.?256/i);
  const diagnosis = diagnosePkce({ challenge: s256(`${verifier}\n`), verifier });
  t.equal(
    diagnosis && diagnosisHeader(diagnosis, 'http://localhost:9400/__mock/tx/1'),
    'trailing_newline; confidence=exact; see=http://localhost:9400/__mock/tx/1',
  );
});

t.test('the documentation names every candidate', async (t) => {
  const page = readFileSync('docs/diagnosis.md', 'utf8');
  for (const { code, title } of candidates) t.ok(page.includes(`| \`${code}\` | ${title} |`), code);
});

t.test('the JavaScript snippet makes a matching pair', async (t) => {
  const make = new Function(`return (async () => { ${pkceSnippets.javascript}\nreturn { verifier, challenge }; })()`) as () => Promise<{
    verifier: string;
    challenge: string;
  }>;
  const made = await make();
  t.equal(made.challenge, s256(made.verifier));
  t.equal(made.verifier.length, 43);
});
