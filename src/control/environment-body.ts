import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../environment/context.js';

/** What every client of an environment starts with. */
export function environmentBody(context: Context, request: FastifyRequest, environment: Environment) {
  const issuer = `${context.baseUrl(request, environment)}/as`;
  return {
    id: environment.id,
    name: environment.record.name,
    issuer,
    discovery: `${issuer}/.well-known/openid-configuration`,
    now: new Date(environment.clock.now()).toISOString(),
  };
}

/** The same with the ids of what was put into it. */
export async function environmentContents(context: Context, request: FastifyRequest, environment: Environment) {
  const { store } = environment;
  const [applications, users] = await Promise.all([store.applications.list(), store.users.page({ limit: 100 })]);
  const ofItsOwn = applications.filter(({ grantTypes }) => grantTypes);
  return {
    ...environmentBody(context, request, environment),
    applications: await Promise.all(
      ofItsOwn.map(async ({ id, name, type, tokenEndpointAuthMethod }) => {
        const secret = tokenEndpointAuthMethod === 'NONE' || context.settings.hideSecrets ? undefined : await store.secrets.get(id);
        return { id, name, type, ...(secret && { secret: secret.secret }) };
      }),
    ),
    users: users.items.map(({ id, username }) => ({ id, username })),
  };
}
