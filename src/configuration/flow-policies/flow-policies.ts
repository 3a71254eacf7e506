import { createHash } from 'node:crypto';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { FlowPolicy, FlowPolicyAssignment } from '../../environment/model/flow-policies.js';
import { serializeAll } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { finder, keptMembers, newMembers } from '../items.js';
import type { FlowPolicyAssignmentBody } from './schema.js';

/** A flow policy as a seed gives it. */
export interface SeedFlowPolicy extends Partial<Pick<FlowPolicy, 'id' | 'enabled' | 'application' | 'trigger' | 'preset' | 'nodes'>> {
  readonly name: string;
}

/** The flow policy of this id, or a 404. */
export const flowPolicyOf = finder(({ flowPolicies }) => flowPolicies);

/** 32 hexadecimal digits, always the same for the same parts. */
export const hexId = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);

/** Refuses a flow policy that does not exist, is assigned already, or would be used beside sign-on policies (docs/fidelity.md, 3.4). */
async function requireAssignable({ store }: Environment, applicationId: string, policyId: string): Promise<void> {
  if (!(await store.flowPolicies.get(policyId))) throw unknownReference('flowPolicy');
  const assigned = await store.flowPolicyAssignments.find('application.id', applicationId);
  if (assigned.some(({ flowPolicy }) => flowPolicy.id === policyId)) throw notUnique('flowPolicy', texts.policyAssignedTwice.text);
  if ((await store.signOnPolicyAssignments.find('application.id', applicationId)).length > 0) throw constraint(texts.policiesMixed.text);
}

/** Changes to the policies of an application wait for this lock. */
export const policiesLock = (applicationId: string): string => `sign-on policies of ${applicationId}`;

/** Assigns a flow policy to an application. */
export function assignFlowPolicy(
  environment: Environment,
  { id }: Application,
  { priority, flowPolicy }: FlowPolicyAssignmentBody,
): Promise<FlowPolicyAssignment> {
  const policyId = flowPolicy.id.toLowerCase();
  return serializeAll(environment, [policiesLock(id)], async () => {
    await requireAssignable(environment, id, policyId);
    const assignment = { ...newMembers(environment), application: { id }, priority, flowPolicy: { id: policyId } };
    await environment.store.flowPolicyAssignments.put(assignment);
    return assignment;
  });
}

/** Changes the priority of an assignment: its flow policy stays. */
export async function replaceFlowPolicyAssignment(
  environment: Environment,
  existing: FlowPolicyAssignment,
  { priority, flowPolicy: wanted }: FlowPolicyAssignmentBody,
): Promise<FlowPolicyAssignment> {
  const { application, flowPolicy } = existing;
  if (wanted.id.toLowerCase() !== flowPolicy.id) throw invalidValue('flowPolicy', texts.immutable.text);
  const assignment = { ...keptMembers(environment, existing), application, priority, flowPolicy };
  await environment.store.flowPolicyAssignments.put(assignment);
  return assignment;
}
