import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { serialize } from '../../environment/serialize.js';
import { isForm } from '../../http/bodies.js';
import { sendSession, sessionOf } from '../../http/browser-session.js';
import { PingOneError } from '../../pingone/errors.js';
import { changePassword } from '../change-password.js';
import { beginSignOn } from '../engine.js';
import { findFlow, saveFlow, transactionOf } from '../flows.js';
import { signOnWithPassword } from '../password.js';
import { submitDevice } from './device-submit.js';
import type { Problem } from './form-parts.js';
import { type PageForm, pageForm } from './page-form.js';
import { changeProblem, missingProblem, signOnProblem } from './problems.js';
import { redirectToResume, sendFlowPage } from './send-page.js';
import { pageQuery } from './show.js';
import { type StepWork, submittedStep } from './step-submit.js';
import { credentialsOf } from './test-users.js';

interface Submission {
  readonly context: Context;
  readonly environment: Environment;
  readonly flow: Flow;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const formProblem = (message: string): Problem => ({ message, fields: [], focus: 'username' });

/**
 * Why a request is not looked at as a form of this page. A flow's id cannot be guessed, so nobody can act in another
 * person's flow; but whoever began a flow of his own could have a strange browser post his own password to it, and
 * leave his session there. Browsers tell where a form stood (Fetch Metadata); what does not say is no browser's form.
 */
function unreadable(request: FastifyRequest): { status: number; problem: Problem } | undefined {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, problem: formProblem('The form was sent from another site. Please use the one below.') };
  if (!isForm(request)) return { status: 415, problem: formProblem('What was sent is not a form. Please use the one below.') };
  if (request.validationError)
    return { status: 400, problem: formProblem('A field was sent more than once. Please fill in the form below.') };
  return undefined;
}

/** The forms of the page, posted to its own address: it works without JavaScript. */
export const submit: Endpoint = (app, context) => {
  app.post('/', { schema: { querystring: pageQuery, body: pageForm }, attachValidation: true }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { flowId } = request.query as { flowId?: unknown };
    const id = typeof flowId === 'string' ? flowId : undefined;
    // One after the other: a second click finds what the first has made of the flow.
    return serialize(environment, `flow ${id}`, async () => {
      const flow = await findFlow(environment, id);
      const refused = unreadable(request);
      if (refused) return sendFlowPage(request, reply, environment, flow, refused);
      return answer({ context, environment, flow, request, reply }, request.body);
    });
  });
};

async function answer(submission: Submission, form: PageForm): Promise<FastifyReply> {
  const { environment, flow, request, reply } = submission;
  const connecting = await submitDevice(submission, form);
  if (connecting) return connecting;
  if (flow.status === 'FAILED') return redirectToResume(reply, flow);
  if (form.action === 'cancel') return cancel(submission);
  if (form.action === 'reset' && flow.status !== 'COMPLETED')
    return sendFlowPage(request, reply, environment, await beginSignOn(environment, flow));
  const step = submittedStep(flow, form);
  if (step?.missing) return sendFlowPage(request, reply, environment, flow, { problem: step.missing, typed: form, form: step.form });
  if (step) return attempt(submission, step, step.work);
  switch (flow.status) {
    case 'MUST_CHANGE_PASSWORD':
    case 'PASSWORD_EXPIRED':
      return change(submission, form);
    case 'SIGN_ON_REQUIRED':
    case 'USERNAME_PASSWORD_REQUIRED':
    case 'PASSWORD_REQUIRED':
    // Complete, and posted again: a second click, whose browser never saw the cookies of the first answer.
    case 'COMPLETED':
      return signOn(submission, form);
    default:
      return sendFlowPage(request, reply, environment, flow);
  }
}

async function signOn(submission: Submission, form: PageForm): Promise<FastifyReply> {
  const { environment, flow, request, reply } = submission;
  const { username = '', password = '' } = form.testUser ? await credentialsOf(environment, form.testUser) : form;
  const missing = missingProblem({ username, password }, ['username', 'password']);
  if (missing) return sendFlowPage(request, reply, environment, flow, { problem: missing, username });
  return attempt(submission, { username, explain: signOnProblem }, (session) =>
    signOnWithPassword(environment, { flow, username, password, session, exchange: request.exchange }),
  );
}

async function change(submission: Submission, form: PageForm): Promise<FastifyReply> {
  const { environment, flow, request, reply } = submission;
  const { currentPassword = '', newPassword = '' } = form;
  const missing = missingProblem({ currentPassword, newPassword }, ['currentPassword', 'newPassword']);
  if (missing) return sendFlowPage(request, reply, environment, flow, { problem: missing });
  return attempt(submission, { explain: changeProblem }, (session) =>
    changePassword(environment, { flow, currentPassword, newPassword, session, exchange: request.exchange }),
  );
}

/** What is shown again of a step that is refused. */
interface Explained {
  readonly explain: (error: PingOneError) => Problem;
  readonly username?: string;
  readonly typed?: PageForm;
  readonly form?: string | undefined;
}

/** One step of the sign-on. What it refuses comes back as the page with a message; what it reaches leads on. */
async function attempt(
  { context, environment, flow, request, reply }: Submission,
  { explain, username, typed, form }: Explained,
  step: StepWork,
): Promise<FastifyReply> {
  // What is refused is activity all the same: the lifetime begins anew.
  const touched = await saveFlow(environment, flow);
  try {
    const session = await sessionOf(environment, request);
    const done = await step(session, environment, touched, request.exchange);
    if (done.session) sendSession(context, environment, request, reply, done.session);
    return sendFlowPage(request, reply, environment, done.flow);
  } catch (error) {
    if (!(error instanceof PingOneError) || error.status >= 500) throw error;
    return sendFlowPage(request, reply, environment, touched, { problem: explain(error), username, typed, form });
  }
}

/** The person does not want to sign on: the application is told so (RFC 6749 §4.1.2.1). */
async function cancel({ environment, flow, request, reply }: Submission): Promise<FastifyReply> {
  if (flow.status === 'COMPLETED') return redirectToResume(reply, flow);
  const message = 'The user cancelled the sign-on';
  const failed = await saveFlow(environment, { ...flow, status: 'FAILED', error: { code: 'access_denied', message } });
  environment.transactions.step(transactionOf(environment, flow), {
    kind: 'login',
    ok: null,
    title: message,
    checks: [{ rule: 'user_not_refused', spec: 'RFC 6749 §4.1.2.1', ok: false }],
    exchange: request.exchange,
  });
  return redirectToResume(reply, failed);
}
