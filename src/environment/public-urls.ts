import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { hostNameOf, originOf, readForwarded } from '../lib/origin.js';
import { malformed, type PingOneError } from '../pingone/pingone-error.js';
import type { Settings } from '../settings/read.js';

/** The addresses under which the world sees this server. Nothing else may make one from a Host header. */
export interface PublicUrls {
  /** The public origin of a request, as http://localhost:9400: the base URL of the settings, or what the Host header says. */
  origin(request: FastifyRequest): string;
  /** What the paths of an environment start with, as http://localhost:9400/{environmentId}; a custom domain has no id. */
  baseUrl(request: FastifyRequest, environment: { readonly id: string }): string;
  /** The same for what applications ask without a browser: where the back channel is dynamic, the request's own origin. */
  backChannelUrl(request: FastifyRequest, environment: { readonly id: string }): string;
  /** What the paths of an environment start with under an origin. */
  environmentUrl(origin: string, environmentId: string): string;
  /** The origin that a request itself names, whatever the base URL; undefined where it is missing or malformed. */
  askedOrigin(request: IncomingMessage): string | undefined;
  /** The path of a request as the routes know it: with the environment's id, without a prefix of ours. */
  routedUrl(request: IncomingMessage): string;
}

/** RFC 9112 §3.2: never a guess. */
export const badHost = (): PingOneError => malformed('the Host header is missing, malformed or given twice');

/** Whether a request names more than one host: it is refused, since the next server may take the other one (RFC 9112 §3.2). */
export const hasSeveralHosts = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length > 1;

/** The authority in the absolute form of a request, as a proxy's client sends it: what Host says counts no more (RFC 9112 §3.2.2). */
function targetAuthority(raw: IncomingMessage & { readonly originalUrl?: string }): string | undefined {
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(raw.originalUrl ?? raw.url ?? '') ?? [];
  return authority;
}

/** The authority that a request names, as it came. */
export const authorityOf = (raw: IncomingMessage): string | undefined => targetAuthority(raw) ?? raw.headers.host;

/** In place of a peer's address, where the server asks itself: none of a network begins so. */
const itself = 'itself:';

/** What `inject` needs for a request that comes as if under an origin: without a socket there is neither TLS nor a proxy. */
export const askedUnder = (origin: string): { remoteAddress: string; authority: string } => ({
  remoteAddress: `${itself}${origin}`,
  authority: new URL(origin).host,
});

/** Whether a peer's word on the address is taken. */
function trust(trustProxy: Settings['trustProxy']): (peer: string | undefined) => boolean {
  if (typeof trustProxy === 'boolean') return () => trustProxy;
  const trusted = new BlockList();
  for (const text of trustProxy) {
    const [address = '', bits] = text.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    trusted.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (peer) =>
    peer !== undefined &&
    trusted.check(peer.replace(/^::ffff:(?=\d+\.)/, ''), isIPv6(peer) && !/^::ffff:\d+\./.test(peer) ? 'ipv6' : 'ipv4');
}

/** What a custom domain serves without an environment's id. */
const withoutId = /^\/(as|flows|signon|device)(?=[/?]|$)/;

/** Follows container.md A.6: a fixed base URL, or scheme and Host, or what a trusted proxy says. */
export function createPublicUrls(
  { baseUrl: fixed, backchannel, trustProxy, customDomains, https }: Settings,
  firstEnvironment: () => string | undefined,
): PublicUrls {
  const believes = trust(trustProxy);
  // Asked several times for one request, and mostly of the same name: what was found out last is kept.
  let last: { readonly encrypted: boolean; readonly host: string | undefined; readonly origin: string | undefined } | undefined;
  const directOrigin = (encrypted: boolean, host: string | undefined): string | undefined => {
    if (last?.host !== host || last?.encrypted !== encrypted) last = { encrypted, host, origin: originOf({ encrypted, host }) };
    return last.origin;
  };
  const askedOrigin: PublicUrls['askedOrigin'] = (raw) => {
    if (hasSeveralHosts(raw)) return undefined;
    // Where there is no other port, what comes without a socket (inject) is taken as if it had come through that one.
    const encrypted = https === 'only' || (raw.socket as TLSSocket).encrypted === true;
    const host = authorityOf(raw);
    const { remoteAddress } = raw.socket;
    if (remoteAddress?.startsWith(itself)) return remoteAddress.slice(itself.length);
    return believes(remoteAddress) ? originOf({ encrypted, host, forwarded: readForwarded(raw.headers) }) : directOrigin(encrypted, host);
  };
  const own = (request: FastifyRequest): string => {
    const origin = askedOrigin(request.raw);
    if (origin === undefined) throw badHost();
    return origin;
  };
  const origin = (request: FastifyRequest): string => fixed ?? own(request);

  const domains = Object.keys(customDomains).length > 0;
  const environmentOfDomain = (hostName: string): string | undefined =>
    domains && Object.hasOwn(customDomains, hostName) ? (customDomains[hostName] ?? firstEnvironment()) : undefined;
  const environmentUrl: PublicUrls['environmentUrl'] = (base, id) =>
    environmentOfDomain(hostNameOf(base)) === id ? base : `${base}/${id}`;

  const fixedPath = fixed === undefined ? '' : new URL(fixed).pathname.replace(/\/$/, '');
  return {
    origin,
    baseUrl: (request, environment) => environmentUrl(origin(request), environment.id),
    backChannelUrl: (request, environment) => environmentUrl(backchannel === 'dynamic' ? own(request) : origin(request), environment.id),
    environmentUrl,
    askedOrigin,
    routedUrl(raw) {
      // A proxy's client sends the whole address (RFC 9112 §3.2.2).
      let url = (raw.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '') || '/';
      if (fixedPath !== '' && url.startsWith(`${fixedPath}/`)) url = url.slice(fixedPath.length);
      if (!domains || !withoutId.test(url)) return url;
      const environmentId = environmentOfDomain(hostNameOf(askedOrigin(raw) ?? ''));
      return environmentId === undefined ? url : `/${environmentId}${url}`;
    },
  };
}
