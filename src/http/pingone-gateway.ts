import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { App } from '../environment/context.js';

/** The methods of every route, by the segments of its pattern. */
export type Routes = { segments: string[]; methods: Set<string> }[];

/** Collects the routes that are registered in a list, to distinguish a wrong method from a wrong path. */
export function collectRoutes(app: App, routes: Routes = []): Routes {
  const byUrl = new Map<string, Routes[number]>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods: HTTPMethods[] = Array.isArray(method) ? method : [method];
    const known = byUrl.get(url);
    if (known) for (const name of methods) known.methods.add(name);
    else {
      const route = { segments: url.split('/'), methods: new Set<string>(methods) };
      byUrl.set(url, route);
      routes.push(route);
    }
  });
  return routes;
}

/** The methods that a path has; empty for an unknown path. */
export const allowedMethods = (routes: Routes, path: string): string[] => {
  const segments = path.split('/');
  const fits = ({ segments: pattern }: Routes[number]) =>
    pattern.length === segments.length && pattern.every((part, at) => part.startsWith(':') || part === segments[at]);
  return [...new Set(routes.filter(fits).flatMap(({ methods }) => [...methods]))];
};

/**
 * Answers an unknown path or method as PingOne's gateway does, before any of its services: 405 for the method, 403 for
 * the path, in the gateway's own format (docs/fidelity.md, 1.1).
 */
export function answerUnrouted(request: FastifyRequest, reply: FastifyReply, routes: Routes): FastifyReply {
  const methods = allowedMethods(routes, request.url.split('?', 1)[0] as string);
  reply.header('content-type', 'application/json');
  if (methods.length > 0)
    return reply
      .code(405)
      .header('allow', methods.join(', '))
      .header('x-mock-diagnosis', reply.getHeader('x-mock-diagnosis') ?? `method_not_allowed; allowed=${methods.join(' ')}`)
      .send('{"message":"Method Not Allowed"}');
  return answerUnknownPath(reply);
}

/** Answers a path that PingOne's gateway does not know. */
export const answerUnknownPath = (reply: FastifyReply): FastifyReply =>
  reply
    .code(403)
    .header('content-type', 'application/json')
    .header('x-amzn-errortype', 'MissingAuthenticationTokenException')
    .header('x-mock-diagnosis', reply.getHeader('x-mock-diagnosis') ?? 'unknown_path')
    .send('{"message":"Missing Authentication Token"}');
