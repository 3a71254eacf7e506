import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import t from 'tap';
import { explicit, integer, objectIdentifier, octetString, sequence } from '../../../src/lib/x509/der.js';
import { readDer } from '../../../src/lib/x509/der-reader.js';
import { mostRounds, readPkcs12 } from '../../../src/lib/x509/pkcs12.js';
import { files } from '../../helpers/pkcs12-files.js';

const number = (value: number): Buffer => integer(Buffer.from(value.toString(16).padStart(8, '0'), 'hex'));
const salt = Buffer.from('salt');
const vector = Buffer.alloc(16, 1);

/** A part that holds nothing, encrypted with PBES2 (RFC 8018 §6.2). */
function encryptedPart(password: string, rounds: number): Buffer {
  const cipher = createCipheriv('aes-128-cbc', pbkdf2Sync(password, salt, rounds, 16, 'sha1'), vector);
  const content = Buffer.concat([cipher.update(sequence()), cipher.final()]);
  const derivation = sequence(objectIdentifier('1.2.840.113549.1.5.12'), sequence(octetString(salt), number(rounds)));
  const encryption = sequence(objectIdentifier('2.16.840.1.101.3.4.1.2'), octetString(vector));
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.5.13'), sequence(derivation, encryption));
  const info = sequence(objectIdentifier('1.2.840.113549.1.7.1'), algorithm, octetString(content));
  return sequence(objectIdentifier('1.2.840.113549.1.7.6'), explicit(0, sequence(number(0), info)));
}

const fileOf = (parts: readonly Buffer[]): Buffer =>
  sequence(number(3), sequence(objectIdentifier('1.2.840.113549.1.7.1'), explicit(0, octetString(sequence(...parts)))));

const problemOf = (file: Buffer, password = 'secret'): unknown => {
  try {
    return readPkcs12(file, password);
  } catch (error) {
    return error;
  }
};

t.test('the rounds of all parts of a file count together', async (t) => {
  const part = encryptedPart('secret', 10_000);
  t.match(problemOf(fileOf(Array<Buffer>(10).fill(part))), { problem: 'key' }, 'ten are read: there is no key in them');
  const refused = { problem: 'unreadable', reason: new RegExp(`asks for 110000 rounds or more; at most ${mostRounds} are allowed`) };
  for (const count of [11, 100]) t.match(problemOf(fileOf(Array<Buffer>(count).fill(part))), refused, `${count} parts`);
});

t.test('a part of one round counts as well', async (t) => {
  const part = encryptedPart('secret', 1);
  t.match(problemOf(fileOf(Array<Buffer>(400).fill(part))), { problem: 'key' });
  t.match(problemOf(fileOf(Array<Buffer>(401).fill(part))), { problem: 'unreadable', reason: /at most 100000/ });
});

t.test('the files that programs write by default are read', async (t) => {
  for (const name of ['rsa', 'encrypted'] as const) t.ok(readPkcs12(Buffer.from(files[name], 'base64'), 'secret').privateKey, name);
  t.ok(readPkcs12(Buffer.from(files.tripleDes, 'base64'), 'pässwörd').privateKey, 'tripleDes');
});

/** The parts of a file that is not encrypted, and has no MAC. */
function partsOf(file: string): Buffer[] {
  const safe = readDer(Buffer.from(file, 'base64')).at(1).at(1).at(0).content;
  return readDer(safe)
    .children()
    .map(({ whole }) => Buffer.from(whole));
}

t.test('a key has its certificate among the first 100 of the file, and those after them are not read', async (t) => {
  const [certificate, key] = partsOf(files.withoutMac) as [Buffer, Buffer];
  const [foreign] = partsOf(files.comma) as [Buffer];
  const others = (count: number) => Array<Buffer>(count).fill(foreign);
  t.ok(readPkcs12(fileOf([...others(99), certificate, key]), '').certificate);
  t.match(problemOf(fileOf([...others(100), certificate, key])), { problem: 'key' });
  // Its certificate begins with a set in place of the sequence.
  const broken = Buffer.from(foreign.toString('hex').replace('3082019a3082013f', '3182019a3082013f'), 'hex');
  t.match(problemOf(fileOf([broken, certificate, key])), { problem: 'unreadable' });
  t.ok(readPkcs12(fileOf([...others(99), certificate, ...Array<Buffer>(100).fill(broken), key]), '').certificate);
});
