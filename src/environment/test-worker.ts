import type { Environment } from './context.js';
import type { Application } from './model/application.js';

/** Fixed, and of no environment: a token that names it was made by the control API. */
export const testWorkerId = 'a0000000-0000-4000-8000-00000000c0de';

/** Who asks for a test where an environment has no worker with enough roles. It is kept nowhere: a test finds what it made itself. */
export const testWorker = ({ record }: Environment): Application => ({
  id: testWorkerId,
  environment: { id: record.id },
  name: 'pingone-mock tests',
  enabled: true,
  type: 'WORKER',
  protocol: 'OPENID_CONNECT',
  grantTypes: ['CLIENT_CREDENTIALS'],
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
});

/** The application that a token names: one that is kept, or the worker of tests. */
export const applicationOfToken = async (environment: Environment, clientId: string): Promise<Application | undefined> =>
  clientId === testWorkerId ? testWorker(environment) : environment.store.applications.get(clientId);
