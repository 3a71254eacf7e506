import type { Environment, Environments } from '../../environment/context.js';
import type { Population } from '../../environment/model/configuration.js';
import { inTurns } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, unknownReference } from '../../pingone/pingone-error.js';
import { applicationsFor } from '../applications/references.js';
import { keptMembers, newMembers, requireUnused } from '../items.js';
import { dropRolesOn } from '../roles/role-assignments.js';
import { putUnique } from '../uniqueness.js';
import { removeGroup } from './groups.js';
import type { PopulationBody } from './population-schema.js';

async function put(environment: Environment, population: Population): Promise<Population> {
  const { populations, passwordPolicies } = environment.store;
  if (population.passwordPolicy && !(await passwordPolicies.get(population.passwordPolicy.id))) throw unknownReference('passwordPolicy');
  await putUnique(populations, population, 'name');
  // Being the default is taken from whoever was it before.
  if (population.default)
    for (const other of await populations.list())
      if (other.default && other.id !== population.id) await populations.put({ ...other, default: false });
  return population;
}

const membersOf = ({ passwordPolicy, ...body }: PopulationBody) => ({
  ...body,
  ...(passwordPolicy && { passwordPolicy: { id: passwordPolicy.id.toLowerCase() } }),
});

export const createPopulation = (environment: Environment, body: PopulationBody): Promise<Population> =>
  inTurns(environment, ['populations', 'password policies'], () =>
    put(environment, { ...newMembers(environment), ...membersOf(body), default: body.default ?? false }),
  );

export const replacePopulation = (environment: Environment, existing: Population, body: PopulationBody): Promise<Population> =>
  inTurns(environment, ['populations', 'password policies'], () =>
    put(environment, { ...keptMembers(environment, existing), ...membersOf(body), default: body.default ?? existing.default }),
  );

/** Removes a population without users that is not the default one, with its groups (docs/fidelity.md, management 2.6). */
export const deletePopulation = (environments: Environments, environment: Environment, { id }: Population): Promise<void> =>
  inTurns(environment, ['populations', 'groups'], async () => {
    const { store } = environment;
    if (store.populations.size <= 1) throw constraint(texts.populationLast.text);
    if ((await store.populations.get(id))?.default) throw constraint(texts.populationDefault.text);
    const { items } = await store.users.page({ limit: 1, among: { index: 'population.id', value: id } });
    if (items.length > 0) throw constraint(texts.populationUsers.text);
    const groups = (await store.groups.list()).filter((group) => group.population?.id === id);
    for (const group of groups) requireUnused(await applicationsFor(environment, group.id), texts.groupInUse.text);
    const population = await store.populations.take(id);
    // Whoever was made meanwhile, and found the population there, keeps it.
    const { items: meanwhile } = await store.users.page({ limit: 1, among: { index: 'population.id', value: id } });
    if (population && meanwhile.length > 0) {
      await store.populations.put(population);
      throw constraint(texts.populationUsers.text);
    }
    for (const group of groups) await removeGroup(environment, group.id);
    await dropRolesOn(environments, { id, type: 'POPULATION' });
  });
