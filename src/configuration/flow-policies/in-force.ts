import type { Environment } from '../../environment/context.js';
import type { FlowPolicy } from '../../environment/model/flow-policies.js';
import { type Check, check } from '../../protocol/check.js';

/** The flow policies that an application can use, by priority: enabled ones that exist. */
export async function assignedFlowPolicies({ store }: Environment, applicationId: string): Promise<FlowPolicy[]> {
  const assignments = await store.flowPolicyAssignments.find('application.id', applicationId);
  if (assignments.length === 0) return [];
  const policies = await Promise.all(
    assignments.sort((a, b) => a.priority - b.priority).map(({ flowPolicy }) => store.flowPolicies.get(flowPolicy.id)),
  );
  return policies.filter((policy) => policy?.enabled === true) as FlowPolicy[];
}

/** The flow policy that a sign-on to an application goes through; undefined if the application uses none. */
export async function flowPolicyInForce(
  environment: Environment,
  applicationId: string,
  acrValues: readonly string[] = [],
): Promise<FlowPolicy | undefined> {
  const assigned = await assignedFlowPolicies(environment, applicationId);
  return assigned.find(({ id }) => id === acrValues[0]?.toLowerCase()) ?? assigned[0];
}

/** Checks that `acr_values` is one flow policy of the application (docs/fidelity.md, 3.1 and 3.5). */
export function checkFlowPolicyId(assigned: readonly Pick<FlowPolicy, 'id' | 'name'>[], acrValues: readonly string[]): Check {
  const [wanted = ''] = acrValues;
  const isKnown = acrValues.length === 1 && assigned.some(({ id }) => id === wanted.toLowerCase());
  const expected = assigned.map(({ id, name }) => `${id} (${name})`).join(' or ');
  return check('flow_policy_assigned', isKnown, { expected, got: acrValues.join(' ') });
}
