import type { Endpoint } from '../../environment/context.js';
import { showItem } from '../../pingone/item-view.js';
import { resource } from '../http/resource.js';
import { requireKnown } from '../references.js';
import { createDevicePolicy, deleteDevicePolicy, devicePoliciesOf, devicePolicyOf, replaceDevicePolicy } from './device-policies.js';
import { referencesOf } from './references.js';
import { type DevicePolicyBody, devicePolicyBody } from './schema.js';

/** MFA policies (docs/fidelity.md, management 7.10). */
export const deviceAuthenticationPolicies: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: '/environments/:environmentId/deviceAuthenticationPolicies/:itemId',
    items: ({ environment }) => devicePoliciesOf(environment),
    find: devicePolicyOf,
    // PingOne calls `forSignOnPolicy` deprecated, and its SDK needs it all the same.
    show: ({ updatedAt, ...policy }, { self, environment }) =>
      showItem({ ...policy, forSignOnPolicy: false, updatedAt }, { self, environment }, ['createdAt']),
  });
  list();
  create(devicePolicyBody, async ({ environment }, body) => {
    await requireKnown(environment, referencesOf(body));
    return createDevicePolicy(environment, body);
  });
  read();
  replace(devicePolicyBody, async ({ environment }, existing, body) => {
    await requireKnown(environment, referencesOf(body), referencesOf(existing as Partial<DevicePolicyBody>));
    return replaceDevicePolicy(environment, existing, body);
  });
  remove(({ environment }, policy) => deleteDevicePolicy(environment, policy));
};
