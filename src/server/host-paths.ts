import type { App, Context } from '../environment/context.js';
import { badHost, hasSeveralHosts } from '../environment/public-urls.js';
import { answerUnknownPath } from '../http/pingone-gateway.js';
import { hostNameOf } from '../lib/origin.js';
import { onAuthHost, roleOfHost, servesPath } from '../pingone/hosts.js';
import { ownHosts } from './tls/names.js';

/** What belongs to the mock itself is there under every name. */
const isOwn = /^\/(__mock|healthz|readyz)(\/|$)/;

/**
 * PingOne's real hosts each have their own paths. The sign-on page is announced on the host for apps and shown on the
 * authorization server's: session cookies are host-only, and the resume endpoint must see them. A client of the proxy that
 * asks for any other host over plain HTTP gets nothing.
 */
export function keepPathsToTheirHosts(app: App, { requestOrigin, settings }: Context): void {
  const proxied = settings.proxy ? ownHosts(settings) : undefined;
  app.addHook('onRequest', (request, reply, done) => {
    const [, host] = (proxied && /^https?:\/\/(\[[^\]]*\]|[^:/?]*)/i.exec(request.originalUrl)) || [];
    if (host !== undefined && !proxied?.has(host.toLowerCase()))
      return void reply
        .code(403)
        .type('text/plain; charset=utf-8')
        .send(`offline mock: this is pingone-mock, which leads nowhere else; not to ${host}\n`);
    const path = request.url.split('?', 1)[0] as string;
    if (hasSeveralHosts(request.raw)) return done(badHost());
    const origin = requestOrigin(request.raw) ?? '';
    if (origin === '' && settings.baseUrl === undefined && !isOwn.test(path)) return done(badHost());
    const role = roleOfHost(hostNameOf(origin));
    // A browser would carry it over to every other server of this machine.
    if (role === undefined && origin.startsWith('https:')) reply.removeHeader('strict-transport-security');
    if (role === undefined || isOwn.test(path)) return done();
    if (!servesPath(role, path)) return void answerUnknownPath(reply);
    if (role !== 'apps') return done();
    // 307, so that a form stays a form.
    reply
      .code(307)
      .header('location', `${onAuthHost(origin)}${request.url}`)
      .send();
  });
}
