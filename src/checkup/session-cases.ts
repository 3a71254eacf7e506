import { everyCookie, ofSession } from './session.js';
import type { Case, Result, Stage } from './types.js';

const group = 'session';

const judged = (row: Omit<Case, 'run' | 'group' | 'expects'>, judge: (stage: Stage) => Promise<Result> | Result): Case => ({
  ...row,
  group,
  expects: 'refused',
  run: async (stage) => judge(stage),
});

const names = [
  'returnTo',
  'return_to',
  'returnUrl',
  'redirect',
  'redirect_to',
  'next',
  'url',
  'continue',
  'callbackUrl',
  'target',
] as const;
const elsewhere = 'https://attacker.example/';
/** That site is never called: it is enough to be sent there. */
const isElsewhere = ({ host }: URL): boolean => host === 'attacker.example';

/** The application's own session, once a person is signed on. */
export const sessionCases: readonly Case[] = [
  ofSession(
    {
      id: 'session-fixation',
      title: 'The session is a new one after the sign-on',
      spec: 'OWASP ASVS 3.2.1',
      must: 'Give the browser a new session id once the person is signed on.',
      gain: 'An attacker who planted a session cookie before shares the person’s session.',
    },
    ({ cookies }) =>
      cookies.every(({ isOld }) => isOld)
        ? { verdict: 'accepted', remark: `as before the sign-on: ${cookies.map(({ name }) => name).join(', ')}` }
        : { verdict: 'refused' },
  ),
  ofSession(
    {
      id: 'cookie-readable',
      title: 'Scripts cannot read the session cookie',
      spec: 'OWASP ASVS 3.4.2',
      must: 'Set HttpOnly.',
      gain: 'Any script on the page can send the session away.',
    },
    (session) => everyCookie(session, 'HttpOnly', ({ httpOnly }) => httpOnly, false),
  ),
  ofSession(
    {
      id: 'cookie-same-site',
      title: 'Other sites cannot use the session cookie',
      spec: 'OWASP ASVS 3.4.3',
      must: 'Set SameSite=Lax or Strict; None only with Secure, and for a reason.',
      gain: 'A page of another site acts in the person’s name.',
    },
    (session) =>
      everyCookie(session, 'SameSite', ({ sameSite, secure }) => /^(lax|strict)$/.test(sameSite ?? '') || (sameSite === 'none' && secure)),
  ),
  ofSession(
    {
      id: 'cookie-secure',
      title: 'The session cookie goes only over HTTPS',
      spec: 'OWASP ASVS 3.4.1',
      must: 'Set Secure where the application is served over HTTPS.',
      gain: 'Anyone who listens on the network has the session.',
    },
    (session) =>
      session.page.url.protocol === 'https:'
        ? everyCookie(session, 'Secure', ({ secure }) => secure)
        : { verdict: 'does not apply', remark: 'the application is served over HTTP here' },
  ),
  judged(
    {
      id: 'token-in-address',
      title: 'Tokens stay out of addresses',
      spec: 'RFC 9700 §2.1.2',
      must: 'Use the code flow, and never put a token into an address.',
      gain: 'Histories, logs and Referer headers have the token.',
    },
    ({ honest }) => {
      const found = honest
        .flatMap(({ outcome }) => [...outcome.trail.visits.map(({ url }) => url), outcome.trail.end])
        .find(({ href }) => /[=/]eyJ[\w-]{10,}\./.test(href));
      return found ? { verdict: 'accepted', remark: `a token is in ${found.origin}${found.pathname}` } : { verdict: 'refused' };
    },
  ),
  judged(
    {
      id: 'open-redirector',
      title: 'The way back leads to no foreign site',
      spec: 'RFC 9700 §4.11',
      must: 'Return only to addresses of its own.',
      gain: 'A link to the application ends on the attacker’s page, with the person’s trust.',
    },
    async (stage) => {
      for (const name of names) {
        const { begun, trail } = await stage.attempt(stage.startWith(name, elsewhere), isElsewhere);
        if (isElsewhere(trail.end)) return { verdict: 'accepted', remark: `by ${name}, before the sign-on` };
        const crash = stage.crashOf(trail);
        if (crash) return crash;
        // An application may refuse to begin with such an address.
        if (!begun) continue;
        const { end } = (await stage.callBack(begun, await stage.signOn(begun), isElsewhere)).trail;
        if (isElsewhere(end)) return { verdict: 'accepted', remark: `by ${name}` };
      }
      return { verdict: 'refused', remark: `tried: ${names.join(', ')}` };
    },
  ),
];
