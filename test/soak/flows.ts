import type { App } from '../../src/environment/context.js';
import { as, authorize, basic, post, redeem } from '../helpers/client.js';
import { answerDevice, poll, startDevice } from '../helpers/device.js';
import { ids } from '../helpers/server.js';

const refresh = (app: App, token: string) =>
  post(app, `${as}/token`, { grant_type: 'refresh_token', refresh_token: token, client_id: ids.spa });

/** A sign-on with its tokens, two refreshes and userinfo: what leaves most behind, and what most applications do. */
async function signOn(app: App): Promise<void> {
  const authorized = await authorize(app);
  const first = (await redeem(app, authorized)).json();
  const second = (await refresh(app, first.refresh_token)).json();
  const third = (await refresh(app, second.refresh_token)).json();
  const { statusCode } = await app.inject({ url: `${as}/userinfo`, headers: { authorization: `Bearer ${third.access_token}` } });
  if (statusCode !== 200) throw new Error(`userinfo answered ${statusCode}`);
}

/** What is rarer, in turn; each leaves something else behind. */
const rarer: readonly ((app: App) => Promise<unknown>)[] = [
  async (app) => {
    const authorized = await authorize(app);
    await redeem(app, authorized);
    await redeem(app, authorized);
  },
  async (app) => redeem(app, await authorize(app), { code_verifier: 'x'.repeat(43) }),
  async (app) => authorize(app, { username: 'bob', password: 'Bob-Passw0rd1' }),
  async (app) => {
    const device = await startDevice(app);
    await answerDevice(app, device);
    await poll(app, device.device_code);
  },
  async (app) => startDevice(app),
  async (app) =>
    post(
      app,
      `${as}/par`,
      { response_type: 'code', redirect_uri: 'http://localhost:3000/callback', scope: 'openid' },
      {
        authorization: basic(ids.web, 'web-secret'),
      },
    ),
  async (app) => {
    const { access_token: token } = (await redeem(app, await authorize(app))).json();
    await post(app, `${as}/revoke`, { token, client_id: ids.spa });
  },
  async (app) => app.inject({ url: `${as}/token`, method: 'POST', payload: 'x'.repeat(10_000), headers: { 'content-type': 'text/plain' } }),
  async (app) => app.inject({ url: `${as}/.well-known/openid-configuration`, headers: { host: `h${Math.random()}.localhost` } }),
];

/** Flow number `at` of a soak. */
export async function runFlow(app: App, at: number): Promise<void> {
  await signOn(app);
  if (at % 10 === 0) await rarer[(at / 10) % rarer.length]?.(app);
}
