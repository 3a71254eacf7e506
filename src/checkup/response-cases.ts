import { injectCode } from './inject-code.js';
import { codeTwice, mixUp } from './redeem-cases.js';
import { stateUsedBefore } from './state-used-before.js';
import type { Case, Outcome, Result, Stage } from './types.js';

const group = 'response';

/** Something else may bind the callback to its browser, such as PKCE (RFC 9700 §2.1): the case login-csrf looks at that. */
const noState: Result = { verdict: 'does not apply', remark: 'the application sends no state' };

/** An application that keeps something else in state cannot be checked by it. */
const sameState: Result = { verdict: 'does not apply', remark: 'every sign-on has the same state (state-reused)' };

/** A case in which only the callback is changed. */
const changed = (
  row: Omit<Case, 'run' | 'group' | 'expects'>,
  change: (callback: URL, stage: Stage) => Promise<Result | undefined> | Result | undefined,
): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage) {
    const begun = await stage.begin();
    const callback = await stage.signOn(begun);
    return (await change(callback, stage)) ?? stage.callBack(begun, callback);
  },
});

/** A person whose browser opens a callback that another browser asked for. */
async function inNewBrowser(stage: Stage, used: boolean): Promise<Outcome> {
  const theirs = await stage.begin();
  const callback = await stage.signOn(theirs);
  if (used) {
    // A server that keeps codes for longer than one use leaves it to the application.
    await stage.fault({ pkce: 'code-reusable', client_id: stage.clientId, times: 'always' });
    await stage.callBack(theirs, callback);
  }
  const { browser } = await stage.begin();
  // A browser that has not begun a sign-on lacks even its cookies.
  return stage.callBack({ ...theirs, browser: used ? browser : await stage.newBrowser(), cookiesBefore: new Map() }, callback);
}

const hostile = '<script>alert("checkup")</script>';

/** What may be wrong with the authorization response: the callback that the browser brings. */
export const responseCases: readonly Case[] = [
  changed(
    {
      id: 'state-missing',
      title: 'The callback has no state',
      spec: 'RFC 6749 §10.12',
      must: 'Compare state with the value that it kept for this browser, and stop where there is none.',
      gain: 'An attacker signs the person on to the attacker’s account, and reads what they enter there.',
    },
    (callback) => {
      if (!callback.searchParams.has('state')) return noState;
      callback.searchParams.delete('state');
      return undefined;
    },
  ),
  changed(
    {
      id: 'state-altered',
      title: 'The callback has another state',
      spec: 'RFC 6749 §10.12',
      must: 'Compare state with the value that it kept for this browser, exactly.',
      gain: 'An attacker signs the person on to the attacker’s account, and reads what they enter there.',
    },
    (callback) => {
      const state = callback.searchParams.get('state');
      if (state === null) return noState;
      callback.searchParams.set('state', `${state}x`);
      return undefined;
    },
  ),
  changed(
    {
      id: 'state-of-another-browser',
      title: 'The state belongs to another person’s sign-on',
      spec: 'RFC 6749 §10.12, RFC 9700 §4.7',
      must: 'Bind state to the browser, by a cookie or a session; a list of all states that were sent is not enough.',
      gain: 'An attacker begins a sign-on, and finishes it in the person’s browser.',
    },
    async (callback, stage) => {
      if (!callback.searchParams.has('state')) return noState;
      const { parameters } = await stage.begin();
      if (parameters.get('state') === callback.searchParams.get('state')) return sameState;
      callback.searchParams.set('state', parameters.get('state') ?? '');
      return undefined;
    },
  ),
  stateUsedBefore,
  {
    id: 'login-csrf',
    group,
    expects: 'refused',
    title: 'A callback that this browser never asked for',
    spec: 'RFC 9700 §4.7',
    must: 'Take a callback only in the browser that began the sign-on.',
    gain: 'A link signs the person on to the attacker’s account.',
    run: (stage) => inNewBrowser(stage, false),
  },
  {
    id: 'callback-of-another-browser',
    group,
    expects: 'refused',
    title: 'A callback that was used in another browser, and a server that takes codes twice',
    spec: 'RFC 9700 §4.5',
    must: 'Take a callback only in the browser that began the sign-on, by state, PKCE or nonce.',
    gain: 'Anyone who reads a history or a log signs on as that person.',
    run: (stage) => inNewBrowser(stage, true),
  },
  {
    id: 'code-injected',
    group,
    expects: 'refused',
    title: 'The code of another sign-on is put into this callback',
    spec: 'RFC 9700 §4.5',
    must: 'Send the code_verifier of this sign-on (PKCE), and check the nonce of the ID token.',
    gain: 'A stolen code signs the attacker on as the person whom it was stolen from.',
    run: injectCode,
  },
  codeTwice,
  mixUp,
  {
    id: 'issuer-wrong',
    group,
    expects: 'refused',
    title: 'The callback names another issuer',
    spec: 'RFC 9207 §2.4',
    must: 'Compare iss with the issuer that it asked, where the response has it.',
    gain: 'With several providers: the code goes to the attacker’s provider (mix-up).',
    async run(stage) {
      const begun = await stage.begin();
      const callback = await stage.signOn(begun);
      callback.searchParams.set('iss', 'https://attacker.example');
      const result = stage.judge(await stage.callBack(begun, callback));
      // PingOne sends no iss, and where there is one provider, there is nothing to mix up.
      if (result.verdict !== 'accepted' || stage.secondStart !== undefined) return result;
      return { verdict: 'does not apply', remark: 'the application ignores iss; with a second provider (--second-start) it matters' };
    },
  },
  {
    id: 'error-with-markup',
    group,
    expects: 'refused',
    title: 'An error comes with HTML in its description',
    spec: 'RFC 9700 §4.3, OWASP ASVS 5.3.3',
    must: 'Escape what it shows of an error, or show a text of its own.',
    gain: 'A link runs the attacker’s script on the application’s page.',
    async run(stage) {
      const begun = await stage.begin();
      const callback = await stage.signOn(begun);
      callback.searchParams.delete('code');
      callback.searchParams.set('error', 'access_denied');
      callback.searchParams.set('error_description', hostile);
      const { trail } = await stage.callBack(begun, callback);
      if (trail.visits.some(({ status }) => status >= 500))
        return { verdict: 'crashed', remark: 'an error of the server is an answer of 5xx' };
      const shows = trail.visits.some(({ text, contentType }) => /html/.test(contentType) && text.includes(hostile));
      return { verdict: shows ? 'accepted' : 'refused', remark: shows ? 'the page has the script unchanged' : undefined };
    },
  },
];
