import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { SignOnPolicyAssignment } from '../../environment/model/configuration.js';
import { inTurns } from '../../environment/serialize.js';
import { object, reference } from '../../lib/schema/types.js';
import { toCollection } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { constraint, invalidValue, notFound, notUnique, unknownReference } from '../../pingone/pingone-error.js';
import { applicationOf } from '../applications/routes.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofApplication, ofApplicationItem } from '../http/paths.js';
import { keptMembers, newMembers } from '../items.js';

const path = '/environments/:environmentId/applications/:applicationId/signOnPolicyAssignments';

const body = object({ signOnPolicy: reference, priority: { type: 'integer', minimum: 1, maximum: 2_147_483_647 } });

/** The policy that may be assigned: it has an action, and the application has it not yet (docs/fidelity.md, management 6.7). */
async function requireAssignable({ store }: Environment, applicationId: string, policyId: string): Promise<void> {
  if (!(await store.signOnPolicies.get(policyId))) throw unknownReference('signOnPolicy');
  if ((await store.signOnPolicyActions.find('signOnPolicy.id', policyId)).length === 0) throw constraint(texts.policyWithoutActions.text);
  const assigned = await store.signOnPolicyAssignments.find('application.id', applicationId);
  if (assigned.some(({ signOnPolicy }) => signOnPolicy.id === policyId)) throw notUnique('signOnPolicy', texts.policyAssignedTwice.text);
}

/** Which sign-on policies an application uses, and in which order. */
export const signOnPolicyAssignments: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, item: SignOnPolicyAssignment) => {
    const url = environmentUrl(context, request, environment);
    const application = `${url}/applications/${item.application.id}`;
    const signOnPolicy = `${url}/signOnPolicies/${item.signOnPolicy.id}`;
    return showItem(
      item,
      { self: `${application}/signOnPolicyAssignments/${item.id}`, environment: url, application, signOnPolicy },
      moments,
    );
  };
  const find = async (environment: Environment, { applicationId, itemId }: { applicationId: string; itemId: string }) => {
    const { id } = await applicationOf(environment, applicationId);
    const item = await environment.store.signOnPolicyAssignments.get(itemId);
    if (item?.application.id !== id) throw notFound();
    return item;
  };

  app.get(path, { schema: { params: ofApplication } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await applicationOf(environment, request.params.applicationId);
    const found = await environment.store.signOnPolicyAssignments.find('application.id', id);
    const items = found.sort((a, b) => a.priority - b.priority).map((item) => show(request, environment, item));
    const self = `${environmentUrl(context, request, environment)}/applications/${id}/signOnPolicyAssignments`;
    return toCollection('signOnPolicyAssignments', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofApplication, body } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { id } = await applicationOf(environment, request.params.applicationId);
    const { priority, signOnPolicy } = request.body;
    const policyId = signOnPolicy.id.toLowerCase();
    const item = await inTurns(environment, [`sign-on policies of ${id}`, 'sign-on policies'], async () => {
      await requireAssignable(environment, id, policyId);
      const made = { ...newMembers(environment), application: { id }, priority, signOnPolicy: { id: policyId } };
      await environment.store.signOnPolicyAssignments.put(made);
      return made;
    });
    return created(reply, show(request, environment, item));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofApplicationItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, request.params));
  });

  app.put(`${path}/:itemId`, { schema: { params: ofApplicationItem, body } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await find(environment, request.params);
    const { priority, signOnPolicy } = request.body;
    if (signOnPolicy.id.toLowerCase() !== existing.signOnPolicy.id) throw invalidValue('signOnPolicy', texts.immutable.text);
    const { application } = existing;
    const item = { ...keptMembers(environment, existing), application, priority, signOnPolicy: existing.signOnPolicy };
    await environment.store.signOnPolicyAssignments.put(item);
    return show(request, environment, item);
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofApplicationItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await environment.store.signOnPolicyAssignments.take((await find(environment, request.params)).id);
    return done(reply);
  });

  // Flow policies belong to DaVinci, push credentials to PingOne MFA: nobody has any here, and clients ask all the same.
  for (const name of ['flowPolicyAssignments', 'pushCredentials'] as const)
    app.get(`/environments/:environmentId/applications/:applicationId/${name}`, { schema: { params: ofApplication } }, async (request) => {
      const environment = environmentOf(context, request);
      const { id } = await applicationOf(environment, request.params.applicationId);
      return toCollection(name, [], { self: `${environmentUrl(context, request, environment)}/applications/${id}/${name}`, count: 0 });
    });
};
