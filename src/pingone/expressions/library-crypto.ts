import { createHmac } from 'node:crypto';
import type { Library } from './call.js';

const algorithms: Readonly<Record<string, string>> = {
  HmacMD5: 'md5',
  HmacSHA1: 'sha1',
  HmacSHA224: 'sha224',
  HmacSHA256: 'sha256',
  HmacSHA384: 'sha384',
  HmacSHA512: 'sha512',
};

/** `#crypto` (docs/fidelity.md, 6.6). */
export const cryptoLibrary: Library = {
  hmacHexDigest: (call) => {
    call.count(3);
    const [data, key, name] = [call.someText(0), call.someText(1), call.someText(2)];
    const algorithm = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined;
    if (algorithm === undefined) throw call.budget.error(`#crypto has no algorithm ${name.slice(0, 40)}`);
    return createHmac(algorithm, key).update(data).digest('hex');
  },
};
