import type { Call } from '../../helpers/management.js';
import { ids } from '../../helpers/server.js';

/** The items of a list of the management API. */
export const listOf = async (call: Call, path: string): Promise<{ id: string; [name: string]: unknown }[]> =>
  (Object.values((await call('GET', path)).json()._embedded ?? {})[0] ?? []) as never;
/** The path of the attributes of the User schema. */
export const attributesPath = async (call: Call) => `schemas/${(await listOf(call, 'schemas'))[0]?.id}/attributes`;
/** Creates something, and returns its id. */
export const made = async (call: Call, path: string, body: object): Promise<string> => (await call('POST', path, { body })).json().id;

/** One action; `at` chooses among the existing items and the possible values. */
export type Step = (call: Call, at: number) => Promise<unknown>;

/** One of the items of a list; undefined if it is empty. */
export const anyOf = async (call: Call, path: string, at: number) => {
  const items = await listOf(call, path);
  return items[at % items.length];
};

/** One of the items of a list that is never empty. */
const one = async (call: Call, path: string, at: number) => {
  const item = await anyOf(call, path, at);
  if (!item) throw new Error(`${path} is empty`);
  return item;
};

/** One of the values. */
export const choose = <T>(values: readonly T[], at: number): T => values[at % values.length] as T;

/** What changes applications, people, groups, resources and policies. */
export const steps: Record<string, Step> = {
  application: (call, at) =>
    made(call, 'applications', {
      name: `a${at}`,
      enabled: at % 2 === 0,
      protocol: 'OPENID_CONNECT',
      ...choose<object>(
        [
          { type: 'WEB_APP' },
          { type: 'WEB_APP', redirectUris: ['https://x'] },
          { type: 'NATIVE_APP', redirectUris: ['a://b'] },
          { type: 'SERVICE' },
          { type: 'WORKER', assignActorRoles: false },
          { type: 'CUSTOM_APP', grantTypes: ['DEVICE_CODE', 'REFRESH_TOKEN'], refreshTokenRollingDuration: 600 },
          { type: 'PORTAL_LINK_APP', protocol: 'EXTERNAL_LINK', homePageUrl: 'http://x' },
        ],
        at,
      ),
    }),
  async 'change an application'(call, at) {
    const application = await one(call, 'applications', at);
    const [group] = await listOf(call, 'groups');
    const change = choose<object>(
      [
        { enabled: false },
        { redirectUris: ['https://y'] },
        { grantTypes: ['IMPLICIT'], responseTypes: undefined },
        { description: 'd', parTimeout: 5 },
        group ? { accessControl: { group: { type: 'ANY_GROUP', groups: [{ id: group.id }] } } } : {},
      ],
      at,
    );
    return call('PUT', `applications/${application.id}`, { body: { ...application, ...change } });
  },
  async 'remove an application'(call, at) {
    const { id } = await one(call, 'applications', at);
    // The worker that all this is done with stays.
    return id === ids.worker ? undefined : call('DELETE', `applications/${id}`);
  },
  attribute: async (call, at) =>
    made(call, await attributesPath(call), {
      name: choose(['lvl', 'size', 'extra'], at),
      ...choose<object>([{}, { unique: true }, { enumeratedValues: [{ value: 'v0' }] }, { multiValued: true }, { type: 'JSON' }], at),
    }),
  async 'change an attribute'(call, at) {
    const path = await attributesPath(call);
    const own = (await listOf(call, path)).filter(({ schemaType }) => schemaType === 'CUSTOM');
    if (own.length === 0) return undefined;
    const change = choose<object>(
      [
        { enabled: false },
        { enumeratedValues: [{ value: 'v1' }, { value: 'v0', archived: true }] },
        { regexValidation: { pattern: '^z$', requirements: 'z' } },
        { multiValued: true },
        { required: true },
        { enabled: true },
      ],
      at,
    );
    return call('PATCH', `${path}/${choose(own, at).id}`, { body: change });
  },
  async 'remove an attribute'(call, at) {
    const path = await attributesPath(call);
    const own = (await listOf(call, path)).filter(({ schemaType }) => schemaType === 'CUSTOM');
    return own.length === 0 ? undefined : call('DELETE', `${path}/${choose(own, at).id}`);
  },
  population: async (call, at) =>
    made(call, 'populations', {
      name: `p${at}`,
      default: at % 5 === 0,
      ...(at % 2 === 0 && { passwordPolicy: { id: (await one(call, 'passwordPolicies', at)).id } }),
    }),
  'remove a population': async (call, at) => call('DELETE', `populations/${(await one(call, 'populations', at)).id}`),
  user: async (call, at) =>
    made(call, 'users', { username: `u${at}`, email: `u${at}@x.org`, population: { id: (await one(call, 'populations', at)).id } }),
  async 'change a user'(call, at) {
    const { id } = await one(call, 'users', at);
    if (at % 3 === 0) return call('POST', `users/${id}`, { action: choose(['account.lock', 'account.unlock'], at) });
    if (at % 3 === 1) return call('PUT', `users/${id}/enabled`, { body: { enabled: false } });
    return call('PATCH', `users/${id}`, {
      body: choose<object>([{ lvl: 'v0' }, { size: 'v0' }, { extra: { a: [1] } }, { lvl: ['v0'] }], at),
    });
  },
  'move a user': async (call, at) =>
    call('PUT', `users/${(await one(call, 'users', at)).id}/population`, { body: { id: (await one(call, 'populations', at)).id } }),
  group: async (call, at) =>
    made(call, 'groups', {
      name: `g${at}`,
      ...choose<object>(
        [
          {},
          { userFilter: 'lvl eq "v0"' },
          { userFilter: 'email sw "u"' },
          { population: { id: (await one(call, 'populations', at)).id } },
        ],
        at,
      ),
    }),
  async 'tie groups'(call, at) {
    const groups = await listOf(call, 'groups');
    if (groups.length === 0) return undefined;
    const body = { id: choose(groups, at).id };
    return at % 2 === 0
      ? call('POST', `groups/${choose(groups, at + 1).id}/memberOfGroups`, { body })
      : call('POST', `users/${(await one(call, 'users', at)).id}/memberOfGroups`, { body });
  },
  async 'remove a group'(call, at) {
    const groups = await listOf(call, 'groups');
    return groups.length === 0 ? undefined : call('DELETE', `groups/${choose(groups, at).id}`);
  },
  async resource(call, at) {
    const id = await made(call, 'resources', { name: `r${at}` });
    await call('POST', `resources/${id}/scopes`, { body: { name: `s${at}` } });
    return call('POST', `resources/${id}/attributes`, { body: { name: 'claim', value: 'c' } });
  },
  async grant(call, at) {
    const resource = await one(call, 'resources', at);
    const scope = await one(call, `resources/${resource.id}/scopes`, at);
    const body = { resource: { id: resource.id }, scopes: [{ id: scope?.id }] };
    return call('POST', `applications/${(await one(call, 'applications', at)).id}/grants`, { body });
  },
  'remove a resource': async (call, at) => call('DELETE', `resources/${(await one(call, 'resources', at)).id}`),
  async policy(call, at) {
    const id = await made(call, 'signOnPolicies', { name: `s${at}` });
    if (at % 2 === 0) await call('POST', `signOnPolicies/${id}/actions`, { body: { type: 'LOGIN', priority: 1 } });
    return call('POST', `applications/${(await one(call, 'applications', at)).id}/signOnPolicyAssignments`, {
      body: { priority: 1, signOnPolicy: { id } },
    });
  },
  'remove a policy': async (call, at) => call('DELETE', `signOnPolicies/${(await one(call, 'signOnPolicies', at)).id}`),
};
