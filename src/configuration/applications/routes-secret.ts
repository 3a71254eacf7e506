import type { FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Secret } from '../../environment/model/configuration.js';
import { dropPreviousSecret, rotateSecret } from '../../environment/secrets.js';
import { serialize } from '../../environment/serialize.js';
import { object, string } from '../../lib/schema/types.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { insufficientPermissions, invalidData, invalidRequest, notFound } from '../../pingone/pingone-error.js';
import { showApplicationSecret } from '../environments/view.js';
import { done } from '../http/answers.js';
import { bodyReader } from '../http/bodies.js';
import { environmentUrl, ofApplication } from '../http/paths.js';
import { isStronger } from '../roles/role-assignments.js';

const path = '/environments/:environmentId/applications/:applicationId/secret';

const minute = 60_000;
const thirtyDays = 30 * 86_400_000;

const readRotation = bodyReader(object({}, { previous: object({ expiresAt: string }) }));
/** For the description of the routes that rotate a secret: they can do without a body. */
export const rotationBody = { bodies: { 'application/json': readRotation.schema } };

/** When the previous secret ends, as the body says: from a minute to thirty days ahead (docs/fidelity.md, management 4). */
export function readExpiry(body: unknown, now: number): string | undefined {
  if (body === undefined || body === null) return undefined;
  const expiresAt = readRotation(body).previous?.expiresAt;
  if (expiresAt === undefined) return undefined;
  const target = 'previous.expiresAt';
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(expiresAt) ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(at)) throw invalidRequest({ code: 'INVALID_VALUE', target, message: texts.wrongType.text });
  const [earliest, latest] = [now + minute, now + thirtyDays];
  if (at >= earliest && at <= latest) return new Date(at).toISOString();
  const innerError = { rangeMinimumValue: new Date(earliest).toISOString(), rangeMaximumValue: new Date(latest).toISOString() };
  throw invalidData({ code: 'OUT_OF_RANGE', target, message: texts.outOfRange.text, innerError });
}

/** The secret, where the actor may have it: never its own, never that of a worker that can do more than the actor. */
async function secretOf(
  { environments }: Context,
  { actor }: FastifyRequest,
  environment: Environment,
  applicationId: string,
): Promise<Secret> {
  const { store } = environment;
  const [application, secret] = await Promise.all([store.applications.get(applicationId), store.secrets.get(applicationId)]);
  if (!application || !secret) throw notFound();
  const stronger = await isStronger(environments, environment, applicationId, actor.roleAssignments);
  if (actor.applicationId === applicationId || (application.type === 'WORKER' && stronger))
    throw insufficientPermissions(texts.noSecretPermission.text);
  return secret;
}

/** An application's secret (docs/fidelity.md, management section 4). */
export const applicationSecret: Endpoint = (app, context) => {
  const show = (request: FastifyRequest, environment: Environment, secret: Secret) =>
    showApplicationSecret(secret, environmentUrl(context, request, environment), environment.id, environment.clock.now());

  app.get(path, { schema: { params: ofApplication } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await secretOf(context, request, environment, request.params.applicationId));
  });

  app.post(path, { schema: { params: ofApplication }, config: rotationBody }, async (request) => {
    const environment = environmentOf(context, request);
    const { applicationId } = request.params;
    const previousExpiresAt = readExpiry(request.body, environment.clock.now());
    const secret = await serialize(environment, `secret ${applicationId}`, async () => {
      await secretOf(context, request, environment, applicationId);
      return rotateSecret(environment, applicationId, previousExpiresAt);
    });
    return show(request, environment, secret);
  });

  app.delete(path, { schema: { params: ofApplication } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { applicationId } = request.params;
    await serialize(environment, `secret ${applicationId}`, async () => {
      await secretOf(context, request, environment, applicationId);
      await dropPreviousSecret(environment, applicationId);
    });
    return done(reply);
  });
};
