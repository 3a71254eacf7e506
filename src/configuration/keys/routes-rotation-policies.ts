import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { KeyRotationPolicy } from '../../environment/model/configuration.js';
import { toCollection } from '../../pingone/hal.js';
import { moments, showItem } from '../../pingone/item-view.js';
import { notFound } from '../../pingone/pingone-error.js';
import { created, done } from '../http/answers.js';
import { environmentUrl, ofEnvironment, ofItem } from '../http/paths.js';
import {
  createKeyRotationPolicy,
  deleteKeyRotationPolicy,
  keyRotationPolicies as policiesOf,
  replaceKeyRotationPolicy,
} from './key-rotation-policies.js';
import { keyRotationPolicyBody } from './schema.js';

const path = '/environments/:environmentId/keyRotationPolicies';

/** Key rotation policies (docs/fidelity.md, management 6.8). The keys that they speak of are those of the JWK set. */
export const keyRotationPolicies: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, policy: KeyRotationPolicy) => {
    const url = environmentUrl(context, request, environment);
    const { current, next, rotatedAt } = environment.keys.ofPolicy(policy.id);
    return {
      ...showItem(policy, { self: `${url}/keyRotationPolicies/${policy.id}`, environment: url }, [...moments, 'keys']),
      currentKeyId: current.kid,
      nextKeyId: next.kid,
      rotatedAt: new Date(rotatedAt).toISOString(),
    };
  };
  const find = async (environment: Environment, id: string): Promise<KeyRotationPolicy> => {
    const policy = (await policiesOf(environment)).find((other) => other.id === id);
    if (!policy) throw notFound();
    return policy;
  };

  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    const items = (await policiesOf(environment)).map((policy) => show(request, environment, policy));
    const self = `${environmentUrl(context, request, environment)}/keyRotationPolicies`;
    return toCollection('keyRotationPolicies', items, { self, count: items.length });
  });

  app.post(path, { schema: { params: ofEnvironment, body: keyRotationPolicyBody } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    return created(reply, show(request, environment, await createKeyRotationPolicy(environment, request.body)));
  });

  app.get(`${path}/:itemId`, { schema: { params: ofItem } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, request.params.itemId));
  });

  app.put(`${path}/:itemId`, { schema: { params: ofItem, body: keyRotationPolicyBody } }, async (request) => {
    const environment = environmentOf(context, request);
    const existing = await find(environment, request.params.itemId);
    return show(request, environment, await replaceKeyRotationPolicy(context, environment, existing, request.body));
  });

  app.delete(`${path}/:itemId`, { schema: { params: ofItem } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await deleteKeyRotationPolicy(environment, await find(environment, request.params.itemId));
    return done(reply);
  });
};
