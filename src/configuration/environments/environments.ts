import type { Context, Environment } from '../../environment/context.js';
import { EnvironmentClash } from '../../environment/environment-clash.js';
import type { EnvironmentRecord, RoleAssignment } from '../../environment/model/configuration.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidValue, notFound, notUnique, requestFailed } from '../../pingone/pingone-error.js';
import { newMembers, nowOf } from '../items.js';
import { findRole } from '../roles/built-in.js';
import { dropRoles } from '../roles/role-assignments.js';
import { createEnvironment } from './create.js';
import type { BillOfMaterials, EnvironmentBody } from './schema.js';

/** The roles that an environment's creator gets (docs/fidelity.md, management 6.1). */
const creatorsRoles = ['Environment Admin', 'Identity Data Admin', 'Client Application Developer'];

/** Names are unique in an organization: who checks one has no other replica decide at the same time. */
function requireOwnName({ environments }: Context, name: string, organizationId: string, ownId?: string): void {
  const taken = environments
    .records()
    .some((other) => other.id !== ownId && other.organization.id === organizationId && other.name.toLowerCase() === name.toLowerCase());
  if (taken) throw notUnique('name');
}

const withProductIds = ({ random }: Pick<Environment, 'random'>, { products, solutionType }: BillOfMaterials) => ({
  ...(solutionType !== undefined && { solutionType }),
  products: products.map((product) => ({ id: random.uuid(), ...product })),
});

export interface Creator {
  /** The store with the creator's roles. */
  readonly home: Environment;
  readonly holder: RoleAssignment['holder'];
}

/** Creates a usable environment in an organization, and gives its creator roles. */
export async function addEnvironment(
  context: Context,
  organizationId: string,
  { billOfMaterials, ...body }: EnvironmentBody,
  { home, holder }: Creator,
): Promise<Environment> {
  const bill = withProductIds(context, billOfMaterials ?? { products: [{ type: 'PING_ONE_BASE' }] });
  const addRoles = ({ id }: Environment) =>
    Promise.all(
      creatorsRoles.map((name) =>
        home.store.roleAssignments.put({
          ...newMembers(home),
          holder,
          role: { id: findRole(name)?.id ?? name },
          scope: { id, type: 'ENVIRONMENT' },
        }),
      ),
    );
  const input = { ...body, organization: { id: organizationId }, billOfMaterials: bill };
  try {
    return await context.environments.alone(async () => {
      requireOwnName(context, body.name, organizationId);
      return createEnvironment(context, input, { before: addRoles });
    });
  } catch (error) {
    if (!(error instanceof EnvironmentClash)) throw error;
    await dropRoles(context.environments, { id: error.environmentId, type: 'ENVIRONMENT' });
    throw notFound({ text: texts.environmentUnknown.text(error.environmentId) });
  }
}

/** PRODUCTION cannot be changed back (docs/fidelity.md, management 6.1). */
const requireType = ({ record }: Environment, type: EnvironmentRecord['type']): void => {
  if (record.type === 'PRODUCTION' && type !== 'PRODUCTION') throw invalidValue('type', texts.productionType.text);
};

async function change({ environments }: Context, environment: Environment, members: object): Promise<EnvironmentRecord> {
  const record: EnvironmentRecord = { ...environment.record, ...members, updatedAt: nowOf(environment) };
  await environments.replace(record);
  return record;
}

/** Replaces the members of an environment, but not its region, organization and bill of materials. */
export async function replaceEnvironment(context: Context, environment: Environment, body: EnvironmentBody): Promise<EnvironmentRecord> {
  const { name, type, description, icon, license } = body;
  requireType(environment, type);
  const id = license.id.toLowerCase();
  const moved = id !== environment.record.license.id && { licenseName: undefined };
  return context.environments.alone(async () => {
    requireOwnName(context, name, environment.record.organization.id, environment.id);
    return change(context, environment, { name, type, description, icon, license: { id }, ...moved });
  });
}

/** Changes the name of a license, which the environments that have it keep. */
export async function renameLicense({ environments }: Context, licensed: readonly Environment[], licenseName: string): Promise<void> {
  await Promise.all(licensed.map(({ record }) => environments.replace({ ...record, licenseName })));
}

export async function changeType(context: Context, environment: Environment, type: EnvironmentRecord['type']): Promise<EnvironmentRecord> {
  requireType(environment, type);
  return change(context, environment, { type });
}

const thirtyDays = 30 * 86_400_000;

/** An environment that is pending deletion still works, and can be restored. */
export async function changeStatus(context: Context, environment: Environment, status: string): Promise<EnvironmentRecord> {
  const leaves = status === 'DELETE_PENDING';
  return change(context, environment, {
    status,
    softDeletedAt: leaves ? nowOf(environment) : undefined,
    hardDeletedAllowedAt: leaves ? new Date(environment.clock.now() + thirtyDays).toISOString() : undefined,
  });
}

export const changeBillOfMaterials = (context: Context, environment: Environment, bill: BillOfMaterials): Promise<EnvironmentRecord> =>
  change(context, environment, { billOfMaterials: withProductIds(environment, bill) });

/** Deletes an environment with all its contents and the roles in it, unless its type is PRODUCTION. */
export async function removeEnvironment({ environments }: Context, { id, record }: Environment): Promise<void> {
  if (record.type === 'PRODUCTION') throw requestFailed({ code: 'CONSTRAINT_VIOLATION', message: texts.productionDelete.text });
  await environments.remove(id);
}
