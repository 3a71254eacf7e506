import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { SignOnPolicyAction } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofSignOnPolicy, ofSignOnPolicyItem } from '../http/paths.js';
import { signOnPolicyOf } from './routes.js';
import { anyActionBody } from './schema.js';
import { createAction, deleteAction, readAction, replaceAction } from './sign-on-policies.js';

const path = '/environments/:environmentId/signOnPolicies/:policyId/actions';

/** What a sign-on policy asks for, step by step (docs/fidelity.md, management 6.7). */
export const signOnPolicyActions: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, action: SignOnPolicyAction) => {
    const url = environmentUrl(context, request, environment);
    const signOnPolicy = `${url}/signOnPolicies/${action.signOnPolicy.id}`;
    return showItem(action, { self: `${signOnPolicy}/actions/${action.id}`, environment: url, signOnPolicy }, moments);
  };
  const find = async (environment: Environment, { policyId, itemId }: { policyId: string; itemId: string }) => {
    const policy = await signOnPolicyOf(environment, policyId);
    const action = await environment.store.signOnPolicyActions.get(itemId);
    if (action?.signOnPolicy.id !== policy.id) throw notFound();
    return action;
  };

  app.get(path, { schema: { params: ofSignOnPolicy } }, async (request) => {
    const environment = environmentOf(context, request);
    const { id } = await signOnPolicyOf(environment, request.params.policyId);
    const found = await environment.store.signOnPolicyActions.find('signOnPolicy.id', id);
    const items = found.sort((a, b) => a.priority - b.priority).map((action) => show(request, environment, action));
    const self = `${environmentUrl(context, request, environment)}/signOnPolicies/${id}/actions`;
    return toCollection('actions', items, { self, count: items.length });
  });

  // The type says which members there are: the endpoint reads it first.
  const body = { type: 'object' } as const;
  const config = { bodies: { 'application/json': anyActionBody } };
  app.post(path, { schema: { params: ofSignOnPolicy, body }, config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const policy = await signOnPolicyOf(environment, request.params.policyId);
    return created(reply, show(request, environment, await createAction(environment, policy, readAction(request.body))));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofSignOnPolicyItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, request.params));
  });

  app.put(`${path}/:itemId`, { schema: { params: ofSignOnPolicyItem, body }, config }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await find(environment, request.params);
    return show(request, environment, await replaceAction(environment, existing, readAction(request.body)));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofSignOnPolicyItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteAction(environment, await find(environment, request.params));
    return done(reply);
  });
};
