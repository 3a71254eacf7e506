import type { Exchange } from './exchange.js';

/** Members of forms, JSON bodies and queries whose values PINGONE_MOCK_HIDE_SECRETS hides. */
export const secretMembers: readonly string[] = [
  'access_token',
  'actor_token',
  'assertion',
  'auth_req_id',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'currentPassword',
  'device_code',
  'id_token',
  'id_token_hint',
  'login_hint_token',
  'newPassword',
  'password',
  'refresh_token',
  'secret',
  'subject_token',
  'token',
  'user_code',
];
const members = secretMembers.join('|');

const headers: ReadonlySet<string> = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization']);

export const hidden = '(hidden)';

const inForm = new RegExp(`((?:^|[?&#])(?:${members})=)[^&#]*`, 'g');
const inJson = new RegExp(`("(?:${members})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'g');

const challengeInForm = /((?:^|[?&#])code_challenge=)[^&#]*/g;
const isS256 = /(?:^|[?&#])code_challenge_method=S256(?=[&#]|$)/;

/** A plain challenge is the verifier itself, and plain is the default method (RFC 7636 §4.3). */
const withoutPlainChallenge = (text: string): string => (isS256.test(text) ? text : text.replace(challengeInForm, `$1${hidden}`));

/** A body, a URL or a header value without its secrets. */
const hideInText = (text: string): string => withoutPlainChallenge(text).replace(inForm, `$1${hidden}`).replace(inJson, `$1"${hidden}"`);

const hideInHeaders = <V>(values: Readonly<Record<string, V>>): Record<string, V | string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      headers.has(name.toLowerCase()) ? hidden : typeof value === 'string' ? hideInText(value) : value,
    ]),
  );

/** A copy of an exchange without credentials, codes and tokens. */
export const withoutSecrets = (exchange: Exchange): Exchange => ({
  ...exchange,
  url: hideInText(exchange.url),
  headers: hideInHeaders(exchange.headers) as Exchange['headers'],
  body: exchange.body === undefined ? undefined : hideInText(exchange.body),
  answer: exchange.answer && {
    ...exchange.answer,
    headers: hideInHeaders(exchange.answer.headers),
    body: exchange.answer.body === undefined ? undefined : hideInText(exchange.answer.body),
  },
});
