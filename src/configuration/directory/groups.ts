import type { Environment } from '../../environment/context.js';
import type { Group, Membership } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { serialize, serializeAll } from '../../environment/serialize.js';
import { showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import { dynamicGroupsOf, dynamicMembersOf, requireUserFilter } from './dynamic-groups.js';
import type { GroupBody } from './schema.js';
import { requirePopulation } from './users.js';

/** The group of this id, or a 404. */
export const groupOf = finder(({ groups }) => groups);

/** A group as an answer shows it, alone and inside a membership. */
export const showGroup = async (environment: Environment, group: Group, url: string) => {
  const self = `${url}/groups/${group.id}`;
  const population = group.population && `${url}/populations/${group.population.id}`;
  return {
    ...showItem(group, {
      self,
      environment: url,
      population,
      memberOfGroups: `${self}/memberOfGroups`,
      roleAssignments: `${self}/roleAssignments`,
    }),
    directMemberCounts: await countDirectMembers(environment, group.id),
  };
};

/** The groups whose members alone may use an application. */
export const accessGroupsOf = (application: object | undefined): ReadonlySet<string> => {
  const { accessControl } = (application ?? {}) as { accessControl?: { group?: { groups?: readonly { id: string }[] } } };
  return new Set((accessControl?.group?.groups ?? []).map(({ id }) => id.toLowerCase()));
};

/** Every group that a user or a group is in, directly or through other groups, without duplicates. */
export async function groupsOf(environment: Environment, memberId: string): Promise<Group[]> {
  const { store } = environment;
  const found = new Map<string, Group>();
  const members = [memberId];
  for (const group of await dynamicGroupsOf(environment, memberId)) {
    found.set(group.id, group);
    members.push(group.id);
  }
  for (let member = members.pop(); member !== undefined; member = members.pop())
    for (const { group } of await store.memberships.find('member.id', member)) {
      const known = found.has(group.id) ? undefined : await store.groups.get(group.id);
      if (!known) continue;
      found.set(known.id, known);
      members.push(known.id);
    }
  return [...found.values()];
}

/** A group, and whether a member is in it directly or through another group. */
export interface GroupMembership {
  readonly group: Group;
  readonly type: 'DIRECT' | 'INDIRECT';
}

/** The groups of a member with the type of each membership, direct ones first. */
export async function membershipsOf(environment: Environment, memberId: string): Promise<GroupMembership[]> {
  const members = await environment.store.memberships.find('member.id', memberId);
  const dynamic = await dynamicGroupsOf(environment, memberId);
  const direct = new Set([...members.map(({ group }) => group.id), ...dynamic.map(({ id }) => id)]);
  const groups = await groupsOf(environment, memberId);
  const all = groups.map((group): GroupMembership => ({ group, type: direct.has(group.id) ? 'DIRECT' : 'INDIRECT' }));
  return [...all.filter(({ type }) => type === 'DIRECT'), ...all.filter(({ type }) => type === 'INDIRECT')];
}

/** How many users and groups are direct members of a group. */
export async function countDirectMembers({ store }: Environment, groupId: string): Promise<{ users: number; groups: number }> {
  const members = await store.memberships.find('group.id', groupId);
  const groups = members.filter(({ member }) => member.type === 'GROUP').length;
  return { users: members.length - groups, groups };
}

/** How many distinct users are in a group, directly or through other groups. */
export async function countAllUsers(environment: Environment, groupId: string): Promise<number> {
  const { store } = environment;
  const users = new Set<string>();
  const seen = new Set([groupId]);
  const left = [groupId];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    for (const user of await dynamicMembersOf(environment, await store.groups.get(id))) users.add(user.id);
    for (const { member } of await store.memberships.find('group.id', id)) {
      if (member.type === 'USER') users.add(member.id);
      else if (!seen.has(member.id)) {
        seen.add(member.id);
        left.push(member.id);
      }
    }
  }
  return users.size;
}

/** Names are unique in a population, and among the groups without one (docs/fidelity.md, management 6.6). */
async function requireOwnName({ store }: Environment, { id, name, population }: Group): Promise<void> {
  for (const other of await store.groups.find('name', name.toLowerCase()))
    if (other.id !== id && other.population?.id === population?.id) throw notUnique('name');
}

export const createGroup = (environment: Environment, { population, ...body }: GroupBody): Promise<Group> =>
  serializeAll(environment, ['populations', 'groups'], async () => {
    const found = population && (await requirePopulation(environment, population.id.toLowerCase()));
    await requireUserFilter(environment, body.userFilter);
    const group: Group = { ...newMembers(environment), ...body, ...(found && { population: { id: found.id } }) };
    await requireOwnName(environment, group);
    await environment.store.groups.put(group);
    return group;
  });

/** Replaces a group; its population stays. */
export const replaceGroup = (environment: Environment, existing: Group, { population: _, ...body }: GroupBody): Promise<Group> =>
  serialize(environment, 'groups', async () => {
    const { population } = existing;
    await requireUserFilter(environment, body.userFilter);
    const group: Group = { ...keptMembers(environment, existing), ...body, ...(population && { population }) };
    await requireOwnName(environment, group);
    await environment.store.groups.put(group);
    return group;
  });

/**
 * Deletes a group with its memberships and roles. An application that admits its members still names it, which then admits no
 * one (docs/fidelity.md, management 3.3).
 */
export const deleteGroup = (environment: Environment, id: string): Promise<void> =>
  serialize(environment, 'groups', () => removeGroup(environment, id));

/** The same, for callers that hold the lock `groups`. */
export async function removeGroup({ store }: Environment, id: string): Promise<void> {
  await store.groups.take(id);
  const [members, nested, roles] = await Promise.all([
    store.memberships.find('group.id', id),
    store.memberships.find('member.id', id),
    store.roleAssignments.find('holder.id', id),
  ]);
  await Promise.all([
    ...[...members, ...nested].map((item) => store.memberships.take(item.id)),
    ...roles.map((item) => store.roleAssignments.take(item.id)),
  ]);
}

/** Adds a member to a group, unless one of the two was deleted meanwhile. */
async function put(environment: Environment, group: Group, member: Membership['member']): Promise<void> {
  const { store, random } = environment;
  const membership = { id: random.uuid(), group: { id: group.id }, member };
  await putUnique(store.memberships, membership, 'id');
  const there = await (member.type === 'USER' ? store.users : store.groups).get(member.id);
  if (there && (await store.groups.get(group.id))) return;
  await store.memberships.take(membership.id);
  throw unknownReference('id');
}

/** Adds a user to a group (docs/fidelity.md, management 6.6). */
export const addUser = (environment: Environment, group: Group, user: User): Promise<void> =>
  serialize(environment, `groups of ${user.id}`, async () => {
    const { store } = environment;
    if (group.population && group.population.id !== user.population.id) throw constraint(texts.groupPopulation.text);
    for (const { group: other } of await store.memberships.find('member.id', user.id)) {
      const known = await store.groups.get(other.id);
      if (known && known.id !== group.id && known.name.toLowerCase() === group.name.toLowerCase())
        throw notUnique('id', texts.groupNameTwice.text);
    }
    await put(environment, group, { id: user.id, type: 'USER' });
  });

/** Adds a group to another one, but not to itself. */
export const nestGroup = (environment: Environment, group: Group, into: Group): Promise<void> =>
  serialize(environment, 'nested groups', async () => {
    const above = await groupsOf(environment, into.id);
    if (into.id === group.id || above.some(({ id }) => id === group.id)) throw constraint(texts.groupNested.text);
    await put(environment, into, { id: group.id, type: 'GROUP' });
  });
