import type { FastifyRequest } from 'fastify';
import { type App, type Context, type Environment, environmentOf } from '../../environment/context.js';
import type { Secret } from '../../environment/model/configuration.js';
import { dropPreviousSecret, rotateSecret } from '../../environment/secrets.js';
import { serialize } from '../../environment/serialize.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { toLinks } from '../../pingone/hal.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { invalidData, invalidRequest } from '../../pingone/pingone-error.js';
import { done } from './answers.js';
import { bodyReader } from './bodies.js';
import { environmentUrl, idOf, idsIn } from './paths.js';

const minute = 60_000;
const thirtyDays = 30 * 86_400_000;

const readRotation = bodyReader(object({}, { previous: object({ expiresAt: string }) }));

/** When the previous secret expires, according to the body: one minute to thirty days ahead (docs/fidelity.md, management 4). */
function readExpiry(body: unknown, now: number): string | undefined {
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

const answer = object({ secret: secret(string) }, { previous: object({ secret: secret(string), expiresAt: string }) });

type Owner = 'application' | 'resource';

/** A secret as an answer shows it, with the previous one for as long as that works. */
export function showSecret(owner: Owner, { id, secret, previous }: Secret, environmentUrl: string, environmentId: string, now: number) {
  const ownerUrl = `${environmentUrl}/${owner}s/${id}`;
  return {
    _links: toLinks({ self: `${ownerUrl}/secret`, environment: environmentUrl, [owner]: ownerUrl }),
    environment: { id: environmentId },
    secret,
    previous: previous && Date.parse(previous.expiresAt) > now ? previous : undefined,
  };
}

interface SecretOptions {
  readonly path: string;
  readonly owner: Owner;
  /** The owner's secret, or a refusal. */
  find(environment: Environment, ownerId: string, request: FastifyRequest): Promise<Secret>;
}

/** The routes of a secret: read it, rotate it, end the previous one before its time (docs/fidelity.md, management 4 and 5.2). */
export function secretRoutes(app: App, context: Context, { path, owner, find }: SecretOptions): void {
  const params = idsIn(path);
  const ownerIdOf = (request: FastifyRequest): string => idOf(request, `${owner}Id`);
  const show = (request: FastifyRequest, environment: Environment, secret: Secret) =>
    showSecret(owner, secret, environmentUrl(context, request, environment), environment.id, environment.clock.now());
  /** Checks that the secret may be changed, and changes it, before another request does. */
  const change = <T>(request: FastifyRequest, environment: Environment, work: (ownerId: string) => Promise<T>): Promise<T> => {
    const ownerId = ownerIdOf(request);
    return serialize(environment, `secret ${ownerId}`, async () => {
      await find(environment, ownerId, request);
      return work(ownerId);
    });
  };

  app.get(path, { schema: { params }, config: { answer } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(request, environment, await find(environment, ownerIdOf(request), request));
  });

  // The body may be left out, so the endpoint reads it.
  const config = { bodies: { 'application/json': readRotation.schema }, answer };
  app.post(path, { schema: { params }, config }, async (request) => {
    const environment = environmentOf(context, request);
    const previousExpiresAt = readExpiry(request.body, environment.clock.now());
    const secret = await change(request, environment, (ownerId) => rotateSecret(environment, ownerId, previousExpiresAt));
    return show(request, environment, secret);
  });

  app.delete(path, { schema: { params } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await change(request, environment, (ownerId) => dropPreviousSecret(environment, ownerId));
    return done(reply);
  });
}
