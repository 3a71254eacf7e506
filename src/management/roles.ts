import type { FastifyRequest } from 'fastify';
import { type Endpoint, environmentOf } from '../context.js';
import { uuid } from '../pingone/application-schema.js';
import { toCollection, toLinks } from '../pingone/hal.js';
import { managementTexts as texts } from '../pingone/management-texts.js';
import { builtInRoles, findRole, type Role } from '../pingone/roles.js';
import { object } from '../schema.js';
import { notFound } from './answers.js';
import { environmentUrl, ofEnvironment, ofItem, rootOf } from './paths.js';

/** Roles: those that every organization has (docs/fidelity.md, management 6.9). Nobody has roles of their own here. */
export const roles: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, { id, name, applicableTo, canAssign }: Role) => ({
    _links: toLinks({ self: `${rootOf(context, request)}/roles/${id}` }),
    id,
    name,
    description: name,
    applicableTo,
    permissions: [],
    canAssign: canAssign?.map((assigned) => ({ id: assigned })),
  });

  app.get('/roles', async (request) => {
    const items = builtInRoles.map((role) => show(request, role));
    return toCollection('roles', items, { self: `${rootOf(context, request)}/roles`, count: items.length });
  });

  app.get('/roles/:roleId', { schema: { params: object({ roleId: uuid }) } }, async (request) => {
    const { roleId } = request.params;
    const role = findRole(roleId);
    if (!role) throw notFound(texts.roleUnknown.text(roleId));
    return show(request, role);
  });

  app.get('/environments/:environmentId/roles', { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    return toCollection('roles', [], { self: `${environmentUrl(context, request, environment)}/roles`, count: 0 });
  });

  app.get('/environments/:environmentId/roles/:itemId', { schema: { params: ofItem } }, async (request) => {
    const environment = environmentOf(context, request);
    throw notFound(texts.roleOfEnvironmentUnknown.text(request.params.itemId, environment.id));
  });
};
