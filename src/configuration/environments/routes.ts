import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { EnvironmentRecord } from '../../environment/model/configuration.js';
import { object, oneOf, string } from '../../lib/schema/types.js';
import { toCollection, toLinks } from '../../pingone/hal.js';
import { insufficientPermissions } from '../../pingone/pingone-error.js';
import { mayReach } from '../access/access.js';
import { created, done } from '../http/answers.js';
import { planOf } from '../http/filtering.js';
import { pageInOrder, readOrder } from '../http/ordering.js';
import { pageById, pagesAround, pagingQuery, queryOf } from '../http/paging.js';
import { environmentUrl, ofEnvironment, rootOf } from '../http/paths.js';
import { findRole } from '../roles/built-in.js';
import { addEnvironment, changeBillOfMaterials, changeStatus, changeType, removeEnvironment, replaceEnvironment } from './environments.js';
import { filterableEnvironments, orderableEnvironments } from './filterable.js';
import { billOfMaterialsBody, environmentBody, environmentTypes } from './schema.js';
import { showBillOfMaterials, showEnvironment } from './view.js';

const path = '/environments/:environmentId';

/** PingOne's names of capabilities, and whether the mock has them. */
const capabilities = {
  canUseCustomSchema: true,
  canUseMyAccount: false,
  canUsePasswordManagement: true,
  canUseDaVinciAdminPortal: false,
  canUseCredentials: false,
  canUseCredentialsPushNotifications: false,
} as const;

/** Environments (docs/fidelity.md, management 6.1): those that the actor has a role in. */
export const environments: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, record: EnvironmentRecord) => showEnvironment(record, rootOf(context, request));
  const expanded = (request: FastifyRequest, record: EnvironmentRecord, expand?: string) => ({
    ...show(request, record),
    ...(expand === 'billOfMaterials' && {
      billOfMaterials: showBillOfMaterials(record, `${rootOf(context, request)}/environments/${record.id}`),
    }),
  });

  /** The organization that the actor may add an environment to. */
  const organizationOf = ({ actor }: FastifyRequest): string => {
    const fitting = actor.roleAssignments.find(({ role, scope }) => scope.type === 'ORGANIZATION' && findRole(role.id)?.writes === 'all');
    if (!fitting) throw insufficientPermissions();
    return fitting.scope.id;
  };

  const listQuery = object({}, { ...pagingQuery, filter: string, order: string, expand: string });
  app.get('/environments', { schema: { querystring: listQuery } }, async (request) => {
    const { filter, order, expand, ...wanted } = request.query;
    const plan = await planOf(undefined, filter, filterableEnvironments);
    const reached = context.environments
      .list()
      .filter((environment) => mayReach(request, environment) && (plan?.fits(environment.record) ?? true))
      .map(({ record }) => record);
    const self = `${rootOf(context, request)}/environments`;
    const sorting = readOrder<EnvironmentRecord>(order, orderableEnvironments);
    const paged = wanted.limit !== undefined || wanted.cursor !== undefined;
    // The default page size is 1000 here (docs/fidelity.md, management 1.6).
    const pageOf = (records: EnvironmentRecord[]) => {
      if (sorting) return pageInOrder(records, 'environments', sorting, { ...wanted, limit: wanted.limit ?? 1000 });
      if (!paged) return { items: records };
      return pageById(
        records.sort((a, b) => (a.id < b.id ? -1 : 1)),
        'environments',
        wanted,
      );
    };
    const { items, ...pages } = pageOf(reached);
    return toCollection(
      'environments',
      items.map((record) => expanded(request, record, expand)),
      { self: `${self}${queryOf(request)}`, ...pagesAround(request, self, pages), count: reached.length },
    );
  });

  app.post('/environments', { schema: { body: environmentBody } }, async (request, reply) => {
    const { actor } = request;
    const organizationId = organizationOf(request);
    const home = context.environments.get(actor.environmentId) as Environment;
    const holder = { id: actor.userId ?? actor.applicationId, type: actor.userId === undefined ? 'APPLICATION' : 'USER' } as const;
    const { record } = await addEnvironment(context, organizationId, request.body, { home, holder });
    return created(reply, expanded(request, record, 'billOfMaterials'));
  });

  app.get(path, { schema: { params: ofEnvironment, querystring: object({}, { expand: string }) } }, async (request) =>
    expanded(request, environmentOf(context, request).record, request.query.expand),
  );

  app.put(path, { schema: { params: ofEnvironment, body: environmentBody } }, async (request) =>
    show(request, await replaceEnvironment(context, environmentOf(context, request), request.body)),
  );

  app.delete(path, { schema: { params: ofEnvironment } }, async (request, reply) => {
    await removeEnvironment(context, environmentOf(context, request));
    return done(reply);
  });

  app.put(`${path}/type`, { schema: { params: ofEnvironment, body: object({ type: oneOf(...environmentTypes) }) } }, async (request) =>
    show(request, await changeType(context, environmentOf(context, request), request.body.type)),
  );

  const status = object({ status: oneOf('ACTIVE', 'DELETE_PENDING') });
  app.put(`${path}/status`, { schema: { params: ofEnvironment, body: status } }, async (request) =>
    show(request, await changeStatus(context, environmentOf(context, request), request.body.status)),
  );

  app.get(`${path}/billOfMaterials`, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    return showBillOfMaterials(environment.record, environmentUrl(context, request, environment));
  });

  app.put(`${path}/billOfMaterials`, { schema: { params: ofEnvironment, body: billOfMaterialsBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const record = await changeBillOfMaterials(context, environment, request.body);
    return showBillOfMaterials(record, environmentUrl(context, request, environment));
  });

  app.get(`${path}/capabilities`, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const url = environmentUrl(context, request, environment);
    return { _links: toLinks({ self: `${url}/capabilities`, environment: url }), ...capabilities };
  });
};
