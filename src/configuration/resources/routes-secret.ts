import type { FastifyRequest } from 'fastify';
import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Secret } from '../../environment/model/configuration.js';
import { dropPreviousSecret, rotateSecret } from '../../environment/secrets.js';
import { serialize } from '../../environment/serialize.js';
import { notFound } from '../../pingone/pingone-error.js';
import { readExpiry, rotationBody } from '../applications/routes-secret.js';
import { showResourceSecret } from '../environments/view.js';
import { done } from '../http/answers.js';
import { environmentUrl, ofResource } from '../http/paths.js';

const path = '/environments/:environmentId/resources/:resourceId/secret';

/** The secret of a resource of one's own; PingOne's have none. */
async function secretOf({ store }: Environment, resourceId: string): Promise<Secret> {
  const [resource, secret] = await Promise.all([store.resources.get(resourceId), store.secrets.get(resourceId)]);
  if (!resource || !secret) throw notFound();
  return secret;
}

/** A resource's secret, which it introspects tokens with (docs/fidelity.md, management 5.2). */
export const resourceSecret: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, secret: Secret) =>
    showResourceSecret(secret, environmentUrl(context, request, environment), environment.id, environment.clock.now());

  app.get(path, { schema: { params: ofResource } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await secretOf(environment, request.params.resourceId));
  });

  app.post(path, { schema: { params: ofResource }, config: rotationBody }, async (request) => {
    const environment = environmentOf(context, request);
    const { resourceId } = request.params;
    const previousExpiresAt = readExpiry(request.body, environment.clock.now());
    const secret = await serialize(environment, `secret ${resourceId}`, async () => {
      await secretOf(environment, resourceId);
      return rotateSecret(environment, resourceId, previousExpiresAt);
    });
    return show(request, environment, secret);
  });

  app.delete(path, { schema: { params: ofResource } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { resourceId } = request.params;
    await serialize(environment, `secret ${resourceId}`, async () => {
      await secretOf(environment, resourceId);
      await dropPreviousSecret(environment, resourceId);
    });
    return done(reply);
  });
};
