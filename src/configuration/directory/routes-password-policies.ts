import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { PasswordPolicy } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofEnvironment, ofItem } from '../http/paths.js';
import { passwordPolicyBody } from '../sign-on-policies/schema.js';
import { createPasswordPolicy, deletePasswordPolicy, populationsOf, replacePasswordPolicy } from './password-policies.js';
import { showPasswordPolicy } from './password-view.js';

const path = '/environments/:environmentId/passwordPolicies';

/** Password policies (docs/fidelity.md, management 6.5): what users' passwords are held to. */
export const passwordPolicies: Endpoint = (app, context) => {
  const show = async (request: FastifyRequest, environment: Environment, policy: PasswordPolicy) => ({
    ...showPasswordPolicy(policy, environmentUrl(context, request, environment)),
    populationCount: (await populationsOf(environment, policy.id)).length,
  });
  const find = async ({ store }: Environment, id: string): Promise<PasswordPolicy> => {
    const policy = await store.passwordPolicies.get(id);
    if (!policy) throw notFound();
    return policy;
  };

  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const found = await environment.store.passwordPolicies.list();
    const items = await Promise.all(found.map((policy) => show(request, environment, policy)));
    const self = `${environmentUrl(context, request, environment)}/passwordPolicies`;
    return toCollection('passwordPolicies', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofEnvironment, body: passwordPolicyBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    return created(reply, await show(request, environment, await createPasswordPolicy(environment, request.body)));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, request.params.itemId));
  });

  app.put(`${path}/:itemId`, { schema: { params: ofItem, body: passwordPolicyBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await find(environment, request.params.itemId);
    return show(request, environment, await replacePasswordPolicy(environment, existing, request.body));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deletePasswordPolicy(environment, await find(environment, request.params.itemId));
    return done(reply);
  });
};
