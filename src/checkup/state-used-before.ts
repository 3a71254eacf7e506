import { hiddenSecrets, isHidden } from './hidden.js';
import type { Begun, Case, Outcome, Result, Stage } from './types.js';

const again = async (stage: Stage, { browser }: Begun): Promise<Outcome> => {
  const begun = await stage.begin(undefined, browser);
  return stage.callBack(begun, await stage.signOn(begun));
};

const isAlike = ({ features }: Outcome, other: Outcome): boolean =>
  features.size === other.features.size && [...features].every((feature) => other.features.has(feature));

/** Whether a parameter was sent and differs between two sign-ons. */
const differs = (name: string, first: Begun, second: Begun): boolean =>
  second.parameters.has(name) && second.parameters.get(name) !== first.parameters.get(name);

/**
 * The verdict on an application that may have signed the person on with the state of an earlier sign-on. The browser is signed
 * on already, and its page alone shows nothing: it is compared with what a sign-on and a failure lead to in the same browser.
 */
async function judgeSignedOn(stage: Stage, first: Begun, second: Begun, outcome: Outcome): Promise<Result> {
  const right = await again(stage, first);
  if (!isAlike(outcome, right)) return { verdict: 'refused' };
  const hasCode = /\bcode\b/.test(second.parameters.get('response_type') ?? '');
  // The right verifier came: the application used what it kept for the second sign-on, its nonce as well.
  if (hasCode && differs('code_challenge', first, second)) return { verdict: 'accepted' };
  if (!differs('nonce', first, second)) return { verdict: 'accepted' };
  // A nonce that was kept with the old state stops it too. What does another wrong one lead to?
  await stage.forge('nonce');
  if (!isAlike(await again(stage, first), right)) return { verdict: 'accepted' };
  await stage.forge('nonce');
  if (stage.succeeded(await stage.whole())) return { verdict: 'accepted' };
  return { verdict: 'does not apply', remark: 'the nonce may have stopped it: in a browser that is signed on, no page shows which' };
}

/** A state is for one sign-on. */
export const stateUsedBefore: Case = {
  id: 'state-used-before',
  group: 'response',
  expects: 'refused',
  title: 'The state of an earlier sign-on comes again',
  spec: 'RFC 9700 §4.7.1',
  must: 'Forget a state once its callback has come.',
  gain: 'A callback that an attacker saw once can be used to plant another code.',
  async run(stage): Promise<Result> {
    const first = await stage.begin();
    const before = await stage.signOn(first);
    await stage.callBack(first, before);
    const { begun: second, trail } = await stage.attempt(undefined, undefined, first.browser);
    if (!second)
      return (
        stage.crashOf(trail) ?? { verdict: 'does not apply', remark: 'the application begins no sign-on for somebody who is signed on' }
      );
    const callback = await stage.signOn(second);
    const [state, code] = ['state', 'code'].map((name) => callback.searchParams.get(name));
    const old = before.searchParams.get('state');
    if (state === null || old === null) return { verdict: 'does not apply', remark: 'the application sends no state' };
    if (state === old) return { verdict: 'does not apply', remark: 'every sign-on has the same state (state-reused)' };
    callback.searchParams.set('state', old);
    const outcome = await stage.callBack(second, callback);
    const crash = stage.crashOf(outcome.trail);
    if (crash) return crash;
    const sent = await stage.seenInCase('token');
    if (sent.some(({ form }) => isHidden(form.code))) return hiddenSecrets;
    const hasTokens = code === null || sent.some(({ form, answer }) => form.code === code && answer?.status === 200);
    return hasTokens ? judgeSignedOn(stage, first, second, outcome) : { verdict: 'refused' };
  },
};
