import type { Schema } from '../../lib/schema/compile.js';
import { uuid } from '../../lib/schema/types.js';
import { any, flag, ignored, list, name, seedObject, text } from './schema-parts.js';

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
        condition: { type: 'object' },
        signOnPolicy: any,
        ...Object.fromEntries(
          [
            'recovery',
            'registration',
            'socialProviders',
            'enforceLockoutForIdentityProviders',
            'newUserProvisioning',
            'discoveryRules',
            'identityProvider',
            'acrValues',
            'passUserContext',
            'agreement',
            'disableDeclineOption',
            'attributes',
            'preventMultiplePromptsPerFlow',
            'promptIntervalSeconds',
            'promptText',
            'authenticator',
            'boundBiometrics',
            'email',
            'securityKey',
            'sms',
            'voice',
            'applications',
            'deviceAuthenticationPolicy',
            'noDevicesMode',
            'uniqueUserAttribute',
            'offlineMode',
          ].map((member) => [member, any]),
        ),
      },
    }),
  },
  ['name'],
);

const whole = { type: 'integer', minimum: 1 };
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
    alphabetSequenceRule: any,
    numberSequenceRule: any,
    qwertySequenceRule: any,
    shiftedNumberRowSequenceRule: any,
    populationCount: any,
  },
  ['name'],
);
