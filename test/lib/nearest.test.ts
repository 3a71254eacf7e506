import t from 'tap';
import { nearest } from '../../src/lib/nearest.js';

const known = ['PORT', 'HOST', 'DATA', 'DATA_FILE', 'CA_DIR', 'CODE_LIFETIME'];

const cases = [
  ['a letter too many', 'PORTT', known, 'PORT'],
  ['two letters swapped', 'PROT', known, 'PORT'],
  ['a letter missing', 'HST', known, 'HOST'],
  ['another case', 'port', known, 'PORT'],
  ['a known name with more behind it', 'DATA_DIR', known, 'DATA'],
  ['a part of a known name', 'pass', ['host', 'password'], 'password'],
  ['a shorter word inside does not win over the right one', 'CODE_LIFETME', known, 'CODE_LIFETIME'],
  ['nothing near: still the nearest', 'zzzz', ['abcdefgh', 'zz'], 'zz'],
  ['an empty name', '', known, 'PORT'],
  ['more known names than are compared', 'name2000', Array.from({ length: 3000 }, (_, at) => `name${at}`), 'name200'],
  ['nothing known', 'PORT', [], undefined],
] as const;

for (const [name, wanted, names, expected] of cases) t.equal(nearest(wanted, names), expected, name);
