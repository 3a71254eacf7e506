import type { Environment } from '../context.js';
import type { Group } from '../pingone/configuration.js';

/** Every group that a user is in, directly or through another group, each once. */
export async function groupsOf({ store }: Environment, userId: string): Promise<Group[]> {
  const found = new Map<string, Group>();
  const members = [userId];
  for (let member = members.pop(); member !== undefined; member = members.pop())
    for (const { group } of await store.memberships.find('member.id', member)) {
      const known = found.has(group.id) ? undefined : await store.groups.get(group.id);
      if (!known) continue;
      found.set(known.id, known);
      members.push(known.id);
    }
  return [...found.values()];
}
