import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { App, Context } from '../environment/context.js';
import { authorityOf } from '../environment/public-urls.js';
import { ControlError } from './control-error.js';

/** The lower-case host name, without port, IPv6 brackets or trailing dot. */
const nameOf = (host: string): string => (/^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');

/** Whether a name cannot be a DNS name that somebody rebound to this machine: an address, or a name without a public domain. */
function isLocalName(name: string): boolean {
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === 'host.docker.internal') return true;
  return /^[a-z0-9_-]+$/.test(name);
}

const isListed = (name: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) => {
    const listed = entry.toLowerCase();
    return listed.startsWith('*.') ? name.endsWith(listed.slice(1)) : name === nameOf(listed);
  });

/** The error for a request from an untrusted host name or origin. Any web page can reach a local server: see CVE-2025-24010. */
function originError(request: FastifyRequest, { settings, origin, requestOrigin }: Context): ControlError | undefined {
  const { origin: from } = request.headers;
  const name = nameOf(authorityOf(request.raw) ?? '');
  const ownName = settings.baseUrl === undefined ? undefined : new URL(settings.baseUrl).hostname;
  if (!isLocalName(name) && name !== ownName && !isListed(name, settings.allowedHosts))
    return new ControlError(
      403,
      'host_refused',
      `the host name ${JSON.stringify(name)} is not trusted`,
      `use localhost or an IP address, or start with PINGONE_MOCK_ALLOWED_HOSTS=${name || 'NAME'}`,
    );
  if (from !== undefined && from !== requestOrigin(request.raw) && from !== origin(request))
    return new ControlError(
      403,
      'origin_refused',
      `pages of ${JSON.stringify(from)} may not use the control API`,
      'call it from a test or a script, which send no Origin header, or from the mock’s own pages',
    );
  return undefined;
}

/** Refuses requests from other origins and from rebound DNS names: 403. */
export function refuseForeignOrigins(app: App, context: Context): void {
  app.addHook('onRequest', (request, _reply, done) => done(originError(request, context)));
}
