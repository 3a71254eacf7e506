import type { Endpoint } from '../../environment/context.js';
import { showItem } from '../../pingone/item-view.js';
import { applicationOf } from '../applications/applications.js';
import { resource } from '../http/resource.js';
import { anyPushCredentialBody, createPushCredential, readPushCredential, replacePushCredential } from './push-credentials.js';

/** What an application's push messages would be sent with (docs/fidelity.md, management 7.22). */
export const pushCredentials: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/applications/:applicationId/pushCredentials/:itemId',
    parent: applicationOf,
    items: ({ environment: { store }, parent }) => store.pushCredentials.find('application.id', parent.id),
    show: (credential, { self, environment, parent }) =>
      showItem(credential, { self, environment, application: parent }, ['environment', 'application']),
  });
  // Which members a credential has depends on its type, so the endpoint reads it.
  const body = { type: 'object' } as const;
  list();
  create(
    body,
    ({ environment, parent }, sent) => createPushCredential(environment, parent.id, readPushCredential(sent)),
    anyPushCredentialBody,
  );
  read();
  replace(
    body,
    ({ environment }, existing, sent) => replacePushCredential(environment, existing, readPushCredential(sent)),
    anyPushCredentialBody,
  );
  remove(({ environment }, { id }) => environment.store.pushCredentials.take(id));
};
