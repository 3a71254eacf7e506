import type { AuthorizationParameters } from './authorization-request.js';

/** The parameters that PingOne knows, with their names on the wire. Others are ignored. */
export const parameterNames = {
  clientId: 'client_id',
  responseType: 'response_type',
  responseMode: 'response_mode',
  redirectUri: 'redirect_uri',
  scope: 'scope',
  state: 'state',
  nonce: 'nonce',
  prompt: 'prompt',
  maxAge: 'max_age',
  acrValues: 'acr_values',
  loginHint: 'login_hint',
  loginHintToken: 'login_hint_token',
  request: 'request',
  requestUri: 'request_uri',
  resource: 'resource',
  codeChallenge: 'code_challenge',
  codeChallengeMethod: 'code_challenge_method',
} as const satisfies Record<keyof AuthorizationParameters, string>;

const entries = Object.entries(parameterNames) as [keyof AuthorizationParameters, string][];

/** The parameters of a request. */
export interface SentParameters {
  /** Those that are strings. An empty one counts as absent (RFC 6749 §3.1). */
  readonly parameters: AuthorizationParameters;
  /** The names of those that were sent more than once (RFC 6749 §3.1: must not). */
  readonly repeated: readonly string[];
}

const none: readonly string[] = [];

/** Reads the parameters of a request. */
export function readParameters(wire: Readonly<Record<string, unknown>>): SentParameters {
  const parameters: AuthorizationParameters = {};
  let repeated = none;
  // No object inherits a member of this name.
  for (const [name, wireName] of entries) {
    const value = wire[wireName];
    if (typeof value === 'string') {
      if (value !== '') parameters[name] = value;
    } else if (Array.isArray(value)) repeated = [...repeated, wireName];
  }
  return { parameters, repeated };
}
