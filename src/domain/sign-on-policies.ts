import type { Environment } from '../context.js';
import type { Check } from '../core/check.js';
import type { SignOnPolicy, SignOnPolicyAction } from '../pingone/configuration.js';

/** A sign-on policy with its actions, in the order in which they run. */
export interface PolicyInForce {
  readonly name: string;
  readonly actions: readonly SignOnPolicyAction[];
}

const withActions = async ({ store }: Environment, policy: SignOnPolicy): Promise<PolicyInForce> => {
  const actions = await store.signOnPolicyActions.find('signOnPolicy.id', policy.id);
  return { name: policy.name, actions: actions.sort((a, b) => a.priority - b.priority) };
};

/** The policies that are assigned to an application, by priority. */
async function assignedPolicies({ store }: Environment, applicationId: string): Promise<SignOnPolicy[]> {
  const assignments = await store.signOnPolicyAssignments.find('application.id', applicationId);
  const policies = await Promise.all(
    assignments.sort((a, b) => a.priority - b.priority).map(({ signOnPolicy }) => store.signOnPolicies.get(signOnPolicy.id)),
  );
  return policies.filter((policy) => policy !== undefined);
}

/** Judges acr_values: each names a policy that is assigned to the application (docs/fidelity.md, 3.1 and 3.5). */
export async function checkAcrValues(environment: Environment, applicationId: string, acrValues: readonly string[]): Promise<Check[]> {
  if (acrValues.length === 0) return [];
  const names = (await assignedPolicies(environment, applicationId)).map(({ name }) => name);
  const wrong = acrValues.find((name) => !names.includes(name));
  const expected = names.join(', ') || 'no policy is assigned to the application';
  return [{ rule: 'acr_values_assigned', spec: 'OpenID Connect Core §3.1.2.1', ok: wrong === undefined, expected, got: wrong }];
}

/**
 * The policy that a sign-on to an application runs through: the first that acr_values name, else the first that is
 * assigned, else the environment's default.
 */
export async function policyInForce(
  environment: Environment,
  applicationId: string,
  acrValues: readonly string[] = [],
): Promise<PolicyInForce> {
  const { store } = environment;
  const assigned = await assignedPolicies(environment, applicationId);
  const named = acrValues.map((name) => assigned.find((policy) => policy.name === name)).find((policy) => policy !== undefined);
  const chosen = named ?? assigned[0];
  if (chosen) return withActions(environment, chosen);
  const standard = (await store.signOnPolicies.list()).find((policy) => policy.default);
  return standard ? withActions(environment, standard) : { name: 'Single_Factor', actions: [] };
}
