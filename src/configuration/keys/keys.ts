import { X509Certificate } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import { makeConfiguredKey } from '../../environment/keys/configured-key.js';
import type { Application } from '../../environment/model/application.js';
import type { KeyRecord } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { derivedId } from '../../lib/derived-id.js';
import { membersOf, textMember } from '../../lib/unknown.js';
import type { Digest } from '../../lib/x509/certificate.js';
import { encodeName } from '../../lib/x509/distinguished-name.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidData, invalidValue, notFound } from '../../pingone/pingone-error.js';
import { newMembers } from '../items.js';
import { type KeyBody, type KeyChange, keyLengths } from './schema.js';

const day = 86_400_000;
const moment = (at: number): string => new Date(at).toISOString();

/** The name in a certificate as PingOne writes it: `CN=…, O=…`. */
const nameOf = (text: string): string => text.split('\n').reverse().join(', ');

/** The members of a key that its certificate determines. */
export function membersFromCertificate(certificate: X509Certificate) {
  const [startsAt, expiresAt] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return {
    subjectDN: nameOf(certificate.subject),
    issuerDN: nameOf(certificate.issuer),
    // Cut to what a JSON number can represent exactly.
    serialNumber: Number(BigInt(`0x${certificate.serialNumber}`) & 0xffff_ffff_ffffn),
    validityPeriod: Math.round((expiresAt - startsAt) / day),
    startsAt: moment(startsAt),
    expiresAt: moment(expiresAt),
    certificate: certificate.raw.toString('base64'),
  };
}

/** The key that PingOne signs with by default. It is created with the environment. */
function ownKey({ id, record, keys }: Environment): KeyRecord {
  const certificate = keys.default.publicJwk.x5c[0] ?? '';
  return {
    id: derivedId('default key', id),
    environment: { id },
    createdAt: record.createdAt,
    name: `PingOne SSO Certificate for ${record.name} environment`,
    algorithm: 'RSA',
    keyLength: 2048,
    signatureAlgorithm: 'SHA256withRSA',
    usageType: 'SIGNING',
    default: true,
    ...membersFromCertificate(new X509Certificate(Buffer.from(certificate, 'base64'))),
  };
}

/** All keys: PingOne's default key, then the configured ones. */
export async function configuredKeys(environment: Environment): Promise<KeyRecord[]> {
  const kept = await environment.store.configuredKeys.list();
  const own = ownKey(environment);
  const changed = kept.find(({ id }) => id === own.id);
  const others = kept.filter(({ id }) => id !== own.id);
  return [changed ? { ...own, default: changed.default, usageType: changed.usageType } : own, ...others];
}

/** The key of this id, or PingOne's own 404 for keys. */
export async function keyOf(environment: Environment, id: string): Promise<KeyRecord> {
  const key = (await configuredKeys(environment)).find((other) => other.id === id);
  if (!key) throw notFound({ text: texts.keyUnknown.text(id, environment.id) });
  return key;
}

/** Stores a key; a default key replaces the previous default. Callers hold the lock `keys`. */
export async function putKey(environment: Environment, key: KeyRecord): Promise<KeyRecord> {
  if (key.default)
    for (const other of await configuredKeys(environment))
      if (other.default && other.id !== key.id) await environment.store.configuredKeys.put({ ...other, default: false });
  await environment.store.configuredKeys.put(key);
  return key;
}

/** Refuses a new key, with everything that is wrong with it. */
function requireKey({ algorithm, keyLength, signatureAlgorithm, subjectDN, issuerDN, usageType, customCRL }: KeyBody): void {
  const detail = (target: string, message: string, innerError?: Record<string, unknown>) => ({
    code: 'INVALID_VALUE',
    target,
    message,
    ...(innerError && { innerError }),
  });
  const fits = signatureAlgorithm.endsWith(algorithm === 'RSA' ? 'withRSA' : 'withECDSA');
  const details = [
    ...(keyLengths[algorithm].includes(keyLength)
      ? []
      : [detail('keyLength', texts.keyLength.text, { allowedValues: keyLengths[algorithm] })]),
    ...(fits ? [] : [detail('signatureAlgorithm', texts.keySignature.text)]),
    ...(customCRL === undefined || usageType === 'ISSUANCE' ? [] : [detail('customCRL', texts.keyRevocation.text)]),
    ...(encodeName(subjectDN) ? [] : [detail('subjectDN', texts.keyDistinguishedName.text)]),
    ...(issuerDN === undefined || encodeName(issuerDN) ? [] : [detail('issuerDN', texts.keyDistinguishedName.text)]),
  ];
  if (details.length > 0) throw invalidData(details);
}

/** Creates a real key with a real certificate. */
export async function createKey(environment: Environment, body: KeyBody, given: { id?: string | undefined } = {}): Promise<KeyRecord> {
  requireKey(body);
  const { id: ownId, environment: own, createdAt } = newMembers(environment);
  const id = given.id ?? ownId;
  const { name, algorithm, keyLength, signatureAlgorithm, subjectDN, issuerDN = subjectDN, usageType, validityPeriod } = body;
  const now = environment.clock.now();
  const notAfterAt = now + validityPeriod * day;
  const serial = body.serialNumber ?? environment.random.bytes(6).readUIntBE(0, 6) + 1;
  const serialNumber = Buffer.from(BigInt(serial).toString(16).padStart(16, '0'), 'hex');
  const { privateKey, certificate } = await makeConfiguredKey(environment.keyMaker, {
    algorithm,
    keyLength,
    digest: signatureAlgorithm.slice(0, 6).toLowerCase() as Digest,
    subject: encodeName(subjectDN) as Buffer,
    issuer: encodeName(issuerDN) as Buffer,
    serialNumber,
    notBeforeAt: now,
    notAfterAt,
  });
  return serialize(environment, 'keys', () =>
    putKey(environment, {
      id,
      environment: own,
      createdAt,
      name,
      algorithm,
      keyLength,
      signatureAlgorithm,
      subjectDN,
      issuerDN,
      serialNumber: serial,
      usageType,
      validityPeriod,
      ...(body.customCRL !== undefined && { customCRL: body.customCRL }),
      default: body.default ?? false,
      startsAt: moment(now),
      expiresAt: moment(notAfterAt),
      certificate,
      privateKey,
    }),
  );
}

/** Changes the usage of a key. If it stops being the default, the environment has none (docs/fidelity.md, management 6.8). */
export const changeKey = (environment: Environment, existing: KeyRecord, body: KeyChange): Promise<KeyRecord> => {
  if (body.issuerDN !== undefined && !encodeName(body.issuerDN)) throw invalidValue('issuerDN', texts.keyDistinguishedName.text);
  return serialize(environment, 'keys', () => putKey(environment, { ...existing, usageType: body.usageType, default: body.default }));
};

/** The applications that use a key. Applications name keys only for Kerberos. */
export const applicationsOfKey = async ({ store }: Environment, keyId: string): Promise<Application[]> =>
  (await store.applications.list()).filter(({ kerberos }) => (kerberos as { key?: { id?: string } } | undefined)?.key?.id === keyId);

/** The providers and webhooks that sign or identify themselves with a key. */
async function othersOfKey({ store }: Environment, id: string): Promise<readonly { readonly id: string }[]> {
  const providers = (await store.identityProviders.list()).filter(
    ({ spSigning }) => textMember(membersOf(spSigning).key, 'id')?.toLowerCase() === id,
  );
  const webhooks = (await store.subscriptions.list()).filter(({ tlsClientAuthKeyPair }) => tlsClientAuthKeyPair?.id === id);
  return [...providers, ...webhooks];
}

/** Deletes a key that is not in use (docs/fidelity.md, management 2.6). */
export const deleteKey = (environment: Environment, key: KeyRecord): Promise<void> =>
  serialize(environment, 'keys', async () => {
    const used = [...(await applicationsOfKey(environment, key.id)), ...(await othersOfKey(environment, key.id))];
    const own = key.id === derivedId('default key', environment.id);
    const message = texts.keyInUse.text;
    if (key.default || own || used.length > 0) throw constraint(message, { text: message, referencedValues: used.map(({ id }) => id) });
    await environment.store.configuredKeys.take(key.id);
  });
