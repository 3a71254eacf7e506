import type { Evidence } from '../protocol/rules/index.js';

const text = <const T>(evidence: Evidence, value: T) => ({ evidence, text: value }) as const;

/**
 * All messages of the management API besides the platform's own, each with its evidence (docs/fidelity.md, management
 * 2.5, 2.6, 2.7 and 6.5).
 */
export const managementTexts = {
  // The shape of a body or a query.
  empty: text('inferred', 'must not be empty'),
  wrongType: text('documented', 'Invalid value for attribute.'),
  notAllowed: text('inferred', 'The value is not one of the allowed values.'),
  outOfRange: text('inferred', 'The value is outside of the allowed range.'),
  length: text('inferred', (minimum: number, maximum: number) => `size must be between ${minimum} and ${maximum}`),
  tooMany: text('inferred', (maximum: number) => `size must be at most ${maximum}`),
  pattern: text('inferred', 'The value does not match the allowed pattern.'),
  characters: text('inferred', 'The value contains characters that are not allowed.'),
  parameter: text('inferred', 'Invalid value for parameter.'),
  cursor: text('inferred', 'The cursor is not valid for this collection.'),
  filterUnreadable: text('inferred', (reason: string) => `The filter could not be read: ${reason}.`),
  filterLength: text('inferred', (longest: number) => `The filter must have at most ${longest} characters.`),
  filterAttribute: text(
    'inferred',
    (name: string) => `The attribute '${name.slice(0, 100)}' is not supported in a filter of this collection.`,
  ),
  filterOperator: text(
    'inferred',
    (operator: string, name: string) => `The operator '${operator.slice(0, 100)}' is not supported for the attribute '${name}'.`,
  ),
  filterRange: text('inferred', 'The filter must have a range of recordedAt or createdAt.'),
  filterTime: text('inferred', (name: string) => `The value of '${name}' must be a date and time such as 2026-01-31T12:00:00Z.`),
  notUuid: text('inferred', 'must be a valid UUID'),

  // Access.
  invalidToken: text('inferred', 'The access token is invalid or has expired.'),
  noPermission: text('inferred', 'Actor does not have permissions to access this resource'),
  noSecretPermission: text('recorded', 'Actor does not have permissions to access worker application client secrets'),
  missingToken: text('inferred', 'Missing Authentication Token'),
  notSigned: text(
    'recorded',
    (hash: string) =>
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`,
  ),

  // Missing items, existing items.
  environmentUnknown: text('recorded', (id: string) => `Unable to find environment with ID: '${id}'`),
  applicationUnknown: text('recorded', (id: string) => `Unable to find Application with ID: '${id}'`),
  languageUnknown: text(
    'recorded',
    (id: string, environmentId: string) => `Unable to find language for environmentId=${environmentId} with id=${id}`,
  ),
  notUnique: text('recorded', 'is unique but a non-unique value is provided'),
  referenceUnknown: text('inferred', 'The referenced resource does not exist.'),
  immutable: text('inferred', 'The value cannot be changed.'),

  // Resources, scopes, grants, attribute mappings.
  resourceExists: text('recorded', 'A resource with this name or audience already exists.'),
  resourceType: text('inferred', 'Only resources of the type CUSTOM can be created.'),
  resourceBuiltIn: text('inferred', 'A predefined resource cannot be changed or deleted.'),
  audienceForm: text('documented', 'must have no fragment, no @ and neither pingone nor pingidentity in it'),
  scopeExists: text('recorded', 'A scope with this name already exists.'),
  scopeName: text('inferred', 'is not a valid name for a scope of this resource'),
  scopePredefined: text('inferred', 'A predefined scope cannot be deleted.'),
  scopeAttributes: text('inferred', 'is supported for p1:read:user and p1:update:user and their variants only'),
  scopeAllAttributes: text('inferred', '* must be the only value'),
  scopeClaims: text('inferred', 'is not supported for scopes of the PingOne API'),
  expression: text('inferred', (reason: string, at: number) => `The expression is not valid at position ${at}: ${reason}`),
  keyAddress: text('inferred', 'must be an https address, or one of this machine or its containers'),
  attributePredefined: text('inferred', 'A core or predefined attribute cannot be deleted.'),
  attributeName: text('recorded', (name: string, kind: string) => `Attribute name '${name}' is not valid for the '${kind}' application`),
  attributeTargets: text('inferred', 'idToken and userInfo must not both be false.'),
  attributeScopes: text('inferred', 'must be scopes that are granted to the application'),
  grantExists: text('recorded', 'grant to given resource already exists'),
  grantScopeNames: text('recorded', 'Multiple scopes with the same name cannot be added to the same grant.'),
  grantOfWorker: text('inferred', 'A worker application can be granted scopes of the openid resource only.'),
  grantOfService: text('documented', 'A worker application without a grant type of users cannot be granted OpenID Connect scopes.'),

  // Roles.
  roleDuplicate: text('recorded', 'May not assign duplicate Role'),
  roleScope: text('inferred', 'The role is not applicable to this type of scope.'),
  roleForPeople: text('inferred', 'The role cannot be assigned to a worker application.'),
  roleMissing: text('recorded', 'Must have role at the same or broader scope'),
  roleReadOnly: text('recorded', (id: string) => `Role assignment ${id} cannot be deleted as it is read only`),
  roleUnknown: text('recorded', (id: string) => `There is no role with id ${id}`),
  roleInUse: text('inferred', 'The role is assigned and must not be in use.'),
  roleScopeInUse: text('inferred', 'The role is assigned with a type of scope that it would no longer be applicable to.'),
  roleBuiltIn: text('inferred', 'A built-in role cannot be changed or deleted.'),
  roleMaximum: text('documented', 'At most 250 role assignments may have the scope POPULATION.'),

  // Policies.
  policyName: text('documented', 'must have letters, digits, _, . and - only, or be an absolute URI'),
  policyDefault: text('recorded', 'Cannot delete a default policy'),
  policyAssignedTwice: text('inferred', 'The policy is already assigned to the application.'),
  policiesMixed: text('inferred', 'An application uses either sign-on policies or DaVinci flow policies, not both.'),
  lastAction: text('recorded', 'Cannot delete last action from the policy'),
  actionUnsupported: text('inferred', 'Actions of this type are not supported.'),
  passwordPolicyDefault: text('recorded', 'Default Password Policy can not be deleted'),
  passwordPolicyInUse: text('inferred', 'The password policy is used by populations.'),
  passwordLengths: text('inferred', 'min must not be greater than max'),

  // Keys.
  keyUnknown: text('recorded', (id: string, environmentId: string) => `Key not found for id: ${id} and environmentId: ${environmentId}`),
  certificateUnknown: text(
    'recorded',
    (id: string, environmentId: string) => `Certificate not found for id: ${id} and environmentId: ${environmentId}`,
  ),
  keyUsage: text(
    'recorded',
    (id: string, environmentId: string) =>
      `Key with ID '${id}' in Environment '${environmentId}' is not for ISSUANCE. Usage type should be ISSUANCE.`,
  ),
  keyOwnRequest: text('inferred', 'PingOne’s own key cannot be signed by another authority.'),
  keyCertificate: text('inferred', 'The file could not be read as X.509 or PKCS7.'),
  keyCertificateOther: text('inferred', 'The file has no certificate for this key.'),
  keyRevocation: text('inferred', 'is supported for keys with the usage type ISSUANCE only'),
  keyInUse: text('recorded', 'The Key must not be in use'),
  certificateInUse: text('recorded', 'Certificate must not be in use'),
  inertAddress: text('inferred', (scheme: string) => `No browser is sent to an address with the scheme ${scheme}.`),
  keysBeingMade: text('inferred', 'Too many keys are being made.'),
  keyLength: text('inferred', 'is not a valid length for this algorithm'),
  keySignature: text('inferred', 'does not match the algorithm of the key'),
  translationsLimit: text('inferred', 'The environment has too many translations.'),
  domainLimit: text('inferred', 'An environment can have only one custom domain.'),
  domainReserved: text('inferred', 'The domain name is reserved.'),
  domainVerified: text('recorded', 'custom domain does not need to be verified'),
  domainNotVerified: text(
    'recorded',
    "Custom domain status must be 'SSL_CERTIFICATE_REQUIRED' or 'ACTIVE' in order to import a certificate",
  ),
  domainSelfSigned: text('inferred', 'The certificate must not be self-signed.'),
  domainCertificateName: text('inferred', 'The certificate has no subject alternative name for the domain name.'),
  domainPrivateKey: text('inferred', 'The private key could not be read as an unencrypted key in PEM.'),
  domainPrivateKeyOther: text('inferred', 'The private key is not the one of the certificate.'),
  domainChain: text('inferred', 'The certificate was not issued by any of these.'),
  keyFile: text('inferred', 'The file could not be read as PKCS12.'),
  keyFilePassword: text('inferred', 'The file is encrypted, and the password is missing or wrong.'),
  keyFileKind: text('inferred', 'The file must hold a private RSA or EC key of a supported length, and its certificate.'),
  keyFileExpired: text('inferred', 'The certificate must be valid at the time of the upload.'),
  keyDistinguishedName: text('inferred', 'must be a distinguished name such as CN=name, O=organization, C=US'),
  rotationPolicyInUse: text('inferred', 'The key rotation policy is used by applications.'),
  rotationPolicyDefault: text('inferred', 'The default key rotation policy cannot be deleted.'),

  // Environments, populations, groups.
  productionDelete: text('inferred', 'An environment of the type PRODUCTION cannot be deleted.'),
  productionType: text('documented', 'An environment of the type PRODUCTION cannot be changed to SANDBOX.'),
  populationLast: text('recorded', 'An environment must contain at least one population'),
  totalsRange: text('inferred', 'The filter must name a startDate and an endDate, with no more than ten years between them.'),
  totalsDate: text('inferred', 'startDate and endDate must be moments in the form of ISO 8601.'),
  totalsJunction: text('inferred', 'The filter supports only the operators eq and and.'),
  populationDefault: text('inferred', 'The default population cannot be deleted.'),
  populationUsers: text('inferred', 'The population has users and must be empty.'),
  userFilter: text('inferred', 'is not a valid filter for users'),
  groupDynamic: text('inferred', 'The user is a member because of the filter of the group.'),
  groupNested: text('inferred', 'A group cannot be a member of itself, directly or through others.'),
  groupPopulation: text('documented', 'The group takes users of its population only.'),
  groupNameTwice: text('documented', 'The user is a member of another group with this name already.'),
  groupAdmin: text('documented', 'Administrators cannot add themselves to a group with administrator roles.'),

  // User attributes.
  schemaName: text(
    'documented',
    'must begin with a letter and have letters, digits, - and _ only, and must not be the name of another attribute',
  ),
  schemaStandard: text('documented', 'Only enabled and unique can be changed of a standard attribute.'),
  schemaCore: text('documented', 'A core attribute cannot be changed or deleted.'),
  schemaType: text('inferred', 'Custom attributes are of the type STRING or JSON.'),
  schemaPattern: text('inferred', 'must be a regular expression that matches its own examples'),
  schemaInFilter: text('inferred', 'The attribute is used in the filter of a group.'),
  schemaOfJson: text('inferred', 'is supported for attributes of the type STRING only'),
  enumerated: text('inferred', 'The value is not one of the enumerated values.'),

  // Languages, images, themes.
  languageNew: text('documented', 'must be false when a language is created'),
  devicesLimit: text('inferred', 'The user has too many devices.'),
  deviceType: text('inferred', 'Devices of this type cannot be created here.'),
  devicePolicy: text('inferred', 'The MFA policy does not allow devices of this type to be paired.'),
  deviceSecret: text('inferred', 'The secret must be at least 10 bytes in base32.'),
  deviceNoCode: text('inferred', 'The device is not sent passcodes.'),
  deviceActive: text('inferred', 'The device is active already.'),
  devicePasscode: text('inferred', 'The one-time passcode is not valid'),
  deviceAttestation: text('inferred', 'The attestation is not valid'),
  fido2PolicyInUse: text('inferred', 'The policy is used by MFA policies.'),
  deviceOrder: text('inferred', 'The order must name each active device of the user once.'),
  deviceLogs: text('inferred', 'Only native applications send logs.'),
  languagesLimit: text('inferred', 'The environment has too many languages.'),
  languageDefault: text('recorded', 'The language must be enabled before it is set as the default.'),
  languageAgreements: text('inferred', 'An enabled agreement has no content in this language.'),
  languageDisabled: text('inferred', 'The default language must remain enabled.'),
  languagePredefined: text('inferred', 'A predefined language cannot be deleted.'),
  imageFormat: text('inferred', 'The file must be an image in the format PNG, JPEG or GIF.'),
  imagesLimit: text('inferred', 'The environment has too many images.'),
  themeDefault: text('inferred', 'The default theme remains the default until another theme becomes it.'),
  themeDefaultDelete: text('inferred', 'The default theme cannot be deleted.'),

  // Agreements.
  agreementDefaultLanguage: text(
    'recorded',
    'The agreement can not be enabled without supporting the default language configured for the environment.',
  ),
  agreementInUse: text('inferred', 'The agreement is used by actions of sign-on policies.'),
  agreementLocale: text('inferred', 'must be the locale of a language of the environment'),
  agreementLanguageEffective: text('recorded', 'Agreement language with effective revision can not be deleted.'),
  revisionEffective: text('recorded', 'A currently effective revision cannot be deleted.'),
  revisionPast: text('inferred', 'must not be in the past'),
  revisionsLimit: text('inferred', 'The language of the agreement has too many revisions.'),

  // Notification policies and contents, e-mail domains.
  notificationsPolicyDefault: text('recorded', 'Cannot remove default notifications policy'),
  contentMethod: text('inferred', 'The template is not delivered in this way.'),
  contentLocale: text('inferred', 'The environment does not have this language.'),
  contentVariable: text('inferred', 'The content must contain the variable'),
  contentNotUnique: text('inferred', 'There is a content for this template, locale, delivery method and variant already.'),
  contentLength: text('inferred', 'The text is longer than the characters that are allowed:'),
  contentDefault: text('inferred', 'The default content of a template cannot be changed or deleted.'),
  trustedEmail: text('inferred', 'must be an address of the domain'),
  trustedEmailCode: text('inferred', 'The verification code is wrong or has expired.'),

  // MFA policies, identity providers.
  mfaPolicyDefault: text('recorded', 'Cannot remove default device authentication policy'),
  mfaPolicyInUse: text('inferred', 'The policy is used by actions of sign-on policies.'),
  providerAttribute: text('documented', 'This attribute cannot be mapped.'),
  providerAttributeCore: text('inferred', 'A core attribute cannot be deleted.'),

  // Gateways.
  provisioningGateway: text('recorded', "Only 'LDAP' type gateways are supported for newUserProvisioning"),
  provisioningLookup: text('recorded', 'All user types must have newUserLookup configuration to support provisioning'),
  gatewaySecret: text('inferred', 'must not be empty unless defaultSharedSecret is set'),
  gatewayCredentials: text('inferred', 'The gateway has the most credentials that it can have.'),

  // Subscriptions.
  subscriptionLimit: text('inferred', (most: number) => `The environment has the most subscriptions that it can have: ${most}.`),
  subscriptionHeader: text('inferred', 'must be the name of a header that a request can carry, with a text as its value'),
  subscriptionSocket: text('inferred', 'must be an address of the scheme tcp or tls'),
  subscriptionKey: text('inferred', 'must be a key of the usage type OUTBOUND_MTLS'),
  subscriptionVerify: text('inferred', 'must be true with a tlsClientAuthKeyPair'),

  // Application permissions.
  applicationResourceType: text('inferred', 'Application resources belong to custom resources.'),
  applicationPermissionsLimit: text(
    'inferred',
    'An environment has at most 128 application resources, 128 application permissions and 128 application roles.',
  ),

  // Applications.
  protocolOfType: text('inferred', 'The protocol is not supported for this application type.'),
  protocolUnsupported: text('inferred', 'Applications of this protocol are not supported.'),
  codeWithoutGrant: text('inferred', 'The response type CODE needs the grant type AUTHORIZATION_CODE.'),
  grantWithoutCode: text('inferred', 'The grant type AUTHORIZATION_CODE needs the response type CODE.'),
  redirectUrisNeeded: text('inferred', 'must not be empty for the grant types AUTHORIZATION_CODE and IMPLICIT'),
  wildcards: text('recorded', 'Wildcards are not allowed in redirect URIs.'),
  wildcardPlace: text('inferred', 'A redirect URI may have one wildcard, after the authority.'),
  absoluteUri: text('inferred', 'must be an absolute URI without a fragment'),
  webUrl: text('inferred', 'must be an http or https URL'),
  secureUrl: text('inferred', 'must be an https URL, or an http URL of localhost or 127.0.0.1'),
  noneWithCredentials: text('inferred', 'The grant type CLIENT_CREDENTIALS needs an authentication method other than NONE.'),
  keysNeeded: text('inferred', 'PRIVATE_KEY_JWT needs jwks or jwksUrl.'),
  issuerKeysNeeded: text('inferred', 'An issuer needs keys: jwks or jwksUrl.'),
  keysPrivate: text('inferred', 'must not contain a private or symmetric key'),
  keysUnusable: text('inferred', 'must contain a public RSA or EC key for signatures'),
  keysTwice: text('inferred', 'jwks and jwksUrl must not both be set.'),
  keysUnreadable: text('inferred', 'must be a JSON Web Key Set'),
  requestObjects: text('inferred', 'requireSignedRequestObject and supportUnsignedRequestObject must not both be true.'),
  refreshDuration: text('inferred', 'must not be greater than refreshTokenRollingDuration'),
  originsNeeded: text('inferred', 'must not be empty for ALLOW_SPECIFIC_ORIGINS'),
  originsForbidden: text('inferred', 'must be empty for ALLOW_NO_ORIGINS'),
  origin: text('inferred', 'must be an http or https origin without a path'),
  notForType: text('inferred', 'is not supported for this application type'),
  playCredentials: text('inferred', 'is needed for this verificationType'),
  systemApplication: text('inferred', 'A system application cannot be deleted.'),

  // Users and passwords.
  emailForm: text('recorded', 'must be a well-formed email address'),
  emailMessage: text('recorded', 'Validation Error : [email must be a well-formed email address]'),
  populationUnknown: text('inferred', 'The population does not exist.'),
  passwordWrong: text('recorded', 'The provided password did not match provisioned password'),
  passwordNone: text('inferred', 'The user has no password'),
  passwordLocked: text('inferred', 'The password is locked out'),
  passwordExternal: text('inferred', 'The password is kept by an external identity provider.'),
  recoveryCode: text('inferred', 'The recovery code is not valid'),
  recoveryFailures: text('documented', 'Maximum password recovery failures exceeded'),
  sessionInUse: text('inferred', 'The current session cannot be deleted.'),
  recoveryImpossible: text(
    'documented',
    'A recovery code cannot be sent to a user that is disabled, or whose password is locked out or not set.',
  ),
  verificationCode: text('inferred', 'The verification code is not valid'),
  addressMissing: text('inferred', 'The user has no e-mail address.'),
  policyMissedOnCreate: text('recorded', 'User password did not satisfy password policy requirements'),
  policyMissed: text('recorded', 'New password did not satisfy password policy requirements'),
  policyCharacters: text(
    'recorded',
    (set: string, minimum: number) =>
      `The provided password did not contain enough characters from the character set '${set}'.  The minimum number of characters from that set that must be present in user passwords is ${minimum}`,
  ),
  policyShort: text(
    'recorded',
    (minimum: number) => `The provided password is shorter than the minimum required length of ${minimum} characters`,
  ),
  policyLong: text(
    'inferred',
    (maximum: number) => `The provided password is longer than the maximum allowed length of ${maximum} characters`,
  ),
  policyCommon: text('recorded', 'The provided password (or a variant of that password) was found in a list of prohibited passwords'),
  policyRepeated: text(
    'recorded',
    (maximum: number) =>
      `The provided password is not acceptable because it contains a character repeated more than ${maximum} times in a row`,
  ),
  policyUnique: text(
    'recorded',
    (minimum: number) =>
      `The provided password does not contain enough unique characters.  The minimum number of unique characters that may appear in a user password is ${minimum}`,
  ),
  policyHistory: text(
    'recorded',
    'The provided new password cannot be the same as the current password or any password in the password history.',
  ),
} as const;
