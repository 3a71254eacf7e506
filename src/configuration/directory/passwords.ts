import type { Environment } from '../../environment/context.js';
import type { PasswordPolicy } from '../../environment/model/configuration.js';
import type { Password, User } from '../../environment/model/user.js';
import { serialize, serializeOn } from '../../environment/serialize.js';
import { isPassword, isPasswordHash } from '../../lib/password-hash.js';
import { invalidData } from '../../pingone/pingone-error.js';
import { missedDetail, missedHistory, missedRequirements, type PasswordRequirements } from './password-policy.js';
import type { PasswordState } from './password-view.js';

/** The outcome of checking a password. */
export type PasswordVerdict =
  | { kind: 'right'; status: 'OK' | 'MUST_CHANGE_PASSWORD' | 'PASSWORD_EXPIRED' }
  | { kind: 'wrong'; failuresRemaining: number }
  | { kind: 'locked'; secondsUntilUnlock: number }
  | { kind: 'none' };

const day = 86_400_000;
/** Default, in seconds. */
const usualLock = 900;

/** The policy for a user's password: the population's, or else the environment's default. */
export async function passwordPolicyOf({ store }: Environment, user: Pick<User, 'population'>): Promise<PasswordPolicy> {
  const population = await store.populations.get(user.population.id);
  const own = population?.passwordPolicy && (await store.passwordPolicies.get(population.passwordPolicy.id));
  if (own) return own;
  const policies = await store.passwordPolicies.list();
  return policies.find((policy) => policy.default) ?? (policies[0] as PasswordPolicy);
}

const requirementsOf = async (environment: Environment, userId: string): Promise<PasswordRequirements> => {
  const user = await environment.store.users.get(userId);
  return user ? ((await passwordPolicyOf(environment, user)) as PasswordRequirements) : {};
};

const usableStatus = (password: Password, { maxAgeDays }: PasswordRequirements, now: number) => {
  if (password.forceChange) return 'MUST_CHANGE_PASSWORD';
  const expired = maxAgeDays !== undefined && Date.parse(password.lastChangedAt) + maxAgeDays * day <= now;
  return expired ? 'PASSWORD_EXPIRED' : 'OK';
};

const secondsLocked = ({ lockedUntil = 0 }: Password, now: number): number => Math.max(0, Math.ceil((lockedUntil - now) / 1000));

interface Judged {
  readonly verdict: PasswordVerdict;
  /** The user as they were when the password was read. */
  readonly user?: User | undefined;
  /** The password with its attempts counted, where that changes it. */
  readonly change?: Password | undefined;
}

/** Judges an attempt by the password and the user as they are stored now. `seen`: the user, where this request has just read them. */
async function judge(environment: Environment, userId: string, matches: (stored: string) => boolean, seen?: User): Promise<Judged> {
  const { store, clock } = environment;
  const [password, user] = await Promise.all([store.passwords.get(userId), seen ?? store.users.get(userId)]);
  if (!password) return { user, verdict: { kind: 'none' } };
  const policy: PasswordRequirements = user ? ((await passwordPolicyOf(environment, user)) as PasswordRequirements) : {};
  const now = clock.now();
  const secondsUntilUnlock = secondsLocked(password, now);
  if (secondsUntilUnlock > 0) return { user, verdict: { kind: 'locked', secondsUntilUnlock } };

  const { failures = 0, lockedUntil, ...rest } = password;
  if (matches(password.value)) {
    const change = failures > 0 || lockedUntil !== undefined ? rest : undefined;
    return { user, verdict: { kind: 'right', status: usableStatus(password, policy, now) }, change };
  }
  const allowed = policy.lockout?.failureCount;
  if (allowed === undefined) return { user, verdict: { kind: 'wrong', failuresRemaining: Number.MAX_SAFE_INTEGER } };
  // An expired lock resets the attempts.
  const counted = (lockedUntil === undefined ? failures : 0) + 1;
  const locks = counted >= allowed && { lockedUntil: now + (policy.lockout?.durationSeconds ?? usualLock) * 1000 };
  return {
    user,
    verdict: { kind: 'wrong', failuresRemaining: Math.max(0, allowed - counted) },
    change: { ...rest, failures: counted, ...locks },
  };
}

/** Compares with a stored password. What is compared again with the same one, which may be a hash, costs nothing. */
function comparing(value: string): (stored: string) => boolean {
  let last: { readonly stored: string; readonly matches: boolean } | undefined;
  return (stored) => {
    if (last?.stored !== stored) last = { stored, matches: isPassword(stored, value) };
    return last.matches;
  };
}

/**
 * Checks a password, and returns the user as well. Too many wrong attempts lock it for a while; the right password resets the
 * count.
 * @param user as this request has just read them
 */
export async function tryPassword(
  environment: Environment,
  userId: string,
  value: string,
  user?: User,
): Promise<Pick<Judged, 'verdict' | 'user'>> {
  const matches = comparing(value);
  const seen = await judge(environment, userId, matches, user);
  // Mostly nothing changes: only an attempt that counts has to wait for those before it.
  if (!seen.change) return seen;
  return serializeOn(
    environment,
    `password ${userId}`,
    () => judge(environment, userId, matches),
    async (judged) => {
      if (judged.change) await environment.store.passwords.put(judged.change);
      return judged;
    },
  );
}

/** Checks a password, as `tryPassword` does. */
export const checkPassword = async (environment: Environment, userId: string, value: string): Promise<PasswordVerdict> =>
  (await tryPassword(environment, userId, value)).verdict;

/** Refuses a new password that does not satisfy the user's policy. A hash is taken as it is. */
export async function requirePolicy(environment: Environment, user: Pick<User, 'population'>, value: string): Promise<void> {
  const policy = (await passwordPolicyOf(environment, user)) as PasswordRequirements;
  const missed = isPasswordHash(value) ? [] : missedRequirements(policy, value);
  if (missed.length > 0) throw invalidData(missedDetail(missed, { creating: true }));
}

interface SetPasswordOptions {
  /** The user must change it at the next sign-on. */
  forceChange?: boolean | undefined;
  /** Whether the password has to satisfy the policy; true by default. */
  checkPolicy?: boolean;
}

/** Sets a user's password and ends a lock. */
export const setPassword = (
  environment: Environment,
  userId: string,
  value: string,
  { forceChange = false, checkPolicy = true }: SetPasswordOptions = {},
): Promise<void> =>
  serialize(environment, `password ${userId}`, async () => {
    const { store, clock } = environment;
    const policy = await requirementsOf(environment, userId);
    const before = await store.passwords.get(userId);
    // The current password counts as the first of the history.
    const used = before ? [before.value, ...(before.history ?? [])] : [];
    if (checkPolicy && !isPasswordHash(value)) {
      const missed = missedRequirements(policy, value);
      if (used.some((old) => isPassword(old, value))) missed.push(missedHistory);
      if (missed.length > 0) throw invalidData(missedDetail(missed));
    }
    const history = used.slice(0, policy.history?.count ?? 0);
    await store.passwords.put({
      id: userId,
      value,
      lastChangedAt: new Date(clock.now()).toISOString(),
      ...(forceChange && { forceChange }),
      ...(history.length > 0 && { history }),
    });
  });

/** Locks a password for as long as too many wrong ones do. */
export const lockPassword = (environment: Environment, userId: string): Promise<void> =>
  serialize(environment, `password ${userId}`, async () => {
    const { store, clock } = environment;
    const password = await store.passwords.get(userId);
    if (!password) return;
    const { lockout } = await requirementsOf(environment, userId);
    await store.passwords.put({ ...password, lockedUntil: clock.now() + (lockout?.durationSeconds ?? usualLock) * 1000 });
  });

/** Makes the user change the password at the next sign-on; the password stays, and is unlocked. Returns whether there is one. */
export const forcePasswordChange = (environment: Environment, userId: string): Promise<boolean> =>
  serialize(environment, `password ${userId}`, async () => {
    const { store } = environment;
    const password = await store.passwords.get(userId);
    if (!password) return false;
    const { failures, lockedUntil, ...rest } = password;
    await store.passwords.put({ ...rest, forceChange: true });
    return true;
  });

/** Removes a user's password. */
export const clearPassword = (environment: Environment, userId: string): Promise<void> =>
  serialize(environment, `password ${userId}`, async () => void (await environment.store.passwords.take(userId)));

/** Forgets wrong attempts and ends a lock. */
export const unlockPassword = (environment: Environment, userId: string): Promise<void> =>
  serialize(environment, `password ${userId}`, async () => {
    const { store } = environment;
    const password = await store.passwords.get(userId);
    if (!password || (password.failures === undefined && password.lockedUntil === undefined)) return;
    const { failures, lockedUntil, ...rest } = password;
    await store.passwords.put(rest);
  });

/** The state of a user's password. */
export async function passwordStateOf(environment: Environment, user: User): Promise<PasswordState> {
  const { store, clock } = environment;
  const policy = await passwordPolicyOf(environment, user);
  if (user.identityProvider.type !== 'PING_ONE') return { user, policy, status: 'EXTERNAL' };
  const password = await store.passwords.get(user.id);
  if (!password) return { user, policy, status: 'NO_PASSWORD' };
  const { lastChangedAt } = password;
  const secondsUntilUnlock = secondsLocked(password, clock.now());
  if (secondsUntilUnlock > 0) return { user, policy, status: 'PASSWORD_LOCKED_OUT', lastChangedAt, secondsUntilUnlock };
  return { user, policy, status: usableStatus(password, policy as PasswordRequirements, clock.now()), lastChangedAt };
}
