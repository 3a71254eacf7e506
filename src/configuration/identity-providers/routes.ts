import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Population } from '../../environment/model/configuration.js';
import type { IdentityProviderAttribute } from '../../environment/model/identity-providers.js';
import { isOwnReading } from '../../environment/public-urls.js';
import { serializeAll } from '../../environment/serialize.js';
import { membersOf } from '../../lib/unknown.js';
import { toLinks } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { unknownReference } from '../../pingone/pingone-error.js';
import { populationOf } from '../directory/populations.js';
import { environmentUrl, ofPopulation } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { nowOf } from '../items.js';
import {
  createProvider,
  createProviderAttribute,
  deleteProvider,
  deleteProviderAttribute,
  providerOf,
  readProvider,
  replaceProvider,
  replaceProviderAttribute,
} from './providers.js';
import { anyProviderBody, defaultProviderBody, providerAttributeBody } from './schema.js';

const path = '/environments/:environmentId/identityProviders/:providerId';

const showAttribute = (attribute: IdentityProviderAttribute, environment: string) => {
  const identityProvider = `${environment}/identityProviders/${attribute.identityProvider.id}`;
  return showItem(attribute, { self: `${identityProvider}/attributes/${attribute.id}`, environment, identityProvider });
};

/** External identity providers (docs/fidelity.md, management 7.11). */
export const identityProviders: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path,
    items: ({ environment }) => environment.store.identityProviders.list(),
    find: providerOf,
    show: async (provider, { self, environment }, { request, environment: { store } }) => {
      // Only the mock knows who plays it, so only an export has it.
      const hidden = isOwnReading(request.raw) ? [] : ['playedBy'];
      const shown = showItem(provider, { self, environment, attributes: `${self}/attributes` }, hidden);
      if (membersOf(request.query).expand !== 'attributes') return shown;
      const attributes = await store.identityProviderAttributes.find('identityProvider.id', provider.id);
      return { ...shown, _embedded: { attributes: attributes.map((attribute) => showAttribute(attribute, environment)) } };
    },
  });
  // Which members a provider has depends on its type, so the endpoint reads it.
  const body = { type: 'object' } as const;
  list();
  create(body, ({ environment }, provider) => createProvider(environment, readProvider(provider)), anyProviderBody);
  read();
  replace(body, ({ environment }, existing, provider) => replaceProvider(environment, existing, readProvider(provider)), anyProviderBody);
  remove(({ environment }, provider) => deleteProvider(environment, provider));
};

/** What users get from a provider (docs/fidelity.md, management 7.11). */
export const identityProviderAttributes: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${path}/attributes/:itemId`,
    parent: providerOf,
    items: ({ environment: { store }, parent }) => store.identityProviderAttributes.find('identityProvider.id', parent.id),
    show: (attribute, { environment }) => showAttribute(attribute, environment),
  });
  list();
  create(providerAttributeBody, ({ environment, parent }, body) => createProviderAttribute(environment, parent, body));
  read();
  replace(providerAttributeBody, ({ environment }, existing, body) => replaceProviderAttribute(environment, existing, body));
  remove(({ environment }, attribute) => deleteProviderAttribute(environment, attribute));
};

/** What the users of a population sign on with: PingOne, unless another provider is set (docs/fidelity.md, management 7.11). */
export const defaultIdentityProvider: Endpoint = (app, context) => {
  const ofProvider = '/environments/:environmentId/populations/:populationId/defaultIdentityProvider';
  const show = async (request: FastifyRequest, environment: Environment, { id, defaultIdentityProvider }: Population) => {
    const population = `${environmentUrl(context, request, environment)}/populations/${id}`;
    const provider = defaultIdentityProvider && (await environment.store.identityProviders.get(defaultIdentityProvider.id));
    return {
      _links: toLinks({ self: `${population}/defaultIdentityProvider`, population }),
      ...(provider && { id: provider.id, type: provider.type }),
    };
  };
  app.get(ofProvider, { schema: { params: ofPopulation } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await populationOf(environment, request.params.populationId));
  });
  app.put(ofProvider, { schema: { params: ofPopulation, body: defaultProviderBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const { store } = environment;
    const id = request.body.id?.toLowerCase();
    const changed = await serializeAll(environment, ['identity providers', 'populations'], async () => {
      const { defaultIdentityProvider: _, ...population } = await populationOf(environment, request.params.populationId);
      if (id !== undefined && !(await store.identityProviders.get(id))) throw unknownReference('id');
      const next: Population = {
        ...population,
        updatedAt: nowOf(environment),
        ...(id !== undefined && { defaultIdentityProvider: { id } }),
      };
      await store.populations.put(next);
      return next;
    });
    return show(request, environment, changed);
  });
};
