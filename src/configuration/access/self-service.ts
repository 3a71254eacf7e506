import type { FastifyRequest } from 'fastify';
import type { Environment } from '../../environment/context.js';
import { textMember } from '../../lib/unknown.js';
import { actionOf } from '../../pingone/media-types.js';
import { findSelfService, type OpenAttributes, variantsOf } from '../directory/self-service.js';
import { mediaTypeOf } from '../http/bodies.js';

/** The attributes that scopes give access to: all that they list, or `*` where one of them lists none. */
async function openedBy({ store }: Environment, names: readonly string[]): Promise<OpenAttributes> {
  const [api] = await store.resources.find('type', 'PINGONE_API');
  const listed: string[] = [];
  for (const name of names) {
    const [scope] = await store.scopes.find('resource and name', `${api?.id} ${name}`);
    // A variant of a scope that was removed gives access to nothing.
    if (!scope && name.split(':').length > 3) continue;
    const schemaAttributes = scope?.schemaAttributes;
    listed.push(...(schemaAttributes ?? ['*']));
  }
  return new Set(listed);
}

/** What a request may reach of the person who makes it; undefined where the token's scopes do not allow the request. */
export async function selfServiceOf(
  request: FastifyRequest,
  environment: Environment,
): Promise<{ readonly open: OpenAttributes } | undefined> {
  const { userId, scopes, environmentId } = request.actor;
  const asked = textMember(request.params, 'userId');
  if (userId === undefined || asked?.toLowerCase() !== userId || environmentId !== environment.id) return undefined;
  const service = findSelfService(request.method, request.routeOptions.url ?? '', actionOf(mediaTypeOf(request)));
  const held = service ? variantsOf(service.scope, scopes) : [];
  if (held.length === 0) return undefined;
  const user = await environment.store.users.get(userId);
  // Not for users of an external identity provider (docs/fidelity.md, management 5.3).
  if (service?.ownIdentity && user?.identityProvider.type !== 'PING_ONE') return undefined;
  return { open: await openedBy(environment, held) };
}
