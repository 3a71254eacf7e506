import type { ReceivedCookie } from './set-cookie.js';

interface Kept {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Whether only this very host gets it: it was set without Domain. */
  readonly hostOnly: boolean;
  readonly path: string;
}

/** The cookies of a browser. Hosts share them between their ports; Secure makes no difference, as on localhost in most browsers. */
export interface CookieJar {
  /** Keeps what an address sets, or takes it away. */
  keep(url: URL, cookie: ReceivedCookie): void;
  /** Name and value of each cookie for an address, in the order in which it is sent. */
  forAddress(url: URL): readonly (readonly [name: string, value: string])[];
}

const isBelow = (host: string, domain: string): boolean => host === domain || (host.endsWith(`.${domain}`) && !/[\d\]]$/.test(host));

/** RFC 6265 §5.1.4. */
const isOnPath = (path: string, of: string): boolean => path === of || path.startsWith(of.endsWith('/') ? of : `${of}/`);
const defaultPath = ({ pathname }: URL): string => pathname.slice(0, pathname.lastIndexOf('/')) || '/';

/** An empty jar. A cookie is the one of its name, domain and path (RFC 6265 §5.3). */
export function createCookieJar(): CookieJar {
  const all = new Map<string, Kept>();
  return {
    keep(url, { name, value, domain, path: given, expired }) {
      const host = url.hostname;
      if (domain !== undefined && !isBelow(host, domain)) return;
      const path = given?.startsWith('/') ? given : defaultPath(url);
      const key = JSON.stringify([name, domain ?? host, path]);
      if (expired) all.delete(key);
      else all.set(key, { name, value, domain: domain ?? host, hostOnly: domain === undefined, path });
    },
    forAddress: ({ hostname, pathname }) =>
      [...all.values()]
        .filter(({ domain, hostOnly, path }) => (hostOnly ? hostname === domain : isBelow(hostname, domain)) && isOnPath(pathname, path))
        .sort((one, other) => other.path.length - one.path.length)
        .map(({ name, value }) => [name, value] as const),
  };
}
