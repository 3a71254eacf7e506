import { managementTexts as texts } from '../../pingone/management-texts.js';
import type { ErrorDetail } from '../../pingone/pingone-error.js';

/** The requirements of a password policy, in PingOne's spelling (docs/fidelity.md, management 6.5). */
export interface PasswordRequirements {
  readonly length?: { readonly min?: number; readonly max?: number };
  readonly minCharacters?: Readonly<Record<string, number>>;
  readonly maxRepeatedCharacters?: number;
  readonly minUniqueCharacters?: number;
  readonly excludesCommonlyUsed?: boolean;
  readonly history?: { readonly count?: number; readonly retentionDays?: number };
  readonly lockout?: { readonly failureCount?: number; readonly durationSeconds?: number };
  readonly maxAgeDays?: number;
}

/** The password policy of every new environment. */
export const standardPasswordPolicy = {
  name: 'Standard',
  description: 'A standard policy that incorporates industry best practices',
  excludesProfileData: false,
  notSimilarToCurrent: false,
  excludesCommonlyUsed: true,
  maxAgeDays: 182,
  minAgeDays: 1,
  maxRepeatedCharacters: 2,
  minUniqueCharacters: 5,
  history: { count: 6, retentionDays: 365 },
  lockout: { failureCount: 5, durationSeconds: 900 },
  length: { min: 8, max: 255 },
  minCharacters: {
    abcdefghijklmnopqrstuvwxyz: 1,
    ABCDEFGHIJKLMNOPQRSTUVWXYZ: 1,
    '0123456789': 1,
    '~!@#$%^&*()-_=+[]{}|;:,.<>/?': 1,
  },
  default: true,
} as const satisfies PasswordRequirements & Record<string, unknown>;

/** The other password policies of every new environment (docs/fidelity.md, management 6.5). */
export const otherPasswordPolicies = [
  {
    name: 'Passphrase',
    description: 'A policy that encourages the use of passphrases',
    excludesProfileData: true,
    notSimilarToCurrent: true,
    excludesCommonlyUsed: true,
    minComplexity: 7,
    maxAgeDays: 182,
    minAgeDays: 1,
    history: { count: 6, retentionDays: 365 },
    lockout: { failureCount: 5, durationSeconds: 900 },
    default: false,
  },
  {
    name: 'Basic',
    description: 'A relaxed standard policy to allow for maximum customer flexibility',
    excludesProfileData: false,
    notSimilarToCurrent: false,
    excludesCommonlyUsed: true,
    lockout: standardPasswordPolicy.lockout,
    length: standardPasswordPolicy.length,
    minCharacters: standardPasswordPolicy.minCharacters,
    default: false,
  },
] as const satisfies readonly (PasswordRequirements & Record<string, unknown>)[];

// A short list, since PingOne's long one is not published.
const common = [
  'password',
  'passw0rd',
  'qwerty',
  'letmein',
  'welcome',
  'iloveyou',
  'admin',
  'abc123',
  'monkey',
  'dragon',
  'football',
  'sunshine',
  'princess',
  '12345678',
  '123456',
];

/** Whether a password is a common word surrounded by digits and punctuation only. */
const isCommon = (password: string): boolean => {
  // No listed word is that long, and the expressions below are slow for long strings.
  if (password.length > 255) return false;
  const bare = password.toLowerCase().replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return common.includes(bare) || common.includes(bare.replace(/^\d+|\d+$/g, ''));
};

const longestRun = (password: Iterable<string>): number => {
  let longest = 0;
  let run = 0;
  let before: string | undefined;
  for (const character of password) {
    run = character === before ? run + 1 : 1;
    before = character;
    longest = Math.max(longest, run);
  }
  return longest;
};

/** No policy allows more than 255 characters: only that many of a longer password are examined, with the same result. */
export const mostCharacters = 1024;

interface Missed {
  readonly requirement: string;
  readonly text: string;
}

/** Every requirement that a password does not satisfy, in PingOne's order; `minCharacters` once per set. */
export function missedRequirements(policy: PasswordRequirements, password: string): Missed[] {
  const missed: Missed[] = [];
  const miss = (requirement: string, text: string) => missed.push({ requirement, text });
  const { length = {}, minCharacters = {}, maxRepeatedCharacters, minUniqueCharacters } = policy;
  const characters = [...password.slice(0, mostCharacters)];
  for (const [set, minimum] of Object.entries(minCharacters))
    if (characters.filter((character) => set.includes(character)).length < minimum)
      miss('minCharacters', texts.policyCharacters.text(set, minimum));
  if (policy.excludesCommonlyUsed && isCommon(password)) miss('excludesCommonlyUsed', texts.policyCommon.text);
  if (length.min !== undefined && characters.length < length.min) miss('length', texts.policyShort.text(length.min));
  if (length.max !== undefined && characters.length > length.max) miss('length', texts.policyLong.text(length.max));
  if (maxRepeatedCharacters !== undefined && longestRun(characters) > maxRepeatedCharacters)
    miss('maxRepeatedCharacters', texts.policyRepeated.text(maxRepeatedCharacters));
  if (minUniqueCharacters !== undefined && new Set(characters).size < minUniqueCharacters)
    miss('minUniqueCharacters', texts.policyUnique.text(minUniqueCharacters));
  return missed;
}

/** The detail for missed requirements of a new user's password, or of a changed one. */
export const missedDetail = (missed: readonly Missed[], { creating = false } = {}): ErrorDetail => ({
  code: 'INVALID_VALUE',
  target: creating ? 'password' : 'newPassword',
  message: creating ? texts.policyMissedOnCreate.text : texts.policyMissed.text,
  innerError: {
    unsatisfiedRequirements: missed.map(({ requirement }) => requirement),
    // One text per requirement: for several sets, that of the last.
    ...Object.fromEntries(missed.map(({ requirement, text }) => [requirement, text])),
  },
});

/** The requirement that a current or recent password misses. */
export const missedHistory: Missed = { requirement: 'history', text: texts.policyHistory.text };
