import type { Row } from './id-token-lie.js';
import type { Case, Result, Stage } from './types.js';

const tokenAnswer = (row: Row, expects: Case['expects'], lie: (stage: Stage) => Promise<void>): Case => ({
  ...row,
  group: 'token answer',
  expects,
  async run(stage) {
    await lie(stage);
    const outcome = await stage.whole();
    // The mock records a request once it has answered it: an application that gave up has asked, though the journal is empty.
    if (stage.succeeded(outcome) && (await stage.asked('token')) === 0) return noTokenRequest;
    return stage.judge(outcome);
  },
});

const noTokenRequest: Result = { verdict: 'does not apply', remark: 'the mock saw no token request' };

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
      id: 'content-type-wrong',
      title: 'The token answer says that it is HTML',
      spec: 'RFC 6749 §5.1',
      must: 'Stay up. It may refuse what is not application/json.',
      gain: noGain,
    },
    'any',
    (stage) => stage.fault({ endpoint: 'token', content_type: 'text/html' }),
  ),
  {
    id: 'unavailable-once',
    group: 'token answer',
    expects: 'refused',
    title: 'The token endpoint is unavailable once (503)',
    spec: 'RFC 9110 §9.2.2, RFC 6749 §4.1.2',
    must: 'Say that the sign-on failed, or begin a new one. The code may be spent: it must not be sent again.',
    gain: 'The server takes the second use of the code for a theft, and revokes the person’s tokens.',
    async run(stage): Promise<Result> {
      const begun = await stage.begin();
      const callback = await stage.signOn(begun);
      await stage.fault({ endpoint: 'token', status: 503 });
      const { trail } = await stage.callBack(begun, callback);
      const code = callback.searchParams.get('code');
      const sent = (await stage.seenInCase('token')).filter(({ form }) => form.code === code).length;
      if (sent === 0) return noTokenRequest;
      if (sent > 1) return { verdict: 'accepted', remark: `it sent the code ${sent} times` };
      const again = trail.end.pathname.endsWith('/as/authorize');
      return (
        stage.crashOf(trail) ?? {
          verdict: 'refused',
          remark: again ? 'it began a new sign-on' : 'it did not try again',
        }
      );
    },
  },
];
