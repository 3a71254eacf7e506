import type { Outcome, Result, Stage } from './types.js';

/** The code that one person's sign-on led to, in the callback of another's. */
export async function injectCode(stage: Stage): Promise<Outcome | Result> {
  const [theirs, own] = [await stage.begin(), await stage.begin()];
  const [stolen, callback] = [await stage.signOn(theirs), await stage.signOn(own)];
  const code = stolen.searchParams.get('code');
  if (code === null) return { verdict: 'does not apply', remark: 'the application asks for no code' };
  callback.searchParams.set('code', code);
  return stage.callBack(own, callback);
}
