import type { Evidence } from './refusals.js';

const text = <const T>(evidence: Evidence, value: T) => ({ evidence, text: value }) as const;

/**
 * The texts of `details` and of single services, each with how well it is known: the one place where they stand
 * (docs/fidelity.md, management 2.5, 2.6, 2.7 and 6.5).
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
  filterUnsupported: text('inferred', 'The filter is not supported.'),
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

  // What is not there, what is there already.
  environmentUnknown: text('recorded', (id: string) => `Unable to find environment with ID: '${id}'`),
  applicationUnknown: text('recorded', (id: string) => `Unable to find Application with ID: '${id}'`),
  notUnique: text('recorded', 'is unique but a non-unique value is provided'),

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
