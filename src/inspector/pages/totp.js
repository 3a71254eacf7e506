/** What an authenticator app shows (RFC 6238), with its usual settings: SHA-1, 30 seconds, six digits. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of a base32 text (RFC 4648 §6). */
function fromBase32(text) {
  let bits = '';
  for (const letter of text.toUpperCase().replace(/[=\s]/g, '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** The passcode at a time, in milliseconds. */
export async function totp(secret, now) {
  const key = await crypto.subtle.importKey('raw', fromBase32(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const step = new DataView(new ArrayBuffer(8));
  step.setBigUint64(0, BigInt(Math.floor(now / 30_000)));
  const hash = new DataView(await crypto.subtle.sign('HMAC', key, step.buffer));
  const number = hash.getUint32(hash.getUint8(19) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}
