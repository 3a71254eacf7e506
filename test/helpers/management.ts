import type { Response } from 'light-my-request';
import type { App } from '../../src/environment/context.js';
import { environmentId, ids } from './server.js';

export interface CallOptions {
  body?: unknown;
  /** The action of PingOne's own media types, as `password.set`. */
  action?: string;
  headers?: Record<string, string>;
}

/** Calls a path under the default environment, or under /v1 where it begins with a slash. */
export type Call = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD',
  path: string,
  options?: CallOptions,
) => Promise<Response>;

/** An access token of a worker. */
export async function workerToken(
  app: App,
  { id = ids.worker as string, secret = 'worker-secret', environment = environmentId } = {},
): Promise<string> {
  const response = await app.inject({
    method: 'POST',
    url: `/${environment}/as/token`,
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: 'grant_type=client_credentials',
  });
  return (response.json() as { access_token: string }).access_token;
}

/** A client of the management API with a token; without one, the default worker's. */
export async function managementClient(app: App, token?: string): Promise<Call> {
  const authorization = `Bearer ${token ?? (await workerToken(app))}`;
  return (method, path, { body, action, headers = {} } = {}) =>
    app.inject({
      method,
      url: path.startsWith('/') ? `/v1${path}` : `/v1/environments/${environmentId}/${path}`,
      headers: {
        authorization,
        host: 'localhost:9400',
        ...(action !== undefined
          ? { 'content-type': `application/vnd.pingidentity.${action}+json` }
          : body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
    });
}

/** The address that links of the default environment start with. */
export const environmentUrl = `http://localhost:9400/v1/environments/${environmentId}`;
