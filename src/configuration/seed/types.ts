import type { SeedAgreement } from '../agreements/schema.js';
import type { ApplicationRoleBody, SeedApplicationResource } from '../application-permissions/schema.js';
import type { ApplicationBody } from '../applications/schema.js';
import type { SeedBrandingSettings, SeedImage, SeedTheme } from '../branding/schema.js';
import type { SeedCustomDomain } from '../custom-domains/schema.js';
import type { ActiveDevice } from '../devices/own-devices.js';
import type { SchemaAttributeBody } from '../directory/user-attributes.js';
import type { UserInput } from '../directory/user-schema.js';
import type { SeedFlowPolicy } from '../flow-policies/flow-policies.js';
import type { GatewayBody } from '../gateways/gateways.js';
import type { SeedIdentityProvider } from '../identity-providers/schema.js';
import type { KeyBody, KeyRotationPolicyBody, SeedCertificate } from '../keys/schema.js';
import type { SeedLanguage, SeedTranslation } from '../languages/schema.js';
import type { Fido2PolicyBody } from '../mfa/fido2-policies.js';
import type { SeedDevicePolicy } from '../mfa/schema.js';
import type { MfaSettingsBody } from '../mfa/settings.js';
import type { SeedEmailDeliverySettings } from '../notifications/email-delivery.js';
import type {
  SeedEmailDomain,
  SeedNotificationsPolicy,
  SeedNotificationsSettings,
  SeedPhoneDeliverySettings,
} from '../notifications/schema.js';
import type { SeedNotificationContent } from '../notifications/schema-contents.js';
import type { SubscriptionBody } from '../subscriptions/schema.js';
import type { SeedTrustedIssuer } from '../trusted-issuers/schema.js';

/** A seed as it is read; schema.ts describes each member. */

/** A name or an id. */
export type Pointer = string | { id?: string; name?: string };

interface SeedItem {
  id?: string;
}
interface SeedPolicy extends SeedItem {
  name: string;
  description?: string;
  default?: boolean;
}
interface SeedClaim extends SeedItem {
  name: string;
  value: string;
  idToken?: boolean;
  userInfo?: boolean;
}
interface SeedRoleAssignment extends SeedItem {
  role: Pointer;
  scope?: { id: string; type: string };
}
export interface SeedPopulation extends SeedPolicy {
  passwordPolicy?: Pointer;
  theme?: Pointer;
  defaultIdentityProvider?: Pointer;
  preferredLanguage?: string;
}
export interface SeedGroup extends SeedItem {
  userFilter?: string;
  memberOfGroups?: Pointer[];
  roleAssignments?: SeedRoleAssignment[];
  name: string;
  description?: string;
  externalId?: string;
  population?: Pointer;
}
export interface SeedUser extends Omit<UserInput, 'population'> {
  password?: string | { value: string; forceChange?: boolean };
  population?: Pointer;
  groups?: Pointer[];
  roleAssignments?: SeedRoleAssignment[];
  customAttributes?: Record<string, unknown>;
  account?: { status?: 'OK' | 'LOCKED'; lockedAt?: string };
  linkedAccounts?: { id?: string; identityProvider: Pointer; externalId: string }[];
  devices?: ActiveDevice[];
  agreementConsents?: { agreement: Pointer; language?: { id: string }; revision?: { id: string }; consentedAt?: string }[];
}
export type SeedSchemaAttribute = SeedItem & SchemaAttributeBody;
export interface SeedResource extends SeedItem {
  name: string;
  description?: string;
  type?: string;
  audience?: string;
  secret?: string;
  scopes?: (SeedItem & { name: string; description?: string })[];
  attributes?: (SeedClaim & { required?: boolean })[];
  applicationResources?: SeedApplicationResource[];
}
export type SeedApplication = Omit<ApplicationBody, 'signing' | 'kerberos'> &
  SeedItem & {
    signing?: { keyRotationPolicy: Pointer };
    kerberos?: { key: Pointer };
    secret?: string;
    grants?: (SeedItem & { resource: Pointer; scopes: Pointer[] })[];
    attributes?: (SeedClaim & { required?: boolean; oidcScopes?: string[] })[];
    trustedIssuerAssignments?: (SeedItem & { trustedIssuer: Pointer })[];
    roleAssignments?: SeedRoleAssignment[];
    signOnPolicyAssignments?: (SeedItem & { signOnPolicy: Pointer; priority?: number })[];
    flowPolicyAssignments?: (SeedItem & { flowPolicy: Pointer; priority?: number })[];
  };
export interface SeedSignOnPolicy extends SeedPolicy {
  actions?: (SeedItem & {
    type: string;
    priority?: number;
    condition?: object;
    socialProviders?: Pointer[];
    identityProvider?: Pointer;
    agreement?: Pointer;
    deviceAuthenticationPolicy?: Pointer;
  })[];
}
export type SeedPasswordPolicy = SeedPolicy;
export type SeedKey = SeedItem & KeyBody;
export type SeedKeyRotationPolicy = SeedItem & KeyRotationPolicyBody & { default?: boolean };
export interface SeedRole extends SeedItem {
  name: string;
  description?: string;
  applicableTo?: string[];
  canBeAssignedBy?: { id: string }[];
  permissions: { id: string }[];
}
export type SeedApplicationRole = SeedItem &
  ApplicationRoleBody & { permissions?: Pointer[]; assignments?: (SeedItem & { subject: { id: string } })[] };
export type SeedGateway = Omit<GatewayBody, 'enabled'> & SeedItem & { enabled?: boolean; roleAssignments?: SeedRoleAssignment[] };
export type SeedSubscription = SeedItem &
  Omit<SubscriptionBody, 'enabled' | 'verifyTlsCertificates' | 'filterOptions'> & {
    enabled?: boolean;
    verifyTlsCertificates?: boolean;
    filterOptions: Omit<SubscriptionBody['filterOptions'], 'includedApplications' | 'includedPopulations'> & {
      includedApplications?: Pointer[];
      includedPopulations?: Pointer[];
    };
  };
export interface SeedEnvironment extends SeedItem {
  name?: string;
  description?: string;
  type?: 'PRODUCTION' | 'SANDBOX';
  region?: string;
  organization?: { id: string };
  license?: { id: string };
  populations?: SeedPopulation[];
  passwordPolicies?: SeedPasswordPolicy[];
  schemaAttributes?: SeedSchemaAttribute[];
  roles?: SeedRole[];
  images?: SeedImage[];
  languages?: SeedLanguage[];
  themes?: SeedTheme[];
  agreements?: SeedAgreement[];
  notificationsSettings?: SeedNotificationsSettings;
  emailDeliverySettings?: SeedEmailDeliverySettings;
  phoneDeliverySettings?: SeedPhoneDeliverySettings[];
  notificationsPolicies?: SeedNotificationsPolicy[];
  notificationContents?: SeedNotificationContent[];
  emailDomains?: SeedEmailDomain[];
  customDomains?: SeedCustomDomain[];
  translations?: SeedTranslation[];
  mfaSettings?: Partial<MfaSettingsBody> & { readonly id?: string };
  fido2Policies?: (Fido2PolicyBody & { readonly id?: string })[];
  deviceAuthenticationPolicies?: SeedDevicePolicy[];
  certificates?: SeedCertificate[];
  gateways?: SeedGateway[];
  applicationRoles?: SeedApplicationRole[];
  flowPolicies?: SeedFlowPolicy[];
  identityProviders?: SeedIdentityProvider[];
  trustedIssuers?: SeedTrustedIssuer[];
  brandingSettings?: SeedBrandingSettings;
  keys?: SeedKey[];
  keyRotationPolicies?: SeedKeyRotationPolicy[];
  groups?: SeedGroup[];
  users?: SeedUser[];
  resources?: SeedResource[];
  applications?: SeedApplication[];
  signOnPolicies?: SeedSignOnPolicy[];
  subscriptions?: SeedSubscription[];
}
