import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import type { Password } from '../../environment/model/user.js';
import { isPasswordHash } from '../../lib/password-hash.js';

/** A user whom the page offers to sign on with one click. */
export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly name?: string | undefined;
}

/** More would turn the page into a directory. */
const shown = 8;

/** A hash can be checked against, but not typed. */
const isKnown = (password: Password | undefined): password is Password => password !== undefined && !isPasswordHash(password.value);

/** The environment's first users that have a password; in a flow that is tied to a user, that one alone. */
export async function listTestUsers({ store }: Environment, flow: Flow): Promise<TestUser[]> {
  const tied = flow.userId === undefined ? undefined : await store.users.get(flow.userId);
  // A page, not the list: there may be a hundred thousand. Some more than are shown, for those without a password.
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

/** What would have been typed to sign on as a test user. It goes through the same check as any password. */
export async function credentialsOf({ store }: Environment, userId: string): Promise<{ username?: string; password?: string }> {
  const [user, password] = [await store.users.get(userId), await store.passwords.get(userId)];
  return { ...(user && { username: user.username }), ...(isKnown(password) && { password: password.value }) };
}
