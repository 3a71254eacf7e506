import type { Schema } from '../../lib/schema/compile.js';
import { uuid } from '../../lib/schema/types.js';
import { answered, flag, ignored, list, name, plain, pointer, seedObject, text } from './schema-parts.js';

const reference: Schema = { type: 'object', required: ['id'], properties: { id: uuid } };
const whole = { type: 'integer', minimum: 1 };

/** The members of the actions of all types; those that the mock does not carry out as well. */
const actionMembers: Readonly<Record<string, Schema>> = {
  condition: plain,
  recovery: plain,
  registration: {
    type: 'object',
    properties: { enabled: flag, external: plain, population: reference, confirmIdentityProviderAttributes: flag },
  },
  socialProviders: list(pointer),
  enforceLockoutForIdentityProviders: flag,
  newUserProvisioning: plain,
  discoveryRules: list(plain),
  identityProvider: pointer,
  acrValues: text,
  passUserContext: flag,
  agreement: pointer,
  disableDeclineOption: flag,
  attributes: list({ type: 'object', required: ['name'], properties: { name, required: flag } }),
  preventMultiplePromptsPerFlow: flag,
  promptIntervalSeconds: whole,
  promptText: text,
  authenticator: plain,
  boundBiometrics: plain,
  email: plain,
  securityKey: plain,
  fido2: plain,
  sms: plain,
  voice: plain,
  applications: list(plain),
  deviceAuthenticationPolicy: pointer,
  noDevicesMode: text,
  uniqueUserAttribute: text,
  offlineMode: plain,
};

export const signOnPolicy = seedObject(
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
        type: {
          type: 'string',
          enum: [
            'LOGIN',
            'MULTI_FACTOR_AUTHENTICATION',
            'IDENTIFIER_FIRST',
            'IDENTITY_PROVIDER',
            'PROGRESSIVE_PROFILING',
            'AGREEMENT',
            'PINGID_WINLOGIN_PASSWORDLESS_AUTHENTICATION',
            'PINGID_AUTHENTICATION',
          ],
        },
        priority: { type: 'integer', minimum: 1 },
        signOnPolicy: answered,
        ...actionMembers,
      },
    }),
  },
  ['name'],
);

const numbers = (...members: string[]): Schema => ({
  type: 'object',
  properties: Object.fromEntries(members.map((member) => [member, whole])),
});

export const passwordPolicy = seedObject(
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
    alphabetSequenceRule: numbers('maxLength'),
    numberSequenceRule: numbers('maxLength'),
    qwertySequenceRule: numbers('maxLength'),
    shiftedNumberRowSequenceRule: numbers('maxLength'),
    populationCount: answered,
  },
  ['name'],
);
