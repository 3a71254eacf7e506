import t from 'tap';
import { managementClient } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { buildTestServer, ids } from '../../helpers/server.js';

const path = 'fido2Policies';
const policy = {
  name: 'Security keys',
  relyingPartyId: 'login.example.com',
  deviceDisplayName: 'Key',
  attestationRequirements: 'DIRECT',
  authenticatorAttachment: 'CROSS_PLATFORM',
  discoverableCredentials: 'REQUIRED',
  backupEligibility: { allow: false, enforceDuringAuthentication: true },
  mdsAuthenticatorsRequirements: { option: 'NONE', enforceDuringAuthentication: false },
  userDisplayNameAttributes: { attributes: [{ name: 'username' }] },
  userVerification: { option: 'REQUIRED', enforceDuringAuthentication: true },
};

t.test('a FIDO2 policy is created, replaced and deleted; the default one stays', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const list = async () => (await call('GET', path)).json()._embedded[path];
  const [usual] = await list();
  t.match(usual, { name: 'Passkeys', default: true, relyingPartyId: 'pingone.com' });
  t.same(refusal(await call('DELETE', `${path}/${usual.id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
  const made = await call('POST', path, { body: policy });
  t.equal(made.statusCode, 201, made.body);
  t.match(made.json(), { ...policy, default: false });
  t.same(refusal(await call('POST', path, { body: { ...policy, name: 'SECURITY KEYS' } })), [400, 'UNIQUENESS_VIOLATION', 'name']);
  t.same(
    refusal(await call('POST', path, { body: { ...policy, userVerification: { option: 'MAYBE', enforceDuringAuthentication: true } } })),
    [400, 'INVALID_VALUE', 'userVerification.option'],
  );
  const { id } = made.json();
  t.match((await call('PUT', `${path}/${id}`, { body: { ...policy, default: true } })).json(), { id, default: true });
  t.same(
    (await list()).filter((one: { default: boolean }) => one.default).map((one: { id: string }) => one.id),
    [id],
  );
  t.equal((await call('DELETE', `${path}/${usual.id}`)).statusCode, 204);
});

t.test('the FIDO2 policy that an MFA policy names decides how a passkey is made, and stays while it is named', async (t) => {
  const { app } = await buildTestServer(t);
  const call = await managementClient(app);
  const { id } = (await call('POST', path, { body: policy })).json();
  const [mfa] = (await call('GET', 'deviceAuthenticationPolicies')).json()._embedded.deviceAuthenticationPolicies;
  await call('PUT', `deviceAuthenticationPolicies/${mfa.id}`, { body: { ...mfa, fido2: { ...mfa.fido2, fido2PolicyId: id } } });
  t.same(refusal(await call('DELETE', `${path}/${id}`)), [400, 'CONSTRAINT_VIOLATION', undefined]);
  const create = async (body: object) => (await call('POST', `users/${ids.alice}/devices`, { body: { type: 'FIDO2', ...body } })).json();
  t.match(JSON.parse((await create({})).publicKeyCredentialCreationOptions), {
    rp: { id: 'login.example.com' },
    attestation: 'direct',
    authenticatorSelection: {
      authenticatorAttachment: 'cross-platform',
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
  });
  t.match(await create({ rp: { id: 'Other.example', name: 'Other' } }), { rp: { id: 'other.example', name: 'Other' } });
});
