import { transform } from '../pkce.js';
import { base64Forms, ends } from './pkce-altered.js';
import { readAsText } from './pkce-encoded.js';
import {
  bigEndian,
  decoded,
  hash,
  hex,
  normal,
  type PkceEvidence,
  percentDecoded,
  plainHex,
  sha256,
  unwrapped,
  url,
} from './pkce-evidence.js';
import { otherHashes } from './pkce-hashed.js';

type Named<T> = readonly [how: string, value: T];

/** What may have been hashed in place of the verifier. */
const texts = (verifier: string): Named<string | Buffer>[] => [
  ...ends.flatMap((end): Named<string>[] => [
    [`${JSON.stringify(end)} was added to the verifier`, verifier + end],
    [`${JSON.stringify(end)} was put before the verifier`, end + verifier],
  ]),
  ['the verifier was sent with white space or quotes around it', unwrapped(verifier)],
  ['the verifier was hashed with quotes around it', JSON.stringify(verifier)],
  ['the verifier was encoded twice before it was sent', percentDecoded(verifier)],
  ...base64Forms(verifier).map((form): Named<string> => ['the verifier was hashed in another form of base64', form]),
  ['the verifier was hashed in small letters', verifier.toLowerCase()],
  ['the verifier was hashed in capitals', verifier.toUpperCase()],
  ...decoded(verifier).map((bytes): Named<Buffer> => ['the bytes behind the verifier were hashed', bytes]),
  ['the verifier was hashed as UTF-16', Buffer.from(verifier, 'utf16le')],
  ['the verifier was hashed as UTF-16', bigEndian(verifier)],
];

/** Hashes of the verifier that are not the right one. */
const wrongHashes = (verifier: string): Named<Buffer>[] => {
  const right = sha256(verifier);
  const all: Named<Buffer>[] = [
    ...texts(verifier).map(([how, text]): Named<Buffer> => [how, sha256(text)]),
    ['the verifier was hashed with SHA-1', hash('sha1', verifier)],
    ['the verifier was hashed with SHA-512', hash('sha512', verifier)],
    ...otherHashes(verifier),
    ['the verifier was hashed twice', sha256(right)],
    ['the hex text of the hash was hashed', sha256(hex(right))],
    ['the challenge was hashed once more', sha256(url(right))],
  ];
  return all.filter(([, bytes]) => !right.equals(bytes));
};

const base64Text = (text: string): string => Buffer.from(normal(text), 'base64url').toString('latin1');

/** The ways, other than base64url, in which bytes are written as a challenge. */
const wrongSpellings = (bytes: Buffer): Named<string>[] => [
  ...readAsText(bytes).flatMap(([how, spellings]) =>
    spellings.map((text): Named<string> => [`the bytes of the hash were treated as text: ${how}`, text]),
  ),
];

/** How a challenge was written, if it was written in hex or more than once, and what it then says. */
const readings = (challenge: string): Named<string>[] => {
  const plain = normal(percentDecoded(unwrapped(challenge)));
  const behind = base64Text(challenge);
  return [
    ['the challenge is not in base64url without padding', plain],
    [
      'the hash was written in hex',
      Buffer.from(/^[0-9a-f]+$/.test(plainHex(challenge)) ? plainHex(challenge) : '', 'hex').toString('base64url'),
    ],
    [
      'the hex text of the hash was encoded',
      Buffer.from(/^[0-9a-f]+$/.test(plainHex(behind)) ? plainHex(behind) : '', 'hex').toString('base64url'),
    ],
    ['the hash was encoded twice', normal(behind)],
  ];
};

/** Whether a challenge can be text that was encoded, which the bytes of a hash hardly ever are: the many spellings are tried only then. */
function mayBeText(challenge: string): boolean {
  const bytes = Buffer.from(normal(challenge), 'base64url');
  return (
    /[^\x21-\x7e]/.test(challenge) || bytes.filter((byte) => byte === 0).length > 8 || Buffer.from(bytes.toString('utf8')).equals(bytes)
  );
}

/** Two mistakes at once: one in what was hashed and how, one in how the hash was written. Says which; false if none fit. */
export function severalMistakes({ challenge, method, verifier }: PkceEvidence): string | false {
  const spelt = readings(challenge).filter(([, text]) => text !== '' && text !== challenge && text !== transform(verifier, method));
  const isText = mayBeText(challenge);
  for (const [how, bytes] of wrongHashes(verifier)) {
    const found =
      spelt.find(([, text]) => text === url(bytes)) ??
      (isText ? wrongSpellings(bytes).find(([, text]) => text === challenge || text === normal(challenge)) : undefined);
    if (found) return `${how}; ${found[0]}`;
  }
  return false;
}
