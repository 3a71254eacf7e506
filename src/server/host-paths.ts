import type { App, Context } from '../environment/context.js';
import { badHost, hasSeveralHosts } from '../environment/public-urls.js';
import { answerUnknownPath } from '../http/pingone-gateway.js';
import { hostNameOf } from '../lib/origin.js';
import { onAuthHost, roleOfHost, servesPath } from '../pingone/hosts.js';
import { ownHosts } from './tls/names.js';

/** The mock's own paths, which every host serves. */
const isOwn = /^\/(__mock|healthz|readyz)(\/|$)/;

/**
 * Each of PingOne's real hosts serves its own paths. URLs of the sign-on page name the host for apps, but the page is
 * shown on the authorization server's: session cookies are host-only, and the resume endpoint must receive them. Clients
 * of the proxy that ask for any other host over plain HTTP are refused.
 */
export function keepPathsToTheirHosts(app: App, { requestOrigin, settings }: Context): void {
  const proxied = settings.proxy ? ownHosts(settings) : undefined;
  app.addHook('onRequest', (request, reply, done) => {
    const [, host] = (proxied && /^https?:\/\/(\[[^\]]*\]|[^:/?]*)/i.exec(request.originalUrl)) || [];
    if (host !== undefined && !proxied?.has(host.toLowerCase()))
      return void reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send(`offline mock: this is pingone-mock, which forwards no requests: ${host} is not reachable here\n`);
    const path = request.url.split('?', 1)[0] as string;
    if (hasSeveralHosts(request.raw)) return done(badHost());
    const origin = requestOrigin(request.raw) ?? '';
    if (origin === '' && settings.baseUrl === undefined && !isOwn.test(path)) return done(badHost());
    const role = roleOfHost(hostNameOf(origin));
    // A browser would apply it to every other server on this machine.
    if (role === undefined && origin.startsWith('https:')) reply.removeHeader('strict-transport-security');
    if (role === undefined || isOwn.test(path)) return done();
    if (!servesPath(role, path)) return void answerUnknownPath(reply);
    if (role !== 'apps') return done();
    // 307 keeps the method and the form.
    reply
      .code(307)
      .header('location', `${onAuthHost(origin)}${request.url}`)
      .send();
  });
}
