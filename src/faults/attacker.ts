import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Endpoint, environmentOf } from '../environment/context.js';
import { sendJson } from '../http/answers.js';

/** The key of somebody who forges tokens: like PingOne's in everything but that it is not in the JWKS. */
interface Attacker {
  readonly kid: string;
  /** The public half. */
  readonly key: JsonWebKey;
  readonly privateKey: KeyObject;
}

/** Below an issuer: the keys to which the `jku` of a forged token points. Not at PingOne, and only a client that trusts the token asks for it. */
export const attackerKeysPath = 'attacker-jwks';

const kid = 'attacker';
let made: Attacker | undefined;

/** The attacker belongs to no environment, and has one key. It is made when it is first needed. */
export function attacker(): Attacker {
  if (made) return made;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  made = { kid, privateKey, key: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
  return made;
}

/** The attacker's key set. That it is asked for is in the journal. */
export const attackerJwks: Endpoint = (app, context) => {
  app.get(`/${attackerKeysPath}`, (request, reply) => {
    environmentOf(context, request);
    return sendJson(reply, { keys: [attacker().key] });
  });
};
