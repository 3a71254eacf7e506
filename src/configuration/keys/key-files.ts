import type { KeyObject } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import type { KeyRecord } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { Pkcs12Error, type Pkcs12Problem, readPkcs12, signatureAlgorithmOf } from '../../lib/x509/pkcs12.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidData, invalidValue } from '../../pingone/pingone-error.js';
import { newMembers } from '../items.js';
import { membersFromCertificate, putKey } from './keys.js';
import { keyLengths } from './schema.js';

/** Key lengths by OpenSSL's names of curves. */
export const curveLengths: Readonly<Record<string, number>> = { secp224r1: 224, prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** The algorithm and length of a private key, if PingOne supports them. */
function kindOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): Pick<KeyRecord, 'algorithm' | 'keyLength'> {
  const algorithm = type === 'rsa' ? 'RSA' : 'EC';
  const keyLength = type === 'rsa' ? details?.modulusLength : curveLengths[details?.namedCurve ?? ''];
  if (keyLength === undefined || !keyLengths[algorithm].includes(keyLength)) throw invalidValue('file', texts.keyFileKind.text);
  return { algorithm, keyLength };
}

const fileTexts: Readonly<Record<Pkcs12Problem, string>> = {
  unreadable: texts.keyFile.text,
  key: texts.keyFileKind.text,
  password: texts.keyFilePassword.text,
};

/** Reads a PKCS #12 file and its certificate; a refusal names the member of the form that is wrong. */
function readKeyFile(file: Uint8Array, password: string | undefined) {
  try {
    const { privateKey, certificate, name } = readPkcs12(file, password);
    return { privateKey, name, told: membersFromCertificate(certificate), signatureAlgorithm: signatureAlgorithmOf(certificate) };
  } catch (error) {
    // OpenSSL accepts certificates with invalid dates.
    const fault = error instanceof Pkcs12Error ? error.problem : 'unreadable';
    const detail = { code: 'INVALID_VALUE', target: fault === 'password' ? 'password' : 'file', message: fileTexts[fault] };
    // The log says which feature of the file is not supported.
    throw invalidData(detail, { reason: error instanceof Pkcs12Error ? error.reason : undefined });
  }
}

/** The common name in a distinguished name, unescaped (RFC 4514 §2.4). */
export const commonNameOf = (name: string): string | undefined => /(?:^|, )CN=((?:\\.|[^,\\])+)/.exec(name)?.[1]?.replace(/\\(.)/g, '$1');

/** Adds a key and its certificate from a file, which describes them completely (docs/fidelity.md, management 6.8). */
export async function uploadKey(
  environment: Environment,
  { file, usageType, password }: { file: Uint8Array; usageType: string; password?: string | undefined },
): Promise<KeyRecord> {
  const { privateKey, name, told, signatureAlgorithm } = readKeyFile(file, password);
  const kind = kindOf(privateKey);
  if (signatureAlgorithm === undefined) throw invalidValue('file', texts.keyFileKind.text);
  const now = environment.clock.now();
  if (now < Date.parse(told.startsAt) || now >= Date.parse(told.expiresAt)) throw invalidValue('file', texts.keyFileExpired.text);
  const { id, environment: own, createdAt } = newMembers(environment);
  return serialize(environment, 'keys', () =>
    putKey(environment, {
      id,
      environment: own,
      createdAt,
      name: name ?? commonNameOf(told.subjectDN) ?? told.subjectDN,
      ...kind,
      signatureAlgorithm,
      usageType,
      default: false,
      ...told,
      privateKey: { pkcs8: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64') },
    }),
  );
}
