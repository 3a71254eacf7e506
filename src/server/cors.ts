import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Context, Environment } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import { isManagement } from '../http/answers.js';
import { formOf } from '../http/bodies.js';
import { allowedMethods, type Routes } from '../http/pingone-gateway.js';
import { allowsOrigin, type CorsSettings } from '../lib/origin-match.js';
import { exposedHeaders, managementHeaders, preflightSeconds, requestHeaders } from '../pingone/cors-headers.js';
import { readJwt } from '../protocol/jwt.js';

/**
 * CORS for all endpoints in one place (docs/fidelity.md, 8.3). Refusals have the same headers, so that a page can read
 * why it was refused.
 */

declare module 'fastify' {
  interface FastifyContextConfig {
    cors?: Rule;
  }
}

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

/** The path of a request, in the management API without a slash at its end. */
function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?', 1);
  return isManagement(path) && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The rule for a request: that of its route, or of its path if it has none. */
const ruleFor = (request: FastifyRequest): Rule => request.routeOptions.config.cors ?? ruleOf(pathOf(request));

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
export interface Cors {
  /** Whether a page asks what it may send to an existing path. */
  isPreflight(request: FastifyRequest): boolean;
  answerPreflight(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Looks up what the answer depends on before the endpoint runs: the resume endpoint removes the flow that names the application. */
  prepare(request: FastifyRequest): Promise<void>;
  addHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

export function createCors(app: App, { environments }: Context, routes: Routes): Cors {
  const decided = new WeakMap<FastifyRequest, boolean>();
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, cors: ruleOf(route.url) };
  });

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

  async function addHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const rule = ruleFor(request);
    if (rule === 'never') return;
    if (rule === 'star') {
      crossOrigin(reply, '*')
        .header('access-control-allow-headers', managementHeaders)
        .header('access-control-allow-methods', methodsOf(routes, pathOf(request)).join(','));
      return;
    }
    reply.header('vary', 'Origin');
    const origin = originOf(request);
    if (origin !== undefined && (rule === 'any' || (await isAllowed(request, origin)))) crossOrigin(reply, origin);
  }

  return {
    isPreflight(request) {
      const path = pathOf(request);
      const asks = request.headers['access-control-request-method'] !== undefined;
      return asks && ruleOf(path) !== 'never' && allowedMethods(routes, path).length > 0;
    },
    async answerPreflight(request, reply) {
      const path = pathOf(request);
      const rule = ruleOf(path);
      await addHeaders(request, reply);
      if (reply.hasHeader('access-control-allow-origin')) {
        if (rule !== 'star')
          reply
            .header('access-control-allow-headers', requestHeaders)
            .header('access-control-allow-methods', methodsOf(routes, path).join(', '));
        reply.header('access-control-max-age', String(preflightSeconds));
      }
      reply.code(204).send();
    },
    async prepare(request) {
      const origin = originOf(request);
      if (origin !== undefined && ruleFor(request) === 'application') await isAllowed(request, origin);
    },
    addHeaders,
  };
}
