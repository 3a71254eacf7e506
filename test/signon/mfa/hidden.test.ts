import t from 'tap';
import { startFlow } from '../../helpers/flows.js';
import { workerToken } from '../../helpers/management.js';
import { withSecondFactor } from '../../helpers/second-factor.js';
import { buildTestServer, environmentId, ids } from '../../helpers/server.js';

t.test('with PINGONE_MOCK_HIDE_SECRETS the journal shows no secret of a device and no passcode', async (t) => {
  for (const hideSecrets of [true, false]) {
    const server = await buildTestServer(t, { hideSecrets });
    const { call, pair, policy } = await withSecondFactor(server);
    const path = `users/${ids.alice}/devices`;
    const app = (await call('POST', path, { body: { type: 'TOTP', policy: { id: policy.id } } })).json();
    const mail = { type: 'EMAIL', email: 'a@example.com', testMode: true, policy: { id: policy.id } };
    const pending = (await call('POST', path, { body: { ...mail, status: 'ACTIVATION_REQUIRED' } })).json();
    await call('GET', path);
    await call('GET', `${path}/${app.id}`);
    const key = (await call('POST', `users/${ids.alice}/pairingKeys`, { body: {} })).json();
    await pair(mail);
    const flow = await startFlow(server);
    const shown = (await flow.act('usernamePassword.check', { username: 'alice', password: 'Alice-Passw0rd' })).json();
    await flow.read();
    const authenticated = await server.app.inject({
      method: 'POST',
      url: `/${environmentId}/deviceAuthentications`,
      headers: { authorization: `Bearer ${await workerToken(server.app)}`, 'content-type': 'application/json' },
      payload: JSON.stringify({ user: { id: ids.alice }, policy: { id: policy.id } }),
    });
    const journal = (await server.app.inject('/__mock/v1/environments/default/requests')).body;
    const secrets = {
      secret: app.secret,
      code: key.code,
      pairing: pending.test.otp,
      flow: shown.test.otp,
      alone: authenticated.json().test.otp,
    };
    for (const [name, secret] of Object.entries(secrets)) t.equal(journal.includes(`${secret}`), !hideSecrets, `${name}, ${hideSecrets}`);
  }
});
