import type { Exchange } from './exchange.js';

/** The names of endpoints in the journal, in faults and in hooks. */
export const endpointNames = [
  'discovery',
  'jwks',
  'authorize',
  'par',
  'resume',
  'token',
  'userinfo',
  'introspect',
  'revoke',
  'signoff',
  'device_authorization',
  'flows',
  'signon',
  'management',
  'other',
] as const;
export type EndpointName = (typeof endpointNames)[number];

/** Endpoints whose name is not the last segment of their route. */
const byLastPart: Readonly<Record<string, EndpointName>> = { 'openid-configuration': 'discovery' };

/** The endpoint of a route, as "token" for "/:environmentId/as/token". */
function endpointOfRoute(route: string): EndpointName {
  if (route === '/v1' || route.startsWith('/v1/')) return 'management';
  const [, , folder, ...rest] = route.split('/');
  if (folder === 'flows' || folder === 'signon') return folder;
  const last = rest.at(-1) ?? '';
  const name = byLastPart[last] ?? last;
  return folder === 'as' && (endpointNames as readonly string[]).includes(name) ? (name as EndpointName) : 'other';
}

/** The endpoint of a request. Computed on demand: most requests never need it. */
export const endpointOf = ({ route }: Exchange): EndpointName => endpointOfRoute(route ?? '');
