import { randomBytes } from 'node:crypto';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { App } from '../../src/environment/context.js';
import { s256 } from '../../src/protocol/pkce.js';
import { environmentId, ids } from './server.js';

/** What the tests' client does over HTTP, step by step, as an application would. */

export const as = `/${environmentId}/as`;
export const redirectUri = 'http://localhost:3000/callback';

export const newVerifier = (): string => randomBytes(32).toString('base64url');

export const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

type Parameters = Record<string, string | undefined>;

const encode = (parameters: Parameters): string =>
  new URLSearchParams(Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString();

/** A form post. */
export const post = (app: App, url: string, form: Parameters, headers: InjectOptions['headers'] = {}): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: encode(form) });

/** Asks at /as/authorize; everything can be overridden, and left out by undefined. */
export const askAuthorize = (
  app: App,
  parameters: Parameters = {},
  headers: InjectOptions['headers'] = {},
): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'GET',
    url: `${as}/authorize?${encode({ response_type: 'code', client_id: ids.spa, redirect_uri: redirectUri, scope: 'openid profile', ...parameters })}`,
    headers,
  });

/** The action `usernamePassword.check` of a flow. */
export const checkPassword = (app: App, flowId: string, username: string, password: string): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url: `/${environmentId}/flows/${flowId}`,
    headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    payload: JSON.stringify({ username, password }),
  });

/** What a browser sends back of the cookies that it was given. */
export const cookiesOf = (response: LightMyRequestResponse): string =>
  response.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

export const locationOf = (response: LightMyRequestResponse): URL => new URL(response.headers.location as string);

export interface Authorized {
  code: string;
  codeVerifier: string | undefined;
  clientId: string;
  cookie: string;
}

interface AuthorizeOptions {
  clientId?: string;
  username?: string;
  password?: string;
  method?: 'S256' | 'plain' | 'none';
  parameters?: Parameters;
}

/** A whole sign-on in the redirect form, up to the code. */
export async function authorize(app: App, options: AuthorizeOptions = {}): Promise<Authorized> {
  const { clientId = ids.spa, username = 'alice', password = 'Alice-Passw0rd', method = 'S256', parameters = {} } = options;
  const codeVerifier = method === 'none' ? undefined : newVerifier();
  const pkce =
    codeVerifier === undefined
      ? {}
      : { code_challenge: method === 'S256' ? s256(codeVerifier) : codeVerifier, code_challenge_method: method };
  const asked = await askAuthorize(app, { client_id: clientId, ...pkce, ...parameters });
  const flowId = locationOf(asked).searchParams.get('flowId') as string;
  const signedOn = await checkPassword(app, flowId, username, password);
  const cookie = cookiesOf(signedOn);
  const resumed = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie } });
  return { code: locationOf(resumed).searchParams.get('code') as string, codeVerifier, clientId, cookie };
}

/** The token request that belongs to an authorization. */
export const redeem = (
  app: App,
  { code, codeVerifier, clientId }: Authorized,
  form: Parameters = {},
  headers: InjectOptions['headers'] = {},
) =>
  post(
    app,
    `${as}/token`,
    { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: codeVerifier, ...form },
    headers,
  );
