import { isIP } from 'node:net';
import { hostNameOf } from '../../lib/origin.js';
import type { Subjects } from '../../lib/x509/extensions.js';
import { pingOneHosts } from '../../pingone/hosts.js';
import type { Settings } from '../../settings/read.js';

const bare = (name: string): string => name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** The names that the user gave this server. */
const configured = ({ tlsHosts, customDomains, baseUrl }: Settings): string[] =>
  [...tlsHosts, ...Object.keys(customDomains), ...(baseUrl === undefined ? [] : [hostNameOf(baseUrl)])].map(bare);

/** Under which names and addresses clients may find this server; PingOne's own only for the proxy, or where they are asked for. */
export function certifiedNames(settings: Settings): Subjects {
  const { host, proxy } = settings;
  const listening = host === '0.0.0.0' || host === '::' ? [] : [host];
  const all = new Set([
    'localhost',
    'pingone.localhost',
    'host.docker.internal',
    '127.0.0.1',
    '::1',
    ...listening,
    ...configured(settings),
  ]);
  if (proxy) for (const name of pingOneHosts) all.add(name);
  return { names: [...all].filter((name) => isIP(name) === 0), addresses: [...all].filter((name) => isIP(name) > 0) };
}

/** Every host that a request may be for, as it stands in a URL. */
export function ownHosts(settings: Settings): ReadonlySet<string> {
  const { names, addresses } = certifiedNames(settings);
  return new Set([...names, ...addresses.map((address) => (address.includes(':') ? `[${address}]` : address))]);
}

/** What the proxy leads to this server: PingOne's hosts, and the names that the user gave it. */
export const proxiedHosts = (settings: Settings): ReadonlySet<string> => new Set([...pingOneHosts, ...configured(settings)]);

/** Whether a name is one of these, or lies below one. */
export const isWithin = (name: string, names: readonly string[]): boolean =>
  names.some((each) => name === each || name.endsWith(`.${each}`));
