import { readFileSync } from 'node:fs';
import type { InjectOptions } from 'fastify';
import type { App } from '../../src/environment/context.js';
import { as, authorize, basic, redeem } from '../helpers/client.js';
import { workerToken } from '../helpers/management.js';
import { environmentId, ids, type TestServer } from '../helpers/server.js';
import { largestHead } from './inputs.js';
import { targetFinder } from './targets.js';
import { filtersFor } from './texts.js';

/** Much that is stored, and requests whose work could grow with it. */

export interface StoredRequest {
  readonly name: string;
  /** Makes the request; each time another item is asked for, where it can be asked for once. */
  next(): InjectOptions;
  /** What the request may be answered with. */
  readonly status: number;
}

const number = (at: number): string => String(at).padStart(12, '0');
const id = (kind: string, at: number): string => `${kind}0000000-0000-4000-8000-${number(at)}`;

const times = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, at) => item(at));

/** Groups that all have every user, so that what they hold ends along with them. */
const bigGroups = 30;

/** The default seed, and as many items of every kind. */
export function seedOf(count: number): string {
  const { environments } = JSON.parse(readFileSync('fixtures/default.json', 'utf8')) as { environments: [Record<string, unknown[]>] };
  const [environment] = environments;
  const some = count / 4;
  const populations = [...(environment.populations ?? []), ...times(some, (at) => ({ id: id('1', at), name: `Population ${at}` }))];
  const big = times(bigGroups, (at) => ({ id: id('2', at), name: `Big ${at}` }));
  const groups = times(count, (at) => ({
    id: id('3', at),
    name: `Group ${at}`,
    ...(at > 0 && { memberOfGroups: [{ id: id('3', Math.floor((at - 1) / 2)) }] }),
  }));
  const users = times(count, (at) => ({
    id: id('4', at),
    username: `user${at}`,
    email: `user${at}@example.com`,
    name: { given: `Given ${at}`, family: `Family ${at % 10}` },
    population: { id: id('1', at % Math.floor(some)) },
    groups: [`Group ${at}`, ...big.map(({ name }) => name)],
  }));
  const resources = times(some, (at) => ({
    id: id('5', at),
    name: `Resource ${at}`,
    audience: `https://r${at}.example`,
    ...(at === 0
      ? {
          scopes: times(count, (scope) => ({ id: id('6', scope), name: `scope${scope}` })),
          attributes: times(some, (attribute) => ({ name: `claim${attribute}`, value: `\${user.email}` })),
        }
      : { scopes: [{ name: 'read' }] }),
  }));
  const applications = times(some, (at) => ({
    id: id('7', at),
    name: `Application ${at}`,
    enabled: true,
    type: 'WEB_APP',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['AUTHORIZATION_CODE'],
    responseTypes: ['CODE'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    secret: 'secret',
    redirectUris: [`https://a${at}.example/callback`],
    grants: [{ resource: 'Resource 0', scopes: [`scope${at}`] }],
    attributes: [{ name: 'mail', value: `\${user.email}` }],
    signOnPolicyAssignments: [{ signOnPolicy: { id: id('8', at % Math.floor(some)) }, priority: 1 }],
  }));
  return JSON.stringify({
    environments: [
      {
        ...environment,
        populations,
        groups: [...big, ...groups],
        users: [...(environment.users ?? []), ...users],
        resources: [...(environment.resources ?? []), ...resources],
        applications: [...(environment.applications ?? []), ...applications],
        signOnPolicies: times(some, (at) => ({ id: id('8', at), name: `Policy_${at}`, actions: [{ type: 'LOGIN', priority: 1 }] })),
        passwordPolicies: times(some, (at) => ({
          name: `Password policy ${at}`,
          excludesCommonlyUsed: true,
          excludesProfileData: true,
          notSimilarToCurrent: true,
        })),
        agreements: times(some, (at) => ({ name: `Terms ${at}`, enabled: false })),
        themes: times(some, (at) => ({
          template: 'slate',
          configuration: { name: `Theme ${at}`, logoType: 'NONE', backgroundType: 'COLOR', backgroundColor: '#000000' },
        })),
        notificationsPolicies: times(some, (at) => ({ name: `Notifications ${at}`, quotas: [] })),
        flowPolicies: times(some, (at) => ({ name: `Flow ${at}` })),
        gateways: times(some, (at) => ({ name: `Gateway ${at}`, type: 'API_GATEWAY_INTEGRATION', enabled: true })),
        identityProviders: times(some, (at) => ({
          name: `Provider ${at}`,
          type: 'GOOGLE',
          enabled: true,
          clientId: 'c',
          clientSecret: 's',
        })),
      },
    ],
  });
}

/** Signs on so often, and keeps the refresh tokens. */
export async function signOnOften(app: App, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await redeem(app, await authorize(app));
}

const filters = [
  'filter of or',
  'filter of co',
  'filter of not',
  'filter of ids',
  'filter of groups',
  'filter of one group',
  'filter of a long text',
] as const;

/** Collections of which items are removed one after the other. */
const removed = [
  'populations',
  'groups',
  'users',
  'applications',
  'resources',
  'signOnPolicies',
  'passwordPolicies',
  'agreements',
  'themes',
  'notificationsPolicies',
  'gateways',
  'identityProviders',
] as const;

/** Requests for a server that holds much. */
export async function storedRequests(server: TestServer): Promise<StoredRequest[]> {
  const { app } = server;
  const headers = { host: 'localhost:9400', authorization: `Bearer ${await workerToken(app)}` };
  const root = `/v1/environments/${environmentId}`;
  const requests: StoredRequest[] = [];
  const add = (name: string, request: InjectOptions, status = 200) => requests.push({ name, status, next: () => request });
  const find = await targetFinder(server);
  for (const route of await app.describedRoutes()) {
    if (route.method !== 'GET' || !route.url.startsWith('/v1/environments/:environmentId')) continue;
    for (const { name, usual, inputs } of await find(route)) {
      const path = String(usual.url);
      const answer = await app.inject({ url: path, headers });
      if (answer.statusCode !== 200) continue;
      add(name, { url: path, headers });
      if (!/json/.test(String(answer.headers['content-type'])) || !answer.payload.includes('"_embedded"')) continue;
      const names = inputs.some(({ name: input }) => input.startsWith('query: limit'));
      if (names) for (const limit of [1, 1000]) add(`${name}, limit=${limit}`, { url: `${path}?limit=${limit}`, headers });
      for (const [query, value] of [
        ['expand', 'population'],
        ['include', 'memberOfGroupNames'],
        ['order', '-name'],
      ])
        if (inputs.some(({ name: input }) => input.startsWith(`query: ${query} `)))
          add(`${name}, ${query}`, { url: `${path}?${query}=${value}`, headers });
      for (const kind of filters) {
        const input = inputs.find(({ name: one }) => one === `query: filter, ${kind}`);
        const query = input?.build(largestHead - path.length - 800).query;
        if (query !== undefined) add(`${name}, ${kind}`, { url: `${path}?${query}`, headers });
      }
      // Pages of the same size, however many items there are.
      const { payload } = names ? await app.inject({ url: `${path}?limit=20`, headers }) : answer;
      const next = /"next"\s*:\s*\{\s*"href"\s*:\s*"([^"]+)"/.exec(payload)?.[1];
      if (next !== undefined) add(`${name}, next page`, { url: next.replace(/^https?:\/\/[^/]+/, ''), headers });
    }
  }
  for (const [kind, text] of Object.entries(filtersFor(['name.given', 'email', 'population.id', 'account.status'])))
    add(`GET users, several attributes, ${kind}`, {
      url: `${root}/users?filter=${encodeURIComponent(text(9000)).slice(0, largestHead - 900)}`,
      headers,
    });
  const taken = async (list: string, wanted: number): Promise<string[]> => {
    const { payload } = await app.inject({ url: `${root}/${list}?limit=1000`, headers });
    const items =
      Object.values(
        (JSON.parse(payload) as { _embedded: Record<string, { id: string; name?: unknown; type?: string; default?: boolean }[]> })
          ._embedded,
      )[0] ?? [];
    return items
      .filter(
        (item) => item.default !== true && !/^(PING_ONE|OPENID|WORKER)/.test(item.type ?? '') && !String(item.name).startsWith('Demo'),
      )
      .slice(-wanted)
      .map((item) => item.id);
  };
  let made = 0;
  const json = { ...headers, 'content-type': 'application/json' };
  const creating = (list: string, body: (at: number) => object) =>
    requests.push({
      name: `POST ${list}`,
      status: 201,
      next: () => {
        made += 1;
        return { method: 'POST', url: `${root}/${list}`, headers: json, payload: JSON.stringify(body(made)) };
      },
    });
  creating('users', (at) => ({ username: `made${at}`, email: `made${at}@example.com`, population: { id: id('1', 0) } }));
  creating('groups', (at) => ({ name: `Made ${at}` }));
  creating('populations', (at) => ({ name: `Made ${at}` }));
  creating('resources', (at) => ({ name: `Made ${at}` }));
  creating(`resources/${id('5', 0)}/scopes`, (at) => ({ name: `made${at}` }));
  creating('signOnPolicies', (at) => ({ name: `Made_${at}` }));
  creating('applications', (at) => ({
    name: `Made ${at}`,
    enabled: true,
    type: 'SERVICE',
    protocol: 'OPENID_CONNECT',
    grantTypes: ['CLIENT_CREDENTIALS'],
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  }));
  requests.push({
    name: 'PUT users',
    status: 200,
    next: () => {
      made += 1;
      return {
        method: 'PUT',
        url: `${root}/users/${id('4', made % 100)}`,
        headers: json,
        payload: JSON.stringify({ username: `changed${made}`, email: 'a@example.com' }),
      };
    },
  });
  add('POST token', {
    method: 'POST',
    url: `${as}/token`,
    headers: { authorization: basic(ids.worker, 'worker-secret'), 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'grant_type=client_credentials',
  });
  add('GET seed', { url: `/__mock/v1/environments/${environmentId}/seed`, headers });
  for (const list of removed) {
    const open = await taken(list, 30);
    requests.push({
      name: `DELETE ${list}`,
      status: 204,
      next: () => ({ method: 'DELETE', url: `${root}/${list}/${open.pop() ?? 'none'}`, headers }),
    });
  }
  const big = times(bigGroups, (at) => id('2', at));
  requests.push({
    name: 'DELETE a group of all users',
    status: 204,
    next: () => ({ method: 'DELETE', url: `${root}/groups/${big.pop() ?? 'none'}`, headers }),
  });
  return requests;
}
