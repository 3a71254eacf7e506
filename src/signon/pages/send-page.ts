import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Environment } from '../../environment/context.js';
import type { Flow } from '../../environment/model/lifetimes.js';
import { type Html, html } from '../../lib/html.js';
import { changePasswordForm } from './change-password-form.js';
import { deviceView } from './device-forms.js';
import { buttonForm, type Problem } from './form-parts.js';
import { messagePage, page, pageHeaders } from './page.js';
import { signOnForm } from './sign-on-form.js';
import { formLinks, stepView } from './step-views.js';
import { stylesheetOf } from './style.js';
import { listTestUsers } from './test-users.js';

interface Message {
  readonly status: number;
  readonly heading: string;
  readonly text: Html;
  readonly environmentName?: string | undefined;
}

/** A page that only tells something. */
export const sendMessage = (request: FastifyRequest, reply: FastifyReply, { status, ...message }: Message): FastifyReply =>
  reply
    .code(status)
    .headers(pageHeaders)
    .send(messagePage({ ...message, stylesheet: stylesheetOf(request) }));

/** A page around a body of its own. */
export const sendBody = (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, ...input }: { status: number; title: string; body: Html; environmentName?: string | undefined },
): FastifyReply =>
  reply
    .code(status)
    .headers(pageHeaders)
    .send(page({ ...input, stylesheet: stylesheetOf(request) }));

/** The flow is over: the application is told by the resume endpoint. */
export const redirectToResume = (reply: FastifyReply, { baseUrl, id }: Flow): FastifyReply =>
  // 303, so that the browser goes on with GET whatever it came with.
  reply.code(303).header('location', `${baseUrl}/as/resume?flowId=${id}`).send();

interface Shown {
  /** 400 with a problem, else 200. */
  readonly status?: number;
  readonly problem?: Problem | undefined;
  /** What was typed last. */
  readonly username?: string | undefined;
  readonly typed?: Readonly<Record<string, string | undefined>> | undefined;
  /** The form that is asked for in place of the sign-on. */
  readonly form?: string | undefined;
}

/**
 * The page for the state that a flow is in. One that shows a problem has status 400: a browser shows it all the same,
 * and a script, the log and a proxy can tell a refused sign-on from a page that is asked for.
 */
export async function sendFlowPage(
  request: FastifyRequest,
  reply: FastifyReply,
  environment: Environment,
  flow: Flow,
  { problem, username, typed, form, status = problem ? 400 : 200 }: Shown = {},
): Promise<FastifyReply> {
  const connecting = await deviceView(environment, flow, { problem, userCode: typed?.userCode });
  if (!connecting && (flow.status === 'COMPLETED' || flow.status === 'FAILED')) return redirectToResume(reply, flow);
  const application = await environment.store.applications.get(flow.applicationId);
  const user = flow.userId === undefined ? undefined : await environment.store.users.get(flow.userId);
  const { redirectUri, loginHint } = flow.request;
  const shared = { applicationName: application?.name ?? '', redirectUri, problem };

  const view = async (): Promise<{ heading: string; body: Html }> => {
    const step = stepView({ environment, flow, user, problem, typed, applicationName: shared.applicationName }, form);
    if (step) return step;
    switch (flow.status) {
      case 'USERNAME_PASSWORD_REQUIRED':
      case 'PASSWORD_REQUIRED': {
        const users = await listTestUsers(environment, flow);
        return {
          heading: 'Sign On',
          body: signOnForm({ ...shared, username: username ?? user?.username ?? loginHint, users, links: formLinks(flow) }),
        };
      }
      case 'MUST_CHANGE_PASSWORD':
      case 'PASSWORD_EXPIRED':
        return {
          heading: 'Change Password',
          body: changePasswordForm({ ...shared, username: user?.username ?? '', expired: flow.status === 'PASSWORD_EXPIRED' }),
        };
      default:
        return { heading: 'Step Not Available', body: stepWithoutPage(flow) };
    }
  };
  const { heading, body } = connecting ?? (await view());
  return sendBody(request, reply, {
    status,
    title: `${problem ? 'Error: ' : ''}${heading} – ${application?.name ?? 'pingone-mock'}`,
    environmentName: environment.record.name,
    body,
  });
}

const stepWithoutPage = ({ status }: Flow): Html => html`<h1>Step Not Available</h1>
<p>The sign-on waits for the step <code>${status}</code>, for which this page has no form. It can be done with the flows API.</p>
<div class="others">${buttonForm('reset', 'Begin again')}${buttonForm('cancel', 'Cancel')}</div>`;
