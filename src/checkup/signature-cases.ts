import { anyone, forged, idToken, signature } from './id-token-lie.js';
import type { Case } from './types.js';

/** What may be wrong with the signature of an ID token. */
export const signatureCases: readonly Case[] = [
  forged(
    {
      id: 'signature-wrong',
      title: 'The signature of the ID token is wrong',
      spec: signature,
      must: 'Verify the signature by the key that kid names.',
      gain: anyone,
    },
    'signature',
  ),
  forged(
    {
      id: 'kid-unknown',
      title: 'The ID token names an unknown key',
      spec: 'RFC 7515 §4.1.4',
      must: 'Refuse a token whose key is not in the JWKS.',
      gain: anyone,
    },
    'kid',
  ),
  forged(
    {
      id: 'alg-none',
      title: 'The ID token has no signature (alg none)',
      spec: 'RFC 8725 §3.1',
      must: 'Accept only the algorithms that it expects.',
      gain: anyone,
    },
    'alg-none',
  ),
  forged(
    {
      id: 'alg-hs256',
      title: 'The ID token is signed with the public key as a secret (HS256)',
      spec: 'RFC 8725 §2.1',
      must: 'Accept only the algorithms that it expects.',
      gain: anyone,
    },
    'hs256',
  ),
  forged(
    {
      id: 'key-embedded',
      title: 'The ID token brings its own key (jwk)',
      spec: 'RFC 8725 §3.10',
      must: 'Take keys only from the issuer’s JWKS.',
      gain: anyone,
    },
    'embedded-key',
  ),
  idToken(
    {
      id: 'key-url-followed',
      title: 'The ID token says where its key is (jku)',
      spec: 'RFC 8725 §3.10, RFC 7515 §4.1.2',
      must: 'Take keys only from the issuer’s JWKS, and ask no address that a token names.',
      gain: `${anyone} The application’s server also calls any address that the attacker likes.`,
    },
    async (stage) => {
      await stage.forge('key-url');
      const result = stage.judge(await stage.whole());
      const followed = (await stage.seenInCase('other')).some(({ url }) => url.includes('/attacker-jwks'));
      return followed ? { verdict: 'accepted', remark: 'it asked the address in jku for a key' } : result;
    },
  ),
];
