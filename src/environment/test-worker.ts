import type { Environment } from './context.js';
import type { Application } from './model/application.js';

/** The client id of management tokens that the control API issues. No environment stores this application. */
export const testWorkerId = 'a0000000-0000-4000-8000-00000000c0de';

/** The worker of those tokens. It is not stored, so that tests find only what they created. */
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

/** The application that a token names: a stored one, or the test worker. */
export const applicationOfToken = async (environment: Environment, clientId: string): Promise<Application | undefined> =>
  clientId === testWorkerId ? testWorker(environment) : environment.store.applications.get(clientId);
