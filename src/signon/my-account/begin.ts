import type { FastifyRequest } from 'fastify';
import type { Context, Environment } from '../../environment/context.js';
import type { Application } from '../../environment/model/application.js';
import { beginTransaction } from '../../environment/record.js';
import { signOnUrl } from '../../pingone/hosts.js';
import { beginSignOn } from '../engine.js';
import { newFlow, signOnOnly } from '../flows.js';

/** The application that stands for the self-service of an environment (docs/fidelity.md, 4.7), if it is enabled. */
export async function selfServiceOf({ store }: Environment): Promise<Application | undefined> {
  const applications = await store.applications.list();
  return applications.find(({ type, enabled }) => type === 'PING_ONE_SELF_SERVICE' && enabled);
}

/** Begins a sign-on after which the browser comes back here; returns the address of its page. */
export async function beginSelfService(
  context: Context,
  request: FastifyRequest,
  environment: Environment,
  application: Application,
): Promise<string> {
  const baseUrl = context.baseUrl(request, environment);
  const transaction = beginTransaction(environment, { application, baseUrl });
  const started = newFlow(environment, { baseUrl, transaction, request: signOnOnly(application.id) });
  const flow = await beginSignOn(environment, { ...started, selfService: true });
  return `${signOnUrl(baseUrl)}?flowId=${flow.id}`;
}
