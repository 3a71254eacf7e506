import { isPermitted } from '../../configuration/roles/built-in.js';
import type { Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { testWorker } from '../../environment/test-worker.js';
import { type IssuedAccessToken, makeAccessToken } from './make.js';

/** Whether a worker may change everything in its environment. */
async function isMighty({ store, id, record }: Environment, worker: Application): Promise<boolean> {
  const roles = await store.roleAssignments.find('holder.id', worker.id);
  const place = { environmentId: id, organizationId: record.organization.id };
  return ['users', 'applications', 'populations', 'resources', 'environments'].every((area) =>
    isPermitted(roles, { ...place, area, writes: true }),
  );
}

/** A token for the management API that allows everything in its environment: tests set up what they need with it. */
export async function makeManagementToken(environment: Environment, issuer: string): Promise<IssuedAccessToken> {
  const workers = (await environment.store.applications.list()).filter(({ type, enabled }) => type === 'WORKER' && enabled);
  let mighty: Application | undefined;
  for (const worker of workers) if (!mighty && (await isMighty(environment, worker))) mighty = worker;
  return makeAccessToken(environment, { issuer, application: mighty ?? testWorker(environment), scopes: [] });
}
