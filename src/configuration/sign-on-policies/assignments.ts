import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { SignOnPolicyAssignment } from '../../environment/model/configuration.js';
import { serializeAll } from '../../environment/serialize.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers } from '../items.js';
import type { AssignmentBody } from './schema.js';

/** Refuses a policy that is not there, or is assigned already. It may be without actions: Terraform assigns it first (docs/fidelity.md, management 6.7). */
async function requireAssignable({ store }: Environment, applicationId: string, policyId: string): Promise<void> {
  if (!(await store.signOnPolicies.get(policyId))) throw unknownReference('signOnPolicy');
  const assigned = await store.signOnPolicyAssignments.find('application.id', applicationId);
  if (assigned.some(({ signOnPolicy }) => signOnPolicy.id === policyId)) throw notUnique('signOnPolicy', texts.policyAssignedTwice.text);
  if ((await store.flowPolicyAssignments.find('application.id', applicationId)).length > 0) throw constraint(texts.policiesMixed.text);
}

/** Assigns a policy to an application. */
export function assignSignOnPolicy(
  environment: Environment,
  { id }: Application,
  { priority, signOnPolicy }: AssignmentBody,
): Promise<SignOnPolicyAssignment> {
  const policyId = signOnPolicy.id.toLowerCase();
  return serializeAll(environment, [`sign-on policies of ${id}`, 'sign-on policies'], async () => {
    await requireAssignable(environment, id, policyId);
    const assignment = { ...newMembers(environment), application: { id }, priority, signOnPolicy: { id: policyId } };
    await environment.store.signOnPolicyAssignments.put(assignment);
    return assignment;
  });
}

/** Changes the priority of an assignment: its policy stays. */
export async function replaceAssignment(
  environment: Environment,
  existing: SignOnPolicyAssignment,
  { priority, signOnPolicy: wanted }: AssignmentBody,
): Promise<SignOnPolicyAssignment> {
  const { application, signOnPolicy } = existing;
  if (wanted.id.toLowerCase() !== signOnPolicy.id) throw invalidValue('signOnPolicy', texts.immutable.text);
  const assignment = { ...keptMembers(environment, existing), application, priority, signOnPolicy };
  await environment.store.signOnPolicyAssignments.put(assignment);
  return assignment;
}
