import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { SignOnPolicy } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofEnvironment, ofSignOnPolicy } from '../http/paths.js';
import { signOnPolicyBody } from './schema.js';
import { createSignOnPolicy, deleteSignOnPolicy, replaceSignOnPolicy } from './sign-on-policies.js';

const path = '/environments/:environmentId/signOnPolicies';

/** The sign-on policy of this id, or a 404. */
export async function signOnPolicyOf({ store }: Environment, id: string): Promise<SignOnPolicy> {
  const policy = await store.signOnPolicies.get(id);
  if (!policy) throw notFound();
  return policy;
}

/** Sign-on policies (docs/fidelity.md, management 6.7). */
export const signOnPolicies: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, policy: SignOnPolicy) => {
    const url = environmentUrl(context, request, environment);
    const self = `${url}/signOnPolicies/${policy.id}`;
    return showItem(policy, { self, environment: url, actions: `${self}/actions` });
  };

  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const items = (await environment.store.signOnPolicies.list()).map((policy) => show(request, environment, policy));
    const self = `${environmentUrl(context, request, environment)}/signOnPolicies`;
    return toCollection('signOnPolicies', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofEnvironment, body: signOnPolicyBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    return created(reply, show(request, environment, await createSignOnPolicy(environment, request.body)));
  });

  app.get(`${path}/:policyId`, { schema: { params: ofSignOnPolicy } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await signOnPolicyOf(environment, request.params.policyId));
  });

  app.put(`${path}/:policyId`, { schema: { params: ofSignOnPolicy, body: signOnPolicyBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await signOnPolicyOf(environment, request.params.policyId);
    return show(request, environment, await replaceSignOnPolicy(environment, existing, request.body));
  });

  app.delete(`${path}/:policyId`, { schema: { params: ofSignOnPolicy } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteSignOnPolicy(environment, await signOnPolicyOf(environment, request.params.policyId));
    return done(reply);
  });
};
