import type { Endpoint } from '../../environment/context.js';
import { defaultThemeOf } from '../branding/themes.js';
import { planOf } from '../http/filtering.js';
import { resource } from '../http/resource.js';
import { defaultLanguageOf } from '../languages/languages.js';
import { filterablePopulations } from './filterable.js';
import {
  countUsers,
  createPopulation,
  deletePopulation,
  populationOf,
  replacePopulation,
  showPopulation,
  withinReach,
} from './populations.js';
import { populationBody } from './schema.js';

const path = '/environments/:environmentId/populations/:populationId';

/** Populations (docs/fidelity.md, management 6.2). */
export const populations: Endpoint = (app, context) => {
  const { pages, create, read, replace, remove } = resource(app, context, {
    path,
    find: populationOf,
    show: async (population, urls, { environment }) =>
      showPopulation(population, {
        userCount: await countUsers(environment, population.id),
        environmentUrl: urls.environment,
        theme: await defaultThemeOf(environment),
        language: await defaultLanguageOf(environment),
      }),
  });
  pages(
    ({ populations }) => populations,
    async ({ request, environment }, filter) => withinReach(await planOf(environment, filter, filterablePopulations), request.populations),
  );
  create(populationBody, ({ environment }, body) => createPopulation(environment, body));
  read();
  replace(populationBody, ({ environment }, existing, body) => replacePopulation(environment, existing, body));
  remove(({ environment }, population) => deletePopulation(context.environments, environment, population));
};
