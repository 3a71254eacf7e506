import { anyone, claims, forged, idToken, signature } from './id-token-lie.js';
import type { Case, Result } from './types.js';

const otherClient = 'A token that another application got signs its owner on here as that person.';

/** What may be wrong with an ID token. */
export const idTokenCases: readonly Case[] = [
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
  claims(
    {
      id: 'iss-wrong',
      title: 'The ID token is of another issuer',
      spec: 'OpenID Connect Core §3.1.3.7, 2',
      must: 'Compare iss with the issuer, exactly.',
      gain: 'People of another tenant sign on here.',
    },
    () => ({ iss: 'https://attacker.example/as' }),
  ),
  claims(
    {
      id: 'aud-wrong',
      title: 'The ID token is for another application',
      spec: 'OpenID Connect Core §3.1.3.7, 3',
      must: 'Find its own client id in aud.',
      gain: otherClient,
    },
    () => ({ aud: 'another-application' }),
  ),
  claims(
    {
      id: 'azp-wrong',
      title: 'The ID token was issued to another application',
      spec: 'OpenID Connect Core §3.1.3.7, 5',
      must: 'Compare azp with its own client id, where it is there.',
      gain: otherClient,
    },
    ({ aud }) => ({ aud: [aud, 'another-application'].flat(), azp: 'another-application' }),
  ),
  claims(
    {
      id: 'expired',
      title: 'The ID token expired an hour ago',
      spec: 'OpenID Connect Core §3.1.3.7, 9',
      must: 'Compare exp with the time.',
      gain: 'A token from an old log or backup still signs on.',
    },
    (_right, now) => ({ iat: now - 7200, exp: now - 3600 }),
  ),
  claims(
    {
      id: 'exp-missing',
      title: 'The ID token never expires',
      spec: 'OpenID Connect Core §2',
      must: 'Require exp.',
      gain: 'A token from an old log or backup still signs on.',
    },
    () => ({ exp: null }),
  ),
  claims(
    {
      id: 'iat-missing',
      title: 'The ID token has no time of issue',
      spec: 'OpenID Connect Core §2',
      must: 'Require iat.',
      gain: 'The application cannot tell old tokens from new ones.',
    },
    () => ({ iat: null }),
  ),
  claims(
    {
      id: 'not-yet-valid',
      title: 'The ID token is not valid before tomorrow',
      spec: 'RFC 7519 §4.1.5',
      must: 'Compare nbf with the time, where it is there.',
      gain: 'A token that was made for later is used now.',
    },
    (_right, now) => ({ nbf: now + 86_400 }),
  ),
  claims(
    {
      id: 'sub-missing',
      title: 'The ID token names no person',
      spec: 'OpenID Connect Core §2',
      must: 'Require sub.',
      gain: 'All such people share one account, or the application fails later.',
    },
    () => ({ sub: null }),
  ),
  idToken(
    {
      id: 'nonce-wrong',
      title: 'The ID token has another nonce',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Compare nonce with the value that it sent.',
      gain: 'A stolen code or ID token of another sign-on is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : void (await stage.rule('token', { 'id_token.nonce': 'another-nonce' }))),
  ),
  idToken(
    {
      id: 'nonce-missing',
      title: 'The ID token has no nonce, and one was sent',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Require nonce where it sent one.',
      gain: 'A stolen code or ID token of another sign-on is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : void (await stage.rule('token', { 'id_token.nonce': null }))),
  ),
  idToken(
    {
      id: 'nonce-used-before',
      title: 'The ID token has the nonce of an earlier sign-on',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Make a new nonce for each sign-on, and forget it afterwards.',
      gain: 'An old ID token is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : void (await stage.rule('token', { 'id_token.nonce': right.nonce }))),
  ),
  idToken(
    {
      id: 'sub-unlike-userinfo',
      title: 'Userinfo is about another person than the ID token',
      spec: 'OpenID Connect Core §5.3.2',
      must: 'Compare sub of both, and use neither where they differ.',
      gain: 'Tokens that were swapped give one person the data of another.',
    },
    async (stage) => {
      await stage.rule('userinfo', { sub: '00000000-0000-4000-8000-00000000dead' });
      const outcome = await stage.whole();
      return (await stage.asked('userinfo')) === 0
        ? { verdict: 'does not apply', remark: 'the application does not ask userinfo' }
        : stage.judge(outcome);
    },
  ),
];

const noNonce: Result = { verdict: 'does not apply', remark: 'the application sends no nonce' };
