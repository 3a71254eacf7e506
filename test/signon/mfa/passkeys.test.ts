import { decodeJwt } from 'jose';
import t from 'tap';
import type { DeviceSecret } from '../../../src/environment/model/mfa.js';
import { assert, attest } from '../../../src/protocol/authenticator.js';
import { startFlow } from '../../helpers/flows.js';
import { workerToken } from '../../helpers/management.js';
import { refusal } from '../../helpers/refusal.js';
import { withSecondFactor } from '../../helpers/second-factor.js';
import { buildTestServer, environmentId, ids, type TestServer } from '../../helpers/server.js';

const alice = { username: 'alice', password: 'Alice-Passw0rd' };
const origin = 'http://localhost:9400';
const key = Buffer.alloc(32, 7).toString('base64url');
const credentialId = Buffer.alloc(20, 9).toString('base64url');
const devices = `users/${ids.alice}/devices`;

/** Bytes that PingOne writes as signed numbers. */
const text = (numbers: number[]): string => Buffer.from(Int8Array.from(numbers).buffer).toString('base64url');
const creation = (device: { publicKeyCredentialCreationOptions: string }) => JSON.parse(device.publicKeyCredentialCreationOptions);
const request = (flow: { publicKeyCredentialRequestOptions: string }) => JSON.parse(flow.publicKeyCredentialRequestOptions);

async function start(t: Parameters<typeof buildTestServer>[0]) {
  const server = await buildTestServer(t);
  const test = await withSecondFactor(server);
  const create = async (body: object = {}) =>
    (await test.call('POST', devices, { body: { type: 'FIDO2', policy: { id: test.policy.id }, ...body } })).json();
  const activate = (id: string, body: object) => test.call('POST', `${devices}/${id}`, { action: 'device.activate', body });
  /** A passkey of alice's on this machine. */
  const pairPasskey = async () => {
    const device = await create();
    const challenge = text(creation(device).challenge);
    const attestation = attest(key, credentialId, { relyingPartyId: 'localhost', origin, challenge });
    const active = await activate(device.id, { origin, attestation });
    if (active.statusCode !== 200) throw new Error(active.body);
    return active.json();
  };
  const secondStep = async () => {
    const flow = await startFlow(server as TestServer);
    return { ...flow, body: (await flow.act('usernamePassword.check', alice)).json() };
  };
  return { ...server, ...test, create, activate, pairPasskey, secondStep };
}

t.test('a passkey is made by what PingOne’s options ask for, and signs a person on', async (t) => {
  const { create, pairPasskey, secondStep, call, environment } = await start(t);
  const options = creation(await create());
  t.match(options, {
    rp: { id: 'localhost' },
    user: { name: 'alice', id: Array },
    pubKeyCredParams: [{ type: 'public-key', alg: '-7' }, { alg: '-37' }, { alg: '-257' }],
    timeout: 120000,
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification: 'preferred' },
    attestation: 'none',
  });
  t.equal(options.challenge.length, 32);
  const device = await pairPasskey();
  t.match(device, { type: 'FIDO2', status: 'ACTIVE', rp: { id: 'localhost' } });
  t.notOk('publicKeyCredentialCreationOptions' in device);
  t.same(
    creation(await create()).excludeCredentials.map(({ id }: { id: number[] }) => text(id)),
    [credentialId],
  );

  const { body, act, tokens } = await secondStep();
  t.match(body, { status: 'ASSERTION_REQUIRED', selectedDevice: { id: device.id } });
  t.same(Object.keys(body._links), ['self', 'device.select', 'assertion.check', 'session.reset', 'signOnPage']);
  const asked = request(body);
  t.match(asked, { rpId: 'localhost', userVerification: 'preferred', allowCredentials: [{ type: 'public-key' }] });
  const assertion = assert(key, credentialId, { relyingPartyId: 'localhost', origin, challenge: text(asked.challenge), counter: 5 });
  const done = await act('assertion.check', { origin, assertion, compatibility: 'FULL' });
  t.equal(done.json().status, 'COMPLETED', done.body);
  t.match(decodeJwt((await tokens()).id_token), { amr: ['pwd', 'hwk', 'mfa'] });
  t.equal(((await environment.store.deviceSecrets.get(device.id)) as DeviceSecret).passkey?.counter, 5);
  t.equal((await call('DELETE', `${devices}/${device.id}`)).statusCode, 204);
});

t.test('an attestation with a wrong origin, challenge, relying party or content activates nothing', async (t) => {
  const { create, activate, pairPasskey, call } = await start(t);
  const device = await create();
  const challenge = text(creation(device).challenge);
  const usual = { relyingPartyId: 'localhost', origin, challenge };
  const other = 'http://localhost.example.com';
  const cases: [name: string, origin: string, attestation: string][] = [
    ['another origin than it says', origin, attest(key, credentialId, { ...usual, origin: 'http://localhost:1' })],
    ['an origin of another site', other, attest(key, credentialId, { ...usual, origin: other })],
    ['an origin that is none', 'localhost', attest(key, credentialId, { ...usual, origin: 'localhost' })],
    ['another challenge', origin, attest(key, credentialId, { ...usual, challenge: Buffer.alloc(32).toString('base64url') })],
    ['another relying party', origin, attest(key, credentialId, { ...usual, relyingPartyId: 'example.com' })],
    ['no JSON', origin, 'x'],
    ['another JSON', origin, '{"id":"x","response":{"clientDataJSON":5}}'],
    [
      'CBOR that ends early',
      origin,
      JSON.stringify({
        id: 'AA',
        rawId: 'AA',
        response: { clientDataJSON: Buffer.from('{}').toString('base64'), attestationObject: 'o2Nmb' },
      }),
    ],
    [
      'a list in a list in a list',
      origin,
      JSON.stringify({
        id: 'AA',
        response: { clientDataJSON: 'e30', attestationObject: Buffer.alloc(20_000, 0x81).toString('base64url') },
      }),
    ],
    ['an assertion', origin, assert(key, credentialId, usual)],
  ];
  for (const [name, from, attestation] of cases)
    t.same(refusal(await activate(device.id, { origin: from, attestation })), [400, 'INVALID_VALUE', 'attestation'], name);
  t.same(refusal(await activate(device.id, { origin })), [400, 'EMPTY_VALUE', 'attestation']);
  t.same(refusal(await activate(device.id, { otp: '123456' })), [400, 'EMPTY_VALUE', 'origin']);
  t.equal((await call('GET', `${devices}/${device.id}`)).json().status, 'ACTIVATION_REQUIRED');
  await pairPasskey();
  const twice = await activate(device.id, { origin, attestation: attest(key, credentialId, usual) });
  t.same(refusal(twice), [400, 'INVALID_VALUE', 'attestation'], 'a passkey that another device has');
});

t.test('an assertion with a wrong origin, challenge, signature, counter or passkey signs nobody on', async (t) => {
  const { pairPasskey, secondStep, call, policy } = await start(t);
  const device = await pairPasskey();
  await call('PUT', `deviceAuthenticationPolicies/${policy.id}`, {
    body: { ...policy, fido2: { enabled: true, failure: { count: 50, coolDown: { duration: 1, timeUnit: 'MINUTES' } } } },
  });
  const first = await secondStep();
  const challengeOf = (body: Parameters<typeof request>[0]) => text(request(body).challenge);
  const usual = { relyingPartyId: 'localhost', origin };
  const used = challengeOf(first.body);
  const replayed = assert(key, credentialId, { ...usual, challenge: used, counter: 10 });
  t.equal((await first.act('assertion.check', { origin, assertion: replayed })).json().status, 'COMPLETED');

  const flow = await secondStep();
  const evil = 'https://localhost.example.com';
  const cases: [name: string, make: (challenge: string) => string, from?: string][] = [
    ['a replayed assertion', () => replayed],
    ['another challenge', () => assert(key, credentialId, { ...usual, challenge: used, counter: 11 })],
    ['another origin than it says', (challenge) => assert(key, credentialId, { ...usual, origin: evil, challenge, counter: 11 })],
    ['the origin of a phishing site', (challenge) => assert(key, credentialId, { ...usual, origin: evil, challenge, counter: 11 }), evil],
    [
      'another relying party',
      (challenge) => assert(key, credentialId, { ...usual, relyingPartyId: 'example.com', challenge, counter: 11 }),
    ],
    ['a counter that has not moved', (challenge) => assert(key, credentialId, { ...usual, challenge, counter: 10 })],
    ['a counter that went back', (challenge) => assert(key, credentialId, { ...usual, challenge, counter: 3 })],
    ['another key', (challenge) => assert(Buffer.alloc(32, 8).toString('base64url'), credentialId, { ...usual, challenge, counter: 11 })],
    ['an unknown passkey', (challenge) => assert(key, Buffer.alloc(20, 1).toString('base64url'), { ...usual, challenge, counter: 11 })],
    ['nothing of a credential', () => '{}'],
    ['no JSON', () => '{"'],
  ];
  for (const [name, make, from = origin] of cases) {
    const { publicKeyCredentialRequestOptions } = (await flow.read()) as unknown as { publicKeyCredentialRequestOptions: string };
    const assertion = make(challengeOf({ publicKeyCredentialRequestOptions }));
    t.same(refusal(await flow.act('assertion.check', { origin: from, assertion })), [400, 'INVALID_VALUE', 'assertion'], name);
  }
  for (const body of [{}, { origin }, { origin, assertion: 5 }, { origin: {}, assertion: 'x' }])
    t.equal((await flow.act('assertion.check', body)).statusCode, 400, JSON.stringify(body));
  const now = (await flow.read()) as unknown as { status: string; publicKeyCredentialRequestOptions: string };
  t.equal(now.status, 'ASSERTION_REQUIRED');
  const right = assert(key, credentialId, { ...usual, challenge: challengeOf(now), counter: 11 });
  const answers = await Promise.all([0, 1].map(() => flow.act('assertion.check', { origin, assertion: right })));
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400], 'the right one counts, once');
  t.equal((await call('GET', `${devices}/${device.id}`)).json().lock.status, 'UNLOCKED');
});

t.test('wrong assertions lock the passkey as the MFA policy says', async (t) => {
  const { pairPasskey, secondStep, call } = await start(t);
  const device = await pairPasskey();
  const { act } = await secondStep();
  for (let at = 0; at < 3; at += 1) await act('assertion.check', { origin, assertion: '{}' });
  t.equal((await call('GET', `${devices}/${device.id}`)).json().lock.status, 'LOCKED');
  t.match((await secondStep()).body, { status: 'FAILED', error: { unavailableDevices: [{ id: device.id }] } });
});

t.test('a device authentication asks for a passkey too', async (t) => {
  const { app, pairPasskey, policy } = await start(t);
  await pairPasskey();
  const base = `/${environmentId}/deviceAuthentications`;
  const send = async (url: string, type: string, payload: object) =>
    app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${await workerToken(app)}`, 'content-type': type },
      payload: JSON.stringify(payload),
    });
  const body = (await send(base, 'application/json', { user: { id: ids.alice }, policy: { id: policy.id } })).json();
  t.equal(body.status, 'ASSERTION_REQUIRED');
  const assertion = assert(key, credentialId, {
    relyingPartyId: 'localhost',
    origin,
    challenge: text(request(body).challenge),
    counter: 1,
  });
  const done = await send(`${base}/${body.id}`, 'application/vnd.pingidentity.assertion.check+json', { origin, assertion });
  t.equal(done.json().status, 'COMPLETED', done.body);
});
