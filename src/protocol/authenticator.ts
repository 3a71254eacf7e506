import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';

/** An authenticator in software (WebAuthn Level 3 §6): what makes and uses a passkey where a program signs on in place of a person. */

/** A private key of P-256: 32 bytes, base64url. */
export type SoftKey = string;

interface Ceremony {
  readonly relyingPartyId: string;
  readonly origin: string;
  /** base64url. */
  readonly challenge: string;
  readonly counter?: number;
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** The coordinates of the public key that belongs to a private key. */
function publicPoint(key: SoftKey): { x: Buffer; y: Buffer } {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(key, 'base64url'));
  const point = ecdh.getPublicKey();
  return { x: point.subarray(1, 33), y: point.subarray(33, 65) };
}

/** The public key in COSE (RFC 9053 §7.1.1): ES256 on P-256. */
export function coseKey(key: SoftKey): Buffer {
  const { x, y } = publicPoint(key);
  return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), x, Buffer.from('225820', 'hex'), y]);
}

const userPresent = 1;
const userVerified = 4;
const attested = 64;

const head = ({ relyingPartyId, counter = 0 }: Ceremony, flags: number): Buffer => {
  const data = Buffer.alloc(37);
  sha256(relyingPartyId).copy(data);
  data.writeUInt8(flags, 32);
  data.writeUInt32BE(counter, 33);
  return data;
};

const clientData = (type: string, { challenge, origin }: Ceremony): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

const credentialJson = (id: string, response: Readonly<Record<string, Buffer>>): string =>
  JSON.stringify({
    id,
    rawId: id,
    type: 'public-key',
    response: Object.fromEntries(Object.entries(response).map(([name, value]) => [name, value.toString('base64url')])),
    clientExtensionResults: {},
  });

/** The credential that a browser would answer to `navigator.credentials.create` with, as JSON; without an attestation. `id` is base64url. */
export function attest(key: SoftKey, id: string, ceremony: Ceremony): string {
  const credentialId = Buffer.from(id, 'base64url');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(credentialId.length);
  const authData = Buffer.concat([
    head(ceremony, userPresent | userVerified | attested),
    Buffer.alloc(16),
    length,
    credentialId,
    coseKey(key),
  ]);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(authData.length);
  // A map of `fmt`, `attStmt` and `authData` (§6.5.4) in CBOR.
  const attestationObject = Buffer.concat([
    Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
    size,
    authData,
  ]);
  return credentialJson(id, { clientDataJSON: clientData('webauthn.create', ceremony), attestationObject });
}

/** The credential that a browser would answer to `navigator.credentials.get` with, as JSON. */
export function assert(key: SoftKey, id: string, ceremony: Ceremony): string {
  const { x, y } = publicPoint(key);
  const jwk = { kty: 'EC', crv: 'P-256', d: key, x: x.toString('base64url'), y: y.toString('base64url') };
  const authenticatorData = head(ceremony, userPresent | userVerified);
  const clientDataJSON = clientData('webauthn.get', ceremony);
  const signature = sign(
    'sha256',
    Buffer.concat([authenticatorData, sha256(clientDataJSON)]),
    createPrivateKey({ key: jwk, format: 'jwk' }),
  );
  return credentialJson(id, { clientDataJSON, authenticatorData, signature });
}
