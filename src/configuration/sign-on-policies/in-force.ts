import type { Environment } from '../../environment/context.js';
import type { SignOnPolicy, SignOnPolicyAction } from '../../environment/model/configuration.js';
import type { FlowPolicy } from '../../environment/model/flow-policies.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { definePart } from '../../environment/plan/part.js';
import { type Check, check } from '../../protocol/check.js';
import { assignedFlowPolicies, checkFlowPolicyId, flowPolicyInForce } from '../flow-policies/in-force.js';

/** A sign-on policy with its actions, in the order in which they run. */
export interface PolicyInForce {
  /** Undefined where the environment has no policy. */
  readonly id?: string;
  readonly name: string;
  readonly actions: readonly SignOnPolicyAction[];
  /** The DaVinci flow policy used instead of a sign-on policy; its id is also the name. */
  readonly flowPolicy?: FlowPolicy;
}

const withActions = async ({ store }: Environment, policy: SignOnPolicy): Promise<PolicyInForce> => {
  const actions = await store.signOnPolicyActions.find('signOnPolicy.id', policy.id);
  return { id: policy.id, name: policy.name, actions: actions.sort((a, b) => a.priority - b.priority) };
};

/** The policies that are assigned to an application, by priority. */
async function assignedPolicies({ store }: Environment, applicationId: string): Promise<SignOnPolicy[]> {
  const assignments = await store.signOnPolicyAssignments.find('application.id', applicationId);
  const policies = await Promise.all(
    assignments.sort((a, b) => a.priority - b.priority).map(({ signOnPolicy }) => store.signOnPolicies.get(signOnPolicy.id)),
  );
  return policies.filter((policy) => policy !== undefined);
}

type Named = Pick<SignOnPolicy, 'name'>;

/** The first of some `acr_values` that names none of the policies. */
export function unassignedName(policies: readonly Named[], acrValues: readonly string[]): string | undefined {
  const names = new Set(policies.map(({ name }) => name));
  return acrValues.find((name) => !names.has(name));
}

/** The policies that `acr_values` name, each once, in the order of these names. */
export function namedPolicies<P extends Named>(policies: readonly P[], acrValues: readonly string[]): P[] {
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  return [...new Set(acrValues)].flatMap((name) => byName.get(name) ?? []);
}

/**
 * Checks acr_values: each must name a policy that is assigned to the application; for one that uses DaVinci, they are the id of
 * a flow policy (docs/fidelity.md, 3.1 and 3.5).
 */
export async function checkAcrValues(environment: Environment, applicationId: string, acrValues: readonly string[]): Promise<Check[]> {
  if (acrValues.length === 0) return [];
  const flowPolicies = await assignedFlowPolicies(environment, applicationId);
  if (flowPolicies.length > 0) return [checkFlowPolicyId(flowPolicies, acrValues)];
  const assigned = await assignedPolicies(environment, applicationId);
  const wrong = unassignedName(assigned, acrValues);
  const expected = assigned.map(({ name }) => name).join(', ') || 'no policy is assigned to the application';
  return [check('acr_values_assigned', wrong === undefined, { expected, got: wrong })];
}

/**
 * The policies that a sign-on to an application may run through, in the order in which they are tried: those that
 * acr_values name, else those that are assigned, else the environment's default.
 */
async function policiesToTry(environment: Environment, applicationId: string, acrValues: readonly string[]): Promise<SignOnPolicy[]> {
  const assigned = await assignedPolicies(environment, applicationId);
  const named = namedPolicies(assigned, acrValues);
  if (named.length > 0) return named;
  return assigned.length > 0 ? assigned : (await environment.store.signOnPolicies.list()).filter((policy) => policy.default);
}

interface PolicyAsked {
  readonly applicationId: string;
  readonly acrValues: readonly string[];
}

const firstPolicy = definePart<PolicyInForce, PolicyAsked>(
  async (environment, { applicationId, acrValues }) => {
    const flowPolicy = await flowPolicyInForce(environment, applicationId, acrValues);
    if (flowPolicy) return { id: flowPolicy.id, name: flowPolicy.id, actions: [], flowPolicy };
    const [first] = await policiesToTry(environment, applicationId, acrValues);
    return first ? withActions(environment, first) : { name: 'Single_Factor', actions: [] };
  },
  ({ applicationId, acrValues }) => (acrValues.length === 0 ? applicationId : `${applicationId} ${acrValues.join(' ')}`),
);

/** The policy that a sign-on to an application begins with: at once where it is compiled. */
export const policyInForce = (
  environment: Environment,
  applicationId: string,
  acrValues: readonly string[] = [],
): PolicyInForce | Promise<PolicyInForce> => firstPolicy(environment, { applicationId, acrValues });

type Tried = Pick<Flow, 'applicationId' | 'request' | 'failedPolicies'>;

/** The policy that a flow runs through: the first that has not failed; undefined where all have (docs/fidelity.md, 3.4). */
export async function findPolicyOfFlow(
  environment: Environment,
  { applicationId, request, failedPolicies = 0 }: Tried,
): Promise<PolicyInForce | undefined> {
  if (failedPolicies === 0) return policyInForce(environment, applicationId, request.acrValues);
  if (await flowPolicyInForce(environment, applicationId, request.acrValues)) return undefined;
  const policy = (await policiesToTry(environment, applicationId, request.acrValues))[failedPolicies];
  return policy && withActions(environment, policy);
}

/** The same for a flow that still runs. */
export const policyOfFlow = async (environment: Environment, flow: Tried): Promise<PolicyInForce> =>
  (await findPolicyOfFlow(environment, flow)) ?? policyInForce(environment, flow.applicationId, flow.request.acrValues);
