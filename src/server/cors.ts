import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import { formOf } from '../http/bodies.js';
import { allowedMethods, type Routes } from '../http/pingone-gateway.js';
import { allowsOrigin, type CorsSettings } from '../lib/origin-match.js';
import { exposedHeaders, managementHeaders, preflightSeconds, requestHeaders } from '../pingone/cors-headers.js';
import { readJwt } from '../protocol/jwt.js';

/**
 * CORS for all endpoints in one place (docs/fidelity.md, 8.3). Refusals have the same headers, so that a page can read
 * why it was refused.
 */

/** `application`: only its origins; `any`: every origin; `star`: every origin, by `*` as in the management API; `never`. */
type Rule = 'application' | 'any' | 'star' | 'never';

const byApplication = new Set(['authorize', 'resume', 'signoff', 'idpSignoff']);
/** Pages for people, and what only browsers navigate to. */
const never = new Set(['signon', 'device', 'rp']);

/** The rule for a path. */
function ruleOf(path: string): Rule {
  const [, first = '', area = '', endpoint = ''] = path.split('/');
  if (first === 'v1') return 'star';
  if (area === 'as') return byApplication.has(endpoint) ? 'application' : endpoint === 'txs' ? 'never' : 'any';
  return first.startsWith('__mock') || area === '' || never.has(area) ? 'never' : 'any';
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] as string;

/** The rule for a request; cached by route. */
const createRules = () => {
  const byRoute = new Map<string, Rule>();
  return (request: FastifyRequest): Rule => {
    const { route } = request.exchange;
    if (route === undefined) return ruleOf(pathOf(request));
    const rule = byRoute.get(route) ?? ruleOf(route);
    byRoute.set(route, rule);
    return rule;
  };
};

const methodOrder = ['OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const methodsOf = (routes: Routes, path: string): string[] => {
  const allowed = new Set(['OPTIONS', ...allowedMethods(routes, path)]);
  return methodOrder.filter((method) => allowed.has(method));
};

/** The application that a request to the authorization server is for, if it can be determined. */
async function applicationOf({ store }: Environment, request: FastifyRequest): Promise<Application | undefined> {
  const wire: Readonly<Record<string, unknown>> = { ...(request.query as object), ...formOf(request) };
  const text = (name: string): string => (typeof wire[name] === 'string' ? wire[name] : '');
  const audience = readJwt(text('id_token_hint'))?.claims.aud;
  const flow = await store.flows.get(text('flowId'));
  const id = flow?.applicationId ?? (typeof audience === 'string' ? audience : text('client_id'));
  return store.applications.get(id);
}

/** The origin of the page that sent the request, if a page did. */
const originOf = ({ headers: { origin } }: FastifyRequest): string | undefined =>
  origin !== undefined && /^(null|[a-z][a-z0-9+.-]*:\/\/[^\s,/]+)$/i.test(origin) ? origin : undefined;

const crossOrigin = (reply: FastifyReply, origin: string): FastifyReply =>
  reply
    .header('access-control-allow-origin', origin)
    .header('access-control-allow-credentials', 'true')
    .header('access-control-expose-headers', exposedHeaders);

/** Lets pages on other origins send requests and read the answers. */
export function allowOtherOrigins(app: App, { environments }: Context, routes: Routes): void {
  // Looked up before the answer, because the resume endpoint removes the flow that names the application.
  const decided = new WeakMap<FastifyRequest, boolean>();
  const ruleFor = createRules();

  async function isAllowed(request: FastifyRequest, origin: string): Promise<boolean> {
    const before = decided.get(request);
    if (before !== undefined) return before;
    const environment = environments.get(request.url.split('/', 2)[1] ?? '');
    const application = environment && (await applicationOf(environment, request));
    // Any page may read that its application is unknown.
    const allowed = allowsOrigin(application?.corsSettings as CorsSettings | undefined, origin);
    decided.set(request, allowed);
    return allowed;
  }

  /** Most answers depend on their path only; those of an application have to wait for it. */
  function addHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const rule = ruleFor(request);
    if (rule === 'never') return undefined;
    if (rule === 'star') {
      crossOrigin(reply, '*')
        .header('access-control-allow-headers', managementHeaders)
        .header('access-control-allow-methods', methodsOf(routes, pathOf(request)).join(','));
      return undefined;
    }
    reply.header('vary', 'Origin');
    const origin = originOf(request);
    if (origin === undefined) return undefined;
    if (rule === 'application') return isAllowed(request, origin).then((allowed) => void (allowed && crossOrigin(reply, origin)));
    crossOrigin(reply, origin);
    return undefined;
  }

  async function answerPreflight(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = pathOf(request);
    await addHeaders(request, reply);
    if (reply.hasHeader('access-control-allow-origin')) {
      if (ruleOf(path) !== 'star')
        reply
          .header('access-control-allow-headers', requestHeaders)
          .header('access-control-allow-methods', methodsOf(routes, path).join(', '));
      reply.header('access-control-max-age', String(preflightSeconds));
    }
    reply.code(204).send();
  }

  app.addHook('onRequest', (request, reply, done) => {
    const asks = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    const path = asks ? pathOf(request) : '';
    if (asks && ruleOf(path) !== 'never' && allowedMethods(routes, path).length > 0) answerPreflight(request, reply).catch(done);
    else done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const origin = originOf(request);
    if (origin === undefined || ruleFor(request) !== 'application') done();
    else isAllowed(request, origin).then(() => done(), done);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const waiting = addHeaders(request, reply);
    if (waiting) waiting.then(() => done(null, payload), done);
    else done(null, payload);
  });
}
