import type { FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../context.js';
import { environmentOfToken, verifyAccessToken } from '../domain/access-token.js';
import { pingOneApiAudience } from '../domain/tokens.js';
import type { RoleAssignment } from '../pingone/configuration.js';
import { PingOneError } from '../pingone/errors.js';
import { managementTexts as texts } from '../pingone/management-texts.js';
import { isPermitted } from '../pingone/roles.js';
import { notFound } from './answers.js';

/** Who asks: a worker, or a person through one. */
export interface Actor {
  readonly applicationId: string;
  readonly userId?: string | undefined;
  readonly roleAssignments: readonly RoleAssignment[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once the access token was verified. */
    actor: Actor;
  }
}

/** Refused for want of a role (docs/fidelity.md, management 2.5). */
export const insufficient = (message: string = texts.noPermission.text, reason?: string): PingOneError =>
  new PingOneError(403, 'ACCESS_FAILED', [{ code: 'INSUFFICIENT_PERMISSIONS', message }], undefined, reason);

const invalidToken = (reason: string): PingOneError =>
  new PingOneError(
    401,
    'ACCESS_FAILED',
    [{ code: 'INVALID_TOKEN', target: 'Authentication', message: texts.invalidToken.text }],
    undefined,
    reason,
  );

/** Whose token it is, or a 401. Roles are read at each call: a change of them works at once. */
async function authenticate({ environments }: Context, request: FastifyRequest): Promise<Actor> {
  const { authorization } = request.headers;
  const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    if (/^bearer\b/i.test(authorization ?? '')) throw invalidToken('the Authorization header holds no token');
    throw new PingOneError(401, 'ACCESS_FAILED', [], undefined, 'no Bearer token');
  }
  const environment = environmentOfToken(environments, token);
  if (!environment) throw invalidToken('the token is not of an environment of this server');
  const { claims, checks } = await verifyAccessToken(environment, token);
  if (!claims) throw invalidToken(checks.find(({ ok }) => !ok)?.rule ?? 'token');
  if (!claims.aud.includes(pingOneApiAudience)) throw invalidToken('the token is for another audience');
  const application = await environment.store.applications.get(claims.client_id);
  if (!application?.enabled) throw invalidToken('the application of the token is gone or disabled');
  // What other applications get with OpenID Connect scopes is good for userinfo only.
  if (application.type !== 'WORKER' && !/(^| )p1:/.test(claims.scope ?? '')) throw invalidToken('the token is for userinfo only');
  // Of a person's token the person's roles count; an application that is no worker lends nobody any.
  const holder = claims.sub ?? application.id;
  const roleAssignments = application.type === 'WORKER' ? await environment.store.roleAssignments.find('holder.id', holder) : [];
  return { applicationId: application.id, userId: claims.sub, roleAssignments };
}

/** What a route is about: the collection right under the environment, or the environments themselves. */
const areaOf = (request: FastifyRequest): string => request.routeOptions.url?.split('/')[4] ?? 'environments';

/** Whether the actor may do what the request asks for in an environment. */
export const mayReach = (
  { actor, ...request }: Pick<FastifyRequest, 'actor'> & { writes?: boolean; area?: string },
  { id, record }: Environment,
): boolean =>
  isPermitted(actor.roleAssignments, {
    environmentId: id,
    organizationId: record.organization.id,
    area: request.area ?? 'environments',
    writes: request.writes ?? false,
  });

/** An environment that is not there: 404 when it is itself asked for, 403 for what would be in it. */
function refuseEnvironment(request: FastifyRequest, id: string): PingOneError {
  if (request.method === 'GET' && areaOf(request) === 'environments') return notFound(texts.environmentUnknown.text(id));
  return new PingOneError(403, 'ACCESS_FAILED', [], undefined, `there is no environment ${id}`);
}

/** Asks for an access token on every route, and for a role in the environment of the path. */
export function requireAccess(app: App, context: Context): void {
  app.decorateRequest('actor', null as unknown as Actor);
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.method === 'OPTIONS') return;
    request.actor = await authenticate(context, request);
    const { environmentId } = request.params as { environmentId?: string };
    // An id that is no UUID is refused where the path is validated.
    if (environmentId === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(environmentId)) return;
    const environment = context.environments.get(environmentId.toLowerCase());
    if (!environment) throw refuseEnvironment(request, environmentId.toLowerCase());
    request.exchange.environmentId = environment.id;
    const writes = !['GET', 'HEAD'].includes(request.method);
    if (!mayReach({ actor: request.actor, area: areaOf(request), writes }, environment)) throw insufficient();
  });
}
