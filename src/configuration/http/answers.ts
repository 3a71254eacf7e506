import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../environment/context.js';
import { halJson } from '../../pingone/media-types.js';
import { malformed, PingOneError, unexpected } from '../../pingone/pingone-error.js';

/** What lets scripts of any origin use the API (docs/fidelity.md, management 1.4). */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': 'Content-Type,Content-Disposition,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Correlation-Id',
  'access-control-expose-headers': 'Correlation-Id',
} as const;

/** The order in which PingOne lists methods. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Writes the headers of every answer; the function that it returns answers preflight requests of all routes so far. */
export function writeHeaders(app: App): () => void {
  const routes = new Map<string, { path: string; methods: Set<string> }>();
  const allowed = (url = '') => ['OPTIONS', ...methods.filter((method) => routes.get(url)?.methods.has(method))].join(',');

  app.addHook('onRoute', ({ url, routePath, method }) => {
    const route = routes.get(url) ?? { path: routePath, methods: new Set() };
    for (const name of typeof method === 'string' ? [method] : method) route.methods.add(name);
    routes.set(url, route);
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(crossOrigin).header('content-type', halJson).header('x-amzn-requestid', request.id);
    if (!request.is404) reply.header('access-control-allow-methods', allowed(request.routeOptions.url));
    done();
  });
  return () => {
    for (const { path } of [...routes.values()])
      app.options(path, (_request, reply) => reply.removeHeader('content-type').code(200).send());
  };
}

/** What Fastify refuses, in PingOne's words: a body that is no JSON, or too large. */
function toPingOneError(error: FastifyError | PingOneError): PingOneError {
  if (error instanceof PingOneError) return error;
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return malformed(error.message, status);
  return unexpected(error.message);
}

/** The one place where this folder's errors are written. */
export function answerRefusals(error: FastifyError | PingOneError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refused = toPingOneError(error);
  if (refused.status >= 500) request.log.error({ error, url: request.url }, 'bug in pingone-mock: please report it');
  else request.log.info({ url: request.url, status: refused.status, reason: refused.message }, 'refused by the management API');
  // RFC 6750 §3.
  if (refused.status === 401) reply.header('www-authenticate', refused.details.length > 0 ? 'Bearer error="invalid_token"' : 'Bearer');
  return reply.code(refused.status).header('content-type', halJson).send(refused.envelope(request.id));
}

/** 201, with where the new resource is. */
export const created = <T extends { _links: Readonly<Record<string, { href: string }>> }>(reply: FastifyReply, body: T): FastifyReply =>
  reply.code(201).header('location', body._links.self?.href).send(body);

/** 204: done, and nothing to show. */
export const done = (reply: FastifyReply): FastifyReply => reply.removeHeader('content-type').code(204).send();
