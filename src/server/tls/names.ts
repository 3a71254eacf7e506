import { isIP } from 'node:net';
import { hostNameOf } from '../../lib/origin.js';
import type { Subjects } from '../../lib/x509/extensions.js';
import { pingOneHosts } from '../../pingone/hosts.js';
import type { Settings } from '../../settings/read.js';

const bare = (name: string): string => name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** The names from the settings. */
const configured = ({ tlsHosts, customDomains, baseUrl }: Settings): string[] =>
  [...tlsHosts, ...Object.keys(customDomains), ...(baseUrl === undefined ? [] : [hostNameOf(baseUrl)])].map(bare);

/** The names and addresses of this server. PingOne's are included only for the proxy or if the settings name them. */
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

/** Every host that a request may name, in the form that URLs have. */
export function ownHosts(settings: Settings): ReadonlySet<string> {
  const { names, addresses } = certifiedNames(settings);
  return new Set([...names, ...addresses.map((address) => (address.includes(':') ? `[${address}]` : address))]);
}

/** The hosts that the proxy serves beside active custom domains: PingOne's, and the names from the settings. */
export const proxiedHosts = (settings: Settings): ReadonlySet<string> => new Set([...pingOneHosts, ...configured(settings)]);

/** Whether a name is one of these, or a subdomain of one. */
export const isWithin = (name: string, names: readonly string[]): boolean =>
  names.some((each) => name === each || name.endsWith(`.${each}`));
