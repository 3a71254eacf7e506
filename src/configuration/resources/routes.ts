import type { Endpoint } from '../../environment/context.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { resource } from '../http/resource.js';
import { secretRoutes } from '../http/secret.js';
import { finder } from '../items.js';
import { createResourceAttribute, deleteResourceAttribute, replaceResourceAttribute } from './resource-attributes.js';
import { createScope, deleteScope, replaceScope } from './resource-scopes.js';
import { createResource, deleteResource, replaceResource, resourceOf } from './resources.js';
import { resourceAttributeBody, resourceBody, scopeBody } from './schema.js';

const path = '/environments/:environmentId/resources/:resourceId';

/** Resources (docs/fidelity.md, management 5.2). */
export const resources: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path,
    items: ({ environment }) => environment.store.resources.list(),
    find: resourceOf,
    show: (item, { self, environment }) =>
      showItem(item, {
        self,
        environment,
        scopes: `${self}/scopes`,
        attributes: `${self}/attributes`,
        secret: item.type === 'CUSTOM' ? `${self}/secret` : undefined,
      }),
  });
  list();
  create(resourceBody, ({ environment }, body) => createResource(environment, body));
  read();
  replace(resourceBody, ({ environment }, existing, body) => replaceResource(environment, existing, body));
  remove(({ environment }, existing) => deleteResource(environment, existing));
};

const secretOf = finder(({ secrets }) => secrets);

/** A resource's secret, with which it introspects tokens (docs/fidelity.md, management 5.2). Only custom resources have one. */
export const resourceSecret: Endpoint = (app, context) =>
  secretRoutes(app, context, {
    path: `${path}/secret`,
    owner: 'resource',
    find: async (environment, id) => {
      await resourceOf(environment, id);
      return secretOf(environment, id);
    },
  });

/** Scopes of a resource (docs/fidelity.md, management 5.3). */
export const resourceScopes: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${path}/scopes/:itemId`,
    parent: resourceOf,
    items: ({ environment: { store }, parent }) => store.scopes.find('resource.id', parent.id),
    show: (scope, { self, environment, parent }) => showItem(scope, { self, environment, resource: parent }),
  });
  list();
  create(scopeBody, ({ environment, parent }, body) => createScope(environment, parent, body));
  read();
  replace(scopeBody, ({ environment, parent }, existing, body) => replaceScope(environment, parent, existing, body));
  remove(({ environment, parent }, scope) => deleteScope(environment, parent, scope));
};

/** Attributes of a resource (docs/fidelity.md, management 5.4). */
export const resourceAttributes: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${path}/attributes/:itemId`,
    parent: resourceOf,
    items: ({ environment: { store }, parent }) => store.resourceAttributes.find('resource.id', parent.id),
    show: (attribute, { self, environment, parent }) => showItem(attribute, { self, environment, resource: parent }, moments),
  });
  list();
  create(resourceAttributeBody, ({ environment, parent }, body) => createResourceAttribute(environment, parent, body));
  read();
  replace(resourceAttributeBody, ({ environment, parent }, existing, body) =>
    replaceResourceAttribute(environment, parent, existing, body),
  );
  remove(({ environment }, attribute) => deleteResourceAttribute(environment, attribute));
};
