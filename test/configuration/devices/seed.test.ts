import t from 'tap';
import { applySeed } from '../../../src/configuration/seed/apply.js';
import { collectSeed } from '../../../src/configuration/seed/collect.js';
import { readSeed } from '../../../src/configuration/seed/read.js';
import type { Environment } from '../../../src/environment/context.js';
import { managementClient, workerToken } from '../../helpers/management.js';
import { buildTestServer } from '../../helpers/server.js';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const seed = {
  environments: [
    {
      name: 'With devices',
      mfaSettings: { pairing: { maxAllowedDevices: 9, pairingKeyFormat: 'ALPHANUMERIC' } },
      users: [
        {
          id: 'd0000000-0000-4000-8000-000000000001',
          username: 'dora',
          email: 'dora@example.com',
          devices: [
            { type: 'TOTP', nickname: 'App', secret },
            { type: 'SMS', phone: '+14155550100' },
            { type: 'FIDO2', rp: { id: 'example.com', name: 'Example' } },
            { type: 'MOBILE', nickname: 'Phone' },
          ],
        },
      ],
    },
  ],
};

const read = (value: object) => readSeed(value, 'test');

t.test('a seed gives users active devices, as often as it is applied, and an export has them without secrets', async (t) => {
  const { app, context } = await buildTestServer(t);
  const [made] = (await applySeed(context, read(seed))) as [Environment];
  const again = { environments: [{ ...seed.environments[0], id: made.id }] };
  await applySeed(context, read(again));
  const users = await made.store.users.list();
  const dora = users.find(({ username }) => username === 'dora');
  t.equal(dora?.mfaEnabled, true, 'a device without MFA could not be used');
  const devices = await made.store.devices.list();
  t.same(
    devices.map(({ type, status }) => [type, status]),
    ['TOTP', 'SMS', 'FIDO2', 'MOBILE'].map((type) => [type, 'ACTIVE']),
  );
  t.equal((await made.store.deviceSecrets.get(devices[0]?.id ?? ''))?.secret, secret);
  t.same(made.outbox.list(), [], 'nobody is told of a new device');

  const call = await managementClient(app, await workerToken(app));
  const reader = {
    read: async (path: string) => {
      const answer = await call('GET', path);
      return answer.statusCode === 200 ? answer.json() : undefined;
    },
  };
  const { environments } = (await collectSeed(reader, { environmentId: made.id, users: true })) as unknown as typeof seed;
  const [exported] = environments;
  t.match(exported?.mfaSettings, seed.environments[0]?.mfaSettings);
  const collected = exported?.users.find(({ username }) => username === 'dora')?.devices ?? [];
  t.match(collected, [
    { type: 'TOTP', nickname: 'App' },
    { type: 'SMS', phone: '+14155550100' },
    { type: 'FIDO2', rp: { id: 'example.com' } },
    { type: 'MOBILE' },
  ]);
  t.notMatch(JSON.stringify(environments), secret);
  t.doesNotThrow(() => read({ environments }), 'it is a seed');
});

t.test('a device of a seed that could not work is named with its place', async (t) => {
  const { context } = await buildTestServer(t);
  const withDevice = (device: object) => ({ environments: [{ name: 'x', users: [{ username: 'u', devices: [device] }] }] });
  for (const [device, problem] of [
    [{ type: 'SMS' }, /users\[0\]\.devices\[0\]\.phone/],
    [{ type: 'TOTP', secret: 'x' }, /users\[0\]\.devices\[0\]\.secret/],
    [{ type: 'FAX' }, /users\[0\]\.devices\[0\]\.type/],
    [{ email: 'a@b.c' }, /users\[0\]\.devices\[0\]\.type/],
  ] as const)
    await t.rejects(async () => applySeed(context, read(withDevice(device))), { message: problem }, JSON.stringify(device));
});
