import t from 'tap';
import { originOf } from '../../src/core/origin.js';

const cases = [
  ['localhost:9400', undefined, 'http://localhost:9400'],
  ['LocalHost:9400', undefined, 'http://localhost:9400'],
  ['[::1]:9400', undefined, 'http://[::1]:9400'],
  ['pingone', undefined, 'http://pingone'],
  ['evil.example/path', undefined, undefined],
  ['a b', undefined, undefined],
  ['user@host', undefined, undefined],
  [undefined, undefined, undefined],
  ['anything', 'https://idp.example.com', 'https://idp.example.com'],
] as const;
for (const [host, fixed, expected] of cases) t.equal(originOf({ encrypted: false, host }, fixed), expected, `${host}`);
t.equal(originOf({ encrypted: true, host: 'localhost:9443' }), 'https://localhost:9443');
