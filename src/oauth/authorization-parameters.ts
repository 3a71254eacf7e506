import type { FastifyRequest } from 'fastify';
import type { AuthorizationParameters } from '../core/authorization-request.js';
import { object, string } from '../schema.js';

const parameters = {
  client_id: string,
  response_type: string,
  response_mode: string,
  redirect_uri: string,
  scope: string,
  state: string,
  nonce: string,
  prompt: string,
  max_age: string,
  acr_values: string,
  login_hint: string,
  login_hint_token: string,
  request: string,
  request_uri: string,
  resource: string,
  code_challenge: string,
  code_challenge_method: string,
} as const;

export const authorizationRequestSchema = object({}, parameters);

type Wire = { [Name in keyof typeof parameters]?: unknown };

/** The parameters of query and form together; the form goes first. An empty one counts as absent (RFC 6749 §3.1). */
const wireParameters = (request: FastifyRequest): Wire => {
  const form = typeof request.body === 'object' && request.body !== null ? (request.body as Wire) : {};
  return { ...(request.query as Wire), ...form };
};

/** What an authorization request carries, and the names that it carries more than once (RFC 6749 §3.1: must not). */
export function readAuthorizationParameters(request: FastifyRequest): { parameters: AuthorizationParameters; repeated: string[] } {
  const wire = wireParameters(request);
  const repeated = Object.entries(wire)
    .filter(([name, value]) => name in parameters && Array.isArray(value))
    .map(([name]) => name);
  const text = (name: keyof Wire): string | undefined => {
    const value = wire[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const read: Record<keyof AuthorizationParameters, string | undefined> = {
    clientId: text('client_id'),
    responseType: text('response_type'),
    responseMode: text('response_mode'),
    redirectUri: text('redirect_uri'),
    scope: text('scope'),
    state: text('state'),
    nonce: text('nonce'),
    prompt: text('prompt'),
    maxAge: text('max_age'),
    acrValues: text('acr_values'),
    loginHint: text('login_hint'),
    loginHintToken: text('login_hint_token'),
    request: text('request'),
    requestUri: text('request_uri'),
    resource: text('resource'),
    codeChallenge: text('code_challenge'),
    codeChallengeMethod: text('code_challenge_method'),
  };
  return { parameters: read as AuthorizationParameters, repeated };
}
