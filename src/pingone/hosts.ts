import { hostNameOf } from '../lib/origin.js';

/** PingOne's host names, for applications that cannot be configured to use other ones (docs/fidelity.md, 1.1). */

/** The top-level domain of each region. */
const regionDomains = ['com', 'ca', 'eu', 'com.au', 'sg', 'asia'] as const;

/** What a PingOne host is for. */
export type HostRole = 'auth' | 'api' | 'apps' | 'orchestrate-api' | 'uploads';

const roles: readonly HostRole[] = ['auth', 'api', 'apps', 'orchestrate-api', 'uploads'];

/** All hosts of all regions. */
export const pingOneHosts: readonly string[] = regionDomains.flatMap((domain) => roles.map((role) => `${role}.pingone.${domain}`));

const known = new Set(pingOneHosts);

/** What a host is for; undefined if it is not PingOne's. */
export const roleOfHost = (hostName: string): HostRole | undefined =>
  known.has(hostName) ? (hostName.slice(0, hostName.indexOf('.')) as HostRole) : undefined;

const isManagement = /^\/v1(\/|$)/;
const isUpload = /^\/environments\//;
const isSignOn = /^\/[^/]+\/(signon|myaccount)(\/|$)/;

/** Whether a PingOne host serves this path: the management API, the sign-on pages and uploaded images have their own hosts. */
export const servesPath = (role: HostRole, path: string): boolean => {
  if (role === 'api') return isManagement.test(path);
  if (role === 'apps') return isSignOn.test(path);
  if (role === 'uploads') return isUpload.test(path);
  return role === 'auth' && !isManagement.test(path) && !isUpload.test(path);
};

const withRole = (url: string, from: HostRole, to: HostRole): string => {
  const hostName = hostNameOf(url);
  return roleOfHost(hostName) === from ? url.replace(`//${from}.`, `//${to}.`) : url;
};

/** The URL of an environment's sign-on page. On PingOne's hosts it is under `apps`. */
export const signOnUrl = (baseUrl: string): string => `${withRole(baseUrl, 'auth', 'apps')}/signon/`;

/** The URL of the pages of a person's own account. On PingOne's hosts they are under `apps`. */
export const myAccountUrl = (baseUrl: string): string => `${withRole(baseUrl, 'auth', 'apps')}/myaccount/`;

/** The URL with PingOne's `apps` or `api` host replaced by `auth`. Other URLs stay as they are. */
export const onAuthHost = (url: string): string => withRole(withRole(url, 'apps', 'auth'), 'api', 'auth');

/** The URL with PingOne's `auth` host replaced by `api`. Other URLs stay as they are. */
export const onApiHost = (url: string): string => withRole(url, 'auth', 'api');

/** The URL with PingOne's `auth` or `api` host replaced by `uploads`. Other URLs stay as they are. */
export const onUploadsHost = (url: string): string => withRole(withRole(url, 'auth', 'uploads'), 'api', 'uploads');
