import type { FastifyRequest } from 'fastify';
import { environmentOfToken, verifyAccessToken } from '../../environment/access-token.js';
import type { Context, Environment } from '../../environment/context.js';
import type { RoleAssignment } from '../../environment/model/configuration.js';
import { findActiveUser } from '../../environment/sessions.js';
import { applicationOfToken, testWorkerId } from '../../environment/test-worker.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { accessFailed, type PingOneError } from '../../pingone/pingone-error.js';
import { pingOneApiAudience } from '../../pingone/predefined.js';
import { words } from '../../protocol/authorization-request.js';
import { groupsOf } from '../directory/groups.js';
import { findRole, type Held } from '../roles/built-in.js';
import { heldRoles } from '../roles/custom-roles.js';

/** Who makes a request: a worker, or a person through an application. */
export interface Actor {
  /** The environment that the actor belongs to, where its roles are kept. */
  readonly environmentId: string;
  readonly applicationId: string;
  readonly userId?: string | undefined;
  /** The person's session that the token belongs to. */
  readonly sessionId?: string | undefined;
  /** What a person's token lets the person do to themselves; empty for a worker, for whom roles decide. */
  readonly scopes: readonly string[];
  readonly roleAssignments: readonly (RoleAssignment & Held)[];
}

/** The roles that the control API's test worker holds. */
const testWorkerRoles = ({ record: { id, organization, createdAt, updatedAt } }: Environment): RoleAssignment[] =>
  ['Organization Admin', 'Environment Admin', 'Identity Data Admin', 'Client Application Developer'].flatMap((name) => {
    const role = findRole(name);
    if (!role) return [];
    const scope = role.applicableTo.includes('ENVIRONMENT')
      ? ({ id, type: 'ENVIRONMENT' } as const)
      : ({ id: organization.id, type: 'ORGANIZATION' } as const);
    const holder = { id: testWorkerId, type: 'APPLICATION' } as const;
    return [{ id: `${testWorkerId} ${role.id}`, environment: { id }, holder, role: { id: role.id }, scope, createdAt, updatedAt }];
  });

/** The server itself, which reads the state of an environment whatever happens to its workers. */
export const ownReader = (environment: Environment): Actor => ({
  environmentId: environment.id,
  applicationId: testWorkerId,
  scopes: [],
  roleAssignments: testWorkerRoles(environment),
});

const invalidToken = (reason: string): PingOneError =>
  accessFailed({
    status: 401,
    details: { code: 'INVALID_TOKEN', target: 'Authentication', message: texts.invalidToken.text },
    reason,
  });

/** The actor of the access token, or a 401. Roles are read on each request, so that changes take effect at once. */
export async function authenticate({ environments }: Context, request: FastifyRequest): Promise<Actor> {
  const { authorization } = request.headers;
  const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    if (/^bearer\b/i.test(authorization ?? '')) throw invalidToken('the Authorization header has no token');
    throw accessFailed({ status: 401, reason: 'no Bearer token' });
  }
  const environment = environmentOfToken(environments, token);
  if (!environment) throw invalidToken('the token was not issued by an environment of this server');
  const { claims, checks } = await verifyAccessToken(environment, token);
  if (!claims) throw invalidToken(checks.find(({ ok }) => !ok)?.rule ?? 'token');
  if (!claims.aud.includes(pingOneApiAudience)) throw invalidToken('the token is for a different audience');
  const application = await applicationOfToken(environment, claims.client_id);
  if (!application) throw invalidToken('the token’s application no longer exists');
  // Tokens of other applications with OpenID Connect scopes are valid for userinfo only.
  const isWorker = application.type === 'WORKER';
  if (!isWorker && !/(^| )p1:/.test(claims.scope ?? '')) throw invalidToken('the token is for userinfo only');
  const userId = claims.sub;
  if (userId !== undefined && !(await findActiveUser(environment, userId))) throw invalidToken('the user was deleted, disabled or locked');
  // A person's token through a worker carries the person's roles; through any other application, only its scopes count.
  const roleAssignments = isWorker ? await rolesOf(environment, application.id, userId) : [];
  const scopes = isWorker ? [] : words(claims.scope);
  return { environmentId: environment.id, applicationId: application.id, userId, sessionId: claims.sid, scopes, roleAssignments };
}

/** The roles of a worker, or of the person behind it, including those of the person's groups. */
async function rolesOf(
  environment: Environment,
  workerId: string,
  userId: string | undefined,
): Promise<readonly (RoleAssignment & Held)[]> {
  const { roleAssignments } = environment.store;
  if (userId === undefined && workerId === testWorkerId) return testWorkerRoles(environment);
  const own = await roleAssignments.find('holder.id', userId ?? workerId);
  if (userId === undefined) return heldRoles(environment, own);
  const groups = await groupsOf(environment, userId);
  const found = await Promise.all(groups.map(({ id }) => roleAssignments.find('holder.id', id)));
  return heldRoles(environment, [...own, ...found.flat()]);
}
