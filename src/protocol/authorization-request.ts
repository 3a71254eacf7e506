import { type Check, type Checks, check, need } from './check.js';
import type { Client, ResponseTypePart } from './client.js';
import type { CodeChallenge } from './pkce.js';

/** Where the answer goes (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode, PingOne's `pi.flow`). */
export type ResponseMode = 'query' | 'fragment' | 'form_post' | 'pi.flow';

export const responseModes: readonly ResponseMode[] = ['query', 'fragment', 'form_post', 'pi.flow'];

/** The parameters of an authorization request, as they were sent (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). */
export interface AuthorizationParameters {
  clientId?: string;
  responseType?: string;
  responseMode?: string;
  redirectUri?: string;
  scope?: string;
  state?: string;
  nonce?: string;
  prompt?: string;
  maxAge?: string;
  acrValues?: string;
  loginHint?: string;
  loginHintToken?: string;
  request?: string;
  requestUri?: string;
  resource?: string;
  codeChallenge?: string;
  codeChallengeMethod?: string;
}

/** A valid authorization request. It is stored with its flow, and what a code needs of it with the code. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly responseTypes: readonly ResponseTypePart[];
  readonly responseMode: ResponseMode;
  readonly redirectUri?: string | undefined;
  readonly scopes: readonly string[];
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  readonly prompts: readonly string[];
  readonly maxAgeSeconds?: number | undefined;
  readonly acrValues: readonly string[];
  readonly loginHint?: string | undefined;
  /** The only user who may sign on, as a login_hint_token demands. */
  readonly userId?: string | undefined;
  readonly codeChallenge?: CodeChallenge | undefined;
  /** The audience that `resource` names (RFC 8707). */
  readonly audience?: string | undefined;
}

/** The space-separated words of a parameter; none if it is absent. */
export const words = (text: string | undefined): string[] => (text === undefined ? [] : text.split(' ').filter(Boolean));

const known: readonly string[] = ['code', 'token', 'id_token'];

/** The parts of a response_type in the order of the standards; undefined if PingOne does not list it. */
export function parseResponseType(responseType: string | undefined): ResponseTypePart[] | undefined {
  const parts = words(responseType);
  if (parts.length === 0 || new Set(parts).size !== parts.length || !parts.every((part) => known.includes(part))) return undefined;
  return known.filter((part) => parts.includes(part)) as ResponseTypePart[];
}

/** Where the answer goes by default: a code alone in the query, tokens in the fragment. */
export const defaultResponseMode = (types: readonly ResponseTypePart[]): ResponseMode =>
  types.length === 1 && types[0] === 'code' ? 'query' : 'fragment';

/** Judges response_type against what exists and what the client may use. */
export function* checkResponseType(responseType: string | undefined, client: Client): Checks<readonly ResponseTypePart[]> {
  const got = yield* need('response_type_present', responseType);
  const parts = yield* need('response_type_known', parseResponseType(got), { got });
  const usesCode = parts.includes('code');
  const grants = [
    ...(usesCode ? (['authorization_code'] as const) : []),
    ...(parts.length > Number(usesCode) ? (['implicit'] as const) : []),
  ];
  const allowed = parts.every((part) => client.responseTypes.includes(part)) && grants.every((grant) => client.grantTypes.includes(grant));
  yield check('response_type_allowed', allowed, {
    expected: `${client.responseTypes.join(' ')} with ${client.grantTypes.join(' ')}`,
    got,
  });
  return parts;
}

/** Judges response_mode: it must exist, and tokens never go into a query (OAuth 2.0 Multiple Response Types §5). */
export function* checkResponseMode(got: string | undefined, types: readonly ResponseTypePart[]): Checks<ResponseMode> {
  if (got === undefined) return defaultResponseMode(types);
  const known = responseModes.find((each) => each === got);
  const mode = yield* need('response_mode_known', known, { expected: responseModes.join(', '), got });
  if (mode === 'query') {
    const onlyCode = types.every((type) => type === 'code');
    yield check('response_mode_fits', onlyCode, { expected: 'fragment, form_post or pi.flow', got });
  }
  return mode;
}

/** The words of `prompt` that PingOne knows. */
export const knownPrompts: readonly string[] = ['none', 'login', 'consent'];

/** Judges prompt and max_age (OpenID Connect Core §3.1.2.1). */
export function checkPrompt(prompt: string | undefined, maxAge: string | undefined): Check[] {
  const checks: Check[] = [];
  if (prompt !== undefined) {
    const asked = words(prompt);
    const known = asked.every((word) => knownPrompts.includes(word));
    checks.push(check('prompt_known', known, { expected: knownPrompts.join(', '), got: prompt }));
    checks.push(check('prompt_none_alone', !asked.includes('none') || asked.length === 1, { got: prompt }));
  }
  if (maxAge !== undefined) checks.push(check('max_age_number', /^\d{1,10}$/.test(maxAge), { expected: 'seconds', got: maxAge }));
  return checks;
}
