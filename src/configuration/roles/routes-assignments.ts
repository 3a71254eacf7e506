import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { RoleAssignment } from '../../environment/model/configuration.js';
import { object, oneOf, reference, uuid } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { accessFailed, notFound } from '../../pingone/pingone-error.js';
import { applicationOf } from '../applications/routes.js';
import { groupOf } from '../directory/routes-groups.js';
import { userOf } from '../directory/routes-users.js';
import { created, done } from '../http/answers.js';
import { environmentUrl } from '../http/paths.js';
import { assignRole, mayAssign } from './role-assignments.js';

const body = object({
  role: reference,
  scope: object({ id: uuid, type: oneOf('ORGANIZATION', 'ENVIRONMENT', 'POPULATION', 'APPLICATION') }),
});

/** A worker has roles; other applications have not even a list of them (docs/fidelity.md, management 6.9). */
const requireWorker = async (environment: Environment, id: string): Promise<void> => {
  if ((await applicationOf(environment, id)).type !== 'WORKER') throw notFound();
};

const holders = [
  { folder: 'applications', member: 'applicationId', type: 'APPLICATION', require: requireWorker },
  { folder: 'users', member: 'userId', type: 'USER', require: userOf },
  { folder: 'groups', member: 'groupId', type: 'GROUP', require: groupOf },
] as const;

/** Roles of applications, users and groups (docs/fidelity.md, management 6.9). */
export const roleAssignments: Endpoint = (app, context) => {
  /** Nobody takes away what they could not give, nor their own (docs/fidelity.md, management 6.9). */
  const isReadOnly = async ({ actor }: FastifyRequest, environment: Environment, assignment: RoleAssignment): Promise<boolean> =>
    assignment.holder.id === (actor.userId ?? actor.applicationId) ||
    !(await mayAssign(context.environments, environment, actor.roleAssignments, assignment));

  for (const { folder, member, type, require } of holders) {
    const path = `/environments/:environmentId/${folder}/:${member}/roleAssignments`;
    const ofHolder = object({ environmentId: uuid, [member]: uuid });
    const ofItem = object({ environmentId: uuid, [member]: uuid, itemId: uuid });

    const holderOf = async (request: FastifyRequest, environment: Environment): Promise<string> => {
      const id = (request.params as Record<string, string>)[member] as string;
      await require(environment, id);
      return id;
    };
    const show = async (request: FastifyRequest, environment: Environment, item: RoleAssignment) => {
      const url = environmentUrl(context, request, environment);
      const self = `${url}/${folder}/${item.holder.id}/roleAssignments/${item.id}`;
      return {
        ...showItem(item, { self, environment: url }, [...moments, 'holder']),
        readOnly: await isReadOnly(request, environment, item),
      };
    };
    const find = async (request: FastifyRequest, environment: Environment): Promise<RoleAssignment> => {
      const holderId = await holderOf(request, environment);
      const item = await environment.store.roleAssignments.get((request.params as { itemId: string }).itemId);
      if (item?.holder.id !== holderId) throw notFound();
      return item;
    };

    app.get(path, { schema: { params: ofHolder } }, async (request) => {
      const environment = environmentOf(context, request);
      const id = await holderOf(request, environment);
      const found = await environment.store.roleAssignments.find('holder.id', id);
      const items = await Promise.all(found.map((item) => show(request, environment, item)));
      const self = `${environmentUrl(context, request, environment)}/${folder}/${id}/roleAssignments`;
      return toCollection('roleAssignments', items, { self, count: items.length });
    });

    app.post(path, { schema: { params: ofHolder, body } }, async (request, reply) => {
      const environment = environmentOf(context, request);
      const holder = { id: await holderOf(request, environment), type };
      const item = await assignRole(context, environment, request.actor.roleAssignments, holder, request.body);
      return created(reply, await show(request, environment, item));
    });

    app.get(`${path}/:itemId`, { schema: { params: ofItem } }, async (request) => {
      const environment = environmentOf(context, request);
      return show(request, environment, await find(request, environment));
    });

    app.delete(`${path}/:itemId`, { schema: { params: ofItem } }, async (request, reply) => {
      const environment = environmentOf(context, request);
      const item = await find(request, environment);
      if (await isReadOnly(request, environment, item)) throw accessFailed({ text: texts.roleReadOnly.text(item.id) });
      await environment.store.roleAssignments.take(item.id);
      return done(reply);
    });
  }
};
