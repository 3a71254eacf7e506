import type { Environment } from '../../environment/context.js';
import { notificationsPoliciesOf } from '../notifications/policies.js';
import type { Reference } from '../references.js';
import { fido2PoliciesOf } from './fido2-policies.js';
import type { DevicePolicyBody } from './schema.js';

const oneOf =
  (all: (environment: Environment) => Promise<readonly { readonly id: string }[]>): Reference[2] =>
  async (environment, id) =>
    (await all(environment)).some((one) => one.id === id);

const fido2Policy = oneOf(fido2PoliciesOf);
const notificationsPolicy = oneOf(notificationsPoliciesOf);
const application: Reference[2] = ({ store }, id) => store.applications.get(id);

/** The items that an MFA policy refers to. */
export const referencesOf = ({ mobile, fido2, notificationsPolicy: policy }: Partial<DevicePolicyBody>): Reference[] => [
  ...(mobile?.applications ?? []).map(({ id }, at): Reference => [`mobile.applications[${at}].id`, id, application]),
  ['fido2.fido2PolicyId', fido2?.fido2PolicyId, fido2Policy],
  ['notificationsPolicy.id', policy?.id, notificationsPolicy],
];
