import { createHash, timingSafeEqual } from 'node:crypto';
import { sameSecret } from './same-secret.js';

const digestBytes: Readonly<Record<string, number>> = { sha: 20, sha256: 32, sha384: 48, sha512: 64 };

/** An LDAP-style hash (RFC 2307 §5.3) from an import, salted if the scheme begins with two S. */
const hashForm = /^\{S?(SHA(?:256|384|512)?)\}([A-Za-z0-9+/]+=*)$/;

/** Whether a stored password is a hash, whose length and characters are unknown. */
export const isPasswordHash = (stored: string): boolean => hashForm.test(stored);

/** Compares a password with a stored one, plain or hashed, in constant time. */
export function isPassword(stored: string, presented: string): boolean {
  const form = hashForm.exec(stored);
  if (!form) return sameSecret(stored, presented);
  const scheme = (form[1] as string).toLowerCase();
  const kept = Buffer.from(form[2] as string, 'base64');
  const length = digestBytes[scheme] as number;
  // The salt follows the digest.
  const digest = createHash(scheme === 'sha' ? 'sha1' : scheme)
    .update(presented)
    .update(kept.subarray(length))
    .digest();
  return kept.length >= length && timingSafeEqual(digest, kept.subarray(0, length));
}
