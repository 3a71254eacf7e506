import type { JWK } from 'jose';

/** The smaller things of an environment's configuration, as PingOne's management API spells them, without `_links`. */

interface Identified {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface Owned extends Identified {
  readonly environment: { readonly id: string };
}

export interface EnvironmentRecord extends Identified {
  readonly name: string;
  readonly description?: string;
  readonly type: 'PRODUCTION' | 'SANDBOX';
  readonly region: string;
  readonly organization: { readonly id: string };
  readonly license: { readonly id: string };
  /** Days after which the default key rotation policy changes its keys, where somebody has set them. */
  readonly rotationPeriod?: number;
  readonly billOfMaterials?: { readonly products: readonly object[]; readonly solutionType?: string };
  readonly [member: string]: unknown;
}

export interface Population extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly default: boolean;
  readonly passwordPolicy?: { readonly id: string };
  readonly [member: string]: unknown;
}

/** A secret of an application or of a resource, kept under its owner's id. */
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
  readonly [member: string]: unknown;
}

export interface Scope extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly resource: { readonly id: string };
  /** The attributes of users that a scope of PingOne's own API opens. */
  readonly schemaAttributes?: readonly string[];
  readonly [member: string]: unknown;
}

export interface ResourceAttribute extends Owned {
  readonly name: string;
  readonly value: string;
  readonly type: 'CORE' | 'CUSTOM' | 'PREDEFINED';
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

export interface RoleAssignment extends Owned {
  /** The application, user or group that has the role. */
  readonly holder: { readonly id: string; readonly type: 'APPLICATION' | 'USER' | 'GROUP' };
  readonly role: { readonly id: string };
  readonly scope: { readonly id: string; readonly type: string };
}

/** A role of an environment's own. */
export interface CustomRole extends Owned {
  readonly name: string;
  readonly description?: string;
  readonly applicableTo: readonly string[];
  readonly permissions: readonly { readonly id: string }[];
  /** The roles whose holders may give it. */
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

/** That a user is in a group, or a group in another. */
export interface Membership {
  readonly id: string;
  readonly group: { readonly id: string };
  readonly member: { readonly id: string; readonly type: 'USER' | 'GROUP' };
}

/** An attribute of users: one of PingOne's that was switched, or one of the environment's own. */
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

/** A key with its certificate. The private half stays here. */
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
  readonly startsAt: string;
  readonly expiresAt: string;
  /** Base64 of the certificate's DER. */
  readonly certificate: string;
  /** Private JWK; PingOne's own default key signs from elsewhere. */
  readonly privateKey?: object;
}

export interface KeyRotationPolicy extends Owned {
  readonly name: string;
  readonly algorithm: string;
  readonly keyLength: number;
  readonly signatureAlgorithm: string;
  readonly usageType: string;
  readonly dn: string;
  readonly validityPeriod: number;
  readonly rotationPeriod: number;
  /** The keys that it began with, kept for the next start; PingOne tells nobody. The default policy's are the environment's. */
  readonly keys?: PolicyKeys | undefined;
}

/** What signs for a policy, and what will. */
export interface PolicyKeys {
  readonly current: PolicyKey;
  readonly next: PolicyKey;
}

export interface PolicyKey {
  readonly kid: string;
  /** With its certificate. */
  readonly privateJwk: JWK & { x5c: string[] };
}
