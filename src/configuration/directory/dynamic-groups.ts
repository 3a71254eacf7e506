import type { Environment } from '../../environment/context.js';
import type { Group } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { FilterError, parseFilter } from '../../lib/filter/parse.js';
import { type FilterPlan, filterProblems, planFilter } from '../../lib/filter/plan.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue } from '../../pingone/pingone-error.js';
import { filterableUsers } from './filterable.js';

/** Groups whose members are all users that a filter selects (docs/fidelity.md, management 6.6: `userFilter`). */

/** Reads the filter of a group, or throws. It must not refer to groups. */
function read(text: string, customAttributes: readonly string[]): FilterPlan<User> | string {
  const { attributes } = filterableUsers({ customAttributes, parts: true });
  try {
    const filter = parseFilter(text);
    const [fault] = filterProblems(filter, attributes, []);
    return fault ? fault.attribute : planFilter(filter, attributes, new Map());
  } catch (error) {
    if (error instanceof FilterError) return error.message;
    throw error;
  }
}

/** Whether a filter is valid for users with these custom attributes. */
export const isUserFilter = (text: string, customAttributes: readonly string[]): boolean =>
  typeof read(text, customAttributes) !== 'string';

/** Includes disabled attributes: answers do not show them, but filters may still use them. */
const customNames = async ({ store }: Environment): Promise<string[]> =>
  (await store.schemaAttributes.list()).filter(({ schemaType }) => schemaType === 'CUSTOM').map(({ name }) => name);

/** Refuses an invalid filter. */
export async function requireUserFilter(environment: Environment, userFilter: string | undefined): Promise<void> {
  if (userFilter === undefined || userFilter === '') return;
  if (!isUserFilter(userFilter, await customNames(environment))) throw invalidValue('userFilter', texts.userFilter.text);
}

/** The groups whose filter uses a custom attribute. */
export async function groupsThatSpeakOf(environment: Environment, attribute: string): Promise<Group[]> {
  const names = await customNames(environment);
  const others = names.filter((name) => name !== attribute);
  const groups = await environment.store.groups.find('has a filter', 'yes');
  return groups.filter(({ userFilter }) => isUserFilter(String(userFilter), names) && !isUserFilter(String(userFilter), others));
}

// Stored groups are never changed in place, so one plan per stored version suffices.
const plans = new WeakMap<Group, FilterPlan<User> | string>();

async function planOf(environment: Environment, group: Group): Promise<FilterPlan<User> | undefined> {
  const plan = plans.get(group) ?? read(String(group.userFilter), await customNames(environment));
  plans.set(group, plan);
  return typeof plan === 'string' ? undefined : plan;
}

const fitsIn = (group: Group, plan: FilterPlan<User> | undefined, user: User): boolean =>
  plan !== undefined && (!group.population || group.population.id === user.population.id) && plan.fits(user);

/** The groups whose filter selects a user. */
export async function dynamicGroupsOf(environment: Environment, userId: string): Promise<Group[]> {
  const groups = await environment.store.groups.find('has a filter', 'yes');
  const user = groups.length === 0 ? undefined : await environment.store.users.get(userId);
  if (!user) return [];
  const plansOfGroups = await Promise.all(groups.map((group) => planOf(environment, group)));
  return groups.filter((group, at) => fitsIn(group, plansOfGroups[at], user));
}

/** The users that the filter of a group selects, if it has one. */
export async function dynamicMembersOf(environment: Environment, group: Group | undefined): Promise<User[]> {
  if (!group?.userFilter) return [];
  const plan = await planOf(environment, group);
  return (await environment.store.users.list()).filter((user) => fitsIn(group, plan, user));
}
