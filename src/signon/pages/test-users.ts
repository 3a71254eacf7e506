import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { Password } from '../../environment/model/user.js';
import { isPasswordHash } from '../../lib/password-hash.js';

/** A user that the page offers for a sign-on with one click. */
export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly name?: string | undefined;
}

/** With more the page would become a directory. */
const shown = 8;

/** A hash can be checked against, but not typed. */
const isKnown = (password: Password | undefined): password is Password => password !== undefined && !isPasswordHash(password.value);

/** The environment's first users with a known password; in a flow that is tied to a user, only that one. */
export async function listTestUsers({ store }: Environment, flow: Flow): Promise<TestUser[]> {
  const tied = flow.userId === undefined ? undefined : await store.users.get(flow.userId);
  // One page, because there may be a hundred thousand; larger than what is shown, because some have no password.
  const users = tied ? [tied] : (await store.users.page({ limit: 4 * shown, where: ({ enabled }) => enabled })).items;
  const passwords = await Promise.all(users.map(({ id }) => store.passwords.get(id)));
  return users
    .filter((_user, at) => isKnown(passwords[at]))
    .slice(0, shown)
    .map(({ id, username, name }) => ({
      id,
      username,
      name: name?.formatted ?? ([name?.given, name?.family].filter(Boolean).join(' ') || undefined),
    }));
}

/** What a person would type to sign on as a test user. It passes through the same check as any password. */
export async function credentialsOf({ store }: Environment, userId: string): Promise<{ username?: string; password?: string }> {
  const [user, password] = [await store.users.get(userId), await store.passwords.get(userId)];
  return { ...(user && { username: user.username }), ...(isKnown(password) && { password: password.value }) };
}
