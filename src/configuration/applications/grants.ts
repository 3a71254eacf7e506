import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import type { Grant, Resource } from '../../environment/model/configuration.js';
import { serializeAll } from '../../environment/serialize.js';
import { UniquenessError } from '../../lib/collections/types.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import { emptyValue, invalidValue, notUnique, type PingOneError, requestFailed, unknownReference } from '../../pingone/pingone-error.js';
import { keptMembers, newMembers } from '../items.js';
import type { GrantBody } from './schema.js';

const failed = (target: string, message: string): PingOneError => requestFailed({ code: 'INVALID_VALUE', target, message });

/** A worker's access comes from roles; it needs scopes only for a person's sign-on (docs/fidelity.md, management 5.1). */
function requireGrantable({ type, grantTypes = [] }: Application, resource: Resource): void {
  if (type !== 'WORKER') return;
  if (resource.type !== 'OPENID_CONNECT') throw failed('resource', texts.grantOfWorker.text);
  if (grantTypes.every((grant) => grant === 'CLIENT_CREDENTIALS')) throw failed('scopes', texts.grantOfService.text);
}

/** The distinct ids of a body's scopes. Each must belong to the resource, and its name must not occur in another grant. */
async function requireScopes({ store }: Environment, body: GrantBody, resource: Resource, others: readonly Grant[]): Promise<string[]> {
  const ids = [...new Set(body.scopes.map(({ id }) => id.toLowerCase()))];
  if (ids.length === 0) throw emptyValue('scopes');
  const names = new Set<string>();
  for (const { id } of others.flatMap(({ scopes }) => scopes)) names.add((await store.scopes.get(id))?.name ?? '');
  for (const id of ids) {
    const scope = await store.scopes.get(id);
    if (scope?.resource.id !== resource.id) throw unknownReference('scopes');
    if (names.has(scope.name)) throw invalidValue('scopes', texts.grantScopeNames.text);
    names.add(scope.name);
  }
  return ids;
}

/** Grants scopes of a resource to an application, in a new grant or in place of an existing one. */
export const grant = (environment: Environment, application: Application, body: GrantBody, existing?: Grant): Promise<Grant> =>
  serializeAll(environment, [`grants ${application.id}`, 'resources'], async () => {
    const { store } = environment;
    const resource = await store.resources.get(body.resource.id.toLowerCase());
    if (!resource) throw unknownReference('resource');
    requireGrantable(application, resource);
    const others = (await store.grants.find('application.id', application.id)).filter(({ id }) => id !== existing?.id);
    const ids = await requireScopes(
      environment,
      body,
      resource,
      others.filter((other) => other.resource.id !== resource.id),
    );
    const made: Grant = {
      ...(existing ? keptMembers(environment, existing) : newMembers(environment)),
      resource: { id: resource.id },
      application: { id: application.id },
      scopes: ids.map((id) => ({ id })),
    };
    try {
      await store.grants.put(made);
      return made;
    } catch (error) {
      if (!(error instanceof UniquenessError)) throw error;
      const message = texts.grantExists.text;
      throw notUnique('resource', message, { text: message });
    }
  });
