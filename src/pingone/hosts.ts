import { hostNameOf } from '../lib/origin.js';

/** PingOne's own host names, under which an application that is not told of the mock asks (docs/fidelity.md, 1.1). */

/** The top level domain of each region. */
const regionDomains = ['com', 'ca', 'eu', 'com.au', 'sg', 'asia'] as const;

/** What a host of PingOne's is for. */
export type HostRole = 'auth' | 'api' | 'apps' | 'orchestrate-api';

const roles: readonly HostRole[] = ['auth', 'api', 'apps', 'orchestrate-api'];

/** Every one of them, in every region. */
export const pingOneHosts: readonly string[] = regionDomains.flatMap((domain) => roles.map((role) => `${role}.pingone.${domain}`));

const known = new Set(pingOneHosts);

/** What a host name is for, or undefined where it is not PingOne's. */
export const roleOfHost = (hostName: string): HostRole | undefined =>
  known.has(hostName) ? (hostName.slice(0, hostName.indexOf('.')) as HostRole) : undefined;

const isManagement = /^\/v1(\/|$)/;
const isSignOn = /^\/[^/]+\/signon(\/|$)/;

/** Whether a host of PingOne's has this path at all: the management API has its own, and so has the sign-on page. */
export const servesPath = (role: HostRole, path: string): boolean => {
  if (role === 'api') return isManagement.test(path);
  if (role === 'apps') return isSignOn.test(path);
  return role === 'auth' && !isManagement.test(path);
};

const withRole = (url: string, from: HostRole, to: HostRole): string => {
  const hostName = hostNameOf(url);
  return roleOfHost(hostName) === from ? url.replace(`//${from}.`, `//${to}.`) : url;
};

/** Where the sign-on page of an environment is: PingOne has it on the host for apps, everybody else where the rest is. */
export const signOnUrl = (baseUrl: string): string => `${withRole(baseUrl, 'auth', 'apps')}/signon/`;

/** The same address on the authorization server's host. */
export const onAuthHost = (url: string): string => withRole(url, 'apps', 'auth');

/** Where the management API is that belongs to an authorization server. */
export const onApiHost = (url: string): string => withRole(url, 'auth', 'api');
