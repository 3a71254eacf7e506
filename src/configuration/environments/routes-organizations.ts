import type { FastifyRequest } from 'fastify';
import type { Context, Endpoint, Environment } from '../../environment/context.js';
import { type Infer, object, string, uuid } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { accessFailed, insufficientPermissions, notFound } from '../../pingone/pingone-error.js';
import { mayReach } from '../access/access.js';
import { planOf } from '../http/filtering.js';
import { readOrder, sortBy } from '../http/ordering.js';
import { queryOf } from '../http/paging.js';
import { rootOf } from '../http/paths.js';
import { findRole } from '../roles/built-in.js';
import { renameLicense } from './environments.js';
import { filterableLicenses, orderableLicenses } from './filterable.js';
import { licenseNameOf, showLicense, showOrganization } from './organization-view.js';
import { licenseNameBody } from './schema.js';

const path = '/organizations';
const ofOrganization = object({ organizationId: uuid });
const ofLicense = object({ organizationId: uuid, licenseId: uuid });

/** The environments that the actor has a role in, directly or on their organization. */
const reached = ({ environments }: Context, request: FastifyRequest): Environment[] =>
  environments
    .list()
    .filter(
      (environment) =>
        mayReach(request, environment) ||
        request.actor.roleAssignments.some(({ scope }) => scope.type === 'ORGANIZATION' && scope.id === environment.record.organization.id),
    );

/** Organizations and their licenses (docs/fidelity.md, management 6.1), as this server's environments name them. */
export const organizations: Endpoint = (app, context) => {
  const within = (request: FastifyRequest, organizationId: string): Environment[] => {
    const own = reached(context, request).filter(({ record }) => record.organization.id === organizationId);
    // The refusal does not reveal whether the organization exists (docs/fidelity.md, management 2.5).
    if (own.length === 0) throw accessFailed({ reason: `no role in organization ${organizationId}` });
    return own;
  };
  const licensesOf = (request: FastifyRequest, organizationId: string) => {
    const own = within(request, organizationId);
    const ids = [...new Set(own.map(({ record }) => record.license.id))];
    return ids.map((id) =>
      showLicense(
        own.filter(({ record }) => record.license.id === id).map(({ record }) => record),
        rootOf(context, request),
      ),
    );
  };

  app.get(path, async (request) => {
    const root = rootOf(context, request);
    const all = reached(context, request).map(({ record }) => record);
    const ids = [...new Set(all.map(({ organization }) => organization.id))];
    const items = ids.map((id) =>
      showOrganization(
        all.filter(({ organization }) => organization.id === id),
        root,
      ),
    );
    return toCollection('organizations', items, { self: `${root}${path}`, count: items.length });
  });

  app.get(`${path}/:organizationId`, { schema: { params: ofOrganization } }, async (request) =>
    showOrganization(
      within(request, request.params.organizationId).map(({ record }) => record),
      rootOf(context, request),
    ),
  );

  const licensesQuery = object({}, { filter: string, order: string });
  app.get(`${path}/:organizationId/licenses`, { schema: { params: ofOrganization, querystring: licensesQuery } }, async (request) => {
    const { organizationId } = request.params;
    const { filter, order } = request.query;
    const plan = await planOf(undefined, filter, filterableLicenses);
    const fitting = licensesOf(request, organizationId).filter((license) => plan?.fits(license) ?? true);
    const sorting = readOrder<(typeof fitting)[number]>(order, orderableLicenses);
    const items = sorting ? sortBy(fitting, sorting) : fitting;
    const self = `${rootOf(context, request)}${path}/${organizationId}/licenses${queryOf(request)}`;
    return toCollection('licenses', items, { self, count: items.length });
  });

  app.get(`${path}/:organizationId/licenses/:licenseId`, { schema: { params: ofLicense } }, async (request) => {
    const { organizationId, licenseId } = request.params;
    const license = licensesOf(request, organizationId).find(({ id }) => id === licenseId);
    if (!license) throw notFound();
    return license;
  });

  /** The environments that have a license, or a 404. */
  const licensedBy = (request: FastifyRequest, { organizationId, licenseId }: Infer<typeof ofLicense>): Environment[] => {
    const licensed = within(request, organizationId).filter(({ record }) => record.license.id === licenseId);
    if (licensed.length === 0) throw notFound();
    return licensed;
  };
  const showName = (request: FastifyRequest, { organizationId, licenseId }: Infer<typeof ofLicense>, name: string) => {
    const license = `${rootOf(context, request)}${path}/${organizationId}/licenses/${licenseId}`;
    return { _links: toLinks({ self: `${license}/name`, license }), name };
  };
  app.get(`${path}/:organizationId/licenses/:licenseId/name`, { schema: { params: ofLicense } }, async (request) => {
    const records = licensedBy(request, request.params).map(({ record }) => record);
    return showName(request, request.params, licenseNameOf(records));
  });
  app.put(`${path}/:organizationId/licenses/:licenseId/name`, { schema: { params: ofLicense, body: licenseNameBody } }, async (request) => {
    const { organizationId } = request.params;
    const administers = request.actor.roleAssignments.some(
      ({ role, scope }) => scope.type === 'ORGANIZATION' && scope.id === organizationId && findRole(role.id)?.writes === 'all',
    );
    const licensed = licensedBy(request, request.params);
    if (!administers) throw insufficientPermissions();
    await renameLicense(context, licensed, request.body.name);
    return showName(request, request.params, request.body.name);
  });
};
