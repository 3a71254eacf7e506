import type { Endpoint } from '../../environment/context.js';
import { resource } from '../http/resource.js';
import { createPasswordPolicy, deletePasswordPolicy, populationsOf, replacePasswordPolicy } from './password-policies.js';
import { showPasswordPolicy } from './password-view.js';
import { passwordPolicyBody } from './schema.js';

/** Password policies (docs/fidelity.md, management 6.5): what users' passwords have to satisfy. */
export const passwordPolicies: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/passwordPolicies/:itemId',
    items: ({ environment }) => environment.store.passwordPolicies.list(),
    show: async (policy, urls, { environment }) => ({
      ...showPasswordPolicy(policy, urls.environment),
      // Left out where it is 0.
      populationCount: (await populationsOf(environment, policy.id)).length || undefined,
    }),
  });
  list();
  create(passwordPolicyBody, ({ environment }, body) => createPasswordPolicy(environment, body));
  read();
  replace(passwordPolicyBody, ({ environment }, existing, body) => replacePasswordPolicy(environment, existing, body));
  remove(({ environment }, policy) => deletePasswordPolicy(environment, policy));
};
