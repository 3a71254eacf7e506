import type { FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../../environment/context.js';
import { isOwnReading } from '../../environment/public-urls.js';
import { textMember } from '../../lib/unknown.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { actionOf } from '../../pingone/media-types.js';
import { accessFailed, insufficientPermissions, notFound, type PingOneError } from '../../pingone/pingone-error.js';
import type { OpenAttributes } from '../directory/self-service.js';
import { mediaTypeOf } from '../http/bodies.js';
import { isPermitted, permittedPopulations } from '../roles/built-in.js';
import { isReading, permissionFor } from '../roles/permissions.js';
import { type Actor, authenticate, ownReader } from './actor.js';
import { selfServiceOf } from './self-service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request; set once the access token is verified. */
    actor: Actor;
    /** The only populations whose users the actor may reach here; undefined where it may reach all. */
    populations: ReadonlySet<string> | undefined;
    /** The only attributes of the user that the actor may reach; undefined where it may reach all. */
    openAttributes: OpenAttributes;
  }
}

/** Parts of an environment's record that have their own path. */
const ownParts = ['billOfMaterials', 'capabilities', 'status', 'totalIdentities', 'type'];

/** What a route is about: a collection directly under the environment, or `environments`. */
const areaOf = (request: FastifyRequest): string => {
  const area = request.exchange.route?.split('/', 5)[4] ?? 'environments';
  return ownParts.includes(area) ? 'environments' : area;
};

interface Reach extends Pick<FastifyRequest, 'actor'> {
  writes?: boolean;
  area?: string;
  permission?: string | undefined;
  applicationId?: string | undefined;
}

const attemptOf = (
  { area = 'environments', writes = false, permission = 'orgmgt:read:environment', applicationId }: Reach,
  { id, record }: Environment,
) => ({ environmentId: id, organizationId: record.organization.id, area, writes, permission, applicationId });

/** What a request does, in the terms of roles. */
function reachOf(request: FastifyRequest): Reach {
  const { actor, method, params, exchange } = request;
  const area = areaOf(request);
  return {
    actor,
    area,
    writes: !isReading(method, area),
    permission: permissionFor(method, exchange.route ?? '', actionOf(mediaTypeOf(request))),
    applicationId: textMember(params, 'applicationId')?.toLowerCase(),
  };
}

/** Whether the actor may make this request in an environment. */
export const mayReach = (reach: Reach, environment: Environment): boolean =>
  isPermitted(reach.actor.roleAssignments, attemptOf(reach, environment));

/** Refuses an unknown environment: 404 for the environment itself, 403 for anything in it. */
function refuseEnvironment(request: FastifyRequest, id: string): PingOneError {
  if (['GET', 'HEAD'].includes(request.method) && areaOf(request) === 'environments')
    return notFound({ text: texts.environmentUnknown.text(id) });
  return accessFailed({ reason: `there is no environment ${id}` });
}

/** Refuses users and populations outside those that the actor has roles in. Lists leave them out instead. */
async function requireWithinPopulations(request: FastifyRequest, { store }: Environment, reached: ReadonlySet<string>): Promise<void> {
  const [userId, populationId] = [textMember(request.params, 'userId'), textMember(request.params, 'populationId')];
  const wanted = userId === undefined ? populationId?.toLowerCase() : (await store.users.get(userId.toLowerCase()))?.population.id;
  if (wanted !== undefined && !reached.has(wanted)) throw insufficientPermissions();
  const writes = !['GET', 'HEAD'].includes(request.method);
  // Only roles on the environment allow creating and deleting populations.
  if (writes && areaOf(request) === 'populations') throw insufficientPermissions();
}

/** Refuses a body that puts a user into a population which the actor has no role in. */
function requirePopulationOfBody(request: FastifyRequest): void {
  const { populations, body } = request;
  const path = request.exchange.route ?? '';
  if (!populations || typeof body !== 'object' || body === null) return;
  const { id, population } = body as { id?: unknown; population?: { id?: unknown } | null };
  const wanted = path.endsWith('/population') ? id : path.endsWith('/users') ? population?.id : undefined;
  const creates = request.method === 'POST' && path.endsWith('/users');
  if ((creates && wanted === undefined) || (typeof wanted === 'string' && !populations.has(wanted.toLowerCase())))
    throw insufficientPermissions();
}

/** Requires an access token on every route, and a role in the environment of the path or a self-service scope. */
export function requireAccess(app: App, context: Context): void {
  app.decorateRequest('actor', null as unknown as Actor);
  app.decorateRequest('populations', undefined);
  app.decorateRequest('openAttributes', undefined);
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.method === 'OPTIONS') return;
    const environmentId = textMember(request.params, 'environmentId');
    const read = isOwnReading(request.raw) ? context.environments.get(environmentId ?? '') : undefined;
    request.actor = read ? ownReader(read) : await authenticate(context, request);
    // Path validation refuses an id that is not a UUID.
    if (environmentId === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(environmentId)) return;
    const environment = context.environments.get(environmentId.toLowerCase());
    if (!environment) throw refuseEnvironment(request, environmentId.toLowerCase());
    request.exchange.environmentId = environment.id;
    const reach = reachOf(request);
    if (!mayReach(reach, environment)) {
      const own = await selfServiceOf(request, environment);
      if (!own) throw insufficientPermissions();
      request.openAttributes = own.open;
      return;
    }
    const reached = permittedPopulations(request.actor.roleAssignments, attemptOf(reach, environment));
    if (!reached) return;
    const own = (await environment.store.populations.list()).filter(({ id }) => reached.has(id));
    if (own.length === 0) throw insufficientPermissions();
    request.populations = new Set(own.map(({ id }) => id));
    await requireWithinPopulations(request, environment, request.populations);
  });
  app.addHook('preHandler', async (request) => requirePopulationOfBody(request));
}
