import { type Endpoint, environmentOf } from '../context.js';
import { showEnvironment } from '../pingone/configuration-view.js';
import { toCollection } from '../pingone/hal.js';
import { mayReach } from './access.js';
import { ofEnvironment, rootOf } from './paths.js';

/** Environments (docs/fidelity.md, management 6.1): those that the actor has a role in. */
export const environments: Endpoint = (app, context) => {
  app.get('/environments', async (request) => {
    const root = rootOf(context, request);
    const reached = context.environments.list().filter((environment) => mayReach(request, environment));
    const items = reached.map(({ record }) => showEnvironment(record, root));
    return toCollection('environments', items, { self: `${root}/environments`, count: items.length });
  });

  app.get('/environments/:environmentId', { schema: { params: ofEnvironment } }, async (request) =>
    showEnvironment(environmentOf(context, request).record, rootOf(context, request)),
  );
};
