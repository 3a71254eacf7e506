import type { Endpoint } from '../../environment/context.js';
import { showItem } from '../../pingone/item-view.js';
import { resource } from '../http/resource.js';
import {
  createFido2Policy,
  deleteFido2Policy,
  fido2PoliciesOf,
  fido2PolicyBody,
  fido2PolicyOf,
  replaceFido2Policy,
} from './fido2-policies.js';

/** FIDO2 policies (docs/fidelity.md, management 7.21). */
export const fido2Policies: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/fido2Policies/:itemId',
    items: ({ environment }) => fido2PoliciesOf(environment),
    find: fido2PolicyOf,
    show: (policy, { self, environment }) => showItem(policy, { self, environment }),
  });
  list();
  create(fido2PolicyBody, ({ environment }, body) => createFido2Policy(environment, body));
  read();
  replace(fido2PolicyBody, ({ environment }, existing, body) => replaceFido2Policy(environment, existing, body));
  remove(({ environment }, policy) => deleteFido2Policy(environment, policy));
};
