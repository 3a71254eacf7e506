import type { Exchange } from './exchange.js';

/** The endpoints by the names that the journal, faults and hooks call them. */
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

/** Names whose route's last part is called otherwise. */
const byLastPart: Readonly<Record<string, EndpointName>> = { 'openid-configuration': 'discovery' };

/** The endpoint of a route's pattern, as "token" of "/:environmentId/as/token". */
function endpointOfRoute(route: string): EndpointName {
  if (route === '/v1' || route.startsWith('/v1/')) return 'management';
  const [, , folder, ...rest] = route.split('/');
  if (folder === 'flows' || folder === 'signon') return folder;
  const last = rest.at(-1) ?? '';
  const name = byLastPart[last] ?? last;
  return folder === 'as' && (endpointNames as readonly string[]).includes(name) ? (name as EndpointName) : 'other';
}

/** Worked out when somebody asks: most requests are never asked about. */
export const endpointOf = ({ route }: Exchange): EndpointName => endpointOfRoute(route ?? '');
