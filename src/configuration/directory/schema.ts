import { array, boolean, type Infer, object, reference, string } from '../../lib/schema/types.js';

const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const description = { type: 'string', maxLength: 1024 } as const;

/** The body of a population (docs/fidelity.md, management 6.2). */
export const populationBody = object(
  { name },
  {
    description,
    default: boolean,
    passwordPolicy: reference,
    preferredLanguage: string,
    theme: reference,
    alternativeIdentifiers: array(string),
  },
);
export type PopulationBody = Infer<typeof populationBody>;

/** The body of a group (docs/fidelity.md, management 6.6). */
export const groupBody = object(
  { name },
  {
    description,
    population: reference,
    externalId: { type: 'string', maxLength: 1024 },
    userFilter: { type: 'string', maxLength: 32_768 },
    customData: { type: 'object' },
  },
);
export type GroupBody = Infer<typeof groupBody>;

const count = (minimum = 1, maximum = 2_147_483_647) => ({ type: 'integer', minimum, maximum }) as const;
const sequenceRule = (minimum: number) => object({}, { maxLength: { type: 'integer', minimum, maximum: 3 } as const });

/** The body of a password policy (docs/fidelity.md, management 6.5). */
export const passwordPolicyBody = object(
  { name, excludesCommonlyUsed: boolean, excludesProfileData: boolean, notSimilarToCurrent: boolean },
  {
    description,
    default: boolean,
    maxAgeDays: count(),
    minAgeDays: count(),
    maxRepeatedCharacters: count(),
    minUniqueCharacters: count(),
    minComplexity: count(),
    history: object({}, { count: count(), retentionDays: count() }),
    lockout: object({}, { failureCount: count(), durationSeconds: count() }),
    length: object({}, { min: count(8, 32), max: count(8, 255) }),
    minCharacters: object(
      {},
      {
        ABCDEFGHIJKLMNOPQRSTUVWXYZ: count(0, 32),
        abcdefghijklmnopqrstuvwxyz: count(0, 32),
        '0123456789': count(0, 32),
        '~!@#$%^&*()-_=+[]{}|;:,.<>/?': count(0, 32),
      },
    ),
    alphabetSequenceRule: sequenceRule(2),
    numberSequenceRule: sequenceRule(2),
    qwertySequenceRule: sequenceRule(3),
    shiftedNumberRowSequenceRule: sequenceRule(3),
  },
);
export type PasswordPolicyBody = Infer<typeof passwordPolicyBody>;
