import { hiddenSecrets, isHidden } from './hidden.js';
import type { Begun, Case, Result } from './types.js';

const group = 'response';

/** One sign-on, one code, one token request. */
export const codeTwice: Case = {
  id: 'code-used-twice',
  group,
  expects: 'refused',
  title: 'The same callback comes twice in the same browser',
  spec: 'RFC 6749 §4.1.2, RFC 9700 §4.7.1',
  must: 'Forget the sign-on once its callback has come, and redeem no code twice.',
  gain: 'A server takes the second use for a theft, and revokes the person’s tokens; one that does not gives an attacker tokens.',
  async run(stage): Promise<Result> {
    const begun = await stage.begin();
    const callback = await stage.signOn(begun);
    const code = callback.searchParams.get('code');
    if (code === null) return { verdict: 'does not apply', remark: 'the application asks for no code' };
    await stage.callBack(begun, callback);
    const again = await stage.callBack(begun, callback);
    const sent = (await stage.seenInCase('token')).filter(({ form }) => form.code === code).length;
    if (sent === 0) return { verdict: 'does not apply', remark: 'the mock saw no token request with the code' };
    if (sent > 1) return { verdict: 'accepted', remark: `it sent the code ${sent} times` };
    return stage.crashOf(again.trail) ?? { verdict: 'refused' };
  },
};

const providerOf = ({ pathname }: URL): string | undefined => /\/([0-9a-f]{8}-[0-9a-f-]{27})\/as\/authorize$/.exec(pathname)?.[1];

const noSecond = (why: string): Result => ({
  verdict: 'does not apply',
  remark: `${why}: --second-start gives the address at which the application signs people on at another environment of this mock`,
});

/** The person's browser, at the provider of this checkup, with what the application sent to the attacker's. */
function divert({ request, parameters }: Begun, sent: URL): URL {
  const diverted = new URL(request);
  diverted.search = String(parameters);
  for (const name of ['request', 'request_uri']) diverted.searchParams.delete(name);
  for (const name of ['state', 'nonce', 'code_challenge', 'code_challenge_method']) {
    const value = sent.searchParams.get(name);
    if (value === null) diverted.searchParams.delete(name);
    else diverted.searchParams.set(name, value);
  }
  return diverted;
}

/** Mix-up: a code of one provider is sent to another, which is the attacker's. */
export const mixUp: Case = {
  id: 'mix-up',
  group,
  expects: 'refused',
  title: 'A code of this provider comes while the application waits for another one',
  spec: 'RFC 9700 §4.4',
  must: 'Have a redirect URI for each provider, or check iss, and take a code only from the provider that it asked.',
  gain: 'An attacker who runs one of the providers gets the codes of the others.',
  async run(stage): Promise<Result> {
    const { secondStart } = stage;
    if (!secondStart) return noSecond('the checkup knows no second provider');
    const isOther = (url: URL) => providerOf(url) !== undefined;
    const { trail, begun, browser } = await stage.attempt(secondStart, isOther);
    const other = providerOf(trail.end);
    if (begun || other === undefined) return noSecond(`${secondStart.href} leads to ${trail.end.origin}${trail.end.pathname}`);
    const own = await stage.begin();
    const callback = await stage.signOn({ request: divert(own, trail.end) });
    const code = callback.searchParams.get('code');
    const outcome = await stage.callBack({ ...own, browser }, callback);
    const crash = stage.crashOf(outcome.trail);
    if (crash) return crash;
    const codes = (await stage.seenInCase('token', other)).map(({ form }) => form.code);
    if (codes.some(isHidden)) return hiddenSecrets;
    const leaked = codes.some((each) => each === code);
    return leaked ? { verdict: 'accepted', remark: 'the code went to the token endpoint of the other provider' } : { verdict: 'refused' };
  },
};
