import { standardAttributes } from './user-attributes.js';

/** What the scopes of an access token let people do with their own user (docs/fidelity.md, management 5.3). */

interface SelfService {
  readonly method: string;
  /** The path after that of the user. */
  readonly part: string;
  /** The action that the media type names, if it matters. */
  readonly action?: string;
  readonly scope: string;
  /** Not for users of an external identity provider. */
  readonly ownIdentity?: true;
}

const selfServices: readonly SelfService[] = [
  { method: 'GET', part: '', scope: 'p1:read:user' },
  { method: 'PUT', part: '', scope: 'p1:update:user', ownIdentity: true },
  { method: 'PATCH', part: '', scope: 'p1:update:user', ownIdentity: true },
  { method: 'PUT', part: '/mfaEnabled', scope: 'p1:update:userMfaEnabled' },
  { method: 'GET', part: '/password', scope: 'p1:read:userPassword', ownIdentity: true },
  { method: 'PUT', part: '/password', action: 'password.reset', scope: 'p1:reset:userPassword', ownIdentity: true },
  { method: 'POST', part: '/password', action: 'password.check', scope: 'p1:validate:userPassword', ownIdentity: true },
  { method: 'GET', part: '/devices', scope: 'p1:read:device' },
  { method: 'GET', part: '/devices/:deviceId', scope: 'p1:read:device' },
  { method: 'POST', part: '/devices', action: 'devices.reorder', scope: 'p1:update:device' },
  { method: 'POST', part: '/devices', action: 'devices.order.remove', scope: 'p1:update:device' },
  { method: 'POST', part: '/devices', scope: 'p1:create:device' },
  { method: 'POST', part: '/devices/:deviceId', action: 'device.activate', scope: 'p1:create:device' },
  { method: 'POST', part: '/devices/:deviceId', action: 'device.sendActivationCode', scope: 'p1:create:device' },
  { method: 'PUT', part: '/devices/:deviceId/nickname', scope: 'p1:update:device' },
  { method: 'DELETE', part: '/devices/:deviceId', scope: 'p1:delete:device' },
  { method: 'POST', part: '/pairingKeys', scope: 'p1:create:pairingKey' },
  { method: 'GET', part: '/pairingKeys/:pairingKeyId', scope: 'p1:read:pairingKey' },
  { method: 'DELETE', part: '/pairingKeys/:pairingKeyId', scope: 'p1:delete:pairingKey' },
  { method: 'GET', part: '/sessions', scope: 'p1:read:sessions' },
  { method: 'GET', part: '/sessions/:itemId', scope: 'p1:read:sessions' },
  { method: 'DELETE', part: '/sessions/:itemId', scope: 'p1:delete:sessions' },
];

/** The self-service operation of a request, if there is one; `route` is its path under /v1. */
export function findSelfService(method: string, route: string, action: string | undefined): SelfService | undefined {
  const part = /^\/v1\/environments\/:environmentId\/users\/:userId(.*)$/.exec(route)?.[1];
  const asked = method === 'HEAD' ? 'GET' : method;
  return selfServices.find((each) => each.method === asked && each.part === part && (each.action ?? action) === action);
}

/** Which of these scopes are a scope or its variants, which may give access to fewer attributes. */
export const variantsOf = (scope: string, among: readonly string[]): string[] =>
  among.filter((name) => name === scope || name.startsWith(`${scope}:`));

/**
 * The attributes that people may see or change in their own user, as scopes name them: `email`, `name`, `name.given`, or
 * `*` for all. Undefined for actors with a role, who are not limited.
 */
export type OpenAttributes = ReadonlySet<string> | undefined;

/** Whether all of a user may be seen, not only attributes. */
export const opensAll = (open: OpenAttributes): boolean => !open || open.has('*');

/** Members of a user that are not attributes: no scope lets people change them (docs/fidelity.md, management 5.3). */
const beside = ['emailVerified', 'enabled', 'identityProvider', 'lifecycle', 'mfaEnabled', 'population', 'verifyStatus'];

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a member of a user is an attribute without access. `added` are the names of custom attributes. */
function closedParts(user: Members, name: string, open: ReadonlySet<string>, added: readonly string[]): 'none' | 'all' | string[] {
  // People always see the state of their own account.
  const known = name === 'account' ? undefined : standardAttributes.find((attribute) => attribute.name === name);
  if ((!known && !added.includes(name)) || open.has('*') || open.has(name)) return 'none';
  const value = user[name];
  const parts = isObject(value) && known?.subAttributes ? Object.keys(value) : [];
  const closed = parts.filter((part) => !open.has(`${name}.${part}`));
  return closed.length < parts.length ? closed : 'all';
}

/** A user without the attributes that the actor has no access to. */
export function withoutClosed<T extends Members>(user: T, open: OpenAttributes, added: readonly string[]): T {
  if (!open) return user;
  const shown = Object.entries(user).flatMap(([name, value]) => {
    const closed = closedParts(user, name, open, added);
    if (closed === 'none') return [[name, value]];
    if (closed === 'all') return [];
    return [[name, Object.fromEntries(Object.entries(value as Members).filter(([part]) => !closed.includes(part)))]];
  });
  return Object.fromEntries(shown) as T;
}

/** Whether a body changes nothing that the actor has no access to. */
export function leavesClosed(body: unknown, user: Members, open: OpenAttributes, added: readonly string[]): boolean {
  if (!open || !isObject(body)) return true;
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  return Object.entries(body).every(([name, value]) => {
    if (beside.includes(name)) return same(value, user[name]);
    const closed = closedParts(body, name, open, added);
    if (closed === 'none' || same(value, user[name])) return true;
    const before = isObject(user[name]) ? user[name] : {};
    return closed !== 'all' && closed.every((part) => same((value as Members)[part], before[part]));
  });
}

/** A complete body in which the attributes without access keep the user's values. */
export function keepingClosed(body: unknown, user: Members, open: OpenAttributes, added: readonly string[]): unknown {
  if (!open || !isObject(body)) return body;
  const kept: Record<string, unknown> = { ...body };
  for (const [name, value] of Object.entries(user)) {
    const closed = closedParts(user, name, open, added);
    if (closed === 'all') kept[name] = value;
    else if (closed !== 'none')
      kept[name] = {
        ...(isObject(kept[name]) ? kept[name] : {}),
        ...Object.fromEntries(closed.map((part) => [part, (value as Members)[part]])),
      };
  }
  return kept;
}
