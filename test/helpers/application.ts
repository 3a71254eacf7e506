import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Environment } from '../../src/environment/context.js';
import type { Application } from '../../src/environment/model/application.js';

/** Changes members of an application, past the management API. */
export async function changeApplication({ store }: Environment, id: string, members: Partial<Application>): Promise<Application> {
  const application = { ...((await store.applications.get(id)) as Application), ...members };
  await store.applications.put(application);
  return application;
}

const encoder = new TextEncoder();

/** A JSON Web Token as a client makes it. `secret` or `key` signs; with neither it is unsigned. */
export function makeJwt(
  claims: Record<string, unknown>,
  { alg, secret, key, kid }: { alg: string; secret?: string; key?: CryptoKey; kid?: string },
): Promise<string> | string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  if (secret === undefined && !key) return `${encode({ alg })}.${encode(claims)}.`;
  const signer = new SignJWT(claims).setProtectedHeader({ alg, ...(kid !== undefined && { kid }) });
  return signer.sign(key ?? encoder.encode(secret));
}

export interface ClientKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** A key pair of a client; the public half is what its `jwks` holds. */
export async function newClientKey(alg = 'RS256'): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid: 'client-key', use: 'sig' } };
}
