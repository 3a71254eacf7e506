import { anyone, claims, idToken } from './id-token-lie.js';
import type { Case, Result } from './types.js';

/** What may happen to the keys of the issuer. */
export const keyCases: readonly Case[] = [
  idToken(
    {
      id: 'keys-rotated',
      title: 'The issuer has new keys',
      spec: 'OpenID Connect Core §10.1.1',
      must: 'Fetch the JWKS again where a token names a key that it does not know.',
      gain: 'Sign-on breaks with each rotation, until somebody restarts the application.',
    },
    async (stage) => stage.rotateKeys(),
    'accepted',
    'keys',
  ),
  idToken(
    {
      id: 'keys-unreachable',
      title: 'The new keys cannot be fetched',
      spec: 'OpenID Connect Core §3.1.3.7, 6',
      must: 'Refuse tokens that it cannot verify.',
      gain: anyone,
    },
    async (stage) => {
      await stage.rotateKeys();
      await stage.fault({ endpoint: 'jwks', status: 503, times: 'always' });
      const outcome = await stage.whole();
      return (await stage.asked('jwks')) === 0 ? notFetched : stage.judge(outcome);
    },
    'refused',
    'keys',
  ),
  idToken(
    {
      id: 'keys-empty',
      title: 'The issuer’s key set is empty',
      spec: 'OpenID Connect Core §3.1.3.7, 6',
      must: 'Refuse tokens that it cannot verify.',
      gain: anyone,
    },
    async (stage) => {
      await stage.rotateKeys();
      await stage.rule('jwks', { keys: [] });
      const outcome = await stage.whole();
      return (await stage.asked('jwks')) === 0 ? notFetched : stage.judge(outcome);
    },
    'refused',
    'keys',
  ),
];

const notFetched: Result = { verdict: 'does not apply', remark: 'the application did not fetch the JWKS' };

const clock = { group: 'clock' } as const;

/** Clocks that differ. */
export const clockCases: readonly Case[] = [
  claims(
    {
      id: 'clock-minute-ahead',
      title: 'The issuer’s clock is one minute ahead',
      spec: 'RFC 7519 §4.1.4',
      must: 'Allow for a minute of difference.',
      gain: 'Sign-on breaks where the clocks of two machines differ a little.',
    },
    (_right, now) => ({ iat: now + 60 }),
    { ...clock, expects: 'accepted' },
  ),
  claims(
    {
      id: 'clock-minute-behind',
      title: 'The issuer’s clock is one minute behind',
      spec: 'RFC 7519 §4.1.4',
      must: 'Allow for a minute of difference.',
      gain: 'Sign-on breaks where the clocks of two machines differ a little.',
    },
    ({ exp }, now) => ({ iat: now - 60, exp: Number(exp) - 60 }),
    { ...clock, expects: 'accepted' },
  ),
  claims(
    {
      id: 'clock-expired-for-minutes',
      title: 'The ID token expired ten minutes ago',
      spec: 'OpenID Connect Core §3.1.3.7, 9',
      must: 'Allow for a few minutes of difference, and no more.',
      gain: 'A token from a log still signs on for a while.',
    },
    (_right, now) => ({ iat: now - 1200, exp: now - 600 }),
    clock,
  ),
];
