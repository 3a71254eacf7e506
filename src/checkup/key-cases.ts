import { generateKeyPairSync } from 'node:crypto';
import { anyone, idToken } from './id-token-lie.js';
import type { Case, Outcome, Result, Stage } from './types.js';

const group = 'keys';

/** Sign-ons in a row with tokens that name unknown keys. */
const badTokens = 6;

const notFetched: Result = {
  verdict: 'does not apply',
  remark: 'the application did not fetch the JWKS again; if it waits between two requests for it, run this case alone, a minute later',
};

/** A sign-on once the keys are new. Clients ask for the JWKS only so often: where one does not, the next attempt is a little later. */
async function afterCooldown(stage: Stage, cooldowns: readonly number[]): Promise<Outcome> {
  let outcome = await stage.whole();
  for (const cooldown of cooldowns) {
    if (stage.succeeded(outcome) || (await stage.asked('jwks')) > 0) break;
    await stage.wait(cooldown);
    outcome = await stage.whole();
  }
  return outcome;
}

/** The verdict, if the application asked for the JWKS. */
async function onceFetched(stage: Stage, cooldowns: readonly number[] = []): Promise<Result> {
  const outcome = await afterCooldown(stage, cooldowns);
  return (await stage.asked('jwks')) === 0 ? notFetched : stage.judge(outcome);
}

const notVerified: Result = {
  verdict: 'does not apply',
  remark:
    'the application accepts ID tokens whose signature is wrong, so that keys make no difference to it (signature-wrong, kid-unknown)',
};

/** A verdict that means something only where the application looks at signatures. The last step of a case. */
async function ifVerified(stage: Stage, result: Result): Promise<Result> {
  if (result.verdict !== 'accepted') return result;
  await stage.forge('signature');
  return stage.succeeded(await stage.whole()) ? notVerified : result;
}

/** Another RSA key under the name of each. */
const withFalseKeys = (keys: readonly Readonly<Record<string, unknown>>[]) => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return [...keys.map((key) => ({ ...key, n, e, x5c: undefined, x5t: undefined })), ...keys];
};

/** What may happen to the keys of the issuer. */
export const keyCases: readonly Case[] = [
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
      return onceFetched(stage, stage.cooldowns.slice(0, 1));
    },
    'refused',
    group,
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
      return onceFetched(stage);
    },
    'refused',
    group,
  ),
  idToken(
    {
      id: 'keys-duplicate-kid',
      title: 'The issuer’s key set has two keys of each name',
      spec: 'RFC 7517 §4.5',
      must: 'Stay up. It may try each of them, or refuse.',
      gain: 'Sign-on breaks while a provider changes its keys without care.',
    },
    async (stage) => {
      await stage.rotateKeys();
      const keys = await stage.keys();
      await stage.rule('jwks', { keys: withFalseKeys(keys) });
      return ifVerified(stage, await onceFetched(stage));
    },
    'any',
    group,
  ),
  idToken(
    {
      id: 'keys-rotated',
      title: 'The issuer has new keys',
      spec: 'OpenID Connect Core §10.1.1',
      must: 'Fetch the JWKS again where a token names a key that it does not know.',
      gain: 'Sign-on breaks with each rotation, until somebody restarts the application.',
    },
    async (stage) => {
      await stage.rotateKeys();
      return ifVerified(stage, stage.judge(await afterCooldown(stage, stage.cooldowns)));
    },
    'accepted',
    group,
  ),
  idToken(
    {
      id: 'keys-fetched-too-often',
      title: 'Token after token names an unknown key',
      spec: 'OpenID Connect Core §10.1.1, RFC 9700 §2.1',
      must: 'Wait between two requests for the JWKS, a minute for example.',
      gain: 'An attacker with bad tokens makes the application flood the provider, which then locks it out.',
    },
    async (stage) => {
      for (let count = 0; count < badTokens; count += 1) {
        await stage.forge('kid');
        if (stage.succeeded(await stage.whole())) return notVerified;
      }
      const fetched = await stage.asked('jwks');
      const remark = `${badTokens} tokens led to ${fetched} requests for the JWKS`;
      return { verdict: fetched >= badTokens ? 'accepted' : 'refused', remark };
    },
    'refused',
    group,
  ),
];
