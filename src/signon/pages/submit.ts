import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, environmentOf } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { serializeOn } from '../../environment/serialize.js';
import { isForm } from '../../http/bodies.js';
import { textMember } from '../../lib/unknown.js';
import { PingOneError } from '../../pingone/pingone-error.js';
import { check } from '../../protocol/check.js';
import { decideDevice } from '../decoupled/device-authorization.js';
import { findFlow, saveFlow, transactionOf } from '../flows.js';
import { type FlowRequest, perform } from '../perform.js';
import { actionOfForm, withTestUser } from './form-actions.js';
import type { Problem } from './form-parts.js';
import { isForeign, type PageForm, pageForm } from './page-form.js';
import { problemOf } from './problems.js';
import { redirectToResume, type Shown, sendFlowPage, wordsOfFlow } from './send-page.js';
import { pageQuery } from './show.js';

const formProblem = (message: string): Problem => ({ message, fields: [], focus: 'username' });

/** Why a request is not read as a form of this page. */
function unreadable(context: Context, request: FastifyRequest): { status: number; problem: Problem } | undefined {
  if (isForeign(context, request))
    return { status: 403, problem: formProblem('The form was sent from another site. Please use the one below.') };
  if (!isForm(request)) return { status: 415, problem: formProblem('The data sent is not a form. Please use the one below.') };
  if (request.validationError)
    return { status: 400, problem: formProblem('A field was sent more than once. Please fill in the form below.') };
  return undefined;
}

/** The forms of the page, posted to its own address, so that it works without JavaScript. */
export const submit: Endpoint = (app, context) => {
  app.post('/', { schema: { querystring: pageQuery, body: pageForm }, attachValidation: true }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const id = textMember(request.query, 'flowId');
    // One at a time: a second click finds the flow as the first left it.
    return serializeOn(
      environment,
      `flow ${id}`,
      () => findFlow(environment, id),
      async (flow) => {
        const refused = unreadable(context, request);
        if (refused) return sendFlowPage(context, request, reply, environment, flow, refused);
        return answer({ context, environment, flow, request, reply }, request.body);
      },
    );
  });
};

/** Does what a form asks for. A refusal comes back as the page with a message; anything else leads on. */
async function answer(submitted: FlowRequest, posted: PageForm): Promise<FastifyReply> {
  const { context, environment, flow, request, reply } = submitted;
  const show = (next: Flow, shown?: Shown) => sendFlowPage(context, request, reply, environment, next, shown);
  if (flow.status === 'FAILED' || (flow.status === 'COMPLETED' && flow.deviceGrant)) return show(flow);
  if (posted.action === 'cancel') return cancel(submitted);
  const form = await withTestUser(environment, posted);
  const action = actionOfForm(flow, form);
  if (!action) return show(flow);
  try {
    return await show(await perform(submitted, action.name, action.body));
  } catch (error) {
    if (!(error instanceof PingOneError) || error.status >= 500) throw error;
    const words = await wordsOfFlow(environment, flow, request);
    return show(flow, { problem: problemOf(error, action.name, flow, words), typed: form, alternative: form.action });
  }
}

/** The person does not want to sign on: the application, or the waiting device, learns that access is denied (RFC 6749 §4.1.2.1). */
async function cancel({ context, environment, flow, request, reply }: FlowRequest): Promise<FastifyReply> {
  const { exchange } = request;
  if (flow.deviceGrant?.deviceCode !== undefined) {
    const refused = await decideDevice({ environment, flow, exchange }, { accept: false });
    return sendFlowPage(context, request, reply, environment, refused.flow);
  }
  if (flow.status === 'COMPLETED') return redirectToResume(reply, flow);
  const message = 'The user cancelled the sign-on';
  const failed = await saveFlow(environment, { ...flow, status: 'FAILED', error: { code: 'access_denied', message } });
  environment.transactions.step(transactionOf(environment, flow), {
    kind: 'login',
    ok: null,
    title: message,
    checks: [check('user_not_refused', false)],
    exchange,
  });
  return redirectToResume(reply, failed);
}
