import type { Endpoint } from '../../environment/context.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { applicationOf } from '../applications/applications.js';
import { resource } from '../http/resource.js';
import { assignSignOnPolicy, replaceAssignment } from './assignments.js';
import { anyActionBody, assignmentBody, signOnPolicyBody } from './schema.js';
import {
  createAction,
  createSignOnPolicy,
  deleteAction,
  deleteSignOnPolicy,
  readAction,
  replaceAction,
  replaceSignOnPolicy,
  signOnPolicyOf,
} from './sign-on-policies.js';

const path = '/environments/:environmentId/signOnPolicies/:policyId';

/** Sign-on policies (docs/fidelity.md, management 6.7). */
export const signOnPolicies: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path,
    items: ({ environment }) => environment.store.signOnPolicies.list(),
    find: signOnPolicyOf,
    show: (policy, { self, environment }) => showItem(policy, { self, environment, actions: `${self}/actions` }),
  });
  list();
  create(signOnPolicyBody, ({ environment }, body) => createSignOnPolicy(environment, body));
  read();
  replace(signOnPolicyBody, ({ environment }, existing, body) => replaceSignOnPolicy(environment, existing, body));
  remove(({ environment }, policy) => deleteSignOnPolicy(environment, policy));
};

const byPriority = <T extends { readonly priority: number }>(items: T[]): T[] => items.sort((a, b) => a.priority - b.priority);

/** The steps of a sign-on policy (docs/fidelity.md, management 6.7). */
export const signOnPolicyActions: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${path}/actions/:itemId`,
    parent: signOnPolicyOf,
    items: async ({ environment: { store }, parent }) => byPriority(await store.signOnPolicyActions.find('signOnPolicy.id', parent.id)),
    show: (action, { self, environment, parent }) => showItem(action, { self, environment, signOnPolicy: parent }, moments),
  });
  // Which members an action has depends on its type, so the endpoint reads it.
  const body = { type: 'object' } as const;
  list();
  create(body, ({ environment, parent }, action) => createAction(environment, parent, readAction(action)), anyActionBody);
  read();
  replace(body, ({ environment }, existing, action) => replaceAction(environment, existing, readAction(action)), anyActionBody);
  remove(({ environment }, action) => deleteAction(environment, action));
};

const applicationPath = '/environments/:environmentId/applications/:applicationId';

/** Which sign-on policies an application uses, and in which order. */
export const signOnPolicyAssignments: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${applicationPath}/signOnPolicyAssignments/:itemId`,
    parent: applicationOf,
    items: async ({ environment: { store }, parent }) => byPriority(await store.signOnPolicyAssignments.find('application.id', parent.id)),
    show: (assignment, { self, environment, parent }) =>
      showItem(
        assignment,
        { self, environment, application: parent, signOnPolicy: `${environment}/signOnPolicies/${assignment.signOnPolicy.id}` },
        moments,
      ),
  });
  list();
  create(assignmentBody, ({ environment, parent }, body) => assignSignOnPolicy(environment, parent, body));
  read();
  replace(assignmentBody, ({ environment }, existing, body) => replaceAssignment(environment, existing, body));
  remove(({ environment }, assignment) => environment.store.signOnPolicyAssignments.take(assignment.id));
};
