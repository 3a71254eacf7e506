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

/** Reads the parameters that are strings. An empty one counts as absent (RFC 6749 §3.1). */
export function toAuthorizationParameters(wire: Readonly<Record<string, unknown>>): AuthorizationParameters {
  const parameters: AuthorizationParameters = {};
  // No object inherits a member of this name.
  for (const [name, wireName] of entries) {
    const value = wire[wireName];
    if (typeof value === 'string' && value !== '') parameters[name] = value;
  }
  return parameters;
}

/** The names of parameters that were sent more than once (RFC 6749 §3.1: must not). */
export function repeatedParameters(wire: Readonly<Record<string, unknown>>): string[] {
  const repeated: string[] = [];
  for (const [, wireName] of entries) if (Array.isArray(wire[wireName])) repeated.push(wireName);
  return repeated;
}
