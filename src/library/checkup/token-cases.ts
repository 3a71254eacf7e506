import type { Case, Outcome, Result, Stage } from './types.js';

type Row = Omit<Case, 'run' | 'group' | 'expects'>;
type Claims = Readonly<Record<string, unknown>>;

const noIdToken: Result = { verdict: 'does not apply', remark: 'the application gets no ID token' };

/** A case in which the ID token is wrong in one way, and the access token is right. */
const idToken = (
  row: Row,
  lie: (stage: Stage, right: Claims) => Promise<Result | undefined> | Promise<void>,
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

const forged = (row: Row, kind: string): Case =>
  idToken(row, (stage) => stage.fault({ endpoint: 'token', token: kind, token_kind: 'id_token' }));

/** Sets claims of the ID token; null takes one away. */
const claims = (
  row: Row,
  set: (right: Claims, now: number) => Claims,
  options: { expects?: Case['expects']; group?: Case['group'] } = {},
): Case =>
  idToken(
    row,
    async (stage, right) => {
      const wrong = Object.entries(set(right, await stage.now())).map(([name, value]) => [`id_token.${name}`, value]);
      await stage.rule('token', Object.fromEntries(wrong));
    },
    options.expects,
    options.group,
  );

const signature = 'OpenID Connect Core §3.1.3.7, 6';
const anyone = 'An attacker who can reach the application’s token request, or a careless provider, signs anybody on as anybody.';
const otherClient = 'A token that another application got signs its owner on here as that person.';

/** What may be wrong with an ID token. */
export const idTokenCases: readonly Case[] = [
  forged(
    {
      id: 'signature-wrong',
      title: 'The signature of the ID token is wrong',
      spec: signature,
      must: 'Verify the signature by the key that kid names.',
      gain: anyone,
    },
    'signature',
  ),
  forged(
    {
      id: 'kid-unknown',
      title: 'The ID token names an unknown key',
      spec: 'RFC 7515 §4.1.4',
      must: 'Refuse a token whose key is not in the JWKS.',
      gain: anyone,
    },
    'kid',
  ),
  forged(
    {
      id: 'alg-none',
      title: 'The ID token has no signature (alg none)',
      spec: 'RFC 8725 §3.1',
      must: 'Accept only the algorithms that it expects.',
      gain: anyone,
    },
    'alg-none',
  ),
  forged(
    {
      id: 'alg-hs256',
      title: 'The ID token is signed with the public key as a secret (HS256)',
      spec: 'RFC 8725 §2.1',
      must: 'Accept only the algorithms that it expects.',
      gain: anyone,
    },
    'hs256',
  ),
  forged(
    {
      id: 'key-embedded',
      title: 'The ID token brings its own key (jwk)',
      spec: 'RFC 8725 §3.10',
      must: 'Take keys only from the issuer’s JWKS.',
      gain: anyone,
    },
    'embedded-key',
  ),
  claims(
    {
      id: 'iss-wrong',
      title: 'The ID token is of another issuer',
      spec: 'OpenID Connect Core §3.1.3.7, 2',
      must: 'Compare iss with the issuer, exactly.',
      gain: 'People of another tenant sign on here.',
    },
    () => ({ iss: 'https://attacker.example/as' }),
  ),
  claims(
    {
      id: 'aud-wrong',
      title: 'The ID token is for another application',
      spec: 'OpenID Connect Core §3.1.3.7, 3',
      must: 'Find its own client id in aud.',
      gain: otherClient,
    },
    () => ({ aud: 'another-application' }),
  ),
  claims(
    {
      id: 'azp-wrong',
      title: 'The ID token was issued to another application',
      spec: 'OpenID Connect Core §3.1.3.7, 5',
      must: 'Compare azp with its own client id, where it is there.',
      gain: otherClient,
    },
    ({ aud }) => ({ aud: [aud, 'another-application'].flat(), azp: 'another-application' }),
  ),
  claims(
    {
      id: 'expired',
      title: 'The ID token expired an hour ago',
      spec: 'OpenID Connect Core §3.1.3.7, 9',
      must: 'Compare exp with the time.',
      gain: 'A token from an old log or backup still signs on.',
    },
    (_right, now) => ({ iat: now - 7200, exp: now - 3600 }),
  ),
  claims(
    {
      id: 'exp-missing',
      title: 'The ID token never expires',
      spec: 'OpenID Connect Core §2',
      must: 'Require exp.',
      gain: 'A token from an old log or backup still signs on.',
    },
    () => ({ exp: null }),
  ),
  claims(
    {
      id: 'iat-missing',
      title: 'The ID token has no time of issue',
      spec: 'OpenID Connect Core §2',
      must: 'Require iat.',
      gain: 'The application cannot tell old tokens from new ones.',
    },
    () => ({ iat: null }),
  ),
  claims(
    {
      id: 'not-yet-valid',
      title: 'The ID token is not valid before tomorrow',
      spec: 'RFC 7519 §4.1.5',
      must: 'Compare nbf with the time, where it is there.',
      gain: 'A token that was made for later is used now.',
    },
    (_right, now) => ({ nbf: now + 86_400 }),
  ),
  claims(
    {
      id: 'sub-missing',
      title: 'The ID token names no person',
      spec: 'OpenID Connect Core §2',
      must: 'Require sub.',
      gain: 'All such people share one account, or the application fails later.',
    },
    () => ({ sub: null }),
  ),
  idToken(
    {
      id: 'nonce-wrong',
      title: 'The ID token has another nonce',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Compare nonce with the value that it sent.',
      gain: 'A stolen code or ID token of another sign-on is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : void (await stage.rule('token', { 'id_token.nonce': 'another-nonce' }))),
  ),
  idToken(
    {
      id: 'nonce-missing',
      title: 'The ID token has no nonce, and one was sent',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Require nonce where it sent one.',
      gain: 'A stolen code or ID token of another sign-on is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : void (await stage.rule('token', { 'id_token.nonce': null }))),
  ),
  idToken(
    {
      id: 'nonce-used-before',
      title: 'The ID token has the nonce of an earlier sign-on',
      spec: 'OpenID Connect Core §3.1.3.7, 11',
      must: 'Make a new nonce for each sign-on, and forget it afterwards.',
      gain: 'An old ID token is planted here.',
    },
    async (stage, right) => (right.nonce === undefined ? noNonce : void (await stage.rule('token', { 'id_token.nonce': right.nonce }))),
  ),
  idToken(
    {
      id: 'sub-unlike-userinfo',
      title: 'Userinfo is about another person than the ID token',
      spec: 'OpenID Connect Core §5.3.2',
      must: 'Compare sub of both, and use neither where they differ.',
      gain: 'Tokens that were swapped give one person the data of another.',
    },
    async (stage) => {
      await stage.rule('userinfo', { sub: '00000000-0000-4000-8000-00000000dead' });
      const outcome = await stage.whole();
      return (await stage.asked('userinfo')) === 0
        ? { verdict: 'does not apply', remark: 'the application does not ask userinfo' }
        : stage.judge(outcome);
    },
  ),
];

const noNonce: Result = { verdict: 'does not apply', remark: 'the application sends no nonce' };

const tokenAnswer = (row: Row, expects: Case['expects'], lie: (stage: Stage) => Promise<void>): Case => ({
  ...row,
  group: 'token answer',
  expects,
  async run(stage): Promise<Outcome> {
    await lie(stage);
    return stage.whole();
  },
});

const noGain = 'Nothing is stolen; people see a broken page, or wait.';

/** What may be wrong with the answer of the token endpoint. */
export const tokenAnswerCases: readonly Case[] = [
  tokenAnswer(
    {
      id: 'json-cut',
      title: 'The token answer is cut in the middle',
      spec: 'RFC 6749 §5.1',
      must: 'Refuse what is not JSON, with a page of its own.',
      gain: noGain,
    },
    'refused',
    (stage) => stage.fault({ endpoint: 'token', malformed: true }),
  ),
  tokenAnswer(
    {
      id: 'token-type-missing',
      title: 'The token answer has no token_type',
      spec: 'RFC 6749 §5.1',
      must: 'Require token_type.',
      gain: 'A token of a kind that it does not know is used as a bearer token.',
    },
    'refused',
    (stage) => stage.rule('token', { 'response.token_type': null }),
  ),
  tokenAnswer(
    {
      id: 'token-type-unknown',
      title: 'The token answer has an unknown token_type',
      spec: 'RFC 6749 §7.1',
      must: 'Refuse a token type that it does not know.',
      gain: 'A token of a kind that it does not know is used as a bearer token.',
    },
    'refused',
    (stage) => stage.rule('token', { 'response.token_type': 'mac' }),
  ),
  tokenAnswer(
    {
      id: 'access-token-missing',
      title: 'The token answer has no access token',
      spec: 'RFC 6749 §5.1',
      must: 'Require access_token.',
      gain: noGain,
    },
    'refused',
    (stage) => stage.rule('token', { 'response.access_token': null }),
  ),
  tokenAnswer(
    {
      id: 'expires-in-missing',
      title: 'The token answer does not say how long it is valid',
      spec: 'RFC 6749 §5.1',
      must: 'Go on: expires_in is only recommended.',
      gain: 'Sign-on breaks with a server that leaves it out.',
    },
    'accepted',
    (stage) => stage.rule('token', { 'response.expires_in': null }),
  ),
  tokenAnswer(
    {
      id: 'answer-large',
      title: 'The token answer has five megabytes',
      spec: 'OWASP ASVS 13.1',
      must: 'Stay up, and read no more than it needs.',
      gain: 'A provider that was taken over stops the application.',
    },
    'any',
    (stage) => stage.fault({ endpoint: 'token', padding: 5_000_000 }),
  ),
  tokenAnswer(
    {
      id: 'answer-late',
      title: 'The token answer comes three seconds late',
      spec: 'RFC 6749 §4.1.4',
      must: 'Wait a few seconds.',
      gain: 'Sign-on breaks whenever the provider is slow.',
    },
    'accepted',
    (stage) => stage.fault({ endpoint: 'token', delay_ms: 3000 }),
  ),
  tokenAnswer(
    {
      id: 'answer-dropped',
      title: 'The connection ends without a token answer',
      spec: 'RFC 9110 §9.2.2',
      must: 'Say that the sign-on failed, and let people try again.',
      gain: noGain,
    },
    'any',
    (stage) => stage.fault({ endpoint: 'token', drop: true }),
  ),
  tokenAnswer(
    {
      id: 'unavailable-once',
      title: 'The token endpoint is unavailable once',
      spec: 'RFC 9110 §15.6.4',
      must: 'Try again, or say that the sign-on failed.',
      gain: noGain,
    },
    'any',
    (stage) => stage.fault({ endpoint: 'token', status: 503 }),
  ),
];

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
