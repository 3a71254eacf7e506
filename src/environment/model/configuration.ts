import type { JWK } from 'jose';

/** The configuration of an environment in the spelling of PingOne's management API, without `_links`. */

interface Identified {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What belongs to an environment. */
export interface Owned extends Identified {
  readonly environment: { readonly id: string };
}

export interface EnvironmentRecord extends Identified {
  readonly name: string;
  readonly description?: string;
  readonly type: 'PRODUCTION' | 'SANDBOX';
  readonly region: string;
  readonly organization: { readonly id: string };
  readonly license: { readonly id: string };
  /** The name of the license, if it was changed. */
  readonly licenseName?: string;
  /** The period of the default key rotation policy in days, if it was changed. */
  readonly rotationPeriod?: number;
  /** Whether the session's cookie ends with the browser. */
  readonly useNonPersistentSessionTokenCookie?: boolean;
  readonly billOfMaterials?: { readonly products: readonly object[]; readonly solutionType?: string };
  /** Only as stored, while the environment is being created or removed: what a kill leaves is removed at the next start. */
  readonly unfinished?: true;
  readonly [member: string]: unknown;
}

export interface Population extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly default: boolean;
  readonly passwordPolicy?: { readonly id: string };
  /** A locale, and a theme; without one, those of the environment. */
  readonly preferredLanguage?: string;
  readonly theme?: { readonly id: string };
  /** What its users sign on with, if it is not PingOne. */
  readonly defaultIdentityProvider?: { readonly id: string };
  readonly [member: string]: unknown;
}

/** The secret of an application or resource, under its owner's id. */
export interface Secret {
  readonly id: string;
  readonly secret: string;
  readonly previous?: { readonly secret: string; readonly expiresAt: string; readonly lastUsed?: string };
}

export interface Resource extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly type: 'OPENID_CONNECT' | 'PINGONE_API' | 'CUSTOM';
  readonly audience?: string;
  readonly accessTokenValiditySeconds?: number;
  readonly introspectEndpointAuthMethod?: string;
  /** Whether access tokens have the claim `p1.permissions`. */
  readonly applicationPermissionsSettings?: { readonly claimEnabled?: boolean };
  readonly [member: string]: unknown;
}

export interface Scope extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly resource: { readonly id: string };
  /** The user attributes that a scope of PingOne's own API gives access to. */
  readonly schemaAttributes?: readonly string[];
  readonly [member: string]: unknown;
}

export interface ResourceAttribute extends Owned {
  readonly name: string;
  readonly value: string;
  readonly type: 'CORE' | 'CUSTOM' | 'PREDEFINED';
  /** Without a value, no token is issued. */
  readonly required?: boolean;
  readonly resource: { readonly id: string };
  readonly idToken?: boolean;
  readonly userInfo?: boolean;
  readonly [member: string]: unknown;
}

export interface Grant extends Owned {
  readonly application: { readonly id: string };
  readonly resource: { readonly id: string };
  readonly scopes: readonly { readonly id: string }[];
}

export interface AttributeMapping extends Owned {
  readonly application: { readonly id: string };
  readonly name: string;
  readonly value: string;
  readonly required: boolean;
  readonly mappingType: 'CORE' | 'SCOPE' | 'CUSTOM';
  readonly [member: string]: unknown;
}

/** A third party whose tokens may be exchanged. */
export interface TrustedIssuer extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly issuer: string;
  readonly jwks?: string | object;
  readonly jwksUrl?: string;
  readonly audiences?: readonly string[];
  /** In seconds. */
  readonly clockSkew?: number;
  readonly expRequired?: boolean;
  readonly iatRequired?: boolean;
  readonly nbfRequired?: boolean;
  /** How far ahead `exp` may be, in seconds. */
  readonly maxFutureValidity?: number;
}

/** An application that may exchange the tokens of an issuer. */
export interface TrustedIssuerAssignment extends Owned {
  readonly application: { readonly id: string };
  readonly trustedIssuer: { readonly id: string };
}

export interface RoleAssignment extends Owned {
  /** The application, user, group or gateway that has the role. */
  readonly holder: { readonly id: string; readonly type: 'APPLICATION' | 'USER' | 'GROUP' | 'GATEWAY' };
  readonly role: { readonly id: string };
  readonly scope: { readonly id: string; readonly type: string };
}

/** A role that an environment defines. */
export interface CustomRole extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly applicableTo: readonly string[];
  readonly permissions: readonly { readonly id: string }[];
  /** The roles whose holders may assign it. */
  readonly canBeAssignedBy: readonly { readonly id: string }[];
}

export interface SignOnPolicy extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly default: boolean;
  readonly [member: string]: unknown;
}

export interface SignOnPolicyAction extends Owned {
  readonly signOnPolicy: { readonly id: string };
  readonly type: string;
  readonly priority: number;
  readonly [member: string]: unknown;
}

export interface SignOnPolicyAssignment extends Owned {
  readonly application: { readonly id: string };
  readonly signOnPolicy: { readonly id: string };
  readonly priority: number;
}

export interface PasswordPolicy extends Owned {
  readonly name: string;
  readonly default: boolean;
  readonly [member: string]: unknown;
}

export interface Group extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly population?: { readonly id: string };
  readonly [member: string]: unknown;
}

/** A user or a group as a member of a group. */
export interface Membership {
  readonly id: string;
  readonly group: { readonly id: string };
  readonly member: { readonly id: string; readonly type: 'USER' | 'GROUP' };
}

/** A user attribute: a changed one of PingOne's, or a custom one. */
export interface SchemaAttribute extends Owned {
  readonly schema: { readonly id: string };
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly type: 'STRING' | 'JSON' | 'BOOLEAN' | 'COMPLEX';
  readonly schemaType: 'CORE' | 'STANDARD' | 'CUSTOM';
  readonly enabled: boolean;
  readonly required: boolean;
  readonly unique: boolean;
  readonly multiValued: boolean;
  readonly enumeratedValues?: readonly { readonly value: string; readonly archived?: boolean }[];
  readonly regexValidation?: { readonly pattern: string; readonly requirements?: string };
  readonly subAttributes?: readonly object[];
}

/** A key with its certificate. The API never shows the private key. */
export interface KeyRecord {
  readonly id: string;
  readonly environment: { readonly id: string };
  readonly createdAt: string;
  readonly name: string;
  readonly algorithm: 'RSA' | 'EC';
  readonly keyLength: number;
  readonly signatureAlgorithm: string;
  readonly subjectDN: string;
  readonly issuerDN: string;
  readonly serialNumber: number;
  readonly usageType: string;
  readonly validityPeriod: number;
  readonly default: boolean;
  /** Where revocations of what it issues are listed. */
  readonly customCRL?: string;
  readonly startsAt: string;
  readonly expiresAt: string;
  /** Base64 of the certificate's DER. */
  readonly certificate: string;
  /** `{ pkcs8 }` in base64, or a JWK; absent for the default key, whose private key is in the key ring. */
  readonly privateKey?: object;
}

/** The certificate of another, whose private key is elsewhere. */
export type CertificateRecord = Omit<KeyRecord, 'privateKey' | 'customCRL'>;

export interface KeyRotationPolicy extends Owned {
  readonly name: string;
  readonly algorithm: string;
  readonly keyLength: number;
  readonly signatureAlgorithm: string;
  readonly usageType: string;
  readonly dn: string;
  readonly validityPeriod: number;
  readonly rotationPeriod: number;
  /** Its initial keys, stored for the next start and never shown. The default policy uses the environment's keys. */
  readonly keys?: PolicyKeys | undefined;
}

/** The key that signs for a policy, and the next one. */
export interface PolicyKeys {
  readonly current: PolicyKey;
  readonly next: PolicyKey;
}

export interface PolicyKey {
  readonly kid: string;
  /** Includes its certificate. */
  readonly privateJwk: JWK & { x5c: string[] };
}
