import type { Collection, Expiring } from '../../lib/collections/types.js';
import type { ApplicationOrigins } from '../application-origins.js';
import type { ActiveDomains } from '../custom-domains.js';
import type { Agreement, AgreementConsent, AgreementLanguage, AgreementRevision } from '../model/agreements.js';
import type { Application } from '../model/application.js';
import type {
  ApplicationPermission,
  ApplicationResource,
  ApplicationRole,
  ApplicationRoleAssignment,
} from '../model/application-permissions.js';
import type { BrandingSettings, Image, Language, Theme, Translation } from '../model/branding.js';
import type {
  AttributeMapping,
  CertificateRecord,
  CustomRole,
  Grant,
  Group,
  KeyRecord,
  KeyRotationPolicy,
  Membership,
  PasswordPolicy,
  Population,
  Resource,
  ResourceAttribute,
  RoleAssignment,
  SchemaAttribute,
  Scope,
  Secret,
  SignOnPolicy,
  SignOnPolicyAction,
  SignOnPolicyAssignment,
  TrustedIssuer,
  TrustedIssuerAssignment,
} from '../model/configuration.js';
import type { CustomDomain } from '../model/custom-domains.js';
import type { FlowPolicy, FlowPolicyAssignment } from '../model/flow-policies.js';
import type { Gateway, GatewayCredential } from '../model/gateways.js';
import type { IdentityProvider, IdentityProviderAttribute, LinkedAccount } from '../model/identity-providers.js';
import type {
  AuthorizationCode,
  ExternalSignOn,
  Flow,
  PushedRequest,
  RefreshToken,
  Revocation,
  Session,
  SessionRecord,
  Trace,
  UserCode,
  WrongUserCodes,
} from '../model/lifetimes.js';
import type {
  Device,
  DeviceAuthenticationPolicy,
  DeviceSecret,
  Fido2Policy,
  MfaSettings,
  PairingKey,
  PushCredential,
} from '../model/mfa.js';
import type {
  EmailDeliverySettings,
  EmailDomain,
  NotificationContent,
  NotificationsPolicy,
  NotificationsSettings,
  PhoneDeliverySettings,
  TrustedEmail,
} from '../model/notifications.js';
import type { BackchannelRequest, DeviceAuthorization } from '../model/polled-grants.js';
import type { DeviceAuthentication, PushRequest } from '../model/second-factor.js';
import type { Subscription } from '../model/subscriptions.js';
import type { Password, User } from '../model/user.js';

/** The state of what an environment is configured to do. */
export interface ConfigurationState {
  /** Another number after each change of the configuration; what belongs to single users is not part of it. */
  readonly version: number;
}

/** The collections of one environment. */
export interface Store {
  /** What is compiled from the configuration holds for as long as this is the same (`../plan/part.ts`). */
  readonly configuration: ConfigurationState;
  // Configuration: kept in the data folder, if there is one. For its indexes see `indexes.ts`.
  readonly populations: Collection<Population>;
  readonly users: Collection<User>;
  readonly passwords: Collection<Password>;
  readonly groups: Collection<Group>;
  readonly memberships: Collection<Membership>;
  readonly applications: Collection<Application>;
  readonly applicationOrigins: ApplicationOrigins;
  readonly secrets: Collection<Secret>;
  readonly resources: Collection<Resource>;
  readonly scopes: Collection<Scope>;
  readonly resourceAttributes: Collection<ResourceAttribute>;
  readonly grants: Collection<Grant>;
  readonly attributeMappings: Collection<AttributeMapping>;
  readonly trustedIssuers: Collection<TrustedIssuer>;
  readonly trustedIssuerAssignments: Collection<TrustedIssuerAssignment>;
  readonly customRoles: Collection<CustomRole>;
  readonly roleAssignments: Collection<RoleAssignment>;
  readonly signOnPolicies: Collection<SignOnPolicy>;
  readonly signOnPolicyActions: Collection<SignOnPolicyAction>;
  readonly signOnPolicyAssignments: Collection<SignOnPolicyAssignment>;
  readonly flowPolicies: Collection<FlowPolicy>;
  readonly flowPolicyAssignments: Collection<FlowPolicyAssignment>;
  readonly passwordPolicies: Collection<PasswordPolicy>;
  readonly schemaAttributes: Collection<SchemaAttribute>;
  readonly configuredKeys: Collection<KeyRecord>;
  readonly certificates: Collection<CertificateRecord>;
  readonly keyRotationPolicies: Collection<KeyRotationPolicy>;
  readonly images: Collection<Image>;
  readonly themes: Collection<Theme>;
  readonly brandingSettings: Collection<BrandingSettings>;
  readonly deviceAuthenticationPolicies: Collection<DeviceAuthenticationPolicy>;
  readonly fido2Policies: Collection<Fido2Policy>;
  readonly mfaSettings: Collection<MfaSettings>;
  readonly pushCredentials: Collection<PushCredential>;
  readonly devices: Collection<Device>;
  readonly deviceSecrets: Collection<DeviceSecret>;
  readonly applicationResources: Collection<ApplicationResource>;
  readonly applicationPermissions: Collection<ApplicationPermission>;
  readonly applicationRoles: Collection<ApplicationRole>;
  readonly applicationRoleAssignments: Collection<ApplicationRoleAssignment>;
  readonly gateways: Collection<Gateway>;
  readonly gatewayCredentials: Collection<GatewayCredential>;
  readonly identityProviders: Collection<IdentityProvider>;
  readonly identityProviderAttributes: Collection<IdentityProviderAttribute>;
  readonly linkedAccounts: Collection<LinkedAccount>;
  readonly languages: Collection<Language>;
  readonly translations: Collection<Translation>;
  readonly notificationsSettings: Collection<NotificationsSettings>;
  readonly emailDeliverySettings: Collection<EmailDeliverySettings>;
  readonly phoneDeliverySettings: Collection<PhoneDeliverySettings>;
  readonly notificationsPolicies: Collection<NotificationsPolicy>;
  readonly notificationContents: Collection<NotificationContent>;
  readonly emailDomains: Collection<EmailDomain>;
  readonly customDomains: Collection<CustomDomain>;
  readonly activeDomains: ActiveDomains;
  readonly trustedEmails: Collection<TrustedEmail>;
  readonly agreements: Collection<Agreement>;
  readonly agreementLanguages: Collection<AgreementLanguage>;
  readonly agreementRevisions: Collection<AgreementRevision>;
  readonly agreementConsents: Collection<AgreementConsent>;
  readonly subscriptions: Collection<Subscription>;

  // Items with a lifetime: in memory only.
  readonly flows: Expiring<Flow>;
  /** Sign-ons at external identity providers, by their `state`. */
  readonly externalSignOns: Expiring<ExternalSignOn>;
  readonly codes: Expiring<AuthorizationCode>;
  readonly pushedRequests: Expiring<PushedRequest>;
  /** Of codes, device codes and backchannel requests. They end long before those of refresh tokens, which must not crowd them out. */
  readonly codeTraces: Expiring<Trace>;
  /** Of refresh tokens and sessions. */
  readonly traces: Expiring<Trace>;
  readonly sessions: Expiring<Session>;
  /** Sessions as the management API shows them, the expired ones too. */
  readonly sessionRecords: Expiring<SessionRecord>;
  readonly refreshTokens: Expiring<RefreshToken>;
  readonly revocations: Expiring<Revocation>;
  readonly userCodes: Expiring<UserCode>;
  readonly wrongUserCodes: Expiring<WrongUserCodes>;
  readonly pairingKeys: Expiring<PairingKey>;
  readonly deviceAuthentications: Expiring<DeviceAuthentication>;
  readonly pushRequests: Expiring<PushRequest>;
  readonly deviceAuthorizations: Expiring<DeviceAuthorization>;
  readonly backchannelRequests: Expiring<BackchannelRequest>;
}
