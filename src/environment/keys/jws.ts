import { type KeyObject, sign } from 'node:crypto';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Signs with RS256, with the members in the given order (RFC 7515 §7.1). This is the most expensive step of a flow, so
 * it runs on Node's thread pool, without a library in between.
 */
export function signCompact(header: object, payload: object, key: KeyObject): Promise<string> {
  const input = `${part(header)}.${part(payload)}`;
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input), key, (error, signature) => {
      if (error) reject(error);
      else resolve(`${input}.${signature.toString('base64url')}`);
    });
  });
}
