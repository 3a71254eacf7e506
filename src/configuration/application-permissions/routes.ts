import type { Endpoint } from '../../environment/context.js';
import type { ApplicationResource, ApplicationRole } from '../../environment/model/application-permissions.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { userOf } from '../directory/users.js';
import { type Addresses, resource } from '../http/resource.js';
import { resourceOf } from '../resources/resources.js';
import {
  addPermission,
  applicationResourceOf,
  applicationRoleOf,
  assignApplicationRole,
  createApplicationPermission,
  createApplicationResource,
  createApplicationRole,
  deleteApplicationPermission,
  deleteApplicationResource,
  deleteApplicationRole,
  dropPermission,
  keyOf,
  type NamedPermission,
  permissionsOf,
  replaceApplicationPermission,
  replaceApplicationResource,
  replaceApplicationRole,
} from './contents.js';
import { applicationPermissionBody, applicationResourceBody, applicationRoleBody, named } from './schema.js';

const environmentPath = '/environments/:environmentId';

const showResource = (item: ApplicationResource, { self, environment }: Addresses) =>
  showItem(item, { self, environment, resource: `${environment}/resources/${item.parent.id}` }, moments);

/** A permission with the names that make its key. */
const showPermission = ({ permission, resource: own }: Omit<NamedPermission, 'id'>, { self, environment }: Addresses) => {
  const { id, environment: of, action, description } = permission;
  const shown = { id, environment: of, key: keyOf(own, permission), action, description, resource: { id: own.id, name: own.name } };
  return showItem(shown, { self, environment, applicationResource: `${environment}/applicationResources/${own.id}` });
};

/** What applications protect, by the custom resource that it belongs to (docs/fidelity.md, management 7.13). */
export const resourceApplicationResources: Endpoint = (app, context) => {
  const { list, create, read, replace, remove } = resource(app, context, {
    path: `${environmentPath}/resources/:resourceId/applicationResources/:itemId`,
    member: 'resources',
    parent: resourceOf,
    items: ({ environment: { store }, parent }) => store.applicationResources.find('parent.id', parent.id),
    show: showResource,
  });
  list();
  create(applicationResourceBody, ({ environment, parent }, body) => createApplicationResource(environment, parent, body));
  read();
  replace(applicationResourceBody, ({ environment }, existing, body) => replaceApplicationResource(environment, existing, body));
  remove(({ environment }, existing) => deleteApplicationResource(environment, existing));

  const permissions = resource(app, context, {
    path: `${environmentPath}/resources/:resourceId/applicationPermissions/:itemId`,
    member: 'permissions',
    parent: resourceOf,
    items: async ({ environment: { store }, parent }) => {
      const own = await store.applicationResources.find('parent.id', parent.id);
      const found = own.map(async (item) => {
        const actions = await store.applicationPermissions.find('applicationResource.id', item.id);
        return actions.map((permission) => ({ id: permission.id, permission, resource: item, resourceServer: parent }));
      });
      return (await Promise.all(found)).flat();
    },
    show: (item, addresses) => {
      const { id, environment } = item.resourceServer;
      return { ...showPermission(item, addresses), resourceServer: { id, environment } };
    },
  });
  permissions.list();
};

/** Application resources of all resources, and the permissions of each (docs/fidelity.md, management 7.13). */
export const applicationResources: Endpoint = (app, context) => {
  const path = `${environmentPath}/applicationResources/:applicationResourceId`;
  const { list, read } = resource(app, context, {
    path,
    member: 'resources',
    items: ({ environment }) => environment.store.applicationResources.list(),
    find: applicationResourceOf,
    show: showResource,
  });
  list();
  read();

  const permissions = resource(app, context, {
    path: `${path}/permissions/:itemId`,
    parent: applicationResourceOf,
    items: ({ environment: { store }, parent }) => store.applicationPermissions.find('applicationResource.id', parent.id),
    show: (permission, addresses, { parent }) => showPermission({ permission, resource: parent }, addresses),
  });
  permissions.list();
  permissions.create(applicationPermissionBody, ({ environment, parent }, body) => createApplicationPermission(environment, parent, body));
  permissions.read();
  permissions.replace(applicationPermissionBody, ({ environment }, existing, body) =>
    replaceApplicationPermission(environment, existing, body),
  );
  permissions.remove(({ environment }, existing) => deleteApplicationPermission(environment, existing));
};

const showRole = ({ id, environment: of, name, description }: ApplicationRole, { self, environment }: Addresses) =>
  showItem({ id, environment: of, name, description }, { self, environment, permissions: `${self}/permissions` });

/** Application roles, their permissions, and who has them (docs/fidelity.md, management 7.13). */
export const applicationRoles: Endpoint = (app, context) => {
  const path = `${environmentPath}/applicationRoles/:applicationRoleId`;
  const { list, create, read, replace, remove } = resource(app, context, {
    path,
    member: 'roles',
    items: ({ environment }) => environment.store.applicationRoles.list(),
    find: applicationRoleOf,
    show: showRole,
  });
  list();
  create(applicationRoleBody, ({ environment }, body) => createApplicationRole(environment, body));
  read();
  replace(applicationRoleBody, ({ environment }, existing, body) => replaceApplicationRole(environment, existing, body));
  remove(({ environment }, role) => deleteApplicationRole(environment, role));

  const permissions = resource(app, context, {
    path: `${path}/permissions/:itemId`,
    parent: applicationRoleOf,
    items: ({ environment, parent }) => permissionsOf(environment, parent),
    show: (item: NamedPermission, addresses) => showPermission(item, addresses),
  });
  permissions.list();
  permissions.create(named, ({ environment, parent }, { id }) => addPermission(environment, parent, id));
  permissions.remove(({ environment, parent }, { id }) => dropPermission(environment, parent, id));

  const assignments = resource(app, context, {
    path: `${path}/assignments/:itemId`,
    parent: applicationRoleOf,
    items: ({ environment: { store }, parent }) => store.applicationRoleAssignments.find('role.id', parent.id),
    show: ({ id, environment: of, role, user }, { self, environment }) =>
      showItem({ id, environment: of, role, subject: user }, { self, environment, user: `${environment}/users/${user.id}` }),
  });
  assignments.list();
};

/** The application roles of a user, under the ids of the roles (docs/fidelity.md, management 7.13). */
export const userApplicationRoles: Endpoint = (app, context) => {
  const { list, create, remove } = resource(app, context, {
    path: `${environmentPath}/users/:userId/applicationRoles/:itemId`,
    member: 'roles',
    parent: userOf,
    items: async ({ environment: { store }, parent }) => {
      const assignments = await store.applicationRoleAssignments.find('user.id', parent.id);
      const roles = await Promise.all(assignments.map(({ role }) => store.applicationRoles.get(role.id)));
      return roles.filter((role) => role !== undefined);
    },
    show: ({ id, environment: of, name, description }, { self, environment, parent }) =>
      showItem({ id, environment: of, name, description }, { self, environment, user: parent }),
  });
  list();
  create(named, async ({ environment, parent }, { id }) => {
    const { role } = await assignApplicationRole(environment, parent, id);
    return applicationRoleOf(environment, role.id);
  });
  remove(async ({ environment: { store }, parent }, { id }) => {
    const [assignment] = await store.applicationRoleAssignments.find('pair', `${parent.id} ${id}`);
    if (assignment) await store.applicationRoleAssignments.take(assignment.id);
  });
};
