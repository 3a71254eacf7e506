import { createHash } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import type { Device, DeviceSecret, Passkey } from '../../environment/model/mfa.js';
import type { AssertionRequest } from '../../environment/model/second-factor.js';
import type { User } from '../../environment/model/user.js';
import { isObject, parseJson, textMember } from '../../lib/unknown.js';
import { checkAssertion, mayUse } from '../../protocol/assertion.js';
import { type Check, check, type Decision, decide } from '../../protocol/check.js';
import type { RuleName } from '../../protocol/rules/index.js';
import { devicePolicyFor } from '../mfa/device-policies.js';
import { fido2PolicyFor, ownRelyingParty } from '../mfa/fido2-policies.js';
import type { DevicePolicyBody } from '../mfa/schema.js';
import { secretOf } from './passcodes.js';

/** Passkeys (WebAuthn Level 3). A library does the checks; it is loaded for the first one. */

const load = () => import('./webauthn.js');

const timeout = 120_000;
/** Longer than any credential that a browser answers with. */
const longest = 32_768;
/** ES256, PS256 and RS256, as texts: so PingOne writes them. */
const algorithms = ['-7', '-37', '-257'];

type Requirement = AssertionRequest['userVerification'];

/** Bytes as PingOne writes them: signed numbers. */
const numbersOf = (bytes: Uint8Array): number[] => Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

const lower = (value: string | undefined, usual: Requirement): Requirement => (value?.toLowerCase() as Requirement | undefined) ?? usual;

async function policyFor(environment: Environment, devicePolicyId: string | undefined) {
  const { fido2 } = (await devicePolicyFor(environment, devicePolicyId)) as Partial<DevicePolicyBody>;
  return fido2PolicyFor(environment, fido2?.fido2PolicyId);
}

/** The relying party of a new passkey. `hostname` is how the mock was asked: it takes the place of PingOne's own name. */
export async function relyingPartyFor(
  environment: Environment,
  devicePolicyId: string | undefined,
  given: { readonly id: string; readonly name?: string | undefined } | undefined,
  hostname: string,
): Promise<{ id: string; name: string }> {
  const { relyingPartyId } = await policyFor(environment, devicePolicyId);
  const wanted = given?.id.toLowerCase() ?? relyingPartyId;
  const isOurs = wanted === ownRelyingParty && !`.${hostname}`.endsWith(`.${ownRelyingParty}`);
  const id = isOurs ? hostname : wanted;
  return { id, name: given?.name ?? environment.record.name };
}

const passkeysOf = async (environment: Environment, devices: readonly { readonly id: string }[]): Promise<DeviceSecret[]> =>
  (await Promise.all(devices.map((device) => secretOf(environment, device)))).filter(({ passkey }) => passkey !== undefined);

const described = ({ passkey }: DeviceSecret) => ({ type: 'public-key', id: numbersOf(bytesOf(passkey?.id ?? '')) });

/** A new challenge, base64url. */
export const newChallenge = ({ random }: Environment): string => random.bytes(32).toString('base64url');

/** What a browser creates a passkey from: the argument of `navigator.credentials.create`, as JSON. */
export async function creationOptions(environment: Environment, device: Device, user: User): Promise<string | undefined> {
  const { challenge } = await secretOf(environment, device);
  if (challenge === undefined || !device.rp) return undefined;
  const policy = await policyFor(environment, device.policy?.id);
  const known = await passkeysOf(environment, await environment.store.devices.find('user.id', user.id));
  const residentKey = lower(policy.discoverableCredentials, 'preferred');
  const { authenticatorAttachment = 'BOTH' } = policy;
  return JSON.stringify({
    rp: device.rp,
    user: {
      id: numbersOf(createHash('sha256').update(user.id).digest()),
      displayName: user.name?.formatted ?? user.username,
      name: user.username,
    },
    challenge: numbersOf(bytesOf(challenge)),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout,
    excludeCredentials: known.map(described),
    authenticatorSelection: {
      ...(authenticatorAttachment !== 'BOTH' && { authenticatorAttachment: authenticatorAttachment.toLowerCase().replace('_', '-') }),
      residentKey,
      requireResidentKey: residentKey === 'required',
      userVerification: lower(policy.userVerification?.option, 'preferred'),
    },
    attestation: policy.attestationRequirements === 'DIRECT' ? 'direct' : 'none',
  });
}

/** The request to the passkeys of a relying party. */
export async function newAssertion(
  environment: Environment,
  rp: { readonly id: string },
  devicePolicyId: string | undefined,
): Promise<AssertionRequest> {
  const { userVerification } = await policyFor(environment, devicePolicyId);
  return { challenge: newChallenge(environment), relyingPartyId: rp.id, userVerification: lower(userVerification?.option, 'preferred') };
}

/** What a browser uses to ask for a passkey: the argument of `navigator.credentials.get`, as JSON. */
export async function requestOptions(
  environment: Environment,
  { challenge, relyingPartyId, userVerification }: AssertionRequest,
  devices: readonly { readonly id: string }[],
): Promise<string> {
  const known = await passkeysOf(environment, devices);
  return JSON.stringify({
    challenge: numbersOf(bytesOf(challenge)),
    timeout,
    rpId: relyingPartyId,
    allowCredentials: known.map(described),
    userVerification,
  });
}

/** base64 and base64url alike, as base64url. */
const toBase64url = (text: string | undefined): string => (text ?? '').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

interface Credential {
  readonly id: string;
  readonly response: Readonly<Record<string, string>>;
}

/** Reads a credential that a browser made, as JSON with its bytes in base64 or base64url; undefined if it is not one. */
function readCredential(text: string, members: readonly string[]): Credential | undefined {
  if (text.length > longest) return undefined;
  try {
    const parsed = parseJson(text);
    const response = isObject(parsed) ? parsed.response : undefined;
    const id = toBase64url(textMember(parsed, 'rawId') ?? textMember(parsed, 'id'));
    const read = members.map((name) => [name, toBase64url(textMember(response, name))] as const);
    if (id === '' || read.some(([, value]) => value === '')) return undefined;
    const userHandle = textMember(response, 'userHandle');
    return { id, response: { ...Object.fromEntries(read), ...(userHandle && { userHandle: toBase64url(userHandle) }) } };
  } catch {
    return undefined;
  }
}

export type Verdict<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

const wrong = (reason: string) => ({ ok: false, reason }) as const;

/** Runs a check of the library, which says by an error what is wrong. */
async function judged<T>(check: () => Promise<Verdict<T>>): Promise<Verdict<T>> {
  try {
    return await check();
  } catch (error) {
    return wrong(error instanceof Error ? error.message.slice(0, 300) : 'it could not be read');
  }
}

/** Judges what a browser answered to `creationOptions`: challenge, origin, relying party, signature of the attestation. */
export async function judgeAttestation(environment: Environment, device: Device, origin: string, text: string): Promise<Verdict<Passkey>> {
  const { challenge } = await secretOf(environment, device);
  const relyingPartyId = device.rp?.id ?? '';
  const credential = readCredential(text, ['clientDataJSON', 'attestationObject']);
  if (challenge === undefined) return wrong('no passkey registration is in progress');
  if (!credential) return wrong('the attestation is not the JSON of a credential');
  if (!mayUse(origin, relyingPartyId)) return wrong(`pages of ${origin} may not use passkeys of ${relyingPartyId}`);
  const policy = await policyFor(environment, device.policy?.id);
  return judged<Passkey>(async () => {
    const { verifyRegistrationResponse } = await load();
    const { id, response } = credential;
    const { clientDataJSON = '', attestationObject = '' } = response;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, attestationObject } },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingPartyId,
      requireUserVerification: policy.userVerification?.option === 'REQUIRED',
    });
    if (!verified || !registrationInfo) return wrong('the attestation is not valid');
    const { credential: made, credentialDeviceType } = registrationInfo;
    const backupEligible = credentialDeviceType === 'multiDevice';
    if (backupEligible && policy.backupEligibility?.allow === false)
      return wrong('the FIDO2 policy does not allow passkeys that can be backed up');
    const publicKey = Buffer.from(made.publicKey).toString('base64url');
    return { ok: true, value: { id: made.id, publicKey, counter: made.counter, backupEligible } };
  });
}

/** A passkey that has signed: of which device, and its new counter. */
export interface Asserted {
  readonly deviceId: string;
  readonly passkey: Passkey;
}

/** Judges what a browser answered to `requestOptions`: challenge, origin, relying party, counter, signature. Nothing is stored. */
export async function judgeAssertion(
  environment: Environment,
  { challenge, relyingPartyId, userVerification }: AssertionRequest,
  devices: readonly { readonly id: string }[],
  { origin, assertion }: { readonly origin: string; readonly assertion: string },
): Promise<Decision<Asserted, RuleName> & { readonly value?: Asserted }> {
  const refuse = (refusedBy: Check<RuleName>) => ({ checks: [refusedBy], refusedBy });
  const credential = readCredential(assertion, ['clientDataJSON', 'authenticatorData', 'signature']);
  if (!credential) return refuse(check('passkey_readable', false));
  const { id, response } = credential;
  const held = (await passkeysOf(environment, devices)).find(({ passkey }) => passkey?.id === id);
  if (!held?.passkey) return refuse(check('passkey_known', false, { got: id.slice(0, 100) }));
  const { passkey, id: deviceId } = held;
  const requiresVerification = userVerification === 'required';
  const { clientDataJSON = '', authenticatorData = '', signature = '' } = response;
  const expected = { challenge, origin, relyingPartyId, requiresVerification, counter: passkey.counter };
  const { checks, refusedBy } = decide(checkAssertion({ clientDataJSON, authenticatorData }, expected));
  if (refusedBy) return { checks, refusedBy };
  const verdict = await judged<Asserted>(async () => {
    const { verifyAuthenticationResponse } = await load();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingPartyId,
      requireUserVerification: requiresVerification,
      credential: { id: passkey.id, publicKey: new Uint8Array(bytesOf(passkey.publicKey)), counter: passkey.counter },
    });
    if (!verified) return wrong('the signature does not match the passkey');
    return { ok: true, value: { deviceId, passkey: { ...passkey, counter: authenticationInfo.newCounter } } };
  });
  const signed = check('passkey_signature', verdict.ok, verdict.ok ? {} : { got: verdict.reason });
  return verdict.ok ? { checks: [...checks, signed], value: verdict.value } : { checks: [...checks, signed], refusedBy: signed };
}
