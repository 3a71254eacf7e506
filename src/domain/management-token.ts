import type { Environment } from '../context.js';
import type { Application } from '../pingone/application.js';
import { findRole, isPermitted } from '../pingone/roles.js';
import { createApplication } from './applications.js';
import { type IssuedAccessToken, makeAccessToken } from './tokens.js';
import { inTurn } from './turns.js';

/** What the worker is called that is made where an environment has none with enough roles. */
const workerName = 'pingone-mock tests';

/** Whether a worker may change everything in its environment. */
async function isMighty({ store, id, record }: Environment, worker: Application): Promise<boolean> {
  const roles = await store.roleAssignments.find('holder.id', worker.id);
  const place = { environmentId: id, organizationId: record.organization.id };
  return ['users', 'applications', 'populations', 'resources', 'environments'].every((area) =>
    isPermitted(roles, { ...place, area, writes: true }),
  );
}

async function makeWorker(environment: Environment): Promise<Application> {
  const { store, random, id, record, clock } = environment;
  const worker = await createApplication(environment, {
    name: workerName,
    enabled: true,
    type: 'WORKER',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['CLIENT_CREDENTIALS'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  });
  const createdAt = new Date(clock.now()).toISOString();
  for (const name of ['Organization Admin', 'Environment Admin', 'Identity Data Admin', 'Client Application Developer']) {
    const role = findRole(name);
    if (!role) continue;
    const reach = role.applicableTo.includes('ENVIRONMENT')
      ? { id, type: 'ENVIRONMENT' }
      : { id: record.organization.id, type: 'ORGANIZATION' };
    await store.roleAssignments.put({
      id: random.uuid(),
      environment: { id },
      holder: { id: worker.id, type: 'APPLICATION' },
      role: { id: role.id },
      scope: reach,
      createdAt,
      updatedAt: createdAt,
    });
  }
  return worker;
}

/** A token for the management API that may do everything in its environment: tests set up what they need with it. */
export const makeManagementToken = (environment: Environment, issuer: string): Promise<IssuedAccessToken> =>
  inTurn(environment, 'management token', async () => {
    const workers = (await environment.store.applications.list()).filter(({ type, enabled }) => type === 'WORKER' && enabled);
    let mighty: Application | undefined;
    for (const worker of workers) if (!mighty && (await isMighty(environment, worker))) mighty = worker;
    return makeAccessToken(environment, { issuer, application: mighty ?? (await makeWorker(environment)), scopes: [] });
  });
