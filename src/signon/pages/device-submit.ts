import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { PingOneError } from '../../pingone/errors.js';
import { decideDevice, verifyUserCode } from '../decoupled/device-authorization.js';
import type { Problem } from './form-parts.js';
import { sendFlowPage } from './send-page.js';

interface Submission {
  readonly environment: Environment;
  readonly flow: Flow;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const codeProblem = (message: string): Problem => ({ message, fields: ['userCode'], focus: 'userCode' });

/** The forms by which a person connects a device. Undefined where the form is one of the sign-on's. */
export async function submitDevice(
  { environment, flow, request, reply }: Submission,
  { action, userCode }: { readonly action?: string | undefined; readonly userCode?: string | undefined },
): Promise<FastifyReply | undefined> {
  const { exchange } = request;
  const show = (next: Flow) => sendFlowPage(request, reply, environment, next);
  if (!flow.deviceGrant) return undefined;
  if (flow.status === 'COMPLETED' || flow.status === 'FAILED') return show(flow);
  if ((action === 'cancel' || action === 'deny') && flow.deviceGrant.deviceCode !== undefined)
    return show(await decideDevice(environment, flow, { accept: false, exchange }));
  if (action === 'reset' || action === 'cancel') return undefined;
  if (flow.status === 'DAG_CONSENT_REQUIRED')
    return action === 'accept' ? show(await decideDevice(environment, flow, { accept: true, exchange })) : show(flow);
  if (flow.status !== 'DAG_USER_CODE_REQUIRED') return undefined;
  if (!userCode)
    return sendFlowPage(request, reply, environment, flow, { problem: codeProblem('Please enter the code that the device shows.') });
  try {
    return await show(await verifyUserCode(environment, flow, userCode));
  } catch (error) {
    if (!(error instanceof PingOneError) || error.status >= 500) throw error;
    const problem = codeProblem(`${error.details[0]?.message ?? error.text}.`);
    return sendFlowPage(request, reply, environment, flow, { problem, typed: { userCode } });
  }
}
