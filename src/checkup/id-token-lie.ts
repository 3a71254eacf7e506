import type { Case, Result, Stage } from './types.js';

/** A case without what its kind says of it. */
export type Row = Omit<Case, 'run' | 'group' | 'expects'>;
type Claims = Readonly<Record<string, unknown>>;

const noIdToken: Result = { verdict: 'does not apply', remark: 'the application gets no ID token' };

/** A case in which the ID token is wrong in one way, and the access token is right. */
export const idToken = (
  row: Row,
  lie: (stage: Stage, right: Claims) => Promise<Result | undefined>,
  expects: Case['expects'] = 'refused',
  group: Case['group'] = 'id token',
): Case => ({
  ...row,
  group,
  expects,
  async run(stage) {
    const right = await stage.honestIdToken();
    if (!right) return noIdToken;
    return (await lie(stage, right)) ?? stage.whole();
  },
});

/** The same with a forged ID token. `kind`: one of the mock's wrong tokens. */
export const forged = (row: Row, kind: string): Case => idToken(row, (stage) => stage.forge(kind));

/** Sets claims of the ID token; null takes one away. */
export const claims = (
  row: Row,
  set: (right: Claims, now: number) => Claims,
  options: { expects?: Case['expects']; group?: Case['group'] } = {},
): Case =>
  idToken(
    row,
    async (stage, right) => {
      const wrong = Object.entries(set(right, await stage.now())).map(([name, value]) => [`id_token.${name}`, value]);
      return stage.rule('token', Object.fromEntries(wrong));
    },
    options.expects,
    options.group,
  );

/** Where OpenID Connect requires the signature of an ID token to be verified. */
export const signature = 'OpenID Connect Core §3.1.3.7, 6';

/** What an attacker gains where it is not. */
export const anyone = 'An attacker who can reach the application’s token request, or a careless provider, can sign on as any user.';
