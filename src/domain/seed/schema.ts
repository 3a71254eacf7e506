import type { Schema } from '../../core/shape.js';
import { applicationBody, uuid } from '../../pingone/application-schema.js';
import { seededUserMembers, seededUsername } from '../../pingone/user-schema.js';

/** What a seed may hold: the bodies of the management API, and what PingOne keeps beside them (contract, "The format of a seed"). */

const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const any = {};
/** What an answer of PingOne's has and a body has not: it may stand in a seed and says nothing. */
const ignored = { _links: any, _embedded: any, environment: any, createdAt: any, updatedAt: any };

const seedObject = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  required,
  properties: { id: uuid, ...properties, ...ignored },
});
const list = (items: Schema): Schema => ({ type: 'array', items });
/** A name or an id, or an object that holds the one or the other. */
const pointer: Schema = { type: ['string', 'object'], minLength: 1, properties: { id: uuid, name } };

const roleAssignments = list(
  seedObject(
    { role: pointer, scope: { type: 'object', required: ['id', 'type'], properties: { id: uuid, type: { type: 'string', enum: ['ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION'] } } }, readOnly: flag },
    ['role'],
  ),
);

const population = seedObject(
  { name, description: text, default: flag, passwordPolicy: pointer, preferredLanguage: text, theme: any, alternativeIdentifiers: any, userCount: any },
  ['name'],
);

const group = seedObject(
  { name, description: text, population: pointer, externalId: text, userFilter: text, customData: any, displayName: any, sourceId: any, sourceType: any, directMemberCounts: any, totalMemberCounts: any },
  ['name'],
);

const user = seedObject(
  {
    username: seededUsername,
    ...(seededUserMembers as Record<string, Schema>),
    password: { type: ['string', 'object'], minLength: 1, required: ['value'], properties: { value: name, forceChange: flag } },
    population: pointer,
    groups: list(pointer),
    roleAssignments,
    account: any,
    lastSignOn: any,
  },
  ['username'],
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
    applicationPermissionsSettings: any,
    secret: name,
    scopes: list(seedObject({ name, description: text, schemaAttributes: list(text), mappedClaims: list(text), resource: any }, ['name'])),
    attributes: list(seedObject({ ...claim, type: any, resource: any }, ['name', 'value'])),
  },
  ['name'],
);

const application: Schema = seedObject(
  {
    ...(applicationBody.properties as Record<string, Schema>),
    clientId: any,
    secret: name,
    grants: list(seedObject({ resource: pointer, scopes: list(pointer), application: any }, ['resource', 'scopes'])),
    attributes: list(seedObject({ ...claim, required: flag, oidcScopes: list(text), mappingType: any, application: any }, ['name', 'value'])),
    roleAssignments,
    signOnPolicyAssignments: list(seedObject({ signOnPolicy: pointer, priority: { type: 'integer', minimum: 1 }, application: any }, ['signOnPolicy'])),
  },
  applicationBody.required as readonly string[],
);

const signOnPolicy = seedObject(
  {
    name: { type: 'string', pattern: '^[a-zA-Z0-9_.\\-]+$|^[a-zA-Z][a-zA-Z0-9+.\\-]*:' },
    description: text,
    default: flag,
    actions: list({
      type: 'object',
      required: ['type'],
      properties: {
        id: uuid,
        ...ignored,
        type: { type: 'string', enum: ['LOGIN', 'MULTI_FACTOR_AUTHENTICATION', 'IDENTIFIER_FIRST', 'IDENTITY_PROVIDER', 'PROGRESSIVE_PROFILING', 'AGREEMENT', 'PINGID_WINLOGIN_PASSWORDLESS_AUTHENTICATION', 'PINGID_AUTHENTICATION'] },
        priority: { type: 'integer', minimum: 1 },
        condition: { type: 'object' },
        signOnPolicy: any,
        ...Object.fromEntries(
          [
            'recovery', 'registration', 'socialProviders', 'enforceLockoutForIdentityProviders', 'newUserProvisioning', 'discoveryRules', 'identityProvider',
            'acrValues', 'passUserContext', 'agreement', 'disableDeclineOption', 'attributes', 'preventMultiplePromptsPerFlow', 'promptIntervalSeconds',
            'promptText', 'authenticator', 'boundBiometrics', 'email', 'securityKey', 'sms', 'voice', 'applications', 'deviceAuthenticationPolicy', 'noDevicesMode',
            'uniqueUserAttribute', 'offlineMode',
          ].map((member) => [member, any]),
        ),
      },
    }),
  },
  ['name'],
);

const whole = { type: 'integer', minimum: 1 };
const numbers = (...members: string[]): Schema => ({ type: 'object', properties: Object.fromEntries(members.map((member) => [member, whole])) });

const passwordPolicy = seedObject(
  {
    name,
    description: text,
    default: flag,
    excludesProfileData: flag,
    notSimilarToCurrent: flag,
    excludesCommonlyUsed: flag,
    maxAgeDays: whole,
    minAgeDays: whole,
    maxRepeatedCharacters: whole,
    minUniqueCharacters: whole,
    minComplexity: whole,
    history: numbers('count', 'retentionDays'),
    lockout: numbers('failureCount', 'durationSeconds'),
    length: numbers('min', 'max'),
    minCharacters: numbers('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789', '~!@#$%^&*()-_=+[]{}|;:,.<>/?'),
    alphabetSequenceRule: any,
    numberSequenceRule: any,
    qwertySequenceRule: any,
    shiftedNumberRowSequenceRule: any,
    populationCount: any,
  },
  ['name'],
);

const environment: Schema = {
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
    populations: list(population),
    passwordPolicies: list(passwordPolicy),
    groups: list(group),
    users: list(user),
    resources: list(resource),
    applications: list(application),
    signOnPolicies: list(signOnPolicy),
    status: any,
    icon: any,
    billOfMaterials: any,
  },
};

export const seedSchema: Schema = { type: 'object', required: ['environments'], properties: { $schema: any, environments: list(environment) } };
