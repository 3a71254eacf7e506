import t from 'tap';
import { explicit, integer, objectIdentifier, octetString, sequence } from '../../../src/lib/x509/der.js';
import { bytesOf, derLimit, identifierOf, mostItems, numberOf, readDer } from '../../../src/lib/x509/der-reader.js';
import { Pkcs12Error, readPkcs12 } from '../../../src/lib/x509/pkcs12.js';
import { files } from '../../helpers/pkcs12-files.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

t.test('DER and BER are read, with long and indefinite lengths', async (t) => {
  const read = readDer(sequence(integer(Buffer.from([3])), objectIdentifier('2.16.840.1.101.3.4.2.1'), octetString(Buffer.alloc(300, 7))));
  t.equal(numberOf(read.at(0)), 3);
  t.equal(identifierOf(read.at(1)), '2.16.840.1.101.3.4.2.1');
  t.equal(bytesOf(read.at(2)).length, 300, 'a long length');
  t.equal(identifierOf(readDer(objectIdentifier('1.2.840.113549.1.7.1'))), '1.2.840.113549.1.7.1');
  t.equal(identifierOf(readDer(hex('06 01 05'))), '0.5');

  const parts = readDer(hex('30 80 24 80 04 02 0102 04 01 03 00 00 02 01 05 00 00'));
  t.same([...bytesOf(parts.at(0))], [1, 2, 3], 'parts of a string, and a length that is told by its end');
  t.equal(numberOf(parts.at(1)), 5);
  t.equal(parts.children().length, 2);
});

t.test('no more values of a file are read than any has, its parts together', async (t) => {
  const many = (count: number) => sequence(Buffer.alloc(2 * count, hex('05 00')));
  t.equal(readDer(many(mostItems - 1)).children().length, mostItems - 1);
  t.throws(() => readDer(many(mostItems)).children(), /too many values/);
  const limit = derLimit();
  t.equal(readDer(many(mostItems / 2), limit).children().length, mostItems / 2);
  t.throws(() => readDer(many(mostItems / 2), limit).children(), /too many values/, 'a second part');
  t.throws(() => readDer(Buffer.concat([hex('30 80'), Buffer.alloc(2 * mostItems, hex('05 00'))])), /too many values/);
  const type = objectIdentifier('1.2.840.113549.1.7.1');
  const part = sequence(type, explicit(0, octetString(many(50))));
  const file = sequence(
    integer(Buffer.from([3])),
    sequence(type, explicit(0, octetString(sequence(Buffer.concat(Array.from({ length: mostItems / 10 }, () => part)))))),
  );
  t.throws(() => readPkcs12(file), /unreadable/, 'a file of parts that are few each');
});

t.test('malformed DER is refused', async (t) => {
  const cases = [
    ['nothing', ''],
    ['a tag alone', '30'],
    ['a tag of two bytes', '1f 81 01 00'],
    ['too short', '04 05 01'],
    ['a length that is cut off', '04 82 01'],
    ['a length of five bytes', '04 85 0000000001 00'],
    ['no end', '30 80 04 01 00'],
    ['deeper than anything is', `${'30 80 '.repeat(5000)}`],
  ] as const;
  for (const [name, bytes] of cases) t.throws(() => readDer(hex(bytes)), { name: 'DerError' }, name);
  t.throws(() => readDer(hex('30 00')).at(0), { name: 'DerError' }, 'a value that is missing');
  t.throws(() => numberOf(readDer(hex('04 01 01'))), { name: 'DerError' }, 'no number');
  t.throws(() => numberOf(readDer(hex('02 06 010101010101'))), { name: 'DerError' }, 'a great number');
  t.throws(() => identifierOf(readDer(hex('02 01 01'))), { name: 'DerError' }, 'no identifier');
});

t.test('a corrupted PKCS #12 file is either read or refused', async (t) => {
  const outcomes = new Set<string>();
  for (const [name, file] of Object.entries({ ...files, rounds: files.open })) {
    const whole = Buffer.from(file, 'base64');
    for (let at = 0; at < whole.length; at += 29) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x81;
      try {
        readPkcs12(changed, 'secret');
        outcomes.add('read');
      } catch (error) {
        if (!(error instanceof Pkcs12Error)) t.fail(`${name}, byte ${at}: ${error}`);
        else outcomes.add(error.problem);
      }
    }
  }
  t.same([...outcomes].sort(), ['key', 'password', 'read', 'unreadable']);
});
