import type { Environment } from '../environment/context.js';
import type { FaultEffect } from '../environment/faults/registry.js';
import { endpointOf } from '../environment/journal/endpoints.js';
import type { Exchange } from '../environment/journal/exchange.js';
import { sentForm, sentQuery } from '../environment/journal/sent-client.js';
import { asciiAddress } from '../lib/ascii-address.js';
import { halJson } from '../pingone/media-types.js';
import { PingOneError } from '../pingone/pingone-error.js';
import type { PlatformCode } from '../pingone/platform-messages.js';
import { prettyJson } from '../pingone/pretty-json.js';
import { matchRedirectUri } from '../protocol/redirect-uri.js';

export interface FaultAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Endpoints that answer in PingOne's own format. */
const ownFormat: ReadonlySet<string> = new Set(['userinfo', 'flows', 'signon', 'management']);

const platformCode = (status: number): PlatformCode => {
  if (status === 429) return 'REQUEST_LIMITED';
  if (status >= 500) return 'UNEXPECTED_ERROR';
  if (status === 404) return 'NOT_FOUND';
  return status === 401 || status === 403 ? 'ACCESS_FAILED' : 'REQUEST_FAILED';
};

const oauthCode = (status: number): string => {
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  if (status >= 500) return 'server_error';
  return status === 401 ? 'invalid_client' : 'invalid_request';
};

/** The status of a fault that names none. */
function defaultStatus({ error, retryAfterSeconds, location }: FaultEffect, endpoint: string): number {
  if (retryAfterSeconds !== undefined) return 429;
  if (location !== undefined) return 302;
  return error === 'invalid_client' && endpoint === 'token' ? 401 : 400;
}

/** An error of the authorization endpoint goes where its answers go (RFC 6749 §4.1.2.1), if that may be. */
async function redirected(
  { store }: Environment,
  exchange: Exchange,
  parameters: Record<string, string>,
): Promise<FaultAnswer | undefined> {
  const { client_id: clientId = '', redirect_uri: redirectUri, state } = { ...sentQuery(exchange), ...sentForm(exchange) };
  const application = await store.applications.get(clientId);
  if (redirectUri === undefined || !application?.redirectUris || !matchRedirectUri(redirectUri, application.redirectUris, {}))
    return undefined;
  const query = new URLSearchParams({ ...parameters, ...(state !== undefined && { state }) });
  const location = asciiAddress(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`);
  return { status: 302, headers: { location }, body: '' };
}

/** What is answered in place of the endpoint; undefined if the fault lets the endpoint answer. */
export async function faultAnswer(environment: Environment, exchange: Exchange, fault: FaultEffect): Promise<FaultAnswer | undefined> {
  const { status: asked, error, errorDescription, retryAfterSeconds, location } = fault;
  if ([asked, error, retryAfterSeconds, location].every((each) => each === undefined)) return undefined;
  const endpoint = endpointOf(exchange);
  const status = asked ?? defaultStatus(fault, endpoint);
  const headers = {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...(location !== undefined && { location }),
  };
  if (status >= 300 && status < 400) return { status, headers, body: '' };
  if (status < 300) return { status, headers: { ...headers, 'content-type': 'application/json' }, body: status === 204 ? '' : '{}' };
  if (ownFormat.has(endpoint) && error === undefined) {
    const refused = new PingOneError({ status, code: platformCode(status), text: errorDescription });
    return { status, headers: { ...headers, 'content-type': halJson }, body: prettyJson(refused.envelope(exchange.id)) };
  }
  const parameters = {
    error: error ?? oauthCode(status),
    error_description: errorDescription ?? `Request failed (Correlation ID: ${exchange.id})`,
  };
  const response = endpoint === 'authorize' && asked === undefined ? await redirected(environment, exchange, parameters) : undefined;
  return response ?? { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(parameters) };
}
