import { s256 } from '../../src/protocol/pkce.js';
import { decideBackchannelRequest } from '../../src/signon/decoupled/backchannel.js';
import { changeApplication } from '../helpers/application.js';
import { as, askAuthorize, authorize, basic, cookiesOf, locationOf, newVerifier, post, redeem, redirectUri } from '../helpers/client.js';
import { act, enter, poll, startDevice } from '../helpers/device.js';
import { assignPolicy, lastCode, startFlow } from '../helpers/flows.js';
import { managementClient } from '../helpers/management.js';
import { ids, type TestServer } from '../helpers/server.js';

/** What of it may be used once: `begin` makes one, what it gives tries to use it and says whether it did. */
export interface Contest {
  readonly name: string;
  begin(): Promise<() => Promise<boolean>>;
}

const web = { authorization: basic(ids.web, 'web-secret') };
const ciba = 'urn:openid:params:grant-type:ciba';

/** A FIDO2 policy but for its name. */
const fido2Policy = {
  relyingPartyId: 'login.example.com',
  deviceDisplayName: 'Key',
  attestationRequirements: 'NONE',
  authenticatorAttachment: 'BOTH',
  discoverableCredentials: 'PREFERRED',
  backupEligibility: { allow: true, enforceDuringAuthentication: false },
  mdsAuthenticatorsRequirements: { option: 'NONE', enforceDuringAuthentication: false },
  userDisplayNameAttributes: { attributes: [{ name: 'username' }] },
  userVerification: { option: 'PREFERRED', enforceDuringAuthentication: false },
};

/** The contests of a server, with a person who has signed on. */
export async function contestsOf(server: TestServer): Promise<Contest[]> {
  const { app, environment } = server;
  await changeApplication(environment, ids.web, { grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CIBA'] });
  const { cookie } = await authorize(app);
  const call = await managementClient(app);
  const codeVerifier = newVerifier();
  const challenge = { code_challenge: s256(codeVerifier), code_challenge_method: 'S256' };

  const newCode = async () => {
    const code = locationOf(await askAuthorize(app, challenge, { cookie })).searchParams.get('code');
    if (!code) throw new Error('no code was issued');
    return { code, codeVerifier, clientId: ids.spa, cookie };
  };

  return [
    {
      name: 'authorization codes',
      async begin() {
        const code = await newCode();
        return async () => (await redeem(app, code)).statusCode === 200;
      },
    },
    {
      name: 'refresh tokens',
      async begin() {
        const { refresh_token } = (await redeem(app, await newCode())).json();
        const form = { grant_type: 'refresh_token', refresh_token, client_id: ids.spa };
        return async () => (await post(app, `${as}/token`, form)).statusCode === 200;
      },
    },
    {
      name: 'flows',
      async begin() {
        const asked = await askAuthorize(app, { ...challenge, prompt: 'login' }, { cookie });
        const flowId = locationOf(asked).searchParams.get('flowId') as string;
        const signedOn = await act(app, flowId, 'usernamePassword.check', { username: 'bob', password: 'Bob-Passw0rd1' });
        const headers = { cookie: cookiesOf(signedOn) };
        return async () => {
          const resumed = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers });
          return /[?&]code=/.test(String(resumed.headers.location));
        };
      },
    },
    {
      name: 'pushed requests',
      async begin() {
        const pushed = { response_type: 'code', redirect_uri: redirectUri, scope: 'openid' };
        const { request_uri } = (await post(app, `${as}/par`, pushed, web)).json();
        const query = new URLSearchParams({ client_id: ids.web, request_uri }).toString();
        return async () => {
          const { headers } = await app.inject({ url: `${as}/authorize?${query}`, headers: { cookie } });
          return /[?&](code|flowId)=/.test(String(headers.location));
        };
      },
    },
    {
      name: 'device codes',
      async begin() {
        const device = await startDevice(app);
        const flowId = await enter(app, device.verification_uri_complete, cookie);
        await act(app, flowId, 'deviceAuthGrant.consent', { accept: true });
        return async () => (await poll(app, device.device_code)).statusCode === 200;
      },
    },
    {
      name: 'user codes',
      async begin() {
        const device = await startDevice(app);
        const flows = await Promise.all([
          enter(app, device.verification_uri_complete, cookie),
          enter(app, device.verification_uri_complete, cookie),
        ]);
        let turn = 0;
        return async () => {
          turn += 1;
          const { status } = (await act(app, flows[turn % 2] as string, 'deviceAuthGrant.consent', { accept: true })).json();
          return status === 'COMPLETED';
        };
      },
    },
    {
      name: 'backchannel requests',
      async begin() {
        const { auth_req_id } = (await post(app, `${as}/cibaAuthorization`, { scope: 'openid', login_hint: 'alice' }, web)).json();
        await decideBackchannelRequest(environment, auth_req_id, true);
        return async () => (await post(app, `${as}/token`, { grant_type: ciba, auth_req_id }, web)).statusCode === 200;
      },
    },
    {
      name: 'sessions',
      async begin() {
        const own = await authorize(app);
        return async () => (await call('DELETE', 'sessions/me', { headers: { cookie: own.cookie } })).statusCode === 204;
      },
    },
    {
      name: 'custom domains',
      async begin() {
        for (const { id } of await environment.store.customDomains.list()) await environment.store.customDomains.take(id);
        let turn = 0;
        return async () => {
          turn += 1;
          // An environment has one, whatever it is called.
          return (await call('POST', 'customDomains', { body: { domainName: `login${turn % 2}.example.com` } })).statusCode === 201;
        };
      },
    },
    {
      name: 'FIDO2 policies of one name',
      async begin() {
        const name = `Keys ${environment.random.uuid()}`;
        return async () => (await call('POST', 'fido2Policies', { body: { ...fido2Policy, name } })).statusCode === 201;
      },
    },
    {
      name: 'activation codes of devices',
      async begin() {
        for (const { id } of await environment.store.devices.list()) await environment.store.devices.take(id);
        const device = { type: 'EMAIL', email: 'a@example.com', status: 'ACTIVATION_REQUIRED' };
        const { id } = (await call('POST', `users/${ids.alice}/devices`, { body: device })).json();
        const otp = environment.outbox.list().findLast(({ code }) => code !== undefined)?.code;
        return async () => {
          const activated = await call('POST', `users/${ids.alice}/devices/${id}`, { action: 'device.activate', body: { otp } });
          return activated.statusCode === 200;
        };
      },
    },
    {
      name: 'one-time passcodes',
      async begin() {
        for (const { id } of await environment.store.devices.list()) await environment.store.devices.take(id);
        const [policy] = await environment.store.signOnPolicies.find('name', 'Two_Steps');
        if (!policy) await assignPolicy(server, 'Two_Steps', [{}, { type: 'MULTI_FACTOR_AUTHENTICATION', email: { enabled: true } }]);
        const flow = await startFlow(server);
        await flow.act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' });
        const otp = lastCode(server, flow.id);
        return async () => (await flow.act('otp.check', { otp })).statusCode === 200;
      },
    },
  ];
}
