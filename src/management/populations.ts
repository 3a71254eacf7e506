import { type Endpoint, type Environment, environmentOf } from '../context.js';
import { showPopulation } from '../pingone/configuration-view.js';
import { toCollection } from '../pingone/hal.js';
import { notFound } from './answers.js';
import { environmentUrl, ofEnvironment, ofPopulation } from './paths.js';

const path = '/environments/:environmentId/populations';

/** How many users are in a population. In an environment with one population, all of them are. */
const countUsers = async ({ store }: Environment, id: string): Promise<number> =>
  store.populations.size === 1 ? store.users.size : (await store.users.find('population.id', id)).length;

/** Populations (docs/fidelity.md, management 6.2). */
export const populations: Endpoint = (app, context) => {
  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const all = await environment.store.populations.list();
    const items = await Promise.all(
      all.map(async (population) => showPopulation(population, await countUsers(environment, population.id), url)),
    );
    return toCollection('populations', items, { self: `${url}/populations`, count: items.length });
  });

  app.get(`${path}/:populationId`, { schema: { params: ofPopulation } }, async (request) => {
    const environment = environmentOf(context, request);
    const population = await environment.store.populations.get(request.params.populationId);
    if (!population) throw notFound();
    return showPopulation(population, await countUsers(environment, population.id), environmentUrl(context, request, environment));
  });
};
