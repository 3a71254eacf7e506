import { idToken, type Row } from './id-token-lie.js';
import type { Case, Result, Stage } from './types.js';

/** A case about a claim that the application asked for with a parameter of its request. */
const asked = (row: Row, parameter: string, lie: (value: string, now: number) => Readonly<Record<string, unknown>>): Case =>
  idToken(row, async (stage): Promise<Result | undefined> => {
    const value = requested(stage, parameter);
    if (value === null) return { verdict: 'does not apply', remark: `the application sends no ${parameter}` };
    return stage.rule('token', lie(value, await stage.now()));
  });

const requested = ({ honest }: Stage, parameter: string): string | null => honest[0]?.begun.parameters.get(parameter) ?? null;

const tooOld = 'A person who signed on long ago passes where a new sign-on was demanded, such as before a payment.';

/** Claims by which the application learns how and when the person signed on. */
export const askedClaimCases: readonly Case[] = [
  asked(
    {
      id: 'acr-not-as-asked',
      title: 'The person signed on in another way than the application asked for (acr)',
      spec: 'OpenID Connect Core §3.1.3.7, 12',
      must: 'Compare acr with the acr_values that it sent.',
      gain: 'A sign-on with a password alone passes where a second factor was demanded.',
    },
    'acr_values',
    () => ({ 'id_token.acr': 'Not_What_Was_Asked' }),
  ),
  asked(
    {
      id: 'auth-time-too-old',
      title: 'The person signed on longer ago than max_age allows',
      spec: 'OpenID Connect Core §3.1.3.7, 13',
      must: 'Compare auth_time with the max_age that it sent.',
      gain: tooOld,
    },
    'max_age',
    (maxAge, now) => ({ 'id_token.auth_time': now - Number(maxAge) - 3600 }),
  ),
  asked(
    {
      id: 'auth-time-missing',
      title: 'The ID token does not say when the person signed on, and max_age was sent',
      spec: 'OpenID Connect Core §2',
      must: 'Require auth_time where it sent max_age.',
      gain: tooOld,
    },
    'max_age',
    () => ({ 'id_token.auth_time': null }),
  ),
];
