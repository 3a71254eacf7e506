import type { Environment } from '../environment/context.js';
import { type Diagnosis, diagnoseScopes } from '../protocol/mistakes/index.js';

/** Why an application is granted none of the scopes that it asked for. */
export async function diagnoseUngranted(
  { store }: Environment,
  asked: readonly string[],
  application: string,
): Promise<Diagnosis | undefined> {
  const resources = new Map((await store.resources.list()).map(({ id, name }) => [id, name]));
  const known = (await store.scopes.list()).map(({ name, resource }) => ({ name, resource: resources.get(resource.id) ?? '' }));
  return diagnoseScopes({ asked, known, application });
}
