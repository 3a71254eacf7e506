import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Random } from '../../lib/random.js';
import { readTextFile } from '../../lib/text-file.js';
import { membersOf, parseJson } from '../../lib/unknown.js';
import { makeCertificate } from '../../lib/x509/certificate.js';
import { SettingsError } from '../../settings/read.js';
import type { ReadyKey } from './types.js';

const year = 365 * 24 * 60 * 60 * 1000;

/** A certificate for a key without one: in PingOne's JWKS each key has one. */
function selfSigned(privateKey: KeyObject, now: number, random: Random): string {
  const certificate = makeCertificate({
    subject: { organization: 'pingone-mock', commonName: 'Key of PINGONE_MOCK_KEY_FILE, for tests only' },
    publicKey: createPublicKey(privateKey),
    signingKey: privateKey,
    serialNumber: random.bytes(8),
    notBeforeAt: now - year,
    notAfterAt: now + 20 * year,
  });
  return certificate.toString('base64');
}

/** Whether the first certificate of a chain belongs to this key. */
function belongs(chain: unknown, privateKey: KeyObject): chain is string[] {
  try {
    return new X509Certificate(Buffer.from((chain as string[])[0] as string, 'base64')).checkPrivateKey(privateKey);
  } catch {
    return false;
  }
}

/** Reads the signing keys of a file: a JWK set with private RSA keys of at least 2048 bits (RFC 7517 §5). */
export function readKeyFile(path: string, now: number, random: Random): ReadyKey[] {
  const refuse = (message: string) => new SettingsError(`PINGONE_MOCK_KEY_FILE: ${message}`);
  let keys: unknown;
  try {
    keys = membersOf(parseJson(readTextFile(path))).keys;
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? `${path} is not JSON: ${error.message}` : (error as Error).message);
  }
  if (!Array.isArray(keys) || keys.length === 0) throw refuse(`${path} is not a JWK set; expected {"keys":[…]} with at least one key`);
  return keys.map((key: JsonWebKey & { x5c?: unknown }, at) => {
    let privateKey: KeyObject;
    try {
      privateKey = createPrivateKey({ key, format: 'jwk' });
    } catch {
      throw refuse(`${path}: keys[${at}] is not a private key`);
    }
    if (privateKey.asymmetricKeyType !== 'rsa' || (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
      throw refuse(`${path}: keys[${at}] is not an RSA key of 2048 bits or more, which RS256 needs`);
    return {
      ...privateKey.export({ format: 'jwk' }),
      x5c: belongs(key.x5c, privateKey) ? key.x5c : [selfSigned(privateKey, now, random)],
    } as ReadyKey;
  });
}
