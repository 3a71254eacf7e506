import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Environment } from '../../environment/context.js';
import type { Flow, FlowStatus } from '../../environment/model/lifetimes.js';
import { sendRedirect } from '../../http/answers.js';
import { type Html, html } from '../../lib/html.js';
import { myAccountUrl } from '../../pingone/hosts.js';
import { wantedLanguages } from '../languages.js';
import { connectDeviceViews } from './connect-device-views.js';
import { externalViews } from './external-views.js';
import { alternativeOf } from './form-actions.js';
import type { Problem } from './form-parts.js';
import { headersOfPage, messageOf, page } from './page.js';
import { policyStepViews } from './policy-step-views.js';
import { secondFactorViews } from './second-factor-views.js';
import { alternativeViews, signOnViews } from './sign-on-views.js';
import { passkeyScriptOf, stylesheetOf } from './style.js';
import { type PageTheme, pageThemeOf } from './theme.js';
import { beginAgain, cancel, type MakeView, type ViewInput } from './view.js';
import { type Words, wordsFor } from './words.js';

interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  readonly environmentName?: string | undefined;
  readonly asksForPasskey?: true | undefined;
  /** The language of the body; English without it. */
  readonly words?: Words | undefined;
  readonly theme?: PageTheme | undefined;
}

/** A page around a body of its own. */
export const sendBody = (request: FastifyRequest, reply: FastifyReply, { status, asksForPasskey, ...input }: Page): FastifyReply =>
  reply
    .code(status)
    .headers(headersOfPage({ hasScript: asksForPasskey === true, imageOrigins: input.theme?.imageOrigins }))
    .send(page({ ...input, stylesheet: stylesheetOf(request), script: asksForPasskey && passkeyScriptOf(request) }));

type Message = Omit<Page, 'title' | 'body'> & { readonly heading: string; readonly text: Html };

/** A page with a message and nothing to do. */
export const sendMessage = (request: FastifyRequest, reply: FastifyReply, { heading, text, ...rest }: Message): FastifyReply =>
  sendBody(request, reply, { ...rest, ...messageOf(heading, text) });

/** The flow is over: the resume endpoint passes the result on to the application. */
export const redirectToResume = (reply: FastifyReply, { baseUrl, id, selfService }: Flow): FastifyReply =>
  // 303: the browser continues with GET, whatever the method of this request.
  sendRedirect(reply, selfService ? myAccountUrl(baseUrl) : `${baseUrl}/as/resume?flowId=${id}`, 303);

const views: Partial<Record<FlowStatus, MakeView>> = {
  ...signOnViews,
  ...policyStepViews,
  ...secondFactorViews,
  ...externalViews,
  ...connectDeviceViews,
};

const stepWithoutPage: MakeView = (input) => ({
  heading: 'Step Not Available',
  body: html`<h1>Step Not Available</h1>
<p>The sign-on is waiting for the step <code>${input.flow.status}</code>, which has no form on this page. Use the flows API instead.</p>
<div class="others">${[beginAgain(input), cancel(input)]}</div>`,
});

export interface Shown extends Pick<ViewInput, 'typed'> {
  /** 400 with a problem, else 200. */
  readonly status?: number;
  readonly problem?: Problem | undefined;
  /** The form that is asked for in place of the sign-on. */
  readonly alternative?: string | undefined;
}

/** The texts of the pages of a flow, in the language that its person wants. */
export async function wordsOfFlow(environment: Environment, flow: Flow, request: FastifyRequest): Promise<Words> {
  const user = flow.userId === undefined ? undefined : await environment.store.users.get(flow.userId);
  return wordsFor(environment, wantedLanguages(user, request.headers));
}

/**
 * The page for the status of a flow. A page that shows a problem has status 400: a browser shows it all the same, and
 * a script, the log and a proxy can tell a refused sign-on from a page that was asked for.
 */
export async function sendFlowPage(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  environment: Environment,
  flow: Flow,
  { problem, typed, alternative, status = problem ? 400 : 200 }: Shown = {},
): Promise<FastifyReply> {
  const application = await environment.store.applications.get(flow.applicationId);
  const user = flow.userId === undefined ? undefined : await environment.store.users.get(flow.userId);
  const asked = alternativeOf(flow, alternative);
  const makeView = (asked && alternativeViews[asked]) ?? views[flow.status] ?? stepWithoutPage;
  const languages = wantedLanguages(user, request.headers);
  const words = await wordsFor(environment, languages);
  const view = await makeView({ environment, flow, user, application, problem, typed, words, languages });
  if (!view) return redirectToResume(reply, flow);
  // 303: the browser continues with GET, whatever the method of this request.
  if ('redirect' in view) return sendRedirect(reply, view.redirect, 303);
  if (view.refreshSeconds !== undefined) reply.header('refresh', `${view.refreshSeconds}; url=?flowId=${flow.id}`);
  return sendBody(request, reply, {
    status,
    words,
    title: `${problem ? `${words.text('heading.error')}: ` : ''}${view.heading} – ${application?.name ?? 'pingone-mock'}`,
    environmentName: environment.record.name,
    body: view.body,
    theme: await pageThemeOf(context, request, environment, user),
    asksForPasskey: view.asksForPasskey,
  });
}
