import { claims } from './id-token-lie.js';
import type { Case } from './types.js';

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
      id: 'clock-five-minutes-ahead',
      title: 'The issuer’s clock is five minutes ahead',
      spec: 'RFC 7519 §4.1.4',
      must: 'Go on or refuse, as it likes: a few minutes of difference may be allowed.',
      gain: 'Sign-on breaks where the clock of a machine is wrong.',
    },
    ({ exp }, now) => ({ iat: now + 300, exp: Number(exp) + 300 }),
    { ...clock, expects: 'any' },
  ),
  claims(
    {
      id: 'clock-five-minutes-behind',
      title: 'The issuer’s clock is five minutes behind',
      spec: 'RFC 7519 §4.1.4',
      must: 'Go on: the token is valid for most of an hour.',
      gain: 'Sign-on breaks where the clock of a machine is wrong.',
    },
    ({ exp }, now) => ({ iat: now - 300, exp: Number(exp) - 300 }),
    { ...clock, expects: 'accepted' },
  ),
  claims(
    {
      id: 'clock-expired-for-a-minute',
      title: 'The ID token expired a minute ago',
      spec: 'OpenID Connect Core §3.1.3.7, 9',
      must: 'Go on or refuse, as it likes: a minute of difference may be allowed.',
      gain: 'A token from a log still signs on for a minute.',
    },
    (_right, now) => ({ iat: now - 600, exp: now - 60 }),
    { ...clock, expects: 'any' },
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
