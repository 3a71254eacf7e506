import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { App, Context } from '../environment/context.js';
import { authorityOf } from '../environment/public-urls.js';
import { ControlError } from './control-error.js';

/** A host's name without its port, and without the brackets of an IPv6 address. */
const nameOf = (host: string): string => (/^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');

/** Names that no page of the internet can make point at this machine; all others may be a rebound DNS name. */
function isLocalName(name: string): boolean {
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === 'host.docker.internal') return true;
  return /^[a-z0-9_-]+$/.test(name);
}

const isListed = (name: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) => {
    const listed = entry.toLowerCase();
    return listed.startsWith('*.') ? name.endsWith(listed.slice(1)) : name === nameOf(listed);
  });

/** Why a request to the mock's own paths is refused, or undefined (CVE-2025-24010: any web page reaches a local server). */
function refusalOf(request: FastifyRequest, { settings, origin, askedOrigin }: Context): ControlError | undefined {
  const { origin: from } = request.headers;
  const name = nameOf(authorityOf(request.raw) ?? '');
  const ownName = settings.baseUrl === undefined ? undefined : new URL(settings.baseUrl).hostname;
  if (!isLocalName(name) && name !== ownName && !isListed(name, settings.allowedHosts))
    return new ControlError(
      403,
      'host_refused',
      `the host name ${JSON.stringify(name)} could be anybody's`,
      `use localhost or an IP address, or start with PINGONE_MOCK_ALLOWED_HOSTS=${name || 'NAME'}`,
    );
  if (from !== undefined && from !== askedOrigin(request.raw) && from !== origin(request))
    return new ControlError(
      403,
      'origin_refused',
      `a page of ${JSON.stringify(from)} may not use the control API of this mock`,
      'call it from a test or a script, which send no Origin header, or from a page of the mock itself',
    );
  return undefined;
}

/** Keeps web pages of other origins, and names that were rebound to this machine, out of a folder of the mock's own. */
export function refuseStrangers(app: App, context: Context): void {
  app.addHook('onRequest', (request, _reply, done) => done(refusalOf(request, context)));
}
