import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Population } from '../../environment/model/configuration.js';
import { object, string } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { notFound } from '../../pingone/pingone-error.js';
import { showPopulation } from '../environments/view.js';
import { created, done } from '../http/answers.js';
import { planOf, readFilteredPage } from '../http/filtering.js';
import { pageQuery, pagesAround, queryOf } from '../http/paging.js';
import { environmentUrl, ofEnvironment, ofPopulation } from '../http/paths.js';
import { filterablePopulations } from './filter-attributes.js';
import { populationBody } from './population-schema.js';
import { createPopulation, deletePopulation, replacePopulation } from './populations.js';

const path = '/environments/:environmentId/populations';

/** How many users are in a population. In an environment with one population, all of them are. */
const countUsers = async ({ store }: Environment, id: string): Promise<number> =>
  store.populations.size === 1 ? store.users.size : (await store.users.find('population.id', id)).length;

async function populationOf({ store }: Environment, id: string): Promise<Population> {
  const population = await store.populations.get(id);
  if (!population) throw notFound();
  return population;
}

/** Populations (docs/fidelity.md, management 6.2). */
export const populations: Endpoint = (app, context) => {
  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { ...pageQuery, filter: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    const { filter, ...wanted } = request.query;
    const plan = await planOf(environment, filter, filterablePopulations);
    const reached = request.populations;
    const within = reached
      ? { fits: (item: Population) => reached.has(item.id) && (plan?.fits(item) ?? true), lookups: plan?.lookups }
      : plan;
    const {
      items: found,
      count,
      ...pages
    } = await readFilteredPage(environment.store.populations, `${environment.id}/populations`, within, wanted);
    const items = await Promise.all(
      found.map(async (population) => showPopulation(population, await countUsers(environment, population.id), url)),
    );
    return toCollection('populations', items, {
      self: `${url}/populations${queryOf(request)}`,
      ...pagesAround(request, `${url}/populations`, pages),
      count,
    });
  });

  const show = async (request: FastifyRequest, environment: Environment, population: Population) =>
    showPopulation(population, await countUsers(environment, population.id), environmentUrl(context, request, environment));

  app.post(path, { schema: { params: ofEnvironment, body: populationBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    return created(reply, await show(request, environment, await createPopulation(environment, request.body)));
  });

  app.get(`${path}/:populationId`, { schema: { params: ofPopulation } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await populationOf(environment, request.params.populationId));
  });

  app.put(`${path}/:populationId`, { schema: { params: ofPopulation, body: populationBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await populationOf(environment, request.params.populationId);
    return show(request, environment, await replacePopulation(environment, existing, request.body));
  });

  app.delete(`${path}/:populationId`, { schema: { params: ofPopulation } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deletePopulation(context.environments, environment, await populationOf(environment, request.params.populationId));
    return done(reply);
  });

  // Who signs users of a population on where nothing else is said: PingOne itself.
  app.get(`${path}/:populationId/defaultIdentityProvider`, { schema: { params: ofPopulation } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await populationOf(environment, request.params.populationId);
    const population = `${environmentUrl(context, request, environment)}/populations/${id}`;
    return { _links: toLinks({ self: `${population}/defaultIdentityProvider`, population }), type: 'PING_ONE' };
  });
};
