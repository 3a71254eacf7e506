import t from 'tap';
import { environmentUrl, managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, environmentId } from '../../helpers/server.js';

const path = 'deviceAuthenticationPolicies';
const minutes = (duration: number) => ({ duration, timeUnit: 'MINUTES' });
const failure = { count: 4, coolDown: minutes(1) };
const offline = { enabled: true, otp: { lifeTime: minutes(20), failure, otpLength: 8 }, pairingDisabled: true };
const policy = {
  name: 'Strict',
  default: false,
  sms: offline,
  voice: offline,
  email: offline,
  whatsApp: offline,
  mobile: {
    enabled: true,
    otp: { failure, window: { stepSize: { duration: 30, timeUnit: 'SECONDS' } } },
    applications: [
      {
        id: 'a0000000-0000-4000-8000-000000000004',
        push: { enabled: true, numberMatching: { enabled: true } },
        pushTimeout: { duration: 60, timeUnit: 'SECONDS' },
        pairingKeyLifetime: { duration: 2, timeUnit: 'HOURS' },
        pushLimit: { count: 3, lockDuration: minutes(5), timePeriod: minutes(6) },
        otp: { enabled: true },
        deviceAuthorization: { enabled: true, extraVerification: 'restrictive' },
        autoEnrollment: { enabled: true },
        integrityDetection: 'permissive',
      },
    ],
  },
  totp: { enabled: true, otp: { failure }, uriParameters: { issuer: 'Example' } },
  fido2: { enabled: false, failure },
  oathToken: { enabled: true, otp: { failure } },
  authentication: { deviceSelection: 'PROMPT_TO_SELECT' },
  newDeviceNotification: 'SMS_THEN_EMAIL',
  rememberMe: { web: { enabled: true, lifeTime: { duration: 2, timeUnit: 'DAYS' } } },
  ignoreUserLock: true,
  desktop: { enabled: true, otp: { failure }, pairingDisabled: true, pairingKeyLifetime: { duration: 40, timeUnit: 'HOURS' } },
  yubikey: { enabled: false, otp: { failure }, promptForNicknameOnPairing: true },
};

const start = async (t: Parameters<typeof buildTestServer>[0]) => {
  const server = await buildTestServer(t);
  const call = await managementClient(server.app);
  const list = async () => (await call('GET', path)).json()._embedded[path] as { id: string; name: string; default: boolean }[];
  return { ...server, call, list };
};

t.test('a new environment has a default MFA policy', async (t) => {
  const { call } = await start(t);
  const { _embedded, count } = (await call('GET', path)).json();
  t.equal(count, 1);
  const [usual] = _embedded[path];
  const self = `${environmentUrl}/${path}/${usual.id}`;
  t.same(usual._links, { self: { href: self }, environment: { href: environmentUrl } });
  t.match(usual, {
    environment: { id: environmentId },
    name: 'Default MFA Policy',
    default: true,
    forSignOnPolicy: false,
    sms: { enabled: false, otp: { lifeTime: minutes(30), failure: { count: 3, coolDown: minutes(0) }, otpLength: 6 } },
    email: { enabled: true },
    totp: { enabled: true, passcodeGracePeriod: 5 },
    newDeviceNotification: 'EMAIL_THEN_SMS',
  });
  t.notOk('createdAt' in usual);
  t.same((await call('GET', `${path}/${usual.id}`)).json(), usual);
  const replaced = await call('PUT', `${path}/${usual.id}`, { body: { ...usual, default: false, name: 'Ours' } });
  t.match(replaced.json(), { id: usual.id, name: 'Ours', default: true }, 'it remains the default');
  t.same(refusal(await call('DELETE', `${path}/${usual.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
});

t.test('an MFA policy is created, replaced and deleted, and another default replaces the one before', async (t) => {
  const { call, list } = await start(t);
  const made = await call('POST', path, { body: policy });
  t.equal(made.statusCode, 201, made.body);
  t.match(made.json(), policy);
  const { id } = made.json();
  t.same(refusal(await call('POST', path, { body: { ...policy, name: 'STRICT' } })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  const usualName = { ...policy, name: 'default mfa policy' };
  t.same(
    refusal(await call('POST', path, { body: usualName })),
    [400, 'UNIQUENESS_VIOLATION', 'name'],
    'also of the one that is not stored',
  );
  t.same(refusal(await call('POST', path, { body: { ...policy, name: 'N', totp: undefined } })), [400, 'EMPTY_VALUE', 'totp']);
  const eleven = { ...offline, otp: { ...offline.otp, otpLength: 11 } };
  t.equal((await call('POST', path, { body: { ...policy, name: 'N', sms: eleven } })).statusCode, 400);
  const second = await call('PUT', `${path}/${id}`, { body: { ...policy, default: true, authentication: undefined } });
  t.equal(second.json().default, true);
  t.notOk('authentication' in second.json(), 'PUT clears what it leaves out');
  const policies = await list();
  t.same(policies.map((one) => one.default).sort(), [false, true], 'one default');
  const before = policies.find((one) => !one.default);
  t.equal((await call('DELETE', `${path}/${before?.id}`)).statusCode, 204, 'what was the default once can go');
  t.same(
    (await list()).map(({ name }) => name),
    ['Strict'],
  );
});

t.test('a sign-on policy names an MFA policy that exists, which then stays', async (t) => {
  const { call, list } = await start(t);
  const actions = `signOnPolicies/${(await call('POST', 'signOnPolicies', { body: { name: 'MFA' } })).json().id}/actions`;
  const action = (id: string) => ({ type: 'MULTI_FACTOR_AUTHENTICATION', priority: 1, deviceAuthenticationPolicy: { id } });
  t.same(refusal(await call('POST', actions, { body: action(environmentId) })), [400, 'INVALID_VALUE', 'deviceAuthenticationPolicy']);
  const [usual] = await list();
  t.equal((await call('POST', actions, { body: action(usual?.id ?? '') })).statusCode, 201, 'the default policy exists');
  const { id } = (await call('POST', path, { body: policy })).json();
  const made = await call('POST', actions, { body: action(id.toUpperCase()) });
  t.equal(made.statusCode, 201, made.body);
  const refused = await call('DELETE', `${path}/${id}`);
  t.same(refused.json().details[0].innerError, { referencedValues: [made.json().id] });
  t.equal((await call('DELETE', `${actions}/${made.json().id}`)).statusCode, 204);
  t.equal((await call('DELETE', `${path}/${id}`)).statusCode, 204);
});

t.test('an export has MFA policies that are changed or added, and starts a mock with the same', async (t) => {
  const { app, call, list } = await start(t);
  const exported = async (from: typeof app) => (await from.inject(`/__mock/v1/environments/${environmentId}/seed`)).json();
  t.notOk(path in (await exported(app)).environments[0], 'none that every environment has');
  const [usual] = await list();
  await call('POST', path, { body: { ...policy, default: true } });
  const seed = await exported(app);
  t.match(seed.environments[0][path], [
    { ...policy, default: true },
    { id: usual?.id, name: 'Default MFA Policy' },
  ]);
  const again = await buildTestServer(t, { config: JSON.stringify(seed) });
  t.same(await exported(again.app), seed);
  // A seed of a tenant: another id for the policy of that name.
  const own = {
    environments: [{ id: environmentId, [path]: [{ ...policy, id: usual?.id.replace(/^./, '0'), name: 'Default MFA Policy' }] }],
  };
  const tenant = await buildTestServer(t, { config: JSON.stringify(own) });
  t.match((await exported(tenant.app)).environments[0][path], [{ id: usual?.id.replace(/^./, '0'), default: true }]);
});
