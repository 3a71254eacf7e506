import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../environment/context.js';
import { badHost, hasSeveralHosts } from '../environment/public-urls.js';
import { sendRedirect } from '../http/answers.js';
import { answerUnknownPath } from '../http/pingone-gateway.js';
import { hostNameOf } from '../lib/origin.js';
import { type HostRole, onAuthHost, roleOfHost, servesPath } from '../pingone/hosts.js';
import type { PingOneError } from '../pingone/pingone-error.js';
import { ownHosts } from './tls/names.js';

/** The mock's own paths, which every host serves. */
const isOwn = /^\/(__mock|healthz|readyz)(\/|$)/;

/** What monitors ask, whatever name they use. */
const isHealth = /^\/(healthz|readyz)$/;

const sendText = (reply: FastifyReply, status: number, text: string): 'answered' => {
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  return 'answered';
};

/**
 * Refuses host names that may belong to others: a page of theirs could share its origin with this server (DNS rebinding)
 * and read everything. Clients of the proxy that ask for any other host over plain HTTP are refused as well.
 */
function createHostGuard({ refusedHost, requestOrigin, settings, log }: Context) {
  const proxied = settings.proxy ? ownHosts(settings) : undefined;
  return (request: FastifyRequest, reply: FastifyReply, path: string): PingOneError | 'answered' | undefined => {
    const [, host] = (proxied && /^https?:\/\/(\[[^\]]*\]|[^:/?]*)/i.exec(request.originalUrl)) || [];
    if (host !== undefined && !proxied?.has(host.toLowerCase()))
      return sendText(reply, 403, `offline mock: this is pingone-mock, which forwards no requests: ${host} is not reachable here`);
    if (isHealth.test(path)) return hasSeveralHosts(request.raw) ? badHost() : undefined;
    const refused = refusedHost(request.raw);
    if (refused === undefined) {
      if (requestOrigin(request.raw) !== undefined) return undefined;
      return settings.baseUrl === undefined || hasSeveralHosts(request.raw) ? badHost() : undefined;
    }
    if (refused === '' || hasSeveralHosts(request.raw)) return badHost();
    const title = `pingone-mock does not answer under the host name ${refused}`;
    const fix = `if the name is yours, start it with PINGONE_MOCK_ALLOWED_HOSTS=${refused}`;
    log.warn({ event: 'host', ok: false, host: refused, diagnosis: 'host_refused' }, `${title}: ${fix}`);
    request.needsCors = false;
    reply.header('x-mock-diagnosis', 'host_refused; confidence=exact; setting=PINGONE_MOCK_ALLOWED_HOSTS');
    return sendText(
      reply,
      421,
      `${title}.\nA page of another site could use it under that name; ${fix} (*.name: every name below; *: every name).`,
    );
  };
}

/**
 * Each of PingOne's real hosts serves its own paths. URLs of the sign-on page name the host for apps, but the page is
 * shown on the authorization server's: session cookies are host-only, and the resume endpoint must receive them. The check
 * returns the refusal, or whether it has answered the request itself.
 */
export function createHostCheck(context: Context) {
  const guard = createHostGuard(context);
  // Mostly the same host: caches the last result.
  let last: { readonly origin: string; readonly role: HostRole | undefined } = { origin: '', role: undefined };
  return (request: FastifyRequest, reply: FastifyReply): PingOneError | 'answered' | undefined => {
    const { url } = request;
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    const refused = guard(request, reply, path);
    if (refused) return refused;
    const origin = context.requestOrigin(request.raw);
    if (origin === undefined) return undefined;
    if (last.origin !== origin) last = { origin, role: roleOfHost(hostNameOf(origin)) };
    const { role } = last;
    // A browser would apply it to every other server on this machine.
    if (role === undefined && origin.startsWith('https:')) reply.removeHeader('strict-transport-security');
    if (role === undefined || isOwn.test(path)) return undefined;
    const isServed = servesPath(role, path);
    if (isServed && role !== 'apps') return undefined;
    // 307 keeps the method and the form.
    if (isServed) sendRedirect(reply, `${onAuthHost(origin)}${request.url}`, 307);
    else answerUnknownPath(reply);
    return 'answered';
  };
}
