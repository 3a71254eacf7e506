import type { Environment } from '../context.js';
import type { SignOnPolicy, SignOnPolicyAction } from '../pingone/configuration.js';
import type { Session } from '../store/lifetimes.js';

/** A sign-on policy with its actions, in the order in which they run. */
export interface PolicyInForce {
  readonly name: string;
  readonly actions: readonly SignOnPolicyAction[];
}

const withActions = async ({ store }: Environment, policy: SignOnPolicy): Promise<PolicyInForce> => {
  const actions = await store.signOnPolicyActions.find('signOnPolicy.id', policy.id);
  return { name: policy.name, actions: actions.sort((a, b) => a.priority - b.priority) };
};

/** The policy that a sign-on to an application runs through: its first assignment's, else the environment's default. */
export async function policyInForce(environment: Environment, applicationId: string): Promise<PolicyInForce> {
  const { store } = environment;
  const assignments = await store.signOnPolicyAssignments.find('application.id', applicationId);
  for (const { signOnPolicy } of assignments.sort((a, b) => a.priority - b.priority)) {
    const policy = await store.signOnPolicies.get(signOnPolicy.id);
    if (policy) return withActions(environment, policy);
  }
  const standard = (await store.signOnPolicies.list()).find((policy) => policy.default);
  return standard ? withActions(environment, standard) : { name: 'Single_Factor', actions: [] };
}

/** Seconds since the last sign-on up to which an action asks nothing, or undefined where it asks every time. */
const skippedForSeconds = (action: SignOnPolicyAction): number | undefined => {
  const condition = (action as { condition?: { secondsSince?: unknown; greater?: unknown } }).condition;
  return typeof condition?.secondsSince === 'string' && typeof condition.greater === 'number' ? condition.greater : undefined;
};

/** Whether a session meets every action of a policy, so that nothing has to be asked (docs/fidelity.md, 3.4). */
export const isMetBy = ({ actions }: PolicyInForce, session: Session, now: number): boolean =>
  actions.length > 0 &&
  actions.every((action) => {
    const seconds = skippedForSeconds(action);
    return seconds !== undefined && now - session.authenticatedAt <= seconds * 1000;
  });
