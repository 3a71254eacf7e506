import { boolean, type Infer, object, oneOf, secret, secretFile } from '../../lib/schema/types.js';

/** The bodies of keys and key rotation policies (docs/fidelity.md, management 6.8). */

const filled = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
/** A century, so that dates remain valid. */
const days = { type: 'integer', minimum: 1, maximum: 36_500 } as const;

const usageTypes = ['ENCRYPTION', 'SIGNING', 'SSL/TLS', 'ISSUANCE', 'OUTBOUND_MTLS'] as const;

export const keyBody = object(
  {
    name,
    algorithm: oneOf('RSA', 'EC'),
    keyLength: { type: 'integer', minimum: 1, maximum: 65_536 },
    signatureAlgorithm: oneOf('SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA', 'SHA256withECDSA', 'SHA384withECDSA', 'SHA512withECDSA'),
    subjectDN: filled,
    usageType: oneOf(...usageTypes),
    validityPeriod: days,
  },
  {
    default: boolean,
    issuerDN: filled,
    serialNumber: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    customCRL: { type: 'string', maxLength: 1024, pattern: '^http://[a-zA-Z0-9.\\-/]*$' },
  },
);
export type KeyBody = Infer<typeof keyBody>;

/** The form of an uploaded key. */
export const keyUpload = object(
  { file: secretFile, usageType: oneOf(...usageTypes) },
  { password: secret({ type: 'string', maxLength: 1024 }) },
);

/** The form with a certificate that an authority has signed. */
export const certificateUpload = object({ file: secretFile });

/** The form with the certificate of another. */
export const certificateImport = object({ file: secretFile, usageType: oneOf(...usageTypes) });

/** The body of PUT: what can be changed. */
export const keyChange = object({ default: boolean, usageType: oneOf(...usageTypes) }, { issuerDN: filled });
export type KeyChange = Infer<typeof keyChange>;

export const keyLengths: Readonly<Record<KeyBody['algorithm'], readonly number[]>> = {
  RSA: [2048, 3072, 4096, 7680],
  EC: [224, 256, 384, 521],
};

export const keyRotationPolicyBody = object(
  {
    name,
    algorithm: oneOf('RSA'),
    keyLength: { type: 'integer', minimum: 2048, maximum: 7680 },
    signatureAlgorithm: oneOf('SHA256withRSA'),
    usageType: oneOf('SIGNING'),
    dn: filled,
  },
  { validityPeriod: days, rotationPeriod: { type: 'integer', minimum: 30, maximum: 36_500 } },
);
export type KeyRotationPolicyBody = Infer<typeof keyRotationPolicyBody>;

export interface SeedCertificate {
  readonly id?: string;
  readonly usageType: Infer<typeof certificateImport>['usageType'];
  readonly certificate: string;
}
