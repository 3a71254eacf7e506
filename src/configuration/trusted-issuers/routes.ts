import type { Endpoint } from '../../environment/context.js';
import { showItem } from '../../pingone/item-view.js';
import { applicationOf } from '../applications/applications.js';
import { resource } from '../http/resource.js';
import { keptMembers, newMembers } from '../items.js';
import { trustedIssuerAssignmentBody, trustedIssuerBody } from './schema.js';
import { assignTrustedIssuer, deleteTrustedIssuer, putTrustedIssuer, trustedIssuerOf } from './trusted-issuers.js';

/** Third-party issuers whose tokens may be exchanged (docs/fidelity.md, management 5.6). */
export const trustedIssuers: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/trustedIssuers/:itemId',
    items: ({ environment: { store } }) => store.trustedIssuers.list(),
    find: trustedIssuerOf,
    show: (issuer, { self, environment }) => showItem(issuer, { self, environment }),
  });
  list();
  create(trustedIssuerBody, ({ environment }, body) => putTrustedIssuer(environment, newMembers(environment), body));
  read();
  replace(trustedIssuerBody, ({ environment }, existing, body) => putTrustedIssuer(environment, keptMembers(environment, existing), body));
  remove(({ environment }, issuer) => deleteTrustedIssuer(environment, issuer));
};

/** Which applications may exchange the tokens of which issuers (docs/fidelity.md, management 5.6). */
export const trustedIssuerAssignments: Endpoint = (app, context) => {
  const { list, create, read, remove } = resource(app, context, {
    path: '/environments/:environmentId/applications/:applicationId/trustedIssuerAssignments/:itemId',
    parent: applicationOf,
    items: ({ environment: { store }, parent }) => store.trustedIssuerAssignments.find('application.id', parent.id),
    show: (assignment, { self, environment, parent }) =>
      showItem(assignment, {
        self,
        environment,
        application: parent,
        trustedIssuer: `${environment}/trustedIssuers/${assignment.trustedIssuer.id}`,
      }),
  });
  list();
  create(trustedIssuerAssignmentBody, ({ environment, parent }, body) => assignTrustedIssuer(environment, parent, body.trustedIssuer.id));
  read();
  remove(({ environment }, { id }) => environment.store.trustedIssuerAssignments.take(id));
};
