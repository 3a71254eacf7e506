import type { Environment } from '../environment/context.js';
import { type Diagnosis, diagnoseScopes, type KnownScope } from '../protocol/mistakes/index.js';

/** The scopes of an environment, with the names of their resources. */
export async function knownScopes({ store }: Environment): Promise<KnownScope[]> {
  const resources = new Map((await store.resources.list()).map(({ id, name }) => [id, name]));
  return (await store.scopes.list()).map(({ name, resource }) => ({ name, resource: resources.get(resource.id) ?? '' }));
}

/** Why an application is granted none of the scopes that it asked for. */
export const diagnoseUngranted = async (
  environment: Environment,
  asked: readonly string[],
  application: string,
): Promise<Diagnosis | undefined> => diagnoseScopes({ asked, known: await knownScopes(environment), application });
