import type { Environment, Environments } from '../../environment/context.js';
import type { Population } from '../../environment/model/configuration.js';
import type { User } from '../../environment/model/user.js';
import { serializeAll } from '../../environment/serialize.js';
import type { FilterPlan } from '../../lib/filter/plan.js';
import { toLinks } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, unknownReference } from '../../pingone/pingone-error.js';
import { hasTheme } from '../branding/themes.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import { dropRoles } from '../roles/role-assignments.js';
import { removeGroup } from './groups.js';
import type { PopulationBody } from './schema.js';

/** The population of this id, or a 404. */
export const populationOf = finder(({ populations }) => populations);

/** How many users are in a population. An environment's only population has them all. */
export const countUsers = async ({ store }: Environment, id: string): Promise<number> =>
  (await store.populations.count()) === 1 ? await store.users.count() : store.users.count('population.id', id);

/** What an answer shows of a population besides what is stored. */
interface Around {
  readonly userCount: number;
  readonly environmentUrl: string;
  /** The environment's default theme and language, which a population without its own has. */
  readonly theme: { readonly id: string };
  readonly language: { readonly locale: string };
}

/** A population as an answer shows it (docs/fidelity.md, management 6.2). */
export function showPopulation(population: Population, { userCount, environmentUrl, theme: usualTheme, language }: Around) {
  const { defaultIdentityProvider: _, ...shown } = population;
  const { id, environment, name, description, createdAt, updatedAt, preferredLanguage, theme, default: isDefault, ...rest } = shown;
  return {
    _links: toLinks({ self: `${environmentUrl}/populations/${id}`, environment: environmentUrl }),
    id,
    environment,
    name,
    description,
    userCount,
    createdAt,
    updatedAt,
    ...rest,
    preferredLanguage: preferredLanguage ?? language.locale,
    theme: theme ?? { id: usualTheme.id },
    default: isDefault,
  };
}

/** Limits a filter to the populations that the actor has roles in. */
export function withinReach(
  plan: FilterPlan<Population> | undefined,
  reached: ReadonlySet<string> | undefined,
): FilterPlan<Population> | undefined {
  if (!reached) return plan;
  return { fits: (population) => reached.has(population.id) && (plan?.fits(population) ?? true), lookups: plan?.lookups };
}

/** Limits a filter to the users of the populations that the actor has roles in. */
export function usersWithinReach(
  plan: FilterPlan<User> | undefined,
  reached: ReadonlySet<string> | undefined,
): FilterPlan<User> | undefined {
  if (!reached) return plan;
  const fits = (user: User) => reached.has(user.population.id) && (plan?.fits(user) ?? true);
  const own = [...reached].map((value) => ({ index: 'population.id', value }));
  return { fits, lookups: plan?.lookups ?? own, isExact: !plan && own.length === 1 };
}

async function put(environment: Environment, population: Population): Promise<Population> {
  const { populations, passwordPolicies } = environment.store;
  if (population.passwordPolicy && !(await passwordPolicies.get(population.passwordPolicy.id))) throw unknownReference('passwordPolicy');
  if (population.theme && !(await hasTheme(environment, population.theme.id))) throw unknownReference('theme');
  await putUnique(populations, population, 'name');
  // Exactly one population is the default.
  if (population.default)
    for (const other of await populations.list())
      if (other.default && other.id !== population.id) await populations.put({ ...other, default: false });
  return population;
}

const membersOf = ({ passwordPolicy, theme, ...body }: PopulationBody) => ({
  ...body,
  ...(theme && { theme: { id: theme.id.toLowerCase() } }),
  ...(passwordPolicy && { passwordPolicy: { id: passwordPolicy.id.toLowerCase() } }),
});

export const createPopulation = (environment: Environment, body: PopulationBody): Promise<Population> =>
  serializeAll(environment, ['populations', 'password policies'], () =>
    put(environment, { ...newMembers(environment), ...membersOf(body), default: body.default ?? false }),
  );

export const replacePopulation = (environment: Environment, existing: Population, body: PopulationBody): Promise<Population> =>
  serializeAll(environment, ['populations', 'password policies'], async () => {
    const provider = (await environment.store.populations.get(existing.id))?.defaultIdentityProvider;
    return put(environment, {
      ...keptMembers(environment, existing),
      ...membersOf(body),
      default: body.default ?? existing.default,
      ...(provider && { defaultIdentityProvider: provider }),
    });
  });

/** Deletes an empty population that is not the default, with its groups (docs/fidelity.md, management 2.6). */
export const deletePopulation = (environments: Environments, environment: Environment, { id }: Population): Promise<void> =>
  serializeAll(environment, ['populations', 'groups'], async () => {
    const { store } = environment;
    if ((await store.populations.count()) <= 1) throw constraint(texts.populationLast.text);
    if ((await store.populations.get(id))?.default) throw constraint(texts.populationDefault.text);
    const { items } = await store.users.page({ limit: 1, among: { index: 'population.id', value: id } });
    if (items.length > 0) throw constraint(texts.populationUsers.text);
    const groups = (await store.groups.list()).filter((group) => group.population?.id === id);
    const population = await store.populations.take(id);
    // A user that was created meanwhile keeps the population.
    const { items: meanwhile } = await store.users.page({ limit: 1, among: { index: 'population.id', value: id } });
    if (population && meanwhile.length > 0) {
      await store.populations.put(population);
      throw constraint(texts.populationUsers.text);
    }
    for (const group of groups) await removeGroup(environment, group.id);
    await dropRoles(environments, { id, type: 'POPULATION' });
  });
