import { groupsOf } from '../../configuration/directory/groups.js';
import { findRole } from '../../configuration/roles/built-in.js';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { type OAuthError, refusalOf } from '../../pingone/errors.js';
import { type Check, check, decideByAll } from '../../protocol/check.js';

/** The roles that make a user an administrator (docs/fidelity.md, 3.8). */
const adminRoles = new Set(['Organization Admin', 'Environment Admin', 'Identity Data Admin', 'Client Application Developer']);

interface AccessControl {
  readonly role?: { readonly type?: string };
  readonly group?: { readonly type?: string; readonly groups?: readonly { readonly id: string }[] };
}

/** Whether an application is not for every user. */
export const isRestricted = ({ type, accessControl }: Application): boolean => {
  const { role, group } = (accessControl ?? {}) as AccessControl;
  return type === 'WORKER' || role !== undefined || group !== undefined;
};

/**
 * Judges whether a user may have tokens of an application. This happens when they are first issued, by code or
 * implicitly, and never again (docs/fidelity.md, 3.8).
 */
async function checkAccess(environment: Environment, application: Application, userId: string): Promise<Check[]> {
  const { role, group } = (application.accessControl ?? {}) as AccessControl;
  const worker = application.type === 'WORKER';
  const groups = new Set((await groupsOf(environment, userId)).map(({ id }) => id));
  const assignments = (
    await Promise.all([userId, ...groups].map((holder) => environment.store.roleAssignments.find('holder.id', holder)))
  ).flat();
  const checks: Check[] = [];
  if (worker || role) checks.push(check('user_has_roles', assignments.length > 0));
  if (role?.type === 'ADMIN_USERS_ONLY') {
    const ok = assignments.some((assignment) => adminRoles.has(findRole(assignment.role.id)?.name ?? ''));
    checks.push(check('access_control', ok, { expected: [...adminRoles].join(' or ') }));
  }
  const wanted = (group?.groups ?? []).map(({ id }) => id);
  if (wanted.length > 0) {
    const ok = group?.type === 'ALL_GROUPS' ? wanted.every((id) => groups.has(id)) : wanted.some((id) => groups.has(id));
    checks.push(check('access_control', ok, { expected: `${group?.type} of ${wanted.join(', ')}`, got: [...groups].join(', ') }));
  }
  return checks;
}

/** Ends a completed flow whose user may not have what it asks a restricted application for; undefined if the user may. */
export async function refuseAccess(environment: Environment, flow: Flow, application: Application): Promise<OAuthError | undefined> {
  if (!flow.authentication) return undefined;
  const decision = decideByAll(await checkAccess(environment, application, flow.authentication.userId));
  if (!decision.refusedBy) return undefined;
  await environment.store.flows.take(flow.id);
  return refusalOf(decision);
}
