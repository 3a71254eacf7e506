import type { FastifyReply, FastifyRequest } from 'fastify';
import { activateDevice, createDevice, deleteDevice, devicesOf } from '../../configuration/devices/devices.js';
import { keyOf } from '../../configuration/devices/view.js';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { Device } from '../../environment/model/mfa.js';
import type { User } from '../../environment/model/user.js';
import { findActiveUser } from '../../environment/sessions.js';
import { sendRedirect } from '../../http/answers.js';
import { isForm } from '../../http/bodies.js';
import { sessionOf } from '../../http/browser-session.js';
import { type Html, html } from '../../lib/html.js';
import { object, secret, string } from '../../lib/schema/types.js';
import { textMember } from '../../lib/unknown.js';
import { PingOneError } from '../../pingone/pingone-error.js';
import { showErrorsAsPages } from '../pages/errors.js';
import type { Problem } from '../pages/form-parts.js';
import { isForeign } from '../pages/page-form.js';
import { sendBody, sendMessage } from '../pages/send-page.js';
import { pageThemeOf } from '../pages/theme.js';
import { beginSelfService, selfServiceOf } from './begin.js';
import { devicesBody, enrolBody } from './views.js';

const form = object({}, { action: string, device: string, otp: secret(string) });

/** A request of a person who is signed on in this browser. */
interface Visit {
  readonly context: Context;
  readonly environment: Environment;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly user: User;
}

async function visitOf(context: Context, request: FastifyRequest, reply: FastifyReply): Promise<Omit<Visit, 'user'> & { user?: User }> {
  const environment = environmentOf(context, request);
  const session = await sessionOf(environment, request);
  const user = session && (await findActiveUser(environment, session.userId));
  return { context, environment, request, reply, ...(user && { user }) };
}

/** A person who is not signed on is sent to sign on, and comes back. */
async function askToSignOn({ context, environment, request, reply }: Omit<Visit, 'user'>): Promise<FastifyReply> {
  const application = await selfServiceOf(environment);
  if (application) return sendRedirect(reply, await beginSelfService(context, request, environment, application), 303);
  return sendMessage(request, reply, {
    status: 403,
    heading: 'Not Available',
    environmentName: environment.record.name,
    text: html`<p>The application PingOne Self-Service - MyAccount of this environment is disabled.</p>`,
  });
}

async function send({ context, environment, request, reply, user }: Visit, heading: string, body: Html, problem?: Problem) {
  return sendBody(request, reply, {
    status: problem ? 400 : 200,
    title: `${problem ? 'Error: ' : ''}${heading} – ${environment.record.name}`,
    environmentName: environment.record.name,
    theme: await pageThemeOf(context, request, environment, user),
    body,
  });
}

/** The authenticator app that is being paired: the one of the address, while it is not active. */
async function pendingApp({ environment, request, user }: Visit): Promise<Device | undefined> {
  const id = textMember(request.query, 'device')?.toLowerCase();
  const devices = await devicesOf(environment, user.id);
  return devices.find((device) => device.id === id && device.type === 'TOTP' && device.status === 'ACTIVATION_REQUIRED');
}

async function show(visit: Visit, problem?: Problem): Promise<FastifyReply> {
  const { context, environment, request, user } = visit;
  const pending = await pendingApp(visit);
  const key = pending && (await keyOf(environment, pending, user));
  if (key) return send(visit, 'Add an Authenticator App', enrolBody({ user, ...key, problem }), problem);
  const signOff = `${context.baseUrl(request, environment)}/as/signoff`;
  const devices = await devicesOf(environment, user.id);
  return send(visit, 'My Account', devicesBody({ user, devices, problem, signOff }), problem);
}

/** Begins to pair an authenticator app; one that waits already goes on. */
async function add({ environment, user }: Visit): Promise<string> {
  const waiting = (await devicesOf(environment, user.id)).find(({ type, status }) => type === 'TOTP' && status === 'ACTIVATION_REQUIRED');
  const { id } = waiting ?? (await createDevice(environment, user, { body: { type: 'TOTP' }, isSelf: true }));
  return `?device=${id}`;
}

/** What a form of the page does; returns the address that shows the result. */
async function act(visit: Visit, { action, device = '', otp = '' }: { action?: string; device?: string; otp?: string }): Promise<string> {
  const { environment, user } = visit;
  if (action === 'add') return add(visit);
  const pending = await pendingApp(visit);
  if (action === 'activate' && pending) await activateDevice(environment, user, pending.id, otp);
  else if (action === 'discard' && pending) await deleteDevice(environment, user.id, pending.id);
  else if (action === 'remove') await deleteDevice(environment, user.id, device.toLowerCase());
  return './';
}

const problemOf = ({ details, text }: PingOneError): Problem => ({
  message: `${(details[0]?.message ?? text).replace(/\.$/, '')}.`,
  fields: details.some(({ target }) => target === 'otp') ? ['otp'] : [],
  focus: 'otp',
});

/** A person's own account, under /{environmentId}/myaccount (docs/fidelity.md, 4.7): PingOne pairs authenticator apps there. */
export const myAccount: Endpoint = (app, context) => {
  showErrorsAsPages(app, context);
  const config = { parameters: object({}, { device: string }) };
  app.get('/', { config }, async (request, reply) => {
    if (/\/myaccount(\?|$)/.test(request.url)) return sendRedirect(reply, `${request.url.split('?', 1)[0]?.split('/').at(-1)}/`);
    const visit = await visitOf(context, request, reply);
    return visit.user ? show({ ...visit, user: visit.user }) : askToSignOn(visit);
  });
  app.post('/', { config, schema: { body: form }, attachValidation: true }, async (request, reply) => {
    const { user, ...rest } = await visitOf(context, request, reply);
    if (!user) return askToSignOn(rest);
    const visit = { ...rest, user };
    const refuse = (message: string) => show(visit, { message, fields: [], focus: 'otp' });
    if (isForeign(context, request)) return refuse('The form was sent from another site. Please use the one below.');
    if (!isForm(request) || request.validationError) return refuse('The data sent is not a form of this page.');
    try {
      return sendRedirect(reply, await act(visit, request.body), 303);
    } catch (error) {
      if (!(error instanceof PingOneError) || error.status >= 500) throw error;
      return show(visit, problemOf(error));
    }
  });
};
