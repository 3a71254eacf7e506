import type { FastifyReply, FastifyRequest } from 'fastify';
import { warn } from '../../diagnosis/warnings.js';
import type { Context, Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { recordFailure } from '../../environment/record.js';
import { sendJson } from '../../http/answers.js';
import { sendSession } from '../../http/browser-session.js';
import { failedBody } from '../../pingone/davinci.js';
import { check } from '../../protocol/check.js';
import { pingSdkHeaderMissing } from '../../protocol/mistakes/index.js';
import type { Outcome } from '../../signon/davinci/run.js';
import { describeForm, describeRewind } from '../../signon/davinci/screens.js';
import { transactionOf } from '../../signon/flows.js';
import { finish } from '../authorize/finish.js';

/** A request to a flow of DaVinci. */
export interface Asked {
  readonly context: Context;
  readonly environment: Environment;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A header that was sent once. */
export const header = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Answers with the state that an interaction has reached. */
export async function sendOutcome({ context, environment, request, reply }: Asked, outcome: Outcome): Promise<FastifyReply> {
  const { flow } = outcome;
  if (outcome.kind === 'waiting') return sendJson(reply, await describeForm(environment, flow, outcome.node));
  if (outcome.kind === 'rewound') return sendJson(reply, describeRewind(flow));
  if (outcome.kind === 'completed') {
    if (outcome.session) sendSession(context, environment, request, reply, outcome.session);
    return finish(context, environment, flow, { request, reply });
  }
  await environment.store.flows.take(flow.id);
  const checks = [check('interaction_error_node', false, { got: outcome.error.message })];
  const title = 'The flow has ended without a sign-on';
  recordFailure(environment, transactionOf(environment, flow), { kind: 'login', title, checks, exchange: request.exchange });
  return sendJson(reply, failedBody(flow.environmentId, outcome.error));
}

/** Without this header PingOne answers with HTML and scripts (docs/fidelity.md, 4.6). */
export function warnWithoutHeader(environment: Environment, flow: Flow, request: FastifyRequest): void {
  if (header(request, 'x-requested-with')?.toLowerCase() === 'ping-sdk') return;
  warn(environment, transactionOf(environment, flow), request.exchange, pingSdkHeaderMissing);
}
