import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { createRecent } from '../lib/collections/recent.js';
import { kindOfHost, type OwnNames } from '../lib/host-kinds.js';
import { bareHost, hostNameOf, hostOf, originOf, readForwarded } from '../lib/origin.js';
import { pingOneHosts, roleOfHost } from '../pingone/hosts.js';
import { malformed, type PingOneError } from '../pingone/pingone-error.js';
import type { Settings } from '../settings/read.js';
import type { ActiveDomains } from './custom-domains.js';
import type { CustomDomain } from './model/custom-domains.js';

/** Where a browser sends a cookie back to. */
export interface CookieScope {
  /** As /{environmentId}. */
  readonly path: string;
  /** Whether the request used https: browsers reject `SameSite=None` without `Secure`. */
  readonly secure: boolean;
}

/** The URLs under which clients reach this server. Nothing else may build one from a Host header. */
export interface PublicUrls {
  /** The public origin, such as http://localhost:9400: the configured base URL, or else the request's own origin. */
  origin(request: FastifyRequest): string;
  /** The base URL of an environment, such as http://localhost:9400/{environmentId}; a custom domain has no id. */
  baseUrl(request: FastifyRequest, environment: { readonly id: string }): string;
  /** The path that an environment's cookies are for, and whether the request came encrypted. */
  cookieScope(request: FastifyRequest, environment: { readonly id: string }): CookieScope;
  /** The base URL for the back channel: under the request's own origin if the setting `backchannel` is dynamic. */
  backChannelUrl(request: FastifyRequest, environment: { readonly id: string }): string;
  /** The base URL of an environment under an origin. */
  environmentUrl(origin: string, environmentId: string): string;
  /** The origin that a request names, whatever the base URL; undefined if its host is missing, malformed or repeated. */
  requestOrigin(request: IncomingMessage): string | undefined;
  /** Whether the server answers under a host name. */
  servesHost(name: string): boolean;
  /** The active custom domain of this name, of any environment. */
  storedDomain(name: string): CustomDomain | undefined;
  /** The host name of a request that the server does not answer: empty if it is malformed, undefined if it is fine. */
  refusedHost(request: IncomingMessage): string | undefined;
  /** Whether a request comes from a page of this server. False without an Origin header. */
  isOwnOrigin(request: FastifyRequest): boolean;
  /** The URL of a request as routes expect it: with the environment's id, without the path of the base URL. */
  routedUrl(request: IncomingMessage): string;
}

/** A request without one valid Host header is refused (RFC 9112 §3.2). */
export const badHost = (): PingOneError => malformed('the Host header is missing, malformed or given twice');

/** Whether a request has several Host headers. It is refused: another server might pick the other one (RFC 9112 §3.2). */
export function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts > 1;
}

/** The authority that a request names: in its target, as clients of a proxy send it, or in Host (RFC 9112 §3.2.2). */
function authorityOf(raw: IncomingMessage & { readonly originalUrl?: string }): string | undefined {
  const target = raw.originalUrl ?? raw.url ?? '';
  return (target.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(target)?.[1]) ?? raw.headers.host;
}

/** Marks requests of the server to itself; no network address starts like this. */
const itself = 'itself:';

/** Options of `inject` for a request under an origin, which it cannot show by TLS or a proxy's headers. */
export const injectUnder = (origin: string): { remoteAddress: string; authority: string } => ({
  remoteAddress: `${itself}${origin}`,
  authority: new URL(origin).host,
});

/** Marks what the server reads of its own state; no network address starts like this either. */
const ownReading = `${itself}reading:`;

/** Options of `inject` for a request that reads the server's own state, which needs no token. */
export const injectOwnReading = (origin: string): { remoteAddress: string; authority: string } => ({
  ...injectUnder(origin),
  remoteAddress: `${ownReading}${origin}`,
});

/** Whether the server itself reads its own state. */
export const isOwnReading = ({ method, socket: { remoteAddress } }: IncomingMessage): boolean =>
  method === 'GET' && remoteAddress?.startsWith(ownReading) === true;

/** Whether a peer is a trusted proxy, whose Forwarded headers count. */
function trustedProxies(trustProxy: Settings['trustProxy']): (peer: string | undefined) => boolean {
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

/** The host names that the settings give to this server. */
function ownNames({ host, baseUrl, tlsHosts, customDomains, allowedHosts }: Settings): OwnNames {
  const own = [host, ...(baseUrl === undefined ? [] : [new URL(baseUrl).hostname]), ...Object.keys(customDomains)];
  return {
    names: new Set([...pingOneHosts, ...own.map(bareHost)]),
    domains: tlsHosts.map(bareHost),
    patterns: allowedHosts.map(bareHost),
  };
}

/** Host headers come from clients and must not fill the memory: only so many are remembered, up to the length of a name with its port. */
const rememberedHosts = 256;
const longestHost = 260;

/** Judges Host headers, each once: answers the name that is refused, empty if malformed, undefined if it is served. */
function createHostRule(servesHost: (name: string) => boolean): (authority: string) => string | undefined {
  const judged = createRecent<{ readonly refused: string | undefined }>(rememberedHosts);
  return (authority) => {
    const known = judged.get(authority);
    if (known) return known.refused;
    const name = hostOf(authority);
    const refused = name !== undefined && servesHost(name) ? undefined : (name ?? '');
    if (authority.length <= longestHost) judged.set(authority, { refused });
    return refused;
  };
}

/** The origin of a URL, without its path. */
const pageOrigin = (url: string | undefined): string | undefined => (url === undefined ? undefined : new URL(url).origin);

/** Paths that a custom domain serves without an environment's id. */
const withoutId = /^\/(as|flows|signon|device)(?=[/?]|$)/;

const known: unique symbol = Symbol('the origin that the request names');
type KnownRequest = IncomingMessage & { [known]?: { readonly origin: string | undefined } };

/** The environments, as far as URLs depend on them. */
export interface HostedEnvironments {
  get(id: string): HostedEnvironment | undefined;
  list(): readonly HostedEnvironment[];
}
interface HostedEnvironment {
  readonly id: string;
  readonly store: { readonly activeDomains: ActiveDomains };
}

/** An origin is the configured base URL, or else what a trusted proxy says, or else scheme and Host of the request. */
export function createPublicUrls(settings: Settings, environments: () => HostedEnvironments): PublicUrls {
  const { baseUrl: fixed, backchannel, trustProxy, customDomains, https } = settings;
  const isTrusted = trustProxy === false ? undefined : trustedProxies(trustProxy);
  // With a bare `on` every peer is trusted, a browser too: only a peer that the setting names vouches for its hosts.
  const isNamedProxy = trustProxy === true ? undefined : isTrusted;
  const names = ownNames(settings);
  const storedDomain = (name: string): CustomDomain | undefined => {
    // Most requests name one of these.
    if (name === 'localhost' || roleOfHost(name) !== undefined || isIP(name) !== 0) return undefined;
    for (const { store } of environments().list()) {
      const domain = store.activeDomains.get(name);
      if (domain) return domain;
    }
    return undefined;
  };
  const hostRule = createHostRule((name) => kindOfHost(name, names) !== undefined);
  const servesHost = (name: string): boolean => kindOfHost(name, names) !== undefined || storedDomain(name) !== undefined;
  // Most requests name the same host: caches the last result.
  let last: { readonly encrypted: boolean; readonly host: string | undefined; readonly origin: string | undefined } | undefined;
  const readOrigin = (raw: IncomingMessage): string | undefined => {
    if (hasSeveralHosts(raw)) return undefined;
    // With https only, a request without a TLS socket can only come from `inject`.
    const encrypted = https === 'only' || (raw.socket as TLSSocket).encrypted === true;
    const host = authorityOf(raw);
    const { remoteAddress } = raw.socket;
    if (remoteAddress?.startsWith(ownReading)) return remoteAddress.slice(ownReading.length);
    if (remoteAddress?.startsWith(itself)) return remoteAddress.slice(itself.length);
    if (isTrusted?.(remoteAddress)) return originOf({ encrypted, host, forwarded: readForwarded(raw.headers) });
    if (last?.host !== host || last?.encrypted !== encrypted) last = { encrypted, host, origin: originOf({ encrypted, host }) };
    return last.origin;
  };
  // Needed several times per request.
  const requestOrigin: PublicUrls['requestOrigin'] = (raw: KnownRequest) => {
    raw[known] ??= { origin: readOrigin(raw) };
    return raw[known].origin;
  };
  const own = (request: FastifyRequest): string => {
    const origin = requestOrigin(request.raw);
    if (origin === undefined) throw badHost();
    return origin;
  };

  const isSet = (hostName: string): boolean => Object.hasOwn(customDomains, hostName);
  const ofSetting = (hostName: string): string | undefined => customDomains[hostName] ?? environments().list()[0]?.id;
  const isDomainOf = (hostName: string, id: string): boolean =>
    isSet(hostName) ? ofSetting(hostName) === id : environments().get(id)?.store.activeDomains.get(hostName) !== undefined;
  // Mostly the same: keeps the last host name and address.
  let lastBase = { base: '', hostName: '' };
  let lastAddress = { base: '', id: '', url: '' };
  const environmentUrl: PublicUrls['environmentUrl'] = (base, id) => {
    if (lastBase.base !== base) lastBase = { base, hostName: hostNameOf(base) };
    if (isDomainOf(lastBase.hostName, id)) return base;
    if (lastAddress.base !== base || lastAddress.id !== id) lastAddress = { base, id, url: `${base}/${id}` };
    return lastAddress.url;
  };

  const baseUrl: PublicUrls['baseUrl'] = (request, { id }) => {
    const origin = fixed ?? requestOrigin(request.raw);
    if (origin === undefined) throw badHost();
    return environmentUrl(origin, id);
  };
  let lastScope: CookieScope & { readonly base: string } = { base: '', path: '/', secure: false };

  const fixedPath = fixed === undefined ? '' : new URL(fixed).pathname.replace(/\/$/, '');
  return {
    origin: (request) => fixed ?? own(request),
    baseUrl,
    cookieScope(request, environment) {
      const base = baseUrl(request, environment);
      if (lastScope.base !== base) {
        const { pathname, protocol } = new URL(base);
        lastScope = { base, path: pathname, secure: protocol === 'https:' };
      }
      return lastScope;
    },
    backChannelUrl: (request, environment) =>
      environmentUrl(backchannel === 'dynamic' ? own(request) : (fixed ?? own(request)), environment.id),
    environmentUrl,
    requestOrigin,
    servesHost,
    storedDomain,
    refusedHost(raw) {
      const { remoteAddress } = raw.socket;
      if (remoteAddress?.startsWith(itself) || isNamedProxy?.(remoteAddress)) return undefined;
      const authority = authorityOf(raw);
      // Only HTTP/1.0 goes without, and no browser speaks it.
      const refused = authority === undefined ? undefined : hostRule(authority);
      return refused && storedDomain(refused) ? undefined : refused;
    },
    isOwnOrigin: ({ headers: { origin: from }, raw }) =>
      from !== undefined && (from === pageOrigin(requestOrigin(raw)) || from === pageOrigin(fixed)),
    routedUrl(raw) {
      // Clients of a proxy send an absolute URL (RFC 9112 §3.2.2).
      const asked = raw.url ?? '/';
      let url = asked.startsWith('/') ? asked : asked.replace(/^https?:\/\/[^/?]*/i, '') || '/';
      if (fixedPath !== '' && url.startsWith(`${fixedPath}/`)) url = url.slice(fixedPath.length);
      if (!withoutId.test(url)) return url;
      const hostName = hostNameOf(requestOrigin(raw) ?? '');
      const environmentId = isSet(hostName) ? ofSetting(hostName) : storedDomain(hostName)?.environment.id;
      return environmentId === undefined ? url : `/${environmentId}${url}`;
    },
  };
}
