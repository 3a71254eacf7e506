import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../environment/context.js';
import { badHost, hasSeveralHosts } from '../environment/public-urls.js';
import { answerUnknownPath } from '../http/pingone-gateway.js';
import { hostNameOf } from '../lib/origin.js';
import { type HostRole, onAuthHost, roleOfHost, servesPath } from '../pingone/hosts.js';
import type { PingOneError } from '../pingone/pingone-error.js';
import { ownHosts } from './tls/names.js';

/** The mock's own paths, which every host serves. */
const isOwn = /^\/(__mock|healthz|readyz)(\/|$)/;

/**
 * Each of PingOne's real hosts serves its own paths. URLs of the sign-on page name the host for apps, but the page is
 * shown on the authorization server's: session cookies are host-only, and the resume endpoint must receive them. Clients
 * of the proxy that ask for any other host over plain HTTP are refused. The check returns the refusal, or whether it has
 * answered the request itself.
 */
export function createHostCheck({ requestOrigin, settings }: Context) {
  const proxied = settings.proxy ? ownHosts(settings) : undefined;
  // Mostly the same: caches the last.
  let last: { readonly origin: string; readonly role: HostRole | undefined } = { origin: '', role: undefined };
  return (request: FastifyRequest, reply: FastifyReply): PingOneError | 'answered' | undefined => {
    const [, host] = (proxied && /^https?:\/\/(\[[^\]]*\]|[^:/?]*)/i.exec(request.originalUrl)) || [];
    if (host !== undefined && !proxied?.has(host.toLowerCase())) {
      reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send(`offline mock: this is pingone-mock, which forwards no requests: ${host} is not reachable here\n`);
      return 'answered';
    }
    const path = request.url.split('?', 1)[0] as string;
    const origin = requestOrigin(request.raw);
    if (origin === undefined) {
      const isNeeded = settings.baseUrl === undefined && !isOwn.test(path);
      return isNeeded || hasSeveralHosts(request.raw) ? badHost() : undefined;
    }
    if (last.origin !== origin) last = { origin, role: roleOfHost(hostNameOf(origin)) };
    const { role } = last;
    // A browser would apply it to every other server on this machine.
    if (role === undefined && origin.startsWith('https:')) reply.removeHeader('strict-transport-security');
    if (role === undefined || isOwn.test(path)) return undefined;
    const isServed = servesPath(role, path);
    if (isServed && role !== 'apps') return undefined;
    // 307 keeps the method and the form.
    if (isServed)
      reply
        .code(307)
        .header('location', `${onAuthHost(origin)}${request.url}`)
        .send();
    else answerUnknownPath(reply);
    return 'answered';
  };
}
