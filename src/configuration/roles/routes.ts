import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { CustomRole } from '../../environment/model/configuration.js';
import { object, string, uuid } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, insufficientPermissions, notFound } from '../../pingone/pingone-error.js';
import { equal, filterable } from '../http/filterable.js';
import { planOf } from '../http/filtering.js';
import { queryOf } from '../http/paging.js';
import { environmentUrl, ofEnvironment, ofItem, rootOf } from '../http/paths.js';
import { resource } from '../http/resource.js';
import { findRole, mayGrant, permissionsOf } from './built-in.js';
import { builtInRoles, type Role } from './built-in-table.js';
import { assignableBy, createRole, deleteRole, type RoleBody, replaceRole, roleBody } from './custom-roles.js';
import { showPermission } from './permissions.js';

const path = '/environments/:environmentId/roles';

const filterableRoles = filterable<{ readonly id: string; readonly type: string }>([['type', equal]]);

/** A role must not permit more than its creator may do: otherwise people could extend their own rights (docs/fidelity.md, management 6.9). */
function requireGrantable({ actor }: FastifyRequest, { id, record }: Environment, { permissions }: RoleBody): void {
  const place = { environmentId: id, organizationId: record.organization.id };
  const wanted = permissions.map((permission) => permission.id);
  if (!mayGrant(actor.roleAssignments, wanted, place)) throw insufficientPermissions(undefined, 'a role of more than the actor may do');
}

/** The custom role of this id, or a refusal. */
const ownRole = async ({ store }: Environment, id: string): Promise<CustomRole> => {
  if (findRole(id)) throw constraint(texts.roleBuiltIn.text);
  const role = await store.customRoles.get(id);
  if (!role) throw notFound({ text: texts.roleUnknown.text(id) });
  return role;
};

/** Roles: the built-in ones, and the custom ones of an environment (docs/fidelity.md, management 6.9). */
export const roles: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, role: Role) => {
    const { id, name, applicableTo, canAssign } = role;
    return {
      _links: toLinks({ self: `${rootOf(context, request)}/roles/${id}` }),
      id,
      name,
      description: name,
      applicableTo,
      permissions: permissionsOf(role).map(showPermission),
      canAssign: canAssign?.map((assigned) => ({ id: assigned })),
    };
  };
  const showOwn = (request: FastifyRequest, environment: Environment, role: CustomRole, others: readonly CustomRole[]) => {
    const url = environmentUrl(context, request, environment);
    const { id, name, description, applicableTo, permissions, canBeAssignedBy } = role;
    return {
      _links: toLinks({ self: `${url}/roles/${id}`, environment: url }),
      id,
      environment: role.environment,
      name,
      description,
      type: 'CUSTOM',
      applicableTo,
      permissions: permissions.map((permission) => showPermission(permission.id)),
      canBeAssignedBy,
      canAssign: assignableBy(others, id),
    };
  };
  /** A built-in role as an environment shows it: with the custom roles that its holders may assign. */
  const showAmong = (request: FastifyRequest, role: Role, others: readonly CustomRole[]) => {
    const { canAssign = [], ...rest } = show(request, role);
    return { ...rest, type: 'PLATFORM', canAssign: [...canAssign, ...assignableBy(others, role.id)] };
  };

  app.get('/roles', async (request) => {
    const items = builtInRoles.map((role) => show(request, role));
    return toCollection('roles', items, { self: `${rootOf(context, request)}/roles`, count: items.length });
  });

  app.get('/roles/:roleId', { schema: { params: object({ roleId: uuid }) } }, async (request) => {
    const { roleId } = request.params;
    const role = findRole(roleId);
    if (!role) throw notFound({ text: texts.roleUnknown.text(roleId) });
    return show(request, role);
  });

  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { filter: string }) } }, async (request) => {
    const environment = environmentOf(context, request);
    const own = await environment.store.customRoles.list();
    const plan = await planOf(environment, request.query.filter, filterableRoles);
    const all = [
      ...builtInRoles.map((role) => showAmong(request, role, own)),
      ...own.map((role) => showOwn(request, environment, role, own)),
    ];
    const items = all.filter((role) => plan?.fits(role) ?? true);
    const self = `${environmentUrl(context, request, environment)}/roles${queryOf(request)}`;
    return toCollection('roles', items, { self, count: items.length });
  });

  const { create, replace, remove } = resource(app, context, {
    path: `${path}/:itemId`,
    find: ownRole,
    show: async (role, _, { request, environment }) => showOwn(request, environment, role, await environment.store.customRoles.list()),
  });
  create(roleBody, async ({ request, environment }, body) => {
    requireGrantable(request, environment, body);
    return createRole(environment, body);
  });

  app.get(`${path}/:itemId`, { schema: { params: ofItem } }, async (request) => {
    const environment = environmentOf(context, request);
    const own = await environment.store.customRoles.list();
    const builtIn = findRole(request.params.itemId);
    if (builtIn) return showAmong(request, builtIn, own);
    return showOwn(request, environment, await ownRole(environment, request.params.itemId), own);
  });

  replace(roleBody, async ({ request, environment }, existing, body) => {
    requireGrantable(request, environment, body);
    return replaceRole(environment, existing, body);
  });
  remove(({ environment }, role) => deleteRole(environment, role));
};
