import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { recordForeignOrigin } from '../diagnosis/unmatched.js';
import { originGrant } from '../environment/application-origins.js';
import type { App, Context, Environment } from '../environment/context.js';
import type { Application } from '../environment/model/application.js';
import { isManagement } from '../http/answers.js';
import { formOf } from '../http/bodies.js';
import { allowedMethods, type Routes } from '../http/pingone-gateway.js';
import { createRecent } from '../lib/collections/recent.js';
import { asSent, isLocalOrigin } from '../lib/origin-match.js';
import { membersOf } from '../lib/unknown.js';
import { exposedHeaders, managementHeaders, preflightSeconds, requestHeaders } from '../pingone/cors-headers.js';
import { readClient } from '../protocol/client-authentication.js';
import { readJwt } from '../protocol/jwt.js';

/**
 * CORS for all endpoints in one place (docs/fidelity.md, 8.3). A developer's browser visits anything, and the demo users
 * and secrets are public: only pages of this machine and of the applications may read what the server answers, refusals
 * included. Stricter than PingOne, which answers most operations to any origin.
 */

declare module 'fastify' {
  interface FastifyContextConfig {
    cors?: Rule;
  }
}

/**
 * `token`: the origins of the application. `authorize`: the same, but only those that its corsSettings list if it has any.
 * `management`: by `*` as in the management API, for origins of this machine. `never`: no other origin.
 */
type Rule = 'token' | 'authorize' | 'management' | 'never';

const likeAuthorize = new Set(['authorize', 'resume', 'signoff', 'idpSignoff']);
/** Pages for people, and what only browsers navigate to. */
const never = new Set(['signon', 'device', 'rp']);

/** The rule for a path. */
function ruleOf(path: string): Rule {
  const [, first = '', area = '', endpoint = ''] = path.split('/');
  if (first === 'v1') return 'management';
  if (area === 'as') return likeAuthorize.has(endpoint) ? 'authorize' : endpoint === 'txs' ? 'never' : 'token';
  return first.startsWith('__mock') || area === '' || never.has(area) ? 'never' : 'token';
}

/** The path of a request, in the management API without a slash at its end. */
function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?', 1);
  return isManagement(path) && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The rule for a request: that of its route, or of its path if it has none. */
const ruleFor = (request: FastifyRequest): Rule => request.routeOptions.config.cors ?? ruleOf(pathOf(request));

const methodOrder = ['OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Clients choose the paths: only so many are remembered, and only up to this length. */
const rememberedPaths = 256;
const longestPath = 256;

/** The methods of a path in the order of PingOne's list. Any route may fit a path, so the answer is kept. */
function createMethodsOf(routes: Routes): (path: string) => readonly string[] {
  const known = createRecent<readonly string[]>(rememberedPaths);
  return (path) => {
    const found = known.get(path);
    if (found) return found;
    const allowed = new Set(['OPTIONS', ...allowedMethods(routes, path)]);
    const methods = methodOrder.filter((method) => allowed.has(method));
    if (path.length <= longestPath) known.set(path, methods);
    return methods;
  };
}

/** The application that a request to the authorization server is for, if it names one in the way that its endpoint reads. */
async function applicationOf({ store }: Environment, request: FastifyRequest): Promise<Application | undefined> {
  const wire: Readonly<Record<string, unknown>> = { ...membersOf(request.query), ...formOf(request) };
  const text = (name: string): string | undefined => (typeof wire[name] === 'string' ? wire[name] : undefined);
  const { authorization } = request.headers;
  const [area, endpoint = ''] = pathOf(request).split('/').slice(2);
  const { interactionid } = request.headers;
  const ofDavinci = area === 'davinci' && typeof interactionid === 'string' ? interactionid : undefined;
  const flowId = area === 'flows' ? endpoint : endpoint === 'resume' ? text('flowId') : ofDavinci;
  if (flowId !== undefined) return store.applications.get((await store.flows.get(flowId))?.applicationId ?? '');
  const named = (id: unknown) => (typeof id === 'string' ? store.applications.get(id) : undefined);
  if (endpoint === 'authorize') return named(text('client_id'));
  if (endpoint === 'userinfo') return named(readJwt(/^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '')?.claims.client_id);
  if (likeAuthorize.has(endpoint)) return named(readJwt(text('id_token_hint') ?? '')?.claims.aud ?? text('client_id'));
  const { client_id, client_assertion } = formOf(request);
  const body = { client_id, client_assertion } as Parameters<typeof readClient>[1];
  return typeof (client_id ?? '') === 'string' && typeof (client_assertion ?? '') === 'string'
    ? named(readClient(authorization, body).clientId)
    : undefined;
}

/** The origin of the page that sent the request, if a page did. Anything else in the header is never allowed. */
const originOf = ({ headers: { origin } }: FastifyRequest): string | undefined => origin;

const isOrigin = (origin: string): boolean => /^(null|[a-z][a-z0-9+.-]*:\/\/[^\s,/]+)$/i.test(origin);

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

/** What was decided about the page that sent a request. */
interface Verdict {
  readonly allowed: boolean;
  readonly environment?: Environment | undefined;
  readonly application?: Application | undefined;
  /** Allowed, but not by the corsSettings of the application. */
  readonly unlisted?: boolean;
  reported?: boolean;
}

/** Origins come from clients and must not fill the memory. */
const maxWarnings = 256;

/**
 * Warns, once an application and an origin, that the corsSettings do not list an origin: PingOne documents that without them
 * operations such as authorize and token answer no other origin.
 */
export function createUnlistedWarning(log: Pick<FastifyBaseLogger, 'warn'>, most = maxWarnings) {
  const warned = new Set<string>();
  return ({ id, name }: Pick<Application, 'id' | 'name'>, origin: string): void => {
    const pair = `${id} ${origin}`;
    if (warned.has(pair) || warned.size >= most) return;
    warned.add(pair);
    log.warn(
      { event: 'origin', origin, application: name },
      `the corsSettings do not list ${origin}: PingOne may not answer its pages at /as/authorize and /as/token; add it to corsSettings.origins`,
    );
  };
}

export function createCors(app: App, context: Context, routes: Routes): Cors {
  const { environments, settings, log } = context;
  const allowedOrigins = new Set(settings.allowedOrigins.map(asSent));
  const decided = new WeakMap<FastifyRequest, Verdict>();
  const warnOfUnlisted = createUnlistedWarning(log);
  const methodsOf = createMethodsOf(routes);
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, cors: ruleOf(route.url) };
  });

  /** Origins that may call everything but applications that forbid it: of this machine, or named by the setting. */
  const isTrusted = (origin: string): boolean =>
    isLocalOrigin(origin) || allowedOrigins.has('*') || allowedOrigins.has(origin.toLowerCase());

  async function judge(request: FastifyRequest, origin: string, rule: Rule): Promise<Verdict> {
    if (!isOrigin(origin)) return { allowed: false };
    const trusted = isTrusted(origin);
    if (rule === 'management') return { allowed: trusted };
    const environment = environments.get(request.url.split('/', 2)[1] ?? '');
    if (!environment) return { allowed: trusted };
    const application = await applicationOf(environment, request);
    if (!application) return { allowed: trusted || (await environment.store.applicationOrigins.has(origin)), environment };
    const grant = originGrant(application, { origin, isTrusted: trusted, onlyListed: rule === 'authorize' });
    return { allowed: grant !== undefined, unlisted: grant === 'unlisted', environment, application };
  }

  async function verdictOf(request: FastifyRequest, origin: string, rule: Rule): Promise<Verdict> {
    const before = decided.get(request);
    if (before) return before;
    const verdict = await judge(request, origin, rule);
    decided.set(request, verdict);
    return verdict;
  }

  /** Warns the developer once per request, because neither page nor answer says why the browser refuses it. */
  function report(request: FastifyRequest, reply: FastifyReply, origin: string, verdict: Verdict): void {
    if (verdict.reported) return;
    verdict.reported = true;
    const { allowed, unlisted, environment, application } = verdict;
    if (!allowed) recordForeignOrigin(context, request, reply, { origin, environment, application });
    else if (unlisted && application && request.method !== 'OPTIONS') warnOfUnlisted(application, origin);
  }

  async function addHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const rule = ruleFor(request);
    if (rule === 'never') return;
    reply.header('vary', 'Origin');
    const origin = originOf(request);
    if (origin === undefined ? rule !== 'management' : context.isOwnOrigin(request)) return;
    if (origin !== undefined) {
      const verdict = await verdictOf(request, origin, rule);
      report(request, reply, origin, verdict);
      if (!verdict.allowed) return;
    }
    if (rule === 'management')
      crossOrigin(reply, '*')
        .header('access-control-allow-headers', managementHeaders)
        .header('access-control-allow-methods', methodsOf(pathOf(request)).join(','));
    else crossOrigin(reply, origin as string);
  }

  return {
    isPreflight(request) {
      const path = pathOf(request);
      const asks = request.headers['access-control-request-method'] !== undefined;
      return asks && ruleOf(path) !== 'never' && allowedMethods(routes, path).length > 0;
    },
    async answerPreflight(request, reply) {
      const path = pathOf(request);
      await addHeaders(request, reply);
      if (reply.hasHeader('access-control-allow-origin')) {
        if (ruleOf(path) !== 'management')
          reply.header('access-control-allow-headers', requestHeaders).header('access-control-allow-methods', methodsOf(path).join(', '));
        reply.header('access-control-max-age', String(preflightSeconds));
      }
      reply.code(204).send();
    },
    async prepare(request) {
      const origin = originOf(request);
      const rule = ruleFor(request);
      if (origin !== undefined && rule !== 'never' && !context.isOwnOrigin(request)) await verdictOf(request, origin, rule);
    },
    addHeaders,
  };
}
