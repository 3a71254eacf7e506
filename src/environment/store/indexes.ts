import type { Index } from '../../lib/collections/types.js';
import type { Store } from './types.js';

type ConfigurationName = { [Name in keyof Store]: Store[Name] extends { page: unknown } ? Name : never }[keyof Store];
type ItemOf<Name extends keyof Store> = Store[Name] extends { get(id: string): Promise<infer T> } ? NonNullable<T> : never;

/** The indexes of each collection of configuration. Its keys are the list of these collections. */
export const indexes: { readonly [Name in ConfigurationName]: readonly Index<ItemOf<Name>>[] } = {
  populations: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  users: [
    { name: 'username', of: ({ username }) => username.toLowerCase(), unique: true },
    { name: 'email', of: ({ email }) => email?.toLowerCase() },
    { name: 'externalId', of: ({ externalId }) => externalId },
    { name: 'population.id', of: ({ population }) => population.id },
  ],
  passwords: [],
  groups: [
    { name: 'name', of: ({ name }) => name.toLowerCase() },
    { name: 'has a filter', of: ({ userFilter }) => (userFilter ? 'yes' : undefined) },
  ],
  memberships: [
    { name: 'group.id', of: ({ group }) => group.id },
    { name: 'member.id', of: ({ member }) => member.id },
    { name: 'pair', of: ({ group, member }) => `${group.id} ${member.id}`, unique: true },
  ],
  applications: [],
  secrets: [],
  resources: [
    { name: 'name', of: ({ name }) => name.toLowerCase(), unique: true },
    { name: 'type', of: ({ type }) => type },
  ],
  scopes: [
    { name: 'resource.id', of: ({ resource }) => resource.id },
    { name: 'name', of: ({ name }) => name },
    { name: 'resource and name', of: ({ resource, name }) => `${resource.id} ${name}`, unique: true },
  ],
  resourceAttributes: [
    { name: 'resource.id', of: ({ resource }) => resource.id },
    { name: 'resource and name', of: ({ resource, name }) => `${resource.id} ${name}`, unique: true },
  ],
  grants: [
    { name: 'application.id', of: ({ application }) => application.id },
    { name: 'resource.id', of: ({ resource }) => resource.id },
    { name: 'application and resource', of: ({ application, resource }) => `${application.id} ${resource.id}`, unique: true },
  ],
  attributeMappings: [
    { name: 'application.id', of: ({ application }) => application.id },
    { name: 'application and name', of: ({ application, name }) => `${application.id} ${name}`, unique: true },
  ],
  trustedIssuers: [
    { name: 'name', of: ({ name }) => name, unique: true },
    { name: 'issuer', of: ({ issuer }) => issuer },
  ],
  trustedIssuerAssignments: [
    { name: 'application.id', of: ({ application }) => application.id },
    { name: 'trustedIssuer.id', of: ({ trustedIssuer }) => trustedIssuer.id },
    { name: 'pair', of: ({ application, trustedIssuer }) => `${application.id} ${trustedIssuer.id}`, unique: true },
  ],
  customRoles: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  roleAssignments: [{ name: 'holder.id', of: ({ holder }) => holder.id }],
  signOnPolicies: [{ name: 'name', of: ({ name }) => name, unique: true }],
  signOnPolicyActions: [{ name: 'signOnPolicy.id', of: ({ signOnPolicy }) => signOnPolicy.id }],
  signOnPolicyAssignments: [{ name: 'application.id', of: ({ application }) => application.id }],
  flowPolicies: [],
  flowPolicyAssignments: [{ name: 'application.id', of: ({ application }) => application.id }],
  passwordPolicies: [],
  schemaAttributes: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  configuredKeys: [],
  certificates: [],
  keyRotationPolicies: [],
  images: [],
  themes: [{ name: 'default', of: (theme) => (theme.default ? 'yes' : undefined) }],
  brandingSettings: [],
  deviceAuthenticationPolicies: [{ name: 'default', of: (policy) => (policy.default ? 'yes' : undefined) }],
  fido2Policies: [
    { name: 'name', of: ({ name }) => name.toLowerCase(), unique: true },
    { name: 'default', of: (policy) => (policy.default ? 'yes' : undefined) },
  ],
  mfaSettings: [],
  pushCredentials: [{ name: 'application.id', of: ({ application }) => application.id }],
  devices: [{ name: 'user.id', of: ({ user }) => user.id }],
  deviceSecrets: [{ name: 'passkey', of: ({ passkey }) => passkey?.id }],
  applicationResources: [
    { name: 'name', of: ({ name }) => name.toLowerCase(), unique: true },
    { name: 'parent.id', of: ({ parent }) => parent.id },
  ],
  applicationPermissions: [
    { name: 'applicationResource.id', of: ({ applicationResource }) => applicationResource.id },
    { name: 'resource and action', of: ({ applicationResource, action }) => `${applicationResource.id} ${action}`, unique: true },
  ],
  applicationRoles: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  applicationRoleAssignments: [
    { name: 'user.id', of: ({ user }) => user.id },
    { name: 'role.id', of: ({ role }) => role.id },
    { name: 'pair', of: ({ user, role }) => `${user.id} ${role.id}`, unique: true },
  ],
  gateways: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  gatewayCredentials: [{ name: 'gateway.id', of: ({ gateway }) => gateway.id }],
  subscriptions: [],
  identityProviders: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  identityProviderAttributes: [
    { name: 'identityProvider.id', of: ({ identityProvider }) => identityProvider.id },
    { name: 'provider and name', of: ({ identityProvider, name }) => `${identityProvider.id} ${name}`, unique: true },
  ],
  linkedAccounts: [
    { name: 'user.id', of: ({ user }) => user.id },
    { name: 'identityProvider.id', of: ({ identityProvider }) => identityProvider.id },
    { name: 'provider and externalId', of: ({ identityProvider, externalId }) => `${identityProvider.id} ${externalId}`, unique: true },
  ],
  notificationsSettings: [],
  emailDeliverySettings: [],
  phoneDeliverySettings: [],
  notificationsPolicies: [
    { name: 'default', of: (policy) => (policy.default ? 'yes' : undefined) },
    { name: 'name', of: ({ name }) => name.toLowerCase(), unique: true },
  ],
  notificationContents: [
    { name: 'template.id', of: ({ template }) => template.id },
    {
      name: 'template, locale and variant',
      of: ({ template, deliveryMethod, locale, variant = '' }) =>
        [template.id, deliveryMethod, locale.toLowerCase(), variant.toLowerCase()].join('/'),
      unique: true,
    },
  ],
  emailDomains: [{ name: 'domainName', of: ({ domainName }) => domainName.toLowerCase(), unique: true }],
  customDomains: [{ name: 'domainName', of: ({ domainName }) => domainName, unique: true }],
  trustedEmails: [
    { name: 'domain.id', of: ({ domain }) => domain.id },
    { name: 'emailAddress', of: ({ emailAddress }) => emailAddress.toLowerCase(), unique: true },
  ],
  agreements: [{ name: 'name', of: ({ name }) => name.toLowerCase(), unique: true }],
  agreementLanguages: [
    { name: 'agreement.id', of: ({ agreement }) => agreement.id },
    { name: 'agreement and locale', of: ({ agreement, locale }) => `${agreement.id} ${locale.toLowerCase()}`, unique: true },
  ],
  agreementConsents: [
    { name: 'user.id', of: ({ user }) => user.id },
    { name: 'agreement.id', of: ({ agreement }) => agreement.id },
    { name: 'user and agreement', of: ({ user, agreement }) => `${user.id} ${agreement.id}`, unique: true },
  ],
  agreementRevisions: [
    { name: 'language.id', of: ({ language }) => language.id },
    { name: 'language and moment', of: ({ language, effectiveAt }) => `${language.id} ${Date.parse(effectiveAt)}`, unique: true },
  ],
  translations: [
    { name: 'locale', of: ({ locale }) => locale.toLowerCase() },
    { name: 'locale and key', of: ({ locale, key }) => `${locale.toLowerCase()} ${key}`, unique: true },
  ],
  languages: [{ name: 'locale', of: ({ locale }) => locale.toLowerCase(), unique: true }],
};

/** The names of the collections of configuration; the other collections hold items with a lifetime. */
export const configurationNames = Object.keys(indexes) as readonly ConfigurationName[];
