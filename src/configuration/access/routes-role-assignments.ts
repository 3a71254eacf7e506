import type { Endpoint, Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { RoleAssignment } from '../../environment/model/configuration.js';
import { object, oneOf, reference, uuid } from '../../lib/schema/types.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { accessFailed, notFound } from '../../pingone/pingone-error.js';
import { applicationOf } from '../applications/applications.js';
import { groupOf, groupsOf } from '../directory/groups.js';
import { userOf } from '../directory/users.js';
import { gatewayOf } from '../gateways/gateways.js';
import { type Call, resource } from '../http/resource.js';
import { assignRole, mayAssign } from '../roles/role-assignments.js';

const body = object({
  role: reference,
  scope: object({ id: uuid, type: oneOf('ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION') }),
});

/** Only workers have roles: other applications do not even have a list of them (docs/fidelity.md, management 6.9). */
const workerOf = async (environment: Environment, id: string): Promise<Application> => {
  const application = await applicationOf(environment, id);
  if (application.type !== 'WORKER') throw notFound();
  return application;
};

const holders = [
  { holder: 'applications/:applicationId', type: 'APPLICATION', find: workerOf },
  { holder: 'users/:userId', type: 'USER', find: userOf },
  { holder: 'groups/:groupId', type: 'GROUP', find: groupOf },
  { holder: 'gateways/:gatewayId', type: 'GATEWAY', find: gatewayOf },
] as const;

/** The role assignments of a holder; those of a user's groups are the user's as well (docs/fidelity.md, management 6.9). */
async function assignmentsOf(environment: Environment, type: RoleAssignment['holder']['type'], id: string): Promise<RoleAssignment[]> {
  const groups = type === 'USER' ? await groupsOf(environment, id) : [];
  const found = [id, ...groups.map((group) => group.id)].map((holder) => environment.store.roleAssignments.find('holder.id', holder));
  return (await Promise.all(found)).flat();
}

/** Roles of applications, users, groups and gateways (docs/fidelity.md, management 6.9). */
export const roleAssignments: Endpoint = (app, context) => {
  /** An actor cannot remove what it could not assign, nor its own roles, nor those of a group from one of its members (docs/fidelity.md, management 6.9). */
  const isReadOnly = async (
    { request: { actor }, environment, parent }: Call<{ readonly id: string }>,
    assignment: RoleAssignment,
  ): Promise<boolean> =>
    assignment.holder.id === (actor.userId ?? actor.applicationId) ||
    assignment.holder.id !== parent.id ||
    !(await mayAssign(context.environments, environment, actor.roleAssignments, assignment));

  for (const { holder, type, find } of holders) {
    const { list, create, read, remove } = resource(app, context, {
      path: `/environments/:environmentId/${holder}/roleAssignments/:itemId`,
      parent: find as (environment: Environment, id: string) => Promise<{ readonly id: string }>,
      items: ({ environment, parent }) => assignmentsOf(environment, type, parent.id),
      show: async (assignment, { self, environment }, call) => ({
        ...showItem(assignment, { self, environment }, [...moments, 'holder']),
        ...(assignment.holder.id !== call.parent.id && { group: { id: assignment.holder.id } }),
        readOnly: await isReadOnly(call, assignment),
      }),
    });
    list();
    create(body, ({ request, environment, parent: { id } }, wanted) =>
      assignRole(context, environment, request.actor.roleAssignments, { id, type }, wanted),
    );
    read();
    remove(async (call, assignment) => {
      if (await isReadOnly(call, assignment)) throw accessFailed({ text: texts.roleReadOnly.text(assignment.id) });
      await call.environment.store.roleAssignments.take(assignment.id);
    });
  }
};
