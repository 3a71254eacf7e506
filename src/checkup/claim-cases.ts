import { claims, idToken } from './id-token-lie.js';
import type { Case, Result } from './types.js';

const otherClient = 'A token that another application got signs its owner on here as that person.';

/** What may be wrong with the claims of an ID token. */
export const claimCases: readonly Case[] = [
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
      must: 'Better compare azp with its own client id, where it is there. OpenID Connect leaves it to the application.',
      gain: otherClient,
    },
    () => ({ azp: 'another-application' }),
    { expects: 'any' },
  ),
  claims(
    {
      id: 'aud-several',
      title: 'The ID token is for this application and for another one',
      spec: 'OpenID Connect Core §3.1.3.7, 3',
      must: 'Refuse audiences that it does not trust, beside its own client id.',
      gain: 'The other application can present the token here, as the person that signed on there.',
    },
    ({ aud }) => ({ aud: [aud, 'another-application'].flat() }),
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
      id: 'iat-in-future',
      title: 'The ID token was issued tomorrow',
      spec: 'OpenID Connect Core §3.1.3.7, 10',
      must: 'Better refuse a time of issue that is far from now. OpenID Connect leaves it to the application.',
      gain: 'A token that was made for later is used now, and lives longer than it should.',
    },
    (_right, now) => ({ iat: now + 86_400, exp: now + 90_000 }),
    { expects: 'any' },
  ),
  idToken(
    {
      id: 'at-hash-wrong',
      title: 'The ID token belongs to another access token (at_hash)',
      spec: 'OpenID Connect Core §3.1.3.8, OpenID Connect Core §3.2.2.9',
      must: 'Better compare at_hash with the access token, where it is there. It is optional with a code.',
      gain: 'An access token of another person is used beside the ID token of this one.',
    },
    async (stage, right) =>
      right.at_hash === undefined ? noHash('at_hash') : stage.rule('token', { 'id_token.at_hash': 'AAAAAAAAAAAAAAAAAAAAAA' }),
    'any',
  ),
  idToken(
    {
      id: 'c-hash-wrong',
      title: 'The ID token belongs to another code (c_hash)',
      spec: 'OpenID Connect Core §3.3.2.10',
      must: 'Compare c_hash with the code, where both come in one response.',
      gain: 'A stolen code is put beside the ID token of this person.',
    },
    async (stage, right) =>
      right.c_hash === undefined ? noHash('c_hash') : stage.rule('token', { 'id_token.c_hash': 'AAAAAAAAAAAAAAAAAAAAAA' }),
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
    async (stage, right) => (right.nonce === undefined ? noNonce : stage.rule('token', { 'id_token.nonce': 'another-nonce' })),
  ),
  idToken(
    {
      id: 'nonce-missing',
      title: 'The ID token has no nonce, and one was sent',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Require nonce where it sent one.',
      gain: 'A stolen code or ID token of another sign-on is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : stage.rule('token', { 'id_token.nonce': null })),
  ),
  idToken(
    {
      id: 'nonce-used-before',
      title: 'The ID token has the nonce of an earlier sign-on',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Make a new nonce for each sign-on, and forget it afterwards.',
      gain: 'An old ID token is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : stage.rule('token', { 'id_token.nonce': right.nonce })),
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

const noHash = (name: string): Result => ({ verdict: 'does not apply', remark: `the application’s ID tokens have no ${name}` });
const noNonce: Result = { verdict: 'does not apply', remark: 'the application sends no nonce' };
