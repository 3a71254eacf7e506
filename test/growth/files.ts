import { der, explicit, integer, objectIdentifier, octetString, sequence, utf8String } from '../../src/lib/x509/der.js';
import { files } from '../helpers/pkcs12-files.js';

/** Files of about so many bytes, each of which could be the worst for something that reads it. */
export type FileOf = (length: number) => Buffer;

/** A piece again and again. */
const again = (piece: Uint8Array, length: number): Buffer[] => [
  Buffer.alloc(Math.max(1, Math.floor(length / piece.length)) * piece.length, piece),
];

const many = (length: number, item: (at: number) => Buffer): Buffer[] => {
  const size = item(100_000).length;
  return Array.from({ length: Math.max(1, Math.floor(length / size)) }, (_, at) => item(100_000 + at));
};

/** Constructed values, one within the other, each with a length of four bytes. */
function nested(tag: number, length: number, innermost: Buffer = Buffer.alloc(0)): Buffer {
  const levels = Math.max(1, Math.floor(length / 6));
  const headers = Buffer.alloc(6 * levels);
  for (let level = 0; level < levels; level += 1) {
    headers.writeUInt16BE((tag << 8) | 0x84, 6 * level);
    headers.writeUInt32BE(6 * (levels - level - 1) + innermost.length, 6 * level + 2);
  }
  return Buffer.concat([headers, innermost]);
}

const data = objectIdentifier('1.2.840.113549.1.7.1');
const encryptedData = objectIdentifier('1.2.840.113549.1.7.6');
const bags = {
  certificate: '1.2.840.113549.1.12.10.1.3',
  key: '1.2.840.113549.1.12.10.1.1',
  contents: '1.2.840.113549.1.12.10.1.6',
} as const;

/** A PKCS #12 file of the parts of its safe (RFC 7292 §4). */
const pfx = (parts: readonly Buffer[], more: readonly Buffer[] = []): Buffer =>
  sequence(integer(Buffer.from([3])), sequence(data, explicit(0, octetString(sequence(Buffer.concat(parts))))), ...more);
const contents = (items: readonly Buffer[]): Buffer => sequence(data, explicit(0, octetString(sequence(Buffer.concat(items)))));
const bag = (kind: keyof typeof bags, content: Buffer, attributes?: Buffer): Buffer =>
  sequence(objectIdentifier(bags[kind]), explicit(0, content), ...(attributes ? [attributes] : []));
const attribute = (at: number): Buffer => sequence(objectIdentifier('1.2.840.113549.1.9.20'), der(0x31, der(0x1e, Buffer.from(`${at}`))));

/** A part that is encrypted with a password: PBES2 with few rounds (RFC 8018 §A.4). */
const encrypted = (): Buffer => {
  const pbkdf2 = sequence(objectIdentifier('1.2.840.113549.1.5.12'), sequence(octetString(Buffer.alloc(8)), integer(Buffer.from([1]))));
  const cipher = sequence(objectIdentifier('2.16.840.1.101.3.4.1.42'), octetString(Buffer.alloc(16)));
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.5.13'), sequence(pbkdf2, cipher));
  return sequence(encryptedData, explicit(0, sequence(integer(Buffer.from([0])), sequence(data, algorithm, der(0x80, Buffer.alloc(32))))));
};

const signedData = objectIdentifier('1.2.840.113549.1.7.2');
const pkcs7 = (certificates: readonly Buffer[]): Buffer =>
  sequence(
    signedData,
    explicit(0, sequence(integer(Buffer.from([1])), der(0x31), sequence(data), der(0xa0, Buffer.concat(certificates)), der(0x31))),
  );
const pem = (label: string, bytes: Buffer): string => `-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----\n`;

/** Keys and certificates, in DER and PEM. */
export const keyFiles: Readonly<Record<string, FileOf>> = {
  'DER, deep': (length) => nested(0x30, length),
  'DER, deep octet strings': (length) => nested(0x24, length),
  'DER, without lengths': (length) => Buffer.concat(again(Buffer.from([0x30, 0x80]), length)),
  'DER, many items': (length) => sequence(Buffer.concat(again(Buffer.from([5, 0]), length))),
  'DER, a long identifier': (length) => sequence(der(0x06, Buffer.alloc(length, 0x81))),
  'DER, a long number': (length) => sequence(integer(Buffer.alloc(length, 0x7f))),
  'PKCS #12, many parts': (length) => pfx(again(contents([]), length)),
  'PKCS #12, many encrypted parts': (length) => pfx(again(encrypted(), length)),
  'PKCS #12, many bags': (length) => pfx([contents(many(length, (at) => bag('certificate', sequence(utf8String(`${at}`)))))]),
  'PKCS #12, many keys': (length) => pfx([contents(many(length, (at) => bag('key', sequence(utf8String(`${at}`)))))]),
  'PKCS #12, many attributes': (length) => pfx([contents([bag('key', sequence(), der(0x31, Buffer.concat(many(length, attribute))))])]),
  'PKCS #12, a deep part': (length) => pfx([nested(0x30, length)]),
  'PKCS #12, deep bags': (length) => pfx([contents([bag('contents', nested(0x30, length))])]),
  'PKCS #12, a long MAC': (length) => pfx([contents([])], [sequence(nested(0x30, length))]),
  'PKCS #12, a right one and much behind it': (length) => Buffer.concat([Buffer.from(files.open, 'base64'), Buffer.alloc(length)]),
  'PKCS #7, many certificates': (length) => pkcs7(again(sequence(), length)),
  'PEM, begun again and again': (length) => Buffer.from('-----BEGIN CERTIFICATE-----\n'.repeat(length / 28)),
  'PEM, begun and ended otherwise': (length) => Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END PKCS7-----\n'.repeat(length / 54)),
  'PEM, many': (length) => Buffer.from(pem('CERTIFICATE', sequence()).repeat(length / 62)),
  'PEM, spaces': (length) => Buffer.from(`-----BEGIN CERTIFICATE-----${' \n'.repeat(length / 2)}`),
  'PEM, a long one': (length) => Buffer.from(pem('CERTIFICATE', Buffer.alloc((length * 3) / 4))),
  'PEM, PKCS #7 with many certificates': (length) => Buffer.from(pem('PKCS7', pkcs7(again(sequence(), (length * 3) / 4)))),
};

const start = { png: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), jpeg: Buffer.from([0xff, 0xd8]) };

/** Images by media type, of sizes that they only claim, or of many parts. */
export const images: Readonly<Record<string, FileOf>> = {
  'image/png: a claimed size': (length) =>
    Buffer.concat([start.png, Buffer.alloc(8, 0x7f), Buffer.from([8, 6, 0, 0, 0]), Buffer.alloc(length)]),
  'image/png: many chunks': (length) =>
    Buffer.concat([
      start.png,
      Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0]),
      ...again(Buffer.from('\0\0\0\0tEXt\0\0\0\0', 'latin1'), length),
    ]),
  'image/jpeg: many segments': (length) => Buffer.concat([start.jpeg, ...again(Buffer.from([0xff, 0xe0, 0, 2]), length)]),
  'image/jpeg: segments without a length': (length) => Buffer.concat([start.jpeg, ...again(Buffer.from([0xff, 0x01]), length)]),
  'image/jpeg: filling bytes': (length) => Buffer.concat([start.jpeg, Buffer.alloc(length, 0xff)]),
  'image/jpeg: empty segments': (length) => Buffer.concat([start.jpeg, ...again(Buffer.from([0xff, 0xe0, 0, 0]), length)]),
  'image/gif: many blocks': (length) =>
    Buffer.concat([Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0', 'latin1'), ...again(Buffer.from([0x21, 0xfe, 0]), length)]),
};
