import type { Environment } from '../../environment/context.js';
import type { SignOnPolicy, SignOnPolicyAction } from '../../environment/model/configuration.js';
import { serialize } from '../../environment/serialize.js';
import { compileShape } from '../../lib/schema/compile.js';
import { refuseBody } from '../../pingone/body-refusals.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers, putUnique } from '../items.js';
import { devicePoliciesOf } from '../mfa/device-policies.js';
import {
  type ActionType,
  actionBody,
  actionHead,
  actionTypes,
  isPolicyName,
  type NewUserProvisioning,
  type SignOnPolicyBody,
} from './schema.js';

/** How sign-on policies are configured; in-force.ts decides which one applies. */

/** The sign-on policy of this id, or a 404. */
export const signOnPolicyOf = finder(({ signOnPolicies }) => signOnPolicies);

async function put(environment: Environment, policy: SignOnPolicy): Promise<SignOnPolicy> {
  const { signOnPolicies } = environment.store;
  if (!isPolicyName(policy.name)) throw invalidValue('name', texts.policyName.text);
  await putUnique(signOnPolicies, policy, 'name');
  if (policy.default)
    for (const other of await signOnPolicies.list())
      if (other.default && other.id !== policy.id) await signOnPolicies.put({ ...other, default: false });
  return policy;
}

/** Creates a policy, which is not the default at first (docs/fidelity.md, management 6.7). */
export const createSignOnPolicy = (environment: Environment, body: SignOnPolicyBody): Promise<SignOnPolicy> =>
  serialize(environment, 'sign-on policies', () => put(environment, { ...newMembers(environment), ...body, default: false }));

/** Replaces a policy. It can become the default, and remains it until another policy does. */
export const replaceSignOnPolicy = (environment: Environment, existing: SignOnPolicy, body: SignOnPolicyBody): Promise<SignOnPolicy> =>
  serialize(environment, 'sign-on policies', () =>
    put(environment, { ...keptMembers(environment, existing), ...body, default: body.default === true || existing.default }),
  );

/** Deletes a policy with its actions and its assignments to applications, unless it is the default. */
export const deleteSignOnPolicy = (environment: Environment, policy: SignOnPolicy): Promise<void> =>
  serialize(environment, 'sign-on policies', async () => {
    const { store } = environment;
    if (policy.default) throw constraint(texts.policyDefault.text);
    const actions = await store.signOnPolicyActions.find('signOnPolicy.id', policy.id);
    const assignments = (await store.signOnPolicyAssignments.list()).filter(({ signOnPolicy }) => signOnPolicy.id === policy.id);
    await Promise.all([
      store.signOnPolicies.take(policy.id),
      ...actions.map(({ id }) => store.signOnPolicyActions.take(id)),
      ...assignments.map(({ id }) => store.signOnPolicyAssignments.take(id)),
    ]);
  });

const checkHead = compileShape(actionHead);
const checkByType = new Map(actionTypes.map((type) => [type as string, compileShape(actionBody(type))]));

export type ActionBody = Pick<SignOnPolicyAction, 'type' | 'priority'> & Record<string, unknown>;

/** Reads the body of an action: which members it has depends on its type. */
export function readAction(body: unknown): ActionBody {
  const head = checkHead(body);
  if (head.problems.length > 0) throw refuseBody(head.problems);
  const { type } = head.value as { type: string };
  const check = checkByType.get(type);
  if (!check) throw invalidValue('type', texts.actionUnsupported.text, { allowedValues: actionTypes satisfies ActionType[] });
  const { value, problems } = check(body);
  if (problems.length > 0) throw refuseBody(problems);
  return value as ActionBody;
}

/** Requires that users of these gateways can be created: they are of a directory, and their kind says how one is looked up. */
async function requireProvisioning({ store }: Environment, { gateways }: NewUserProvisioning): Promise<void> {
  const target = 'newUserProvisioning.gateways';
  for (const { id, userType } of gateways) {
    const gateway = await store.gateways.get(id.toLowerCase());
    if (!gateway) throw unknownReference(target);
    if (gateway.type !== 'LDAP') throw invalidValue(target, texts.provisioningGateway.text);
    const kind = gateway.userTypes?.find((one) => one.id === userType.id.toLowerCase());
    if (!kind) throw unknownReference(`${target}.userType`);
    if (!kind.newUserLookup) throw invalidValue(target, texts.provisioningLookup.text);
  }
}

async function putAction(environment: Environment, action: SignOnPolicyAction): Promise<SignOnPolicyAction> {
  const population = (action.registration as { population?: { id: string } } | undefined)?.population?.id;
  if (population !== undefined && !(await environment.store.populations.get(population.toLowerCase())))
    throw invalidValue('registration.population', texts.referenceUnknown.text);
  const agreement = (action.agreement as { id: string } | undefined)?.id;
  if (agreement !== undefined && !(await environment.store.agreements.get(agreement.toLowerCase())))
    throw invalidValue('agreement', texts.referenceUnknown.text);
  const { identityProviders } = environment.store;
  const provider = (action.identityProvider as { id: string } | undefined)?.id;
  if (provider !== undefined && !(await identityProviders.get(provider.toLowerCase())))
    throw invalidValue('identityProvider', texts.referenceUnknown.text);
  for (const { id } of (action.socialProviders ?? []) as readonly { id: string }[])
    if (!(await identityProviders.get(id.toLowerCase()))) throw invalidValue('socialProviders', texts.referenceUnknown.text);
  if (action.newUserProvisioning) await requireProvisioning(environment, action.newUserProvisioning as NewUserProvisioning);
  return serialize(environment, 'MFA policies', async () => {
    const devices = (action.deviceAuthenticationPolicy as { id: string } | undefined)?.id.toLowerCase();
    if (devices !== undefined && !(await devicePoliciesOf(environment)).some(({ id }) => id === devices))
      throw invalidValue('deviceAuthenticationPolicy', texts.referenceUnknown.text);
    await environment.store.signOnPolicyActions.put(action);
    return action;
  });
}

export const createAction = (environment: Environment, policy: SignOnPolicy, body: ActionBody): Promise<SignOnPolicyAction> =>
  putAction(environment, { ...newMembers(environment), ...body, signOnPolicy: { id: policy.id } });

export async function replaceAction(environment: Environment, existing: SignOnPolicyAction, body: ActionBody): Promise<SignOnPolicyAction> {
  if (body.type !== existing.type) throw invalidValue('type', texts.immutable.text);
  return putAction(environment, { ...keptMembers(environment, existing), ...body, signOnPolicy: existing.signOnPolicy });
}

/** Deletes an action, but not the last one of a policy. */
export const deleteAction = (environment: Environment, { id, signOnPolicy }: SignOnPolicyAction): Promise<void> =>
  serialize(environment, `actions of ${signOnPolicy.id}`, async () => {
    const { signOnPolicyActions } = environment.store;
    if ((await signOnPolicyActions.find('signOnPolicy.id', signOnPolicy.id)).length <= 1) throw constraint(texts.lastAction.text);
    await signOnPolicyActions.take(id);
  });
