import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Application } from '../../environment/model/application.js';
import type { KeyRecord, KeyRotationPolicy, PolicyKey } from '../../environment/model/configuration.js';
import type { CustomDomain } from '../../environment/model/custom-domains.js';
import type { FlowPolicy } from '../../environment/model/flow-policies.js';
import { compileShape, type Schema, type Shaped } from '../../lib/schema/compile.js';
import { expectations, pathOf } from '../../lib/schema/expectations.js';
import { encodeName } from '../../lib/x509/distinguished-name.js';
import { soundPolicies } from '../../protocol/pkce.js';
import { agreementBody, agreementLanguageBody } from '../agreements/schema.js';
import { applicationPermissionBody, applicationResourceBody, applicationRoleBody } from '../application-permissions/schema.js';
import { applicationBody, attributeMappingBody } from '../applications/schema.js';
import { brandingSettingsBody, themeBody } from '../branding/schema.js';
import { newDeviceBody } from '../devices/schema.js';
import { groupBody, passwordPolicyBody, populationBody } from '../directory/schema.js';
import { schemaAttributeBody } from '../directory/user-attributes.js';
import { importedUserBody } from '../directory/user-schema.js';
import { environmentBody } from '../environments/schema.js';
import { nodeProblems } from '../flow-policies/judge-nodes.js';
import { presetNames } from '../flow-policies/presets.js';
import { flowNode } from '../flow-policies/schema.js';
import { gatewayMembers } from '../gateways/schema.js';
import { providerAttributeBody, providerMembers } from '../identity-providers/schema.js';
import { keyBody, keyLengths, keyRotationPolicyBody } from '../keys/schema.js';
import { fido2PolicyBody } from '../mfa/fido2-policies.js';
import { devicePolicyBody } from '../mfa/schema.js';
import { mfaSettingsBody } from '../mfa/settings.js';
import { emailDeliverySettingsBody } from '../notifications/email-delivery.js';
import { notificationsPolicyBody, notificationsSettingsBody, phoneDeliverySettingsBody } from '../notifications/schema.js';
import { notificationContentBody } from '../notifications/schema-contents.js';
import { resourceAttributeBody, resourceBody, scopeBody } from '../resources/schema.js';
import { actionMembers, signOnPolicyBody } from '../sign-on-policies/schema.js';
import { subscriptionBody } from '../subscriptions/schema.js';
import { trustedIssuerBody } from '../trusted-issuers/schema.js';

/**
 * What the code relies on in the items of a data folder. People edit its files, so an item of another shape is reported
 * with its place when the folder is read, instead of failing a request much later.
 */

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const whole: Schema = { type: 'integer' };
const list = (items: Schema): Schema => ({ type: 'array', items });
const has = (required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const reference = has({ id: text });
const typed = has({ id: text, type: text });
const policyKey = has({ n: text, e: text, d: text, x5c: list(text) });
const owned = { environment: reference };
const stamps = { createdAt: text, updatedAt: text };

/** The members of a body as optional: stored items may be older or incomplete. */
const membersOf = ({ properties = {} }: Schema): Record<string, Schema> =>
  Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, lenient(member)]));
const lenient = (schema: Schema): Schema => ({
  ...(schema.type !== undefined && { type: schema.type }),
  ...(schema.properties && { properties: membersOf(schema) }),
  ...(schema.items && { items: lenient(schema.items) }),
});

const shapes: Readonly<Record<string, Schema>> = {
  environments: has(
    { name: text, type: text, region: text, organization: reference, license: reference },
    { ...stamps, ...membersOf(environmentBody), rotationPeriod: { type: 'integer', minimum: 1, maximum: 36_500 }, licenseName: text },
  ),
  populations: has({ ...owned, name: text }, { ...stamps, ...membersOf(populationBody), defaultIdentityProvider: reference }),
  users: has(
    {
      ...owned,
      population: reference,
      username: text,
      enabled: flag,
      account: has({ canAuthenticate: flag, status: text }, { lockedAt: text }),
      lifecycle: has({ status: text }),
      identityProvider: has({ type: text }, { id: text }),
      mfaEnabled: flag,
    },
    {
      ...stamps,
      ...membersOf({ properties: { ...importedUserBody.properties, lifecycle: {}, identityProvider: {} } }),
      lastSignOn: has({ at: text }),
    },
  ),
  passwords: has({ value: text }, { lastChangedAt: text, forceChange: flag, history: list(text), failures: whole, lockedUntil: whole }),
  groups: has({ ...owned, name: text }, { ...stamps, ...membersOf(groupBody) }),
  memberships: has({ group: reference, member: typed }),
  applications: has(
    { ...owned, name: text, enabled: flag, type: text, protocol: text },
    { ...stamps, ...membersOf(applicationBody), signing: has({ keyRotationPolicy: reference }), kerberos: has({ key: reference }) },
  ),
  secrets: has({ secret: text }, { previous: has({ secret: text, expiresAt: text }, { lastUsed: text }) }),
  resources: has({ ...owned, name: text, type: text }, { ...stamps, ...membersOf(resourceBody) }),
  scopes: has({ ...owned, name: text, resource: reference }, { ...stamps, ...membersOf(scopeBody) }),
  resourceAttributes: has(
    { ...owned, name: text, value: text, type: text, resource: reference },
    { ...stamps, ...membersOf(resourceAttributeBody) },
  ),
  grants: has({ ...owned, application: reference, resource: reference, scopes: list(reference) }, stamps),
  attributeMappings: has({ ...owned, application: reference, name: text, value: text }, { ...stamps, ...membersOf(attributeMappingBody) }),
  trustedIssuers: has({ ...owned, name: text, issuer: text }, { ...stamps, ...membersOf(trustedIssuerBody) }),
  trustedIssuerAssignments: has({ ...owned, application: reference, trustedIssuer: reference }, stamps),
  roleAssignments: has({ ...owned, holder: typed, role: reference, scope: typed }, stamps),
  customRoles: has(
    { ...owned, name: text, applicableTo: list(text), permissions: list(reference), canBeAssignedBy: list(reference) },
    { ...stamps, description: text },
  ),
  signOnPolicies: has({ ...owned, name: text }, { ...stamps, ...membersOf(signOnPolicyBody) }),
  signOnPolicyActions: has(
    { ...owned, signOnPolicy: reference, type: text, priority: whole },
    { ...stamps, ...membersOf({ properties: Object.assign({}, ...Object.values(actionMembers)) }) },
  ),
  signOnPolicyAssignments: has({ ...owned, application: reference, signOnPolicy: reference, priority: whole }, stamps),
  flowPolicies: has(
    { ...owned, name: text, enabled: flag },
    {
      ...stamps,
      application: has({}, { id: text, name: text }),
      trigger: has({ type: text }),
      preset: text,
      nodes: { type: 'array', items: flowNode },
    },
  ),
  flowPolicyAssignments: has({ ...owned, application: reference, flowPolicy: reference, priority: whole }, stamps),
  passwordPolicies: has({ ...owned, name: text }, { ...stamps, ...membersOf(passwordPolicyBody) }),
  schemaAttributes: has(
    { ...owned, name: text, type: text, schemaType: text, enabled: flag },
    { ...stamps, ...membersOf(schemaAttributeBody) },
  ),
  configuredKeys: has({ ...owned, name: text, certificate: text }, { ...membersOf(keyBody), ...stamps, privateKey: { type: 'object' } }),
  certificates: has({ ...owned, name: text, certificate: text, startsAt: text, expiresAt: text }, { ...membersOf(keyBody), ...stamps }),
  keyRotationPolicies: has(
    { ...owned, ...keyRotationPolicyBody.properties },
    { ...stamps, keys: has({ current: has({ kid: text, privateJwk: policyKey }), next: has({ kid: text, privateJwk: policyKey }) }) },
  ),
  images: has({ ...owned, data: text, original: has({ id: text, type: text, width: whole, height: whole }) }, stamps),
  themes: has({ ...owned, template: text, default: flag, configuration: { type: 'object' } }, { ...stamps, ...membersOf(themeBody) }),
  notificationsSettings: has(
    { ...owned, deliveryMode: text, from: { type: 'object' } },
    { ...stamps, ...membersOf(notificationsSettingsBody) },
  ),
  emailDeliverySettings: has({ ...owned, protocol: text }, { ...stamps, ...membersOf(emailDeliverySettingsBody) }),
  phoneDeliverySettings: has({ ...owned, provider: text }, { ...stamps, ...membersOf(phoneDeliverySettingsBody) }),
  notificationsPolicies: has(
    { ...owned, name: text, default: flag, quotas: { type: 'array' } },
    { ...stamps, ...membersOf(notificationsPolicyBody) },
  ),
  notificationContents: has(
    { ...owned, template: has({ id: text }), default: flag, locale: text, deliveryMethod: text },
    { ...stamps, ...membersOf(notificationContentBody) },
  ),
  emailDomains: has({ ...owned, domainName: text }, stamps),
  customDomains: has(
    { ...owned, domainName: text, status: text, canonicalName: text },
    { ...stamps, certificate: has({ expiresAt: text }), imported: has({ chain: text, privateKey: text }) },
  ),
  trustedEmails: has(
    { ...owned, domain: reference, emailAddress: text, status: text },
    { ...stamps, verification: has({ code: text, expiresAt: text, failures: whole }) },
  ),
  agreements: has({ ...owned, name: text, enabled: flag }, { ...stamps, ...membersOf(agreementBody) }),
  agreementLanguages: has(
    { ...owned, agreement: reference, locale: text, displayName: text, enabled: flag },
    { ...stamps, ...membersOf(agreementLanguageBody) },
  ),
  agreementConsents: has({ user: reference, agreement: reference, language: reference, revision: reference, at: text }),
  agreementRevisions: has(
    { ...owned, agreement: reference, language: reference, effectiveAt: text, text, contentType: text, requireReconsent: flag },
    stamps,
  ),
  languages: has({ ...owned, locale: text, name: text, enabled: flag, default: flag, customerAdded: flag }, stamps),
  translations: has({ ...owned, locale: text, key: text, translatedText: text }, stamps),
  brandingSettings: has(owned, { ...stamps, ...membersOf(brandingSettingsBody) }),
  deviceAuthenticationPolicies: has({ ...owned, name: text, default: flag }, { ...stamps, ...membersOf(devicePolicyBody) }),
  fido2Policies: has({ ...owned, name: text, default: flag, relyingPartyId: text }, { ...stamps, ...membersOf(fido2PolicyBody) }),
  mfaSettings: has(
    { ...owned, pairing: has({ maxAllowedDevices: whole, pairingKeyFormat: text }) },
    { ...stamps, ...membersOf(mfaSettingsBody) },
  ),
  pushCredentials: has({ ...owned, application: reference, type: text, createdAt: text }, stamps),
  devices: has(
    { ...owned, user: reference, type: text, status: text, createdAt: text },
    {
      ...stamps,
      ...membersOf(newDeviceBody),
      rp: has({ id: text, name: text }),
      application: reference,
      block: has({ blockedAt: text }),
      lock: has({ expiresAt: text, reason: text }),
      order: whole,
    },
  ),
  deviceSecrets: has(
    {},
    {
      secret: text,
      usedStep: whole,
      failures: whole,
      code: has({ value: text, expiresAt: text, failures: whole }),
      challenge: text,
      passkey: has({ id: text, publicKey: text, counter: whole, backupEligible: flag }, { privateKey: text }),
    },
  ),
  applicationResources: has({ ...owned, name: text, parent: typed }, { ...stamps, ...membersOf(applicationResourceBody) }),
  applicationPermissions: has(
    { ...owned, applicationResource: reference, action: text },
    { ...stamps, ...membersOf(applicationPermissionBody) },
  ),
  applicationRoles: has({ ...owned, name: text, permissions: list(reference) }, { ...stamps, ...membersOf(applicationRoleBody) }),
  applicationRoleAssignments: has({ ...owned, user: reference, role: reference }, stamps),
  gateways: has(
    { ...owned, name: text, type: text, enabled: flag },
    { ...stamps, ...membersOf({ properties: gatewayMembers as Record<string, Schema> }) },
  ),
  subscriptions: has(
    {
      ...owned,
      name: text,
      enabled: flag,
      protocol: text,
      verifyTlsCertificates: flag,
      filterOptions: has({ includedActionTypes: list(text), ipAddressExposed: flag, userAgentExposed: flag }),
    },
    { ...stamps, ...membersOf(subscriptionBody) },
  ),
  gatewayCredentials: has({ ...owned, gateway: reference }, stamps),
  identityProviders: has(
    { ...owned, name: text, type: text, enabled: flag },
    { ...stamps, ...membersOf({ properties: providerMembers as Record<string, Schema> }) },
  ),
  linkedAccounts: has({ ...owned, user: reference, identityProvider: reference, externalId: text }, stamps),
  identityProviderAttributes: has(
    { ...owned, identityProvider: reference, name: text, value: text, mappingType: text, update: text },
    { ...stamps, ...membersOf(providerAttributeBody) },
  ),
};

/** Collections whose numeric limits are checked too, because the start depends on these numbers. */
const bounded: ReadonlySet<string> = new Set(['environments', 'keyRotationPolicies']);

const checks = new Map<string, (value: unknown) => Shaped>(
  Object.entries(shapes).map(([name, schema]) => {
    let check: ((value: unknown) => Shaped) | undefined;
    return [
      name,
      (value) => {
        check ??= compileShape(schema, bounded.has(name) ? { fractions: 'refuse' } : {});
        return check(value);
      },
    ];
  }),
);

const isRead = (read: () => unknown): boolean => {
  try {
    return read() !== undefined;
  } catch {
    return false;
  }
};

const privateKeyOf = ({ privateJwk }: PolicyKey): KeyObject => createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });

/** Which PKCE applies is looked up by this value, at each authorization request. */
const applicationProblem = ({ pkceEnforcement = 'OPTIONAL' }: Application): string | undefined =>
  Object.hasOwn(soundPolicies, pkceEnforcement) ? undefined : `pkceEnforcement: expected one of ${Object.keys(soundPolicies).join(', ')}`;

function policyProblem({ keyLength, dn, keys }: KeyRotationPolicy): string | undefined {
  if (!keyLengths.RSA.includes(keyLength)) return `keyLength: expected one of ${keyLengths.RSA.join(', ')}`;
  if (!encodeName(dn)) return 'dn: expected a distinguished name such as CN=…, O=…';
  for (const name of ['current', 'next'] as const) {
    const key = keys?.[name];
    const fits = () => key === undefined || privateKeyOf(key).asymmetricKeyDetails?.modulusLength === keyLength || undefined;
    if (!isRead(fits)) return `keys.${name}.privateJwk: expected a private RSA key of ${keyLength} bits`;
  }
  return undefined;
}

function keyProblem({ certificate, privateKey }: KeyRecord): string | undefined {
  if (!isRead(() => new X509Certificate(Buffer.from(certificate, 'base64')))) return 'certificate: expected a certificate, DER in base64';
  if (privateKey === undefined) return undefined;
  const { pkcs8 } = privateKey as { pkcs8?: unknown };
  const key = () => createPrivateKey({ key: Buffer.from(String(pkcs8), 'base64'), format: 'der', type: 'pkcs8' });
  return isRead(key) ? undefined : 'privateKey.pkcs8: expected a private key, PKCS #8 in base64';
}

function domainProblem({ imported }: CustomDomain): string | undefined {
  const read = () => imported === undefined || createSecureContext({ cert: imported.chain, key: imported.privateKey });
  return isRead(read) ? undefined : 'imported: expected a certificate and its private key, in PEM';
}

function flowProblem({ nodes, preset }: FlowPolicy): string | undefined {
  if (preset !== undefined && !presetNames.includes(preset)) return `preset: expected one of ${presetNames.join(', ')}`;
  const [problem] = nodes ? nodeProblems(nodes) : [];
  return problem && `nodes${problem.path}: ${problem.message}`;
}

/** What the shape of an item cannot express. */
const furtherChecks: Readonly<Record<string, (item: never) => string | undefined>> = {
  applications: applicationProblem,
  keyRotationPolicies: policyProblem,
  configuredKeys: keyProblem,
  customDomains: domainProblem,
  flowPolicies: flowProblem,
};

/** Returns why a stored item is unusable, or undefined. */
export function storedProblem(collection: string, item: unknown): string | undefined {
  for (const { kind, path, schema } of checks.get(collection)?.(item).problems ?? [])
    if (kind === 'missing' || kind === 'type' || (kind !== 'unknown' && bounded.has(collection)))
      return `${pathOf(path)}: ${expectations[kind](schema)}`;
  return furtherChecks[collection]?.(item as never);
}
