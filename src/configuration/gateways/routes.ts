import { type Endpoint, environmentOf } from '../../environment/context.js';
import { showItem } from '../../pingone/item-view.js';
import { created } from '../http/answers.js';
import { nothing } from '../http/bodies.js';
import { environmentUrl, idOf, idsIn } from '../http/paths.js';
import { emptyList, resource } from '../http/resource.js';
import { createCredential, createGateway, deleteGateway, gatewayOf, readGateway, replaceGateway } from './gateways.js';
import { anyGatewayBody, credentialAnswer } from './schema.js';

const path = '/environments/:environmentId/gateways/:gatewayId';

/** Gateways (docs/fidelity.md, management 7.12). */
export const gateways: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path,
    items: ({ environment }) => environment.store.gateways.list(),
    find: gatewayOf,
    show: async (gateway, { self, environment }, { environment: { store } }) => {
      const found = await store.gatewayCredentials.find('gateway.id', gateway.id);
      const credentials = found.map(({ id, createdAt }) => ({ id, createdAt }));
      return showItem(credentials.length > 0 ? { ...gateway, credentials } : gateway, {
        self,
        environment,
        credentials: `${self}/credentials`,
        instances: `${self}/instances`,
      });
    },
  });
  // Which members a gateway has depends on its type, so the endpoint reads it.
  const body = { type: 'object' } as const;
  list();
  create(body, ({ environment }, gateway) => createGateway(environment, readGateway(gateway)), anyGatewayBody);
  read();
  replace(body, ({ environment }, existing, gateway) => replaceGateway(environment, existing, readGateway(gateway)), anyGatewayBody);
  remove(({ environment }, gateway) => deleteGateway(environment, gateway));

  // Instances are programs of Ping's that connect to PingOne: none ever connects to the mock.
  emptyList(app, context, `${path}/instances`, { parent: gatewayOf, member: 'gatewayInstances' });
};

/** What a gateway's instances identify themselves with (docs/fidelity.md, management 7.12). */
export const gatewayCredentials: Endpoint = (app, context) => {
  const { list, read, remove } = resource(app, context, {
    path: `${path}/credentials/:itemId`,
    parent: gatewayOf,
    items: ({ environment: { store }, parent }) => store.gatewayCredentials.find('gateway.id', parent.id),
    show: ({ id, createdAt }, { self, environment, parent }) => showItem({ id, createdAt }, { self, environment, gateway: parent }),
  });
  const collection = `${path}/credentials`;
  const config = { bodies: { 'application/json': nothing }, answer: credentialAnswer };
  list();
  app.post(collection, { schema: { params: idsIn(collection) }, config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const gateway = await gatewayOf(environment, idOf(request, 'gatewayId'));
    const { id, createdAt, credential } = await createCredential(environment, gateway, context.origin(request));
    const url = environmentUrl(context, request, environment);
    const parent = `${url}/gateways/${gateway.id}`;
    return created(
      reply,
      showItem({ id, createdAt, credential }, { self: `${parent}/credentials/${id}`, environment: url, gateway: parent }),
    );
  });
  read();
  remove(({ environment }, { id }) => environment.store.gatewayCredentials.take(id));
};
