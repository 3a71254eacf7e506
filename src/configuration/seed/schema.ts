import type { Schema } from '../../lib/schema/compile.js';
import { reference, secret, uuid } from '../../lib/schema/types.js';
import { applicationPermissionBody, applicationResourceBody } from '../application-permissions/schema.js';
import { applicationBody } from '../applications/schema.js';
import { deviceSeed } from '../devices/seed.js';
import { seededUserMembers, seededUsername } from '../directory/user-schema.js';
import { flowPolicyPointer } from '../flow-policies/schema.js';
import { keyBody, keyRotationPolicyBody } from '../keys/schema.js';
import { lastSeedKinds, laterSeedKinds, seedKinds } from './kinds.js';
import { passwordPolicy, signOnPolicy } from './policy-schema.js';
import { answered, flag, ignored, list, name, plain, pointer, roleAssignments, seedObject, text } from './schema-parts.js';

/** The schema of a seed: the bodies of the management API, and what PingOne stores besides them. */

const population = seedObject(
  {
    name,
    description: text,
    default: flag,
    passwordPolicy: pointer,
    preferredLanguage: text,
    theme: pointer,
    defaultIdentityProvider: pointer,
    alternativeIdentifiers: list(text),
    userCount: answered,
  },
  ['name'],
);

const group = seedObject(
  {
    name,
    description: text,
    population: pointer,
    externalId: text,
    userFilter: text,
    customData: plain,
    memberOfGroups: list(pointer),
    roleAssignments,
    displayName: answered,
    sourceId: answered,
    sourceType: answered,
    directMemberCounts: answered,
    totalMemberCounts: answered,
  },
  ['name'],
);

const user = seedObject(
  {
    username: seededUsername,
    ...(seededUserMembers as Record<string, Schema>),
    password: secret({ type: ['string', 'object'], minLength: 1, required: ['value'], properties: { value: name, forceChange: flag } }),
    population: pointer,
    groups: list(pointer),
    roleAssignments,
    // The values of custom attributes: read.ts puts them here.
    customAttributes: plain,
    account: {
      type: 'object',
      properties: { status: { type: 'string', enum: ['OK', 'LOCKED'] }, lockedAt: text, canAuthenticate: answered },
    },
    devices: list(deviceSeed),
    agreementConsents: list({
      type: 'object',
      properties: { agreement: pointer, language: reference, revision: reference, consentedAt: text },
      required: ['agreement'],
    }),
    linkedAccounts: list({
      type: 'object',
      properties: { id: uuid, identityProvider: pointer, externalId: text },
      required: ['identityProvider', 'externalId'],
    }),
    lastSignOn: answered,
  },
  ['username'],
);

/** A custom attribute of users. */
const schemaAttribute = seedObject(
  {
    name,
    displayName: text,
    description: text,
    type: { type: 'string', enum: ['STRING', 'JSON'] },
    schemaType: text,
    enabled: flag,
    required: flag,
    unique: flag,
    multiValued: flag,
    enumeratedValues: list({
      type: 'object',
      required: ['value'],
      properties: { value: name, archived: flag, description: text },
    }),
    regexValidation: {
      type: 'object',
      required: ['pattern'],
      properties: {
        pattern: name,
        requirements: text,
        valuesPatternShouldMatch: list(text),
        valuesPatternShouldNotMatch: list(text),
      },
    },
    schema: answered,
    ldapAttribute: answered,
  },
  ['name'],
);

const claim = { name, value: text, idToken: flag, userInfo: flag };

const resource = seedObject(
  {
    name,
    description: text,
    type: { type: 'string', enum: ['OPENID_CONNECT', 'PINGONE_API', 'PING_ONE_API', 'CUSTOM'] },
    audience: text,
    accessTokenValiditySeconds: { type: 'integer', minimum: 300, maximum: 2_592_000 },
    introspectEndpointAuthMethod: { type: 'string', enum: ['NONE', 'CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST'] },
    applicationPermissionsSettings: { type: 'object', properties: { claimEnabled: flag } },
    secret: secret(name),
    scopes: list(
      seedObject({ name, description: text, schemaAttributes: list(text), mappedClaims: list(text), resource: answered }, ['name']),
    ),
    attributes: list(seedObject({ ...claim, required: flag, type: answered, resource: answered }, ['name', 'value'])),
    applicationResources: list(
      seedObject(
        {
          ...applicationResourceBody.properties,
          parent: answered,
          permissions: list(
            seedObject({ ...applicationPermissionBody.properties, key: answered, resource: answered }, applicationPermissionBody.required),
          ),
        },
        applicationResourceBody.required,
      ),
    ),
  },
  ['name'],
);

/** The body of POST, and the ignored members of answers. */
const asBody = (body: Schema, more: Record<string, Schema>): Schema => seedObject({ ...body.properties, ...more }, body.required);

const key = asBody(keyBody, { organization: answered, status: answered, startsAt: answered, expiresAt: answered });
const keyRotationPolicy = asBody(keyRotationPolicyBody, {
  default: flag,
  currentKeyId: answered,
  nextKeyId: answered,
  rotatedAt: answered,
});

const application: Schema = seedObject(
  {
    ...(applicationBody.properties as Record<string, Schema>),
    signing: { type: 'object', required: ['keyRotationPolicy'], properties: { keyRotationPolicy: pointer } },
    kerberos: { type: 'object', required: ['key'], properties: { key: pointer } },
    clientId: answered,
    secret: secret(name),
    grants: list(seedObject({ resource: pointer, scopes: list(pointer), application: answered }, ['resource', 'scopes'])),
    attributes: list(
      seedObject({ ...claim, required: flag, oidcScopes: list(text), mappingType: answered, application: answered }, ['name', 'value']),
    ),
    roleAssignments,
    trustedIssuerAssignments: list(seedObject({ trustedIssuer: pointer, application: answered }, ['trustedIssuer'])),
    signOnPolicyAssignments: list(
      seedObject({ signOnPolicy: pointer, priority: { type: 'integer', minimum: 1 }, application: answered }, ['signOnPolicy']),
    ),
    flowPolicyAssignments: list(
      seedObject({ flowPolicy: flowPolicyPointer, priority: { type: 'integer', minimum: 1 }, application: answered }, ['flowPolicy']),
    ),
  },
  applicationBody.required as readonly string[],
);

/** An environment with its contents. */
export const environmentSchema: Schema = {
  type: 'object',
  properties: {
    id: uuid,
    ...ignored,
    name,
    description: text,
    type: { type: 'string', enum: ['PRODUCTION', 'SANDBOX'] },
    region: { type: 'string', enum: ['AP', 'AU', 'CA', 'EU', 'NA', 'SG'] },
    organization: { type: 'object', required: ['id'], properties: { id: uuid } },
    license: { type: 'object', required: ['id'], properties: { id: uuid } },
    ...Object.fromEntries([...seedKinds, ...laterSeedKinds, ...lastSeedKinds].map(({ name: kind, schema }) => [kind, schema])),
    populations: list(population),
    passwordPolicies: list(passwordPolicy),
    schemaAttributes: list(schemaAttribute),
    keys: list(key),
    keyRotationPolicies: list(keyRotationPolicy),
    groups: list(group),
    users: list(user),
    resources: list(resource),
    applications: list(application),
    signOnPolicies: list(signOnPolicy),
    status: answered,
    icon: answered,
    billOfMaterials: answered,
  },
};

export const seedSchema: Schema = {
  type: 'object',
  required: ['environments'],
  properties: { $schema: answered, environments: list(environmentSchema) },
};
