import type { LightMyRequestResponse } from 'fastify';
import type { App } from '../../src/environment/context.js';
import { as, post } from './client.js';
import { environmentId, ids } from './server.js';

/** The device grant, step by step: the device's part and the person's (RFC 8628). */

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

export interface StartedDevice {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

export const startDevice = async (app: App, form: Record<string, string> = {}): Promise<StartedDevice> =>
  (await post(app, `${as}/device_authorization`, { client_id: ids.device, scope: 'openid profile', ...form })).json();

export const poll = (app: App, deviceCode: string | undefined, form: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  post(app, `${as}/token`, { grant_type: deviceGrant, device_code: deviceCode, client_id: ids.device, ...form });

/** Opens the page for devices and answers the flow that it leads to. */
export async function enter(app: App, url: string, cookie?: string): Promise<string> {
  const { pathname, search } = new URL(url, 'http://localhost');
  const response = await app.inject({ url: `${pathname}${search}`, headers: cookie === undefined ? {} : { cookie } });
  return new URL(response.headers.location as string).searchParams.get('flowId') as string;
}

/** An action of the flows API. */
export const act = (app: App, flowId: string, action: string, body: unknown): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url: `/${environmentId}/flows/${flowId}`,
    headers: { 'content-type': `application/vnd.pingidentity.${action}+json` },
    payload: JSON.stringify(body),
  });

/** Signs alice on and lets the device in, or not. */
export async function answerDevice(
  app: App,
  { verification_uri_complete: uri }: StartedDevice,
  accept = true,
): Promise<LightMyRequestResponse> {
  const flowId = await enter(app, uri);
  await act(app, flowId, 'usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
  return act(app, flowId, 'deviceAuthGrant.consent', { accept });
}
