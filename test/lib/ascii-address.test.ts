import t from 'tap';
import { asciiAddress } from '../../src/lib/ascii-address.js';

const cases = [
  ['ASCII stays as it is, without a slash at its end', 'https://example.com', 'https://example.com'],
  ['and so does what is encoded already', 'https://example.com/%D0%B6?a=%zz', 'https://example.com/%D0%B6?a=%zz'],
  ['a host becomes Punycode', 'https://пример/x', 'https://xn--e1afmkfd/x'],
  ['path, query and fragment are percent-encoded', 'https://x/a/ж?я=1#ы', 'https://x/a/%D0%B6?%D1%8F=1#%D1%8B'],
  ['letters of Latin-1 too: browsers read them as UTF-8', 'https://x/é', 'https://x/%C3%A9'],
  ['a scheme of an app', 'com.example.app://ж/x', 'com.example.app://%D0%B6/x'],
  ['an opaque path', 'urn:a ж', 'urn:a%20%D0%B6'],
  ['a relative address', '/rel/ж', '/rel/%D0%B6'],
  ['half of a surrogate pair', '/x\ud800', '/x%EF%BF%BD'],
] as const;

for (const [name, address, expected] of cases) t.equal(asciiAddress(address), expected, name);
