import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';

/** What a client needs to know of an environment. */
export function environmentSummary(context: Context, request: FastifyRequest, environment: Environment) {
  const issuer = `${context.baseUrl(request, environment)}/as`;
  return {
    id: environment.id,
    name: environment.record.name,
    issuer,
    discovery: `${issuer}/.well-known/openid-configuration`,
    now: new Date(environment.clock.now()).toISOString(),
  };
}

/** The summary with the environment's applications, their secrets (unless they are hidden), and its first 100 users. */
export async function environmentContents(context: Context, request: FastifyRequest, environment: Environment) {
  const { store } = environment;
  const [applications, users] = await Promise.all([store.applications.list(), store.users.page({ limit: 100 })]);
  // PingOne's own applications have no grant types.
  const own = applications.filter(({ grantTypes }) => grantTypes);
  return {
    ...environmentSummary(context, request, environment),
    applications: await Promise.all(
      own.map(async ({ id, name, type, tokenEndpointAuthMethod }) => {
        const secret = tokenEndpointAuthMethod === 'NONE' || context.settings.hideSecrets ? undefined : await store.secrets.get(id);
        return { id, name, type, ...(secret && { secret: secret.secret }) };
      }),
    ),
    users: users.items.map(({ id, username }) => ({ id, username })),
  };
}
